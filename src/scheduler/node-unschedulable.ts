import { toleratesTaint } from '../cluster/toleration.ts'
import type { FilterPlugin } from './plugin.ts'

/** Keeps pods off cordoned nodes. Source: pkg/scheduler/framework/plugins/nodeunschedulable. */
export const nodeUnschedulable: FilterPlugin = {
  name: 'NodeUnschedulable',
  filter(pod, { node }) {
    if (!node.unschedulable) return undefined
    const taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' } as const
    if (pod.tolerations.some((toleration) => toleratesTaint(toleration, taint))) return undefined
    return { unresolvable: true, reasons: ['node(s) were unschedulable'] }
  },
}
