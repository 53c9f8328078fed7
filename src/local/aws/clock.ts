/** The time in an environment's AWS: the machine's, put forward as far as somebody asked. It never goes back. */
export type AwsClock = {
  now(): Date
  /** Goes on from that moment; an earlier one than now changes nothing. */
  putForward(to: Date): void
}

/** A clock that shows the machine's time until it is put forward. */
export function startClock(machine: () => number = Date.now): AwsClock {
  let ahead = 0
  return {
    now: () => new Date(machine() + ahead),
    putForward: (to) => {
      ahead = Math.max(ahead, to.getTime() - machine())
    },
  }
}
