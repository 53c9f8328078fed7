import type { Pod } from '../cluster/pod.ts'
import { filterPlugins } from './default-profile.ts'
import type { NodeState } from './node-state.ts'
import type { PodChange, PreparedFilter, Rejection } from './plugin.ts'
import type { Snapshot } from './snapshot.ts'

/** A rejection with the plugin that made it. */
export type NodeRejection = Rejection & { readonly plugin: string }

/** The default profile's filters for one pod in one snapshot: PreFilter has run, each node can be asked. */
export type PreparedFilters = {
  /**
   * What PreFilter says against the pod as a whole: no node will do, and `rejectionOn` gives this for each of them.
   * `plugin` is empty when several plugins together leave no node.
   */
  readonly rejection?: NodeRejection
  /** The only nodes that PreFilter leaves (a DaemonSet's pod names one), and the plugins that say so; absent: all. */
  readonly only?: { readonly names: ReadonlySet<string>; readonly plugins: readonly string[] }
  /**
   * The first filter's rejection, in the profile's order; `undefined` when the pod fits. Asks the filters also about
   * nodes outside of `only`, which NodeAffinity rejects. Nominated pods are not looked at.
   */
  rejectionOn(node: NodeState): NodeRejection | undefined
  /** The filters after a pod came to a node or left it; the node is then asked about with its new state. */
  after(change: PodChange): PreparedFilters
}

type Named = { readonly plugin: string; readonly filter: PreparedFilter }

/**
 * Runs PreFilter for a pod: what depends on all nodes (domain counts, affinities) is counted once.
 * Source: pkg/scheduler/framework/runtime/framework.go `RunPreFilterPlugins`.
 */
export function prepareFilters(pod: Pod, snapshot: Snapshot): PreparedFilters {
  const filters: Named[] = []
  const narrowing: string[] = []
  let names: ReadonlySet<string> | undefined
  let rejection: NodeRejection | undefined
  for (const plugin of filterPlugins(snapshot.version)) {
    const result = plugin.prepare(pod, snapshot)
    switch (result.kind) {
      case 'skip':
        break
      case 'rejected':
        rejection = { ...result.rejection, plugin: plugin.name }
        if (rejection.unresolvable) return rejected(rejection)
        break
      case 'ready':
        filters.push({ plugin: plugin.name, filter: result.filter })
        if (result.nodeNames === undefined) break
        narrowing.push(plugin.name)
        names = names === undefined ? result.nodeNames : intersection(names, result.nodeNames)
        if (names.size === 0) return rejected(noNodeLeft(narrowing))
    }
  }
  if (rejection !== undefined) return rejected(rejection)
  const prepared = preparedFilters(filters)
  return names === undefined ? prepared : { ...prepared, only: { names, plugins: narrowing.toSorted() } }
}

function preparedFilters(filters: readonly Named[]): PreparedFilters {
  return {
    rejectionOn(node) {
      for (const { plugin, filter } of filters) {
        const rejection = filter.rejectionOn(node)
        if (rejection !== undefined) return { ...rejection, plugin }
      }
      return undefined
    },
    after: (change) =>
      preparedFilters(filters.map(({ plugin, filter }) => ({ plugin, filter: filter.after?.(change) ?? filter }))),
  }
}

function rejected(rejection: NodeRejection): PreparedFilters {
  const prepared: PreparedFilters = { rejection, rejectionOn: () => rejection, after: () => prepared }
  return prepared
}

function noNodeLeft(plugins: readonly string[]): NodeRejection {
  const [first = '', ...others] = plugins
  const text = others.length === 0 ? `plugin ${first}` : `plugin(s) [${plugins.toSorted().join(' ')}] simultaneously`
  return { plugin: '', unresolvable: true, reasons: [`node(s) didn't satisfy ${text}`] }
}

function intersection(left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...left].filter((name) => right.has(name)))
}
