import { type LabelSelector, matchesLabelSelector } from '../../cluster/label-selector.ts'
import type { Pod } from '../../cluster/pod.ts'
import type { Workload } from '../../cluster/workload.ts'

/**
 * Knows which workloads' pods the affinity terms of pods on nodes may concern. It looks at selectors only, not at
 * namespaces: it may name too many, never too few.
 */
export type TermWatch = {
  register(workload: Workload): void
  /** So many pods of a workload came to nodes, or left them. */
  count(workload: number, pods: number): void
  /** A pod that is no workload's came to a node, or left it. */
  bound(pod: Pod, sign: 1 | -1): void
  /** Whether some pod on a node has a term that may select the workload's pods. */
  concerns(workload: number): boolean
}

/** Watches nothing yet. */
export function createTermWatch(): TermWatch {
  const workloads: Workload[] = []
  /** By workload: selectors of its own terms, and its pods on nodes. */
  const own: (readonly LabelSelector[])[] = []
  const placed: number[] = []
  const boundPods = new Map<Pod, number>()
  /** Selectors of pods on nodes; `undefined` when they are to be collected anew. */
  let present: readonly LabelSelector[] | undefined = []
  let answers: (boolean | undefined)[] = []

  function forget(): void {
    present = undefined
    answers = []
  }

  function collect(): readonly LabelSelector[] {
    const ofWorkloads = own.filter((_, index) => (placed[index] ?? 0) > 0)
    return [...ofWorkloads.flat(), ...[...boundPods.keys()].flatMap(selectorsOf)]
  }

  return {
    register(workload) {
      workloads.push(workload)
      own.push(selectorsOf(workload.template))
      placed.push(0)
    },
    count(workload, pods) {
      if ((own[workload]?.length ?? 0) === 0) return
      const before = placed[workload] ?? 0
      placed[workload] = before + pods
      if (before > 0 !== before + pods > 0) forget()
    },
    bound(pod, sign) {
      if (selectorsOf(pod).length === 0) return
      const count = (boundPods.get(pod) ?? 0) + sign
      if (count > 0) boundPods.set(pod, count)
      else boundPods.delete(pod)
      forget()
    },
    concerns(workload) {
      present ??= collect()
      if (present.length === 0) return false
      const known = answers[workload]
      if (known !== undefined) return known
      const labels = workloads[workload]?.template.labels ?? {}
      const answer = present.some((selector) => matchesLabelSelector(selector, labels))
      answers[workload] = answer
      return answer
    },
  }
}

function selectorsOf({ affinity, antiAffinity }: Pod): readonly LabelSelector[] {
  if (
    affinity.required.length === 0 &&
    affinity.preferred.length === 0 &&
    antiAffinity.required.length === 0 &&
    antiAffinity.preferred.length === 0
  )
    return []
  return [affinity, antiAffinity].flatMap(({ required, preferred }) =>
    [...required, ...preferred.map(({ term }) => term)].flatMap(({ selector }) =>
      selector === undefined ? [] : [selector],
    ),
  )
}
