import { type ExpiringSet, noKeys } from './expiring-set.ts'
import type { NodeTemplate } from './node-template.ts'

/** What a running autoscaler remembers from loop to loop; a new process starts with {@link noMemory}. Times are seconds. */
export type AutoscalerMemory = {
  /** Group → its open request: how many nodes were asked for, when last, and until when they are waited for. */
  readonly requests: ReadonlyMap<string, { readonly increase: number; readonly since: number; readonly until: number }>
  /** Group → until when it is left alone after a failure, how long that pause is, and when the failure was. */
  readonly backoffs: ReadonlyMap<
    string,
    { readonly until: number; readonly duration: number; readonly failedAt: number }
  >
  /** Group → the template last taken from a running node. */
  readonly templates: ReadonlyMap<string, NodeTemplate>
  /** Node → since when it is not needed. */
  readonly unneededSince: ReadonlyMap<string, number>
  /** Nodes that are not looked at again for a while. */
  readonly unremovable: ExpiringSet<string>
  /** Lists of names as a view's buckets hold them, of which each one is such a node: they need not be asked for one by one. */
  readonly unremovableLists: ExpiringSet<readonly string[]>
  /** Instance without a node → when this process first saw it. */
  readonly unregisteredSince: ReadonlyMap<string, number>
  /** Group → a number of nodes that is not the target size, since when. */
  readonly wrongSizes: ReadonlyMap<
    string,
    { readonly registered: number; readonly target: number; readonly since: number }
  >
  readonly lastScaleUp: number
  readonly lastScaleDown: number
  readonly lastScaleDownFailure: number
  /** Time of the last loop, and the shortest time between two. */
  readonly lastLoop: number
  readonly shortestInterval: number
  /** Where the next search for a node begins, as an index into the list of nodes. */
  readonly nextNode: number
  /** State of the random choices; 0: always the first. */
  readonly random: number
}

/**
 * The memory of a process that starts at the second `startedAt`. Equal seeds choose equally; seed 0 takes the first of
 * whatever the real one picks at random. The last scale-up and scale-down are an hour ago, so that no delay holds it back.
 */
export function noMemory(seed: number, startedAt: number): AutoscalerMemory {
  return {
    requests: new Map(),
    backoffs: new Map(),
    templates: new Map(),
    unneededSince: new Map(),
    unremovable: noKeys(),
    unremovableLists: noKeys(),
    unregisteredSince: new Map(),
    wrongSizes: new Map(),
    lastScaleUp: startedAt - 3600,
    lastScaleDown: startedAt - 3600,
    lastScaleDownFailure: startedAt - 3600,
    lastLoop: Number.NEGATIVE_INFINITY,
    shortestInterval: Number.POSITIVE_INFINITY,
    nextNode: 0,
    random: seed,
  }
}
