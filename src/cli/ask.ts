import { createInterface } from 'node:readline/promises'
import { ProblemError } from '../cluster/problem.ts'
import type { CliContext } from './context.ts'

/**
 * Asks a question that only the word `yes` affirms.
 * @throws ProblemError `cannot-ask` without a terminal.
 */
export async function ask(context: CliContext, question: string, signal: AbortSignal): Promise<boolean> {
  const { stdin, stderr } = context.process
  if (stdin.isTTY !== true)
    throw new ProblemError({
      id: 'cannot-ask',
      what: 'This needs a yes, and there is no terminal to ask on.',
      fix: 'add --yes, or run it in a terminal',
    })
  const lines = createInterface({ input: stdin, output: stderr })
  // Ctrl-C and the end of input would otherwise leave the question unanswered for ever.
  const gone = new AbortController()
  lines.once('SIGINT', () => gone.abort())
  lines.once('close', () => gone.abort())
  try {
    const answer = await lines.question(`${question} Only "yes" goes on: `, {
      signal: AbortSignal.any([signal, gone.signal]),
    })
    return answer.trim() === 'yes'
  } catch {
    stderr.write('\n')
    return false
  } finally {
    lines.close()
  }
}
