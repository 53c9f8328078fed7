import { workloadId } from '../../cluster/workload.ts'
import type { NodeState } from '../../scheduler/node-state.ts'
import { prepareFilters } from '../../scheduler/prepare-filters.ts'
import { amountText } from '../amount-text.ts'
import { freshNode } from '../fresh-node.ts'
import type { SimulationFinding } from '../outcome.ts'
import { rejectionWords } from '../rejection-words.ts'
import { amountOf, type ResourceShortage, resourceShortages } from '../resource-shortage.ts'
import type { GrowthTemplate, Run } from '../run-clock.ts'
import { pendingOf } from '../workload-outcomes.ts'

/** A group grew for pods that its real nodes do not take: template and node disagree, and the autoscaler asks again. */
export function endlessScaleUp(run: Run): readonly SimulationFinding[] {
  const { merged, fleet } = run
  return run.workloads.flatMap((entry) => {
    if (pendingOf(run, entry) === 0) return []
    // Where its volumes are is no matter of template and node.
    const pod = { ...entry.workload.template, volumes: [] }
    return merged.groups.flatMap((group): readonly SimulationFinding[] => {
      const growth = entry.grew.get(group.name)
      if (growth === undefined || fleet.readinessOf(group.name).kind === 'never') return []
      const fresh = freshNode(group, merged)
      const filters = prepareFilters(pod, { version: merged.version, nodes: [fresh], objects: merged.objects })
      const rejection = filters.rejectionOn(fresh)
      if (rejection === undefined) return []
      const id = workloadId(entry.workload)
      const nodes = fleet.sizeOf(group.name) - (run.sizesAtStart.get(group.name) ?? 0)
      const [lacking] = resourceShortages(pod, fresh)
      const numbers =
        rejection.plugin !== 'NodeResourcesFit' || lacking === undefined
          ? `A real node is ${rejectionWords(pod, fresh, rejection)}, and that is not on the autoscaler's template.`
          : shortageText(lacking, fresh, growth)
      const source = growth.isLive
        ? 'The autoscaler took a node that ran in the group for the new one.'
        : "At zero nodes the autoscaler takes the instance type's full size and the group's tags for the node."
      const again = growth.isLive
        ? 'the autoscaler adds another node as long as it takes that one for new ones.'
        : 'each time the autoscaler forgets the real node it adds another.'
      return [
        {
          id: 'endless-scale-up',
          severity: 'error',
          what: `Group ${group.name} scales up for ${id} (${nodes} nodes more), and its pods do not fit on the nodes that come`,
          why: `${source} ${numbers} So the pods stay Pending, and ${again}`,
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
  { resource, asked, allocatable }: ResourceShortage,
  fresh: NodeState,
  { believed }: GrowthTemplate,
): string {
  const text = (amount: number): string => amountText(resource, amount)
  const of = ({ node, pods, requested }: NodeState): { readonly whole: number; readonly taken: number } =>
    resource === 'pods'
      ? { whole: node.allocatablePods, taken: pods.length }
      : { whole: amountOf(node.allocatable, resource), taken: amountOf(requested, resource) }
  const belief = believed === undefined ? '' : `It believes in ${text(of(believed).whole)} of ${resource}; a`
  const real = `${belief === '' ? 'A' : belief} real node offers ${text(allocatable)}`
  return `${real}, of which DaemonSets take ${text(of(fresh).taken)}, and the pod asks for ${text(asked)}.`
}
