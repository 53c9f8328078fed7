import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'

/** A node that stands for all of a group, with the pods that every node of it runs. */
export type NodeTemplate = { readonly node: Node; readonly pods: readonly Pod[] }

/** What a running autoscaler remembers from loop to loop; a new process starts with {@link noMemory}. */
export type AutoscalerMemory = {
  /** Group → its open request: how many nodes of it are still to come, when it began, until when it is waited for. */
  readonly requests: ReadonlyMap<string, { readonly increase: number; readonly since: number; readonly until: number }>
  /** Group → until when it is left alone after a failure, and how long the next pause is. */
  readonly backoffs: ReadonlyMap<string, { readonly until: number; readonly duration: number; readonly failedAt: number }>
  /** Group → the template last taken from a running node. */
  readonly templates: ReadonlyMap<string, NodeTemplate>
  /** Node → since when it is not needed. */
  readonly unneededSince: ReadonlyMap<string, number>
  /** Node → until when it is not looked at again, with the reason it had. */
  readonly unremovableUntil: ReadonlyMap<string, { readonly until: number; readonly reason: string }>
  /** Instance without a node → when this process first saw it. */
  readonly unregisteredSince: ReadonlyMap<string, number>
  readonly lastScaleUp: number
  readonly lastScaleDown: number
  readonly lastScaleDownFailure: number
  /** State of the random choices. */
  readonly random: number
  readonly loops: number
}

/** The memory of a process that has just started; equal seeds choose equally. */
export function noMemory(seed: number, startedAt: number): AutoscalerMemory {
  return {
    requests: new Map(),
    backoffs: new Map(),
    templates: new Map(),
    unneededSince: new Map(),
    unremovableUntil: new Map(),
    unregisteredSince: new Map(),
    // The real process takes its start for the last scale-down, and so does not remove nodes at once.
    lastScaleUp: startedAt,
    lastScaleDown: startedAt,
    lastScaleDownFailure: startedAt,
    random: seed,
    loops: 0,
  }
}
