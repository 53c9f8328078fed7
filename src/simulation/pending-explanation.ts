import type { Pod } from '../cluster/pod.ts'
import { believedNode } from './believed-node.ts'
import { type NodeVerdict, nodeVerdicts } from './node-verdicts.ts'
import { rejectionWords } from './rejection-words.ts'
import type { Run, RunWorkload } from './run-clock.ts'

/** Groups that are named one by one; the rest is counted. */
const mostGroups = 5

/**
 * Why pods of a workload stay Pending, in plain words, one line for each reason: what is wrong with the nodes there are,
 * and why none comes.
 */
export function pendingExplanation(entry: RunWorkload, run: Run): string {
  const pod = entry.workload.template
  const verdicts = nodeVerdicts(pod, run).filter(({ rejection }) => rejection !== undefined)
  const nodes =
    run.engine.nodeCount === 0
      ? ['There is no node.']
      : limited(
          together(verdicts.map((verdict) => [subject(verdict), predicate(pod, verdict)])).map(
            ({ names, words }) => `${names.charAt(0).toUpperCase()}${names.slice(1)}: ${words}.`,
          ),
        )
  return [...nodes, ...growth(pod, entry, run)].join('\n')
}

function subject({ group, count, example }: NodeVerdict): string {
  if (group === null) return count === 1 ? `node ${example.node.name}` : `${count} nodes outside of groups`
  return `group ${group} (${count === 1 ? '1 node' : `${count} nodes`})`
}

/** Things of which the same is said, said once; in the order in which they come. */
function together(
  said: readonly (readonly [name: string, words: string])[],
): readonly { readonly names: string; readonly words: string }[] {
  const names = new Map<string, string[]>()
  for (const [name, words] of said) names.set(words, [...(names.get(words) ?? []), name])
  return [...names].map(([words, all]) => ({ names: all.join(', '), words }))
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
  const reasons = merged.groups.flatMap((group): readonly (readonly [string, string])[] => {
    const { name, discovered, maxSize } = group
    if (!discovered) return [[name, 'the autoscaler does not touch it, for want of autoscaler tags']]
    const skipped = lastDecision.skippedGroups.get(name)
    if (skipped !== undefined)
      return [
        /max.*size reached/.test(skipped)
          ? [name, `the autoscaler leaves it at its max size of ${maxSize}`]
          : [name, `the autoscaler passes over it: ${skipped}`],
      ]
    const rejection = rejected?.get(name)
    if (rejection === undefined) return []
    const believed = believedNode(group, merged, lastDecision.memory)
    const words = believed === undefined ? rejection.reasons.join(', ') : rejectionWords(pod, believed, rejection)
    return [[name, `as the autoscaler sees it, ${words}`]]
  })
  return limited(
    together(reasons).map(
      ({ names, words }) => `No new node of ${names.includes(', ') ? 'groups' : 'group'} ${names}: ${words}.`,
    ),
  )
}

function limited(parts: readonly string[]): readonly string[] {
  if (parts.length <= mostGroups) return parts
  return [...parts.slice(0, mostGroups), `And ${parts.length - mostGroups} more likewise.`]
}
