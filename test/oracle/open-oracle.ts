import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { OracleAnswer, OracleCase } from './oracle-case.ts'

/** A running oracle of one Kubernetes version. */
export type Oracle = {
  /** Plays the cases, and gives the answers in their order. Throws when the program ends before it has answered. */
  ask(cases: readonly OracleCase[]): Promise<readonly OracleAnswer[]>
  /** Ends the program. */
  close(): void
}

/** Starts an oracle that build.sh made. */
export function openOracle(program: string): Oracle {
  // One thread for the collector is plenty: several oracles and the tests share the machine.
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, GOMAXPROCS: '1' } })
  const lines = createInterface({ input: child.stdout, crlfDelay: Infinity })[Symbol.asyncIterator]()
  const failure = new Promise<never>((_, reject) => child.once('error', reject))
  failure.catch(() => undefined)
  return {
    async ask(cases) {
      child.stdin.write(cases.map((input) => `${JSON.stringify(input)}\n`).join(''))
      const answers: OracleAnswer[] = []
      while (answers.length < cases.length) {
        const line = await Promise.race([lines.next(), failure])
        if (line.done === true) throw new Error(`${program} ended after ${answers.length} of ${cases.length} answers`)
        answers.push(parseAnswer(line.value))
      }
      return answers
    },
    close() {
      child.stdin.end()
    },
  }
}

/** The oracle is our own program, so its answers are taken as they are. */
function parseAnswer(line: string): OracleAnswer {
  const answer: OracleAnswer = JSON.parse(line)
  return answer
}
