import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { ProblemError } from '../cluster/problem.ts'
import type { CliContext } from './context.ts'

/** Writes a result, piece by piece, to a file or to standard output, at the reader's pace. */
export async function writeResult(
  context: CliContext,
  file: string | undefined,
  pieces: Iterable<string>,
): Promise<void> {
  if (file === undefined) {
    await writePieces(context.process.stdout, pieces)
    return
  }
  const stream = createWriteStream(resolve(context.process.cwd(), file))
  try {
    await once(stream, 'open')
    await writePieces(stream, pieces)
    stream.end()
    await once(stream, 'finish')
  } catch (error) {
    throw new ProblemError(
      {
        id: 'output-unwritable',
        what: `${file} cannot be written: ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}.`,
        fix: 'name a file in a folder that is there and that you may write to',
      },
      { cause: error },
    )
  }
}

/** Characters that go in one write: rows are short, and every write costs. */
const chunk = 65_536

async function writePieces(stream: Writable, pieces: Iterable<string>): Promise<void> {
  let failure: Error | undefined
  const onError = (error: Error): void => {
    failure = error
  }
  stream.on('error', onError)
  try {
    let text = ''
    for (const piece of pieces) {
      text += piece
      if (text.length < chunk) continue
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => undefined)
      if (failure !== undefined) break
      text = ''
    }
    if (failure === undefined && text !== '') await new Promise<void>((done) => void stream.write(text, () => done()))
  } finally {
    stream.off('error', onError)
  }
  // A reader that has seen enough, such as `head`, is no error.
  if (failure !== undefined && !('code' in failure && failure.code === 'EPIPE')) throw failure
}
