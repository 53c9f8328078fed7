import { isAtLeast, type KubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { NodeState } from '../scheduler/node-state.ts'
import { type Accepts, kindOf, type NodeRun, nodeNameIn, type PackedNodes } from './packed-nodes.ts'
import type { PodClass } from './pod-class.ts'

/** Pods of one equivalence group that the template may take. */
export type EstimatedPods = { readonly id: number; readonly of: PodClass; readonly count: number }

/** How many nodes of a group the pods need, as far as the limits let it count. */
export type Estimate = {
  readonly nodes: number
  /** Equivalence group → how many of its pods found a place. */
  readonly pods: ReadonlyMap<number, number>
  /** In the autoscaler's words, when a limit ended the count. */
  readonly note?: string
}

const constraintsNotMet = "node(s) didn't match pod topology spread constraints"
const isNew: Accepts = ({ origin }) => origin === 'new'

/**
 * The estimator: packs pods on copies of a template, first fit. The larger pods come first, by cpu and memory as shares of
 * the template's; GPUs have no part in that. Pods of a group are put on the nodes added so far until the first finds none;
 * the others are tried on the last node only, then on one more. A last node that stays empty ends the group, the limit ends
 * new nodes for all. Leaves the simulation as it was, except where the next search begins.
 * Source: cluster-autoscaler 1.36.1, estimator/binpacking_estimator.go, decreasing_pod_orderer.go, threshold_based_limiter.go.
 * @param limit most nodes to add; 0 is no limit, less than 0 is none at all.
 */
export function estimateNodes(
  groups: readonly EstimatedPods[],
  template: NodeState,
  nodes: PackedNodes,
  options: { readonly limit: number; readonly version: KubernetesVersion },
): Estimate {
  const undo = nodes.checkpoint()
  const placed = new Map<number, number>()
  const used = new Set<string>()
  const names = (index: number): string => `${template.node.name}-e-${index}`
  const fresh = kindOf(template)
  const state = { added: 0, isCapped: false }
  const lastIsEmpty = (): boolean => state.added > 0 && nodes.runs().at(-1)?.kind.free.pods === fresh.free.pods

  const takes = (group: EstimatedPods, count: number): void => {
    if (count > 0) placed.set(group.id, (placed.get(group.id) ?? 0) + count)
  }
  const mayAdd = (): boolean => options.limit === 0 || state.added < options.limit
  const append = (run: Omit<NodeRun, 'origin' | 'names' | 'start'>): void => {
    nodes.append({ ...run, origin: 'new', names, start: state.added })
    state.added += run.count
  }

  for (const group of byShare(groups, template)) {
    const onAdded = state.added === 0 ? 0 : nodes.place(group.of, group.count, isNew)
    takes(group, onAdded)
    const left = group.count - onAdded
    if (left === 0 || state.isCapped) continue
    if (nodes.isArithmetic(group.of)) addInBulk(group, left)
    else addOneByOne(group, left)
  }
  const nodesWithPods = state.added - (lastIsEmpty() ? 1 : 0) + used.size
  undo()
  return {
    nodes: nodesWithPods,
    pods: placed,
    ...(state.isCapped && { note: `Capping binpacking after exceeding threshold of ${options.limit} nodes` }),
  }

  /** Pods that look at no other node: no added node has room, so each new one is filled to its brim. */
  function addInBulk(group: EstimatedPods, count: number): void {
    if (lastIsEmpty()) return
    if (!mayAdd()) {
      state.isCapped = true
      return
    }
    let full = fresh
    let perNode = 0
    while (perNode < count && nodes.takes(full, group.of)) {
      full = full.plus(group.of)
      perNode += 1
    }
    if (perNode === 0) {
      append({ count: 1, kind: fresh })
      return
    }
    const allowed = options.limit === 0 ? Number.POSITIVE_INFINITY : options.limit - state.added
    const wholeNodes = Math.min(Math.floor(count / perNode), allowed)
    append({ count: wholeNodes, kind: full })
    const rest = count - wholeNodes * perNode
    takes(group, wholeNodes * perNode)
    if (rest === 0) return
    if (wholeNodes === allowed) {
      state.isCapped = true
      return
    }
    let last = fresh
    for (let pod = 0; pod < rest; pod += 1) last = last.plus(group.of)
    append({ count: 1, kind: last })
    takes(group, rest)
  }

  function addOneByOne(group: EstimatedPods, count: number): void {
    const { of } = group
    const spreadsOverHosts =
      isAtLeast(options.version, 34) &&
      of.pod.topologySpread.some(({ topologyKey }) => topologyKey === 'kubernetes.io/hostname')
    for (let pod = 0; pod < count; pod += 1) {
      if (state.added > 0) {
        const rejection = nodes.rejectionOnLast(of)
        if (rejection === undefined) {
          nodes.placeOnLast(of)
          takes(group, 1)
          continue
        }
        if (spreadsOverHosts && rejection.reasons.includes(constraintsNotMet)) {
          const last = names(state.added - 1)
          const run = nodes.placeOne(of, (candidate) => nodeNameIn(candidate, 0) !== last)
          if (run !== undefined) {
            // The real one counts such a node as if it had added it.
            if (run.origin !== 'new') used.add(nodeNameIn(run, 0))
            takes(group, 1)
            continue
          }
        }
      }
      if (lastIsEmpty()) return
      if (!mayAdd()) {
        state.isCapped = true
        return
      }
      append({ count: 1, kind: fresh })
      if (nodes.rejectionOnLast(of) !== undefined) return
      nodes.placeOnLast(of)
      takes(group, 1)
    }
  }
}

/** Larger shares first; equal ones stay in their order, where the real one takes them in any. */
function byShare(groups: readonly EstimatedPods[], { node }: NodeState): readonly EstimatedPods[] {
  const share = ({ of: { pod } }: EstimatedPods): number => {
    const { milliCpu, memory } = pod.containerRequests ?? pod.requests
    return (
      (node.allocatable.milliCpu > 0 ? milliCpu / node.allocatable.milliCpu : 0) +
      (node.allocatable.memory > 0 ? memory / node.allocatable.memory : 0)
    )
  }
  return groups
    .map((group) => ({ group, score: share(group) }))
    .sort((a, b) => b.score - a.score)
    .map(({ group }) => group)
}
