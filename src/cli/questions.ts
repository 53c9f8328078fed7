import { createInterface, type Interface } from 'node:readline/promises'
import { ProblemError } from '../cluster/problem.ts'
import type { CliContext } from './context.ts'

/** Asks a person at a terminal, one question after the other. */
export type Questions = {
  /** One of some answers, by its number; empty takes the first. */
  choose<T>(question: string, options: readonly { readonly label: string; readonly value: T }[]): Promise<T>
  /** Text that `check` finds nothing wrong with; empty takes the default. */
  ask(question: string, fallback: string, check: (text: string) => string | undefined): Promise<string>
  close(): void
}

/** Opens the terminal for questions; `undefined` where nobody can be asked. */
export function openQuestions(context: CliContext): Questions | undefined {
  const { stdin, stderr } = context.process
  if (stdin.isTTY !== true) return undefined
  const lines = createInterface({ input: stdin, output: stderr })
  const gone = new AbortController()
  lines.once('SIGINT', () => gone.abort())
  lines.once('close', () => gone.abort())
  const next = (prompt: string): Promise<string> => answer(lines, prompt, gone.signal)
  const say = (text: string): void => {
    stderr.write(`${text}\n`)
  }
  return {
    choose: async (question, options) => {
      const [first] = options
      if (first === undefined) throw new Error('a question without answers')
      say(question)
      for (const [index, { label }] of options.entries()) say(`  ${index + 1}  ${label}`)
      for (;;) {
        const given = await next(`1 to ${options.length} [1]: `)
        const option = given === '' ? first : options[Number(given) - 1]
        if (option !== undefined) return option.value
        say(`${given} is none of them.`)
      }
    },
    ask: async (question, fallback, check) => {
      for (;;) {
        const given = (await next(`${question} [${fallback}]: `)) || fallback
        const wrong = check(given)
        if (wrong === undefined) return given
        say(wrong)
      }
    },
    close: () => lines.close(),
  }
}

async function answer(lines: Interface, prompt: string, signal: AbortSignal): Promise<string> {
  try {
    return (await lines.question(prompt, { signal })).trim()
  } catch (error) {
    throw new ProblemError({ id: 'not-answered', what: 'Stopped; nothing was written.' }, { cause: error })
  }
}
