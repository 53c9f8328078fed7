import type { Trials } from '../simulation/outcome.ts'
import { formatCount } from './counted.ts'

/** Why no single change is told that lets pods run, and how many were tried. `pods`: how many it is about. */
export function noFixText({ made, complete }: Trials, pods: number): string {
  const them = pods === 1 ? 'it' : 'any of them'
  if (made === 0)
    return complete
      ? `there is no single change to try that could let ${them} run`
      : 'none was looked for: every change takes another run, and as many as this input gets have been made'
  const tried =
    made === 1
      ? `the one single change that was tried does not let ${them} run`
      : `none of the ${formatCount(made)} single changes that were tried lets ${them} run`
  return complete ? tried : `${tried}; not every one was tried, as each takes another run`
}
