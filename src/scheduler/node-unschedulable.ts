import { toleratesTaint } from '../cluster/toleration.ts'
import type { FilterPlugin } from './plugin.ts'

const cordon = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' } as const

/** Keeps pods off cordoned nodes. Source: pkg/scheduler/framework/plugins/nodeunschedulable. */
export const nodeUnschedulableFilter: FilterPlugin = {
  name: 'NodeUnschedulable',
  prepare: ({ tolerations }) => ({
    kind: 'ready',
    filter: {
      rejectionOn: ({ node }) =>
        !node.unschedulable || tolerations.some((toleration) => toleratesTaint(toleration, cordon))
          ? undefined
          : { unresolvable: true, reasons: ['node(s) were unschedulable'] },
    },
  }),
}
