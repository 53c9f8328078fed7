import { workloadId } from '../../cluster/workload.ts'
import { prepareFilters } from '../../scheduler/prepare-filters.ts'
import { freshNode } from '../fresh-node.ts'
import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'
import { pendingOf } from '../workload-outcomes.ts'

/** A group that would take the waiting pods and may not grow any more. */
export function groupAtMax(run: Run): readonly SimulationFinding[] {
  const { merged, fleet } = run
  if (run.lastDecision === undefined) return []
  return merged.groups.flatMap((group): readonly SimulationFinding[] => {
    const { name, maxSize, discovered } = group
    if (!discovered || fleet.sizeOf(name) < maxSize) return []
    const fresh = freshNode(group, merged)
    const waiting = run.workloads.filter((entry) => {
      if (pendingOf(run, entry) === 0) return false
      const snapshot = { version: merged.version, nodes: [fresh], objects: run.engine.objects }
      return prepareFilters(entry.workload.template, snapshot).rejectionOn(fresh) === undefined
    })
    if (waiting.length === 0) return []
    const pods = waiting.reduce((sum, entry) => sum + pendingOf(run, entry), 0)
    const ids = waiting.map(({ workload }) => workloadId(workload))
    return [
      {
        id: 'group-at-max',
        severity: 'warning',
        what: `Group ${name} is at its max_size of ${maxSize}, and ${pods} pod${pods === 1 ? '' : 's'} that it would take wait${pods === 1 ? 's' : ''} (${named(ids)})`,
        why: 'The autoscaler passes over a group that has reached its max size.',
        fix: `raise max_size of group ${name}`,
        group: name,
      },
    ]
  })
}

function named(ids: readonly string[]): string {
  const most = 3
  return ids.length <= most ? ids.join(', ') : `${ids.slice(0, most).join(', ')} and ${ids.length - most} more`
}
