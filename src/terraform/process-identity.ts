import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process that is told apart from a later one with the same id by its start time. */
export type ProcessIdentity = { readonly pid: number; readonly startedAt: string }

/** Start time of a running process: clock ticks as /proc says, or the text of `ps -o lstart=`; `undefined` when it has ended. */
export function startTimeOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // The program's name stands in parentheses and may hold spaces; state is the field after it, start time the 20th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[0] === 'Z' ? undefined : fields[19]
    } catch {
      return undefined
    }
  }
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return text.trim() || undefined
  } catch {
    return undefined
  }
}

/** Whether this very process still runs (and not another that was given its id). */
export function isRunning(process: ProcessIdentity): boolean {
  return startTimeOf(process.pid) === process.startedAt
}

/** Identity of a process of ours. */
export function identityOf(pid: number): ProcessIdentity {
  return { pid, startedAt: startTimeOf(pid) ?? '' }
}
