import { spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { setTimeout as pause } from 'node:timers/promises'
import { isRunning, type ProcessIdentity, startTimeOf } from './process-identity.ts'
import { type ChangeCounts, type Diagnostic, parseUiLine, type UiEvent } from './ui-events.ts'

/**
 * How the person at the keyboard stops a run. `interrupt` passes exactly one SIGINT to Terraform, which then ends what it
 * has begun and saves its state; a second one would make it drop everything, so none is ever passed. `leave` stops waiting:
 * Terraform goes on by itself, in its own session, writing to its stream file.
 */
export type Stop = { readonly interrupt: AbortSignal; readonly leave: AbortSignal }

/** A stop that never comes. */
export const neverStop: Stop = { interrupt: new AbortController().signal, leave: new AbortController().signal }

/** How a Terraform process ended. */
export type Ending =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  /** We stopped waiting; it still runs. */
  | { readonly kind: 'left'; readonly pid: number }
  /** A process of an earlier eks-gpu, whose exit code only its parent could know. */
  | { readonly kind: 'gone' }

/** What a stream said, and how it ended. */
export type StreamOutcome = {
  readonly ending: Ending
  /** Whether a SIGINT was passed on. */
  readonly interrupted: boolean
  readonly diagnostics: readonly Diagnostic[]
  readonly counts: ChangeCounts | undefined
  /** Lines that were not JSON, and standard error; the last ones. */
  readonly messages: readonly string[]
}

export type StreamRun = {
  readonly program: string
  readonly args: readonly string[]
  readonly directory: string
  readonly env: NodeJS.ProcessEnv
  /** File that Terraform writes its stream to: it outlives us and tells the next run what was in flight. */
  readonly stream: string
  readonly errors: string
  readonly onEvent: (event: UiEvent) => void
  readonly onStart?: (process: ProcessIdentity) => void
  readonly stop: Stop
}

/**
 * Runs one Terraform command, without a shell, in a session of its own, so that neither the terminal's Ctrl-C nor our own
 * end reaches it; its output goes to files, so that it never writes into a closed pipe.
 */
export async function runStream(run: StreamRun): Promise<StreamOutcome> {
  const out = openSync(run.stream, 'w', 0o600)
  const err = openSync(run.errors, 'w', 0o600)
  const child = spawn(run.program, run.args, {
    cwd: run.directory,
    env: run.env,
    stdio: ['ignore', out, err],
    detached: true,
  })
  closeSync(out)
  closeSync(err)
  let ending: Ending | undefined
  const ended = new Promise<void>((settle, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      ending = signal === null ? { kind: 'exited', code: code ?? 1 } : { kind: 'killed', signal }
      settle()
    })
  })
  // Awaited below; without this a failed start would be an unhandled rejection first.
  ended.catch(() => undefined)
  if (child.pid === undefined) {
    await ended
    throw new Error(`${run.program} did not start`)
  }
  const { pid } = child
  run.onStart?.({ pid, startedAt: startTimeOf(pid) ?? '' })
  const outcome = await follow(run, pid, () => ending, ended)
  if (outcome.ending.kind === 'left') child.unref()
  return outcome
}

/** Follows a Terraform process that an earlier eks-gpu started and left, from the start of its stream. */
export async function followStream(
  process: ProcessIdentity,
  run: Pick<StreamRun, 'stream' | 'errors' | 'onEvent' | 'stop'>,
): Promise<StreamOutcome> {
  return follow(run, process.pid, () => (isRunning(process) ? undefined : { kind: 'gone' }), undefined)
}

async function follow(
  run: Pick<StreamRun, 'stream' | 'errors' | 'onEvent' | 'stop'>,
  pid: number,
  endingNow: () => Ending | undefined,
  ended: Promise<void> | undefined,
): Promise<StreamOutcome> {
  const diagnostics: Diagnostic[] = []
  const messages: string[] = []
  let counts: ChangeCounts | undefined
  const file = new GrowingFile(run.stream)
  const drain = () => {
    for (const line of file.newLines()) {
      const event = parseUiLine(line)
      if (event.type === 'diagnostic') diagnostics.push(event.diagnostic)
      else if (event.type === 'change-summary') counts = event.counts
      else if (event.type === 'message' && !line.startsWith('{')) messages.push(event.text)
      run.onEvent(event)
    }
  }
  let interrupted = false
  const passOn = () => {
    if (interrupted) return
    interrupted = true
    try {
      process.kill(pid, 'SIGINT')
    } catch {
      // It ended in this very moment.
    }
  }
  if (run.stop.interrupt.aborted) passOn()
  run.stop.interrupt.addEventListener('abort', passOn, { once: true })
  try {
    let ending = endingNow()
    while (ending === undefined && !run.stop.leave.aborted) {
      drain()
      await (ended === undefined ? pause(80) : Promise.race([ended, pause(80)]))
      ending = endingNow()
    }
    drain()
    messages.push(...file.rest(), ...linesOf(run.errors))
    return {
      ending: ending ?? { kind: 'left', pid },
      interrupted,
      diagnostics: withoutRepeats(diagnostics),
      counts,
      messages: messages.slice(-20),
    }
  } finally {
    run.stop.interrupt.removeEventListener('abort', passOn)
    file.close()
  }
}

/** What a short command printed. */
export type Captured = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs a short Terraform command to its end and keeps what it prints; Ctrl-C does not reach it. */
export function capture(
  program: string,
  args: readonly string[],
  options: { readonly directory: string; readonly env: NodeJS.ProcessEnv },
): Promise<Captured> {
  return new Promise((settle, reject) => {
    const child = spawn(program, args, {
      cwd: options.directory,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', (code) =>
      settle({
        code: code ?? 1,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      }),
    )
  })
}

/** Events of a stream file that is no longer written to. */
export function readStream(path: string): readonly UiEvent[] {
  return linesOf(path).map(parseUiLine)
}

/** A file that another process appends lines to. */
class GrowingFile {
  readonly #descriptor: number
  readonly #decoder = new StringDecoder('utf8')
  readonly #chunk = Buffer.alloc(64 * 1024)
  #offset = 0
  #rest = ''

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r')
  }

  newLines(): readonly string[] {
    let text = ''
    while (this.#offset < fstatSync(this.#descriptor).size) {
      const read = readSync(this.#descriptor, this.#chunk, 0, this.#chunk.length, this.#offset)
      if (read === 0) break
      this.#offset += read
      text += this.#decoder.write(this.#chunk.subarray(0, read))
    }
    if (text === '') return []
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    return lines.filter((line) => line.trim() !== '')
  }

  /** What stands after the last line break: a line that was cut off by a kill. */
  rest(): readonly string[] {
    return this.#rest.trim() === '' || this.#rest.startsWith('{') ? [] : [this.#rest]
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
  } catch {
    return []
  }
}

/** Terraform says some diagnostics twice, once per walk over the configuration. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>()
  return diagnostics.filter((diagnostic) => {
    const key = JSON.stringify([
      diagnostic.severity,
      diagnostic.summary,
      diagnostic.detail,
      diagnostic.address,
      diagnostic.at,
    ])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
