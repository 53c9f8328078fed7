import { isAtLeast } from '../cluster/kubernetes-version.ts'
import type { Taint } from '../cluster/taint.ts'
import { findUntoleratedTaint, type Toleration, toleratesTaint } from '../cluster/toleration.ts'
import { normalizedCounts } from './count-score.ts'
import type { FilterPlugin, ScorePlugin } from './plugin.ts'

/**
 * Keeps pods off nodes whose `NoSchedule` and `NoExecute` taints they do not tolerate. From 1.34.2 on (and in 1.35) the
 * text no longer names the taint (kubernetes/kubernetes#134740). Source: pkg/scheduler/framework/plugins/tainttoleration.
 */
export const taintTolerationFilter: FilterPlugin = {
  name: 'TaintToleration',
  prepare: ({ tolerations }, { version }) => {
    const namesTaint = !isAtLeast(version, 34, 2)
    return {
      kind: 'ready',
      filter: {
        rejectionOn({ node }) {
          const taint = findUntoleratedTaint(node.taints, tolerations, ['NoSchedule', 'NoExecute'])
          if (taint === undefined) return undefined
          const reason = namesTaint ? `taint {${taint.key}: ${taint.value}}` : 'taint(s)'
          return { unresolvable: true, reasons: [`node(s) had untolerated ${reason}`] }
        },
      },
    }
  },
}

/** Prefers nodes with fewer `PreferNoSchedule` taints that the pod does not tolerate. */
export const taintTolerationScore: ScorePlugin = {
  name: 'TaintToleration',
  weight: 3,
  prepare: ({ tolerations }) => ({
    scoreOf: ({ node }) => intolerablePreferences(node.taints, tolerations),
    normalize: (raw) => normalizedCounts(raw, true),
  }),
}

/** How many `PreferNoSchedule` taints the tolerations do not bear: the raw score of TaintToleration. */
export function intolerablePreferences(taints: readonly Taint[], tolerations: readonly Toleration[]): number {
  let count = 0
  for (const taint of taints) {
    if (taint.effect !== 'PreferNoSchedule') continue
    if (!tolerations.some((toleration) => toleratesTaint(toleration, taint))) count++
  }
  return count
}
