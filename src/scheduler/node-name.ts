import type { FilterPlugin } from './plugin.ts'

/** Holds a pod that names its node to that node. Source: pkg/scheduler/framework/plugins/nodename. */
export const nodeName: FilterPlugin = {
  name: 'NodeName',
  filter(pod, { node }) {
    if (pod.nodeName === undefined || pod.nodeName === node.name) return undefined
    return { unresolvable: true, reasons: ["node(s) didn't match the requested node name"] }
  },
}
