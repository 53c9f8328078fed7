import { workloadId } from '../../cluster/workload.ts'
import { prepareFilters } from '../../scheduler/prepare-filters.ts'
import { amountText } from '../amount-text.ts'
import { freshNode } from '../fresh-node.ts'
import type { SimulationFinding } from '../outcome.ts'
import { rejectionWords } from '../rejection-words.ts'
import { amountOf, resourceShortages } from '../resource-shortage.ts'
import type { Run } from '../run-clock.ts'
import { pendingOf } from '../workload-outcomes.ts'

/** A group grew for pods that its real nodes do not take: template and node disagree, and the autoscaler asks again. */
export function endlessScaleUp(run: Run): readonly SimulationFinding[] {
  const { merged, fleet } = run
  return run.workloads.flatMap((entry) => {
    if (pendingOf(run, entry) === 0) return []
    const pod = entry.workload.template
    return merged.groups.flatMap((group): readonly SimulationFinding[] => {
      if (!entry.grew.has(group.name) || fleet.readinessOf(group.name).kind === 'never') return []
      const fresh = freshNode(group, merged)
      const filters = prepareFilters(pod, { version: merged.version, nodes: [fresh], objects: run.engine.objects })
      const rejection = filters.rejectionOn(fresh)
      if (rejection === undefined) return []
      const id = workloadId(entry.workload)
      const nodes = fleet.sizeOf(group.name) - (run.sizesAtStart.get(group.name) ?? 0)
      const [lacking] = resourceShortages(pod, fresh)
      const numbers =
        rejection.plugin !== 'NodeResourcesFit' || lacking === undefined
          ? `A real node is ${rejectionWords(pod, fresh, rejection)}, and that is not on the autoscaler's template.`
          : shortageText(lacking.resource, lacking.asked, lacking.allocatable, fresh)
      return [
        {
          id: 'endless-scale-up',
          severity: 'error',
          what: `Group ${group.name} scales up for ${id} (${nodes} nodes more), and its pods do not fit on the nodes that come`,
          why: `At zero nodes the autoscaler takes the instance type's full size and the group's tags for the node. ${numbers} So the pods stay Pending, and each time the autoscaler forgets the real node it adds another.`,
          fix:
            rejection.plugin === 'NodeResourcesFit' && lacking !== undefined
              ? `lower the ${lacking.resource} request of ${id} to ${amountText(lacking.resource, lacking.free)}, or use a larger instance type`
              : `let ${id} tolerate or select what nodes of group ${group.name} really have, and put that on the group's node-template tags`,
          group: group.name,
          workload: id,
        },
      ]
    })
  })
}

function shortageText(
  resource: string,
  asked: number,
  allocatable: number,
  fresh: Parameters<typeof resourceShortages>[1],
): string {
  const whole = resource === 'pods' ? 110 : amountOf(fresh.node.capacity ?? fresh.node.allocatable, resource)
  const taken = resource === 'pods' ? fresh.pods.length : amountOf(fresh.requested, resource)
  const text = (amount: number): string => amountText(resource, amount)
  return `It believes in ${text(whole)} of ${resource}; a real node offers ${text(allocatable)}, of which DaemonSets take ${text(taken)}, and the pod asks for ${text(asked)}.`
}
