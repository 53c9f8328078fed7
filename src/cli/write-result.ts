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
  // Errors come with the write that failed; without a listener Node would end the program as well.
  const listener = (): void => undefined
  stream.on('error', listener)
  try {
    let text = ''
    for (const piece of pieces) {
      text += piece
      if (text.length < chunk) continue
      await write(stream, text)
      text = ''
    }
    if (text !== '') await write(stream, text)
  } catch (error) {
    // A reader that has seen enough, such as `head`, is no error.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error
  } finally {
    stream.off('error', listener)
  }
}

/** Writes and waits until it is written. */
function write(stream: Writable, text: string): Promise<void> {
  return new Promise((done, fail) => {
    stream.write(text, (error) => {
      if (error === undefined || error === null) done()
      else fail(error)
    })
  })
}
