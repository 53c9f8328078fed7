import type { FilterPlugin } from './plugin.ts'

/** Holds a pod that names its node to that node. Source: pkg/scheduler/framework/plugins/nodename. */
export const nodeNameFilter: FilterPlugin = {
  name: 'NodeName',
  prepare: ({ nodeName }) => ({
    kind: 'ready',
    filter: {
      rejectionOn: ({ node }) =>
        nodeName === undefined || nodeName === node.name
          ? undefined
          : { unresolvable: true, reasons: ["node(s) didn't match the requested node name"] },
    },
  }),
}
