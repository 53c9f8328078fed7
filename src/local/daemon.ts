/** The process of a local environment: `node dist/local/daemon.js --record FILE`. */
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { ProblemError } from '../cluster/problem.ts'
import { errorText } from './error-text.ts'
import { runEnvironment } from './run-environment.ts'

const { values } = parseArgs({ options: { record: { type: 'string' } } })
if (values.record === undefined) {
  process.stderr.write('daemon: --record FILE is missing\n')
  process.exit(1)
}

const say = (line: string): void => {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`)
}
/** To the command that started us, while it listens. */
const tell = (message: object): void => {
  if (process.connected) process.send?.(message)
}

const stopping = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.abort())
// The terminal of the command that started us may close.
process.on('SIGHUP', () => undefined)
process.on('unhandledRejection', (error) => say(`unhandled: ${errorText(error)}`))

try {
  await runEnvironment({
    home: dirname(values.record),
    signal: stopping.signal,
    stop: () => stopping.abort(),
    onProgress: (line) => {
      say(line)
      tell({ progress: line })
    },
    onReady: () => {
      say('ready')
      tell({ ready: true })
    },
    say,
  })
  process.exit(0)
} catch (error) {
  say(errorText(error))
  tell({
    problem:
      error instanceof ProblemError
        ? error.problem
        : {
            id: 'environment-did-not-start',
            what: 'The local environment did not start.',
            why: error instanceof Error ? error.message : String(error),
          },
  })
  process.exit(1)
}
