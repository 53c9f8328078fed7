import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import type { CommandContext } from '@stricli/core'
import { type Problem, ProblemError } from '../cluster/problem.ts'
import { type Paint, paintFor } from '../report/paint.ts'
import { formatProblem } from '../report/problem.ts'

/** How a command ended: 0 clean, 1 could not run, 2 there are findings. */
export type ExitCode = 0 | 1 | 2

/** Everything a command takes from outside; tests give their own. */
export type CliContext = CommandContext & {
  readonly process: CliProcess
  /** Set by the command that ran. */
  exit: ExitCode
}

/** The parts of `process` that commands use. */
export type CliProcess = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'stdin' | 'env' | 'cwd' | 'on' | 'off'>

/** The context of a real run. */
export function contextOf(process: CliProcess): CliContext {
  return { process, exit: 0 }
}

/** Home folder of the user. */
export function homeOf(context: CliContext): string {
  return context.process.env['HOME'] || homedir()
}

/** Writes a result to standard output. */
export function print(context: CliContext, text: string): void {
  context.process.stdout.write(`${text}\n`)
}

/** How results are painted. */
export function outPaint(context: CliContext): Paint {
  return paintFor(context.process.stdout)
}

/** How progress and errors are painted. */
export function errPaint(context: CliContext): Paint {
  return paintFor(context.process.stderr)
}

/** Words a problem on standard error. */
export function complain(context: CliContext, problem: Problem): void {
  tell(context, problem, 'error')
}

/** Words on standard error what is no reason to stop. */
export function warn(context: CliContext, problem: Problem): void {
  tell(context, problem, 'warning')
}

function tell(context: CliContext, problem: Problem, severity: 'error' | 'warning'): void {
  const from = context.process.cwd()
  const text = formatProblem(problem, errPaint(context), (file) => sourceOf(resolve(from, file)), severity)
  context.process.stderr.write(`${text}\n`)
}

/**
 * Runs the body of a command: a {@link ProblemError} becomes its message and exit code 1, anything else is a defect of
 * ours, told as one, with its stack under `--debug` only.
 */
export async function runCommand(
  context: CliContext,
  flags: { readonly debug?: boolean },
  body: () => Promise<ExitCode>,
): Promise<void> {
  try {
    context.exit = await body()
  } catch (error) {
    context.exit = 1
    if (error instanceof ProblemError) {
      complain(context, error.problem)
      if (flags.debug) context.process.stderr.write(`${error.stack}\n`)
      return
    }
    complain(context, {
      id: 'defect',
      what: `eks-gpu itself failed: ${error instanceof Error ? error.message : String(error)}`,
      why: 'This is a defect of eks-gpu, or of the machine under it (disk, memory, permissions).',
      fix: flags.debug
        ? 'report it with the lines below'
        : 'run the same command with --debug and report what it prints',
    })
    if (flags.debug) context.process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`)
  }
}

function sourceOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
