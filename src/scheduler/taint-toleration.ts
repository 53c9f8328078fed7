import { isAtLeast } from '../cluster/kubernetes-version.ts'
import { findUntoleratedTaint, toleratesTaint } from '../cluster/toleration.ts'
import type { FilterPlugin, ScorePlugin } from './plugin.ts'

/**
 * Keeps pods off nodes whose `NoSchedule` and `NoExecute` taints they do not tolerate. From 1.34.2 on (and in 1.35) the
 * text no longer names the taint (kubernetes/kubernetes#134740). Source: pkg/scheduler/framework/plugins/tainttoleration.
 */
export const taintToleration: FilterPlugin = {
  name: 'TaintToleration',
  filter(pod, { node }, version) {
    const taint = findUntoleratedTaint(node.taints, pod.tolerations, ['NoSchedule', 'NoExecute'])
    if (taint === undefined) return undefined
    const reason = isAtLeast(version, 34, 2)
      ? 'node(s) had untolerated taint(s)'
      : `node(s) had untolerated taint {${taint.key}: ${taint.value}}`
    return { unresolvable: true, reasons: [reason] }
  },
}

/** Prefers nodes with fewer `PreferNoSchedule` taints that the pod does not tolerate. */
export const taintTolerationScore: ScorePlugin = {
  name: 'TaintToleration',
  weight: 3,
  score(pod, nodes) {
    const tolerations = pod.tolerations.filter(({ effect }) => effect === undefined || effect === 'PreferNoSchedule')
    const counts = nodes.map(
      ({ node }) =>
        node.taints.filter(
          (taint) =>
            taint.effect === 'PreferNoSchedule' && !tolerations.some((toleration) => toleratesTaint(toleration, taint)),
        ).length,
    )
    const most = Math.max(0, ...counts)
    return counts.map((count) => (most === 0 ? 100 : 100 - Math.floor((100 * count) / most)))
  },
}
