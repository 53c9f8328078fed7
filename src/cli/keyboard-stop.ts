import type { Stop } from '../terraform/terraform-process.ts'
import type { CliProcess } from './context.ts'

/** What is going on when somebody presses Ctrl-C; decides what they are told. */
export type Phase = 'preparing' | 'reading' | 'changing' | 'checking'

const firstWords: Readonly<Record<Phase, string>> = {
  preparing: 'Interrupted: stopping. Nothing has been changed.',
  reading: 'Interrupted: Terraform is stopping. Nothing has been changed.',
  changing:
    'Interrupted: Terraform ends what it has begun and saves its state. This can take some minutes; please wait.',
  checking: 'Interrupted: leaving out the rest of the checks. The cluster stays as it is.',
}

const secondWords =
  'Still waiting for Terraform. A second interrupt is not passed on: it would make Terraform drop what it is creating. ' +
  'Press Ctrl-C once more to leave it running in the background.'

/** Listens to Ctrl-C (and to being told to end) for one command. */
export type KeyboardStop = Stop & {
  phase: Phase
  /** Stops listening. */
  close(): void
}

/**
 * Turns signals into a {@link Stop}: the first interrupts, the second is explained, the third leaves Terraform to itself.
 * @param say where to tell the person what happens.
 */
export function listenForStop(process: Pick<CliProcess, 'on' | 'off'>, say: (text: string) => void): KeyboardStop {
  const interrupt = new AbortController()
  const leave = new AbortController()
  let times = 0
  const stop: KeyboardStop = {
    phase: 'preparing',
    interrupt: interrupt.signal,
    leave: leave.signal,
    close: () => {
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
  const onSignal = () => {
    times += 1
    if (times === 1) {
      say(firstWords[stop.phase])
      interrupt.abort()
    } else if (times === 2 && (stop.phase === 'changing' || stop.phase === 'reading')) say(secondWords)
    else leave.abort()
  }
  for (const signal of signals) process.on(signal, onSignal)
  return stop
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
