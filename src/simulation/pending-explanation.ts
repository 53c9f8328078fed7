import type { Pod } from '../cluster/pod.ts'
import { believedNode } from './believed-node.ts'
import { type NodeVerdict, nodeVerdicts } from './node-verdicts.ts'
import { rejectionWords } from './rejection-words.ts'
import type { Run, RunWorkload } from './run-clock.ts'

/** Groups that are named one by one; the rest is counted. */
const mostGroups = 5

/** Why pods of a workload stay Pending, in plain words: what is wrong with the nodes there are, and why none comes. */
export function pendingExplanation(entry: RunWorkload, run: Run): string {
  const pod = entry.workload.template
  const verdicts = nodeVerdicts(pod, run.engine, run.merged).filter(({ rejection }) => rejection !== undefined)
  const nodes =
    run.engine.nodeCount === 0
      ? ['There is no node.']
      : limited(verdicts.map((verdict) => `${subject(verdict)} ${predicate(pod, verdict)}.`))
  return [...nodes, ...growth(pod, entry, run)].join(' ')
}

function subject({ group, count, example }: NodeVerdict): string {
  if (group === null) return count === 1 ? `Node ${example.node.name}:` : `${count} nodes outside of groups:`
  return count === 1 ? `Node group ${group} (1 node):` : `Node group ${group} (${count} nodes):`
}

function predicate(pod: Pod, { example, rejection }: NodeVerdict): string {
  return rejection === undefined ? 'would take it' : rejectionWords(pod, example, rejection)
}

/** Why the autoscaler adds no node, group by group. */
function growth(pod: Pod, entry: RunWorkload, run: Run): readonly string[] {
  const { merged, lastDecision } = run
  if (merged.autoscaler === undefined) return ['Nothing adds nodes: there is no autoscaler.']
  if (lastDecision === undefined) return ['Nothing adds nodes: the autoscaler itself has no node to run on.']
  const rejected = lastDecision.rejectedBy.get(String(entry.index))
  const reasons = merged.groups.flatMap((group): readonly string[] => {
    const { name, discovered, maxSize } = group
    if (!discovered) return [`does not touch group ${name}, which has no autoscaler tags`]
    const skipped = lastDecision.skippedGroups.get(name)
    if (skipped !== undefined)
      return [
        /max.*size reached/.test(skipped)
          ? `leaves group ${name} at its max size of ${maxSize}`
          : `passes over group ${name}: ${skipped}`,
      ]
    const rejection = rejected?.get(name)
    if (rejection === undefined) return []
    const believed = believedNode(group, merged, lastDecision.memory)
    const words = believed === undefined ? rejection.reasons.join(', ') : rejectionWords(pod, believed, rejection)
    return [`believes a new node of group ${name} to be ${words}`]
  })
  if (reasons.length === 0) return []
  return [`The autoscaler adds none: it ${listed(limited(reasons))}.`]
}

function limited(parts: readonly string[]): readonly string[] {
  if (parts.length <= mostGroups) return parts
  return [...parts.slice(0, mostGroups), `and ${parts.length - mostGroups} more groups likewise`]
}

function listed(parts: readonly string[]): string {
  return parts.join('; it ').replaceAll('; it and ', '; and ')
}
