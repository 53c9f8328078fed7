import type { Pod } from '../cluster/pod.ts'
import { scorePlugins } from './default-profile.ts'
import type { NodeState } from './node-state.ts'
import type { Snapshot } from './snapshot.ts'

/** What one plugin gives to the feasible nodes, in their order. */
export type PluginScores = {
  readonly plugin: string
  readonly weight: number
  readonly raw: readonly number[]
  /** 0–100; counts `weight` times. */
  readonly normalized: readonly number[]
}

/** The scores of the plugins that do not skip the pod, and their weighted sums. */
export type ScoredNodes = { readonly plugins: readonly PluginScores[]; readonly totals: readonly number[] }

/** Scores all feasible nodes. Source: framework/runtime `RunPreScorePlugins`, `RunScorePlugins`. */
export function scoreNodes(pod: Pod, feasible: readonly NodeState[], snapshot: Snapshot): ScoredNodes {
  const totals = feasible.map(() => 0)
  const plugins: PluginScores[] = []
  for (const plugin of scorePlugins) {
    const { name, weight } = plugin
    const prepared = plugin.prepare(pod, feasible, snapshot)
    if (prepared === undefined) continue
    const raw = feasible.map((state) => prepared.scoreOf(state))
    const normalized = prepared.normalize?.(raw, feasible) ?? raw
    normalized.forEach((score, index) => {
      totals[index] = (totals[index] ?? 0) + weight * score
    })
    plugins.push({ plugin: name, weight, raw, normalized })
  }
  return { plugins, totals }
}
