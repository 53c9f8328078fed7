import { EventEmitter } from 'node:events'
import { PassThrough, Writable } from 'node:stream'
import type { CliContext, CliProcess } from '../context.ts'

/** A context whose output is kept, with signals that a test sends. */
export type RecordedContext = {
  readonly context: CliContext
  readonly out: () => string
  /** Standard error, with times replaced by `TIME`. */
  readonly err: () => string
  readonly send: (signal: 'SIGINT') => void
  /** Called after each write to standard error with all of it. */
  readonly onErr: (listener: (text: string) => void) => void
}

/** Makes a context for a command that runs in `cwd` with exactly these variables. */
export function recordedContext(cwd: string, env: NodeJS.ProcessEnv): RecordedContext {
  const emitter = new EventEmitter()
  const listeners: ((text: string) => void)[] = []
  const texts = { out: '', err: '' }
  const stream = (name: keyof typeof texts) =>
    new Writable({
      write: (chunk: Buffer, _, done) => {
        texts[name] += chunk.toString('utf8')
        if (name === 'err') for (const listener of listeners) listener(texts.err)
        done()
      },
    })
  const process = {
    stdout: stream('out'),
    stderr: stream('err'),
    stdin: new PassThrough(),
    env,
    cwd: () => cwd,
    on: emitter.on.bind(emitter),
    off: emitter.off.bind(emitter),
  }
  return {
    // Only the members that commands use are there; `CliProcess` names them with Node's own, wider types.
    context: { process: process as unknown as CliProcess, exit: 0 },
    out: () => texts.out,
    err: () => texts.err.replace(/\(\d+(?:\.\d+)? s\)/g, '(TIME)'),
    send: (signal) => void emitter.emit(signal),
    onErr: (listener) => void listeners.push(listener),
  }
}
