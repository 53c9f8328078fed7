import type { Pod } from '../cluster/pod.ts'
import { findUntoleratedTaint } from '../cluster/toleration.ts'
import type { NodeState } from '../scheduler/node-state.ts'
import { amountText } from './amount-text.ts'
import { resourceShortages } from './resource-shortage.ts'
import { unmetNodeLabels } from './unmet-node-labels.ts'

/** What a filter found, by its name in kube-scheduler and the reasons that it gave. */
export type NamedRejection = { readonly plugin: string; readonly reasons: readonly string[] }

/**
 * Why nodes like this one do not take a pod, in plain words that follow "they" or "it": `carry the taint …`. Several
 * nodes and one need the same verb forms, so the words avoid them.
 */
export function rejectionWords(pod: Pod, state: NodeState, { plugin, reasons }: NamedRejection): string {
  switch (plugin) {
    case 'NodeUnschedulable':
      return 'cordoned'
    case 'NodeName':
      return 'not the node that the pod names'
    case 'TaintToleration': {
      const taint = findUntoleratedTaint(state.node.taints, pod.tolerations, ['NoSchedule', 'NoExecute'])
      return taint === undefined
        ? reasons.join(', ')
        : `tainted ${taint.key}${taint.value === '' ? '' : `=${taint.value}`}:${taint.effect}, which the pod does not tolerate`
    }
    case 'NodeAffinity': {
      const labels = unmetNodeLabels(pod, state.node).map(({ key, value, actual }) => {
        const wanted = value === undefined ? key : `${key}=${value}`
        return actual === undefined ? `without the label ${wanted}` : `labelled ${key}=${actual}, not ${wanted}`
      })
      return labels.length === 0
        ? 'left out by the node affinity of the pod'
        : `${labels.join(' and ')} that the pod asks for`
    }
    case 'NodePorts': {
      const ports = pod.hostPorts.map(({ port }) => port).join(', ')
      return `host port ${ports} taken`
    }
    case 'NodeResourcesFit': {
      const lacking = resourceShortages(pod, state).map(({ resource, asked, free, allocatable }) => {
        if (resource === 'pods') return `full with ${allocatable} pods`
        if (allocatable === 0) return `without ${resource} (the pod asks for ${amountText(resource, asked)})`
        const most =
          asked > allocatable ? `${amountText(resource, allocatable)} in all` : `${amountText(resource, free)} free`
        return `too little ${resource} (the pod asks for ${amountText(resource, asked)}, ${most})`
      })
      return lacking.length === 0 ? reasons.join(', ') : lacking.join(' and ')
    }
    case 'PodTopologySpread': {
      const [missing] = reasons
      const keys = pod.topologySpread
        .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
        .map(({ topologyKey }) => topologyKey)
        .join(' and ')
      return missing?.includes('missing required label') === true
        ? `without the label ${keys} that the topology spread of the pod counts by`
        : `one more pod there would be too uneven over ${keys}`
    }
    case 'InterPodAffinity':
      return affinityWords(pod, reasons)
    case 'VolumeBinding':
    case 'VolumeZone':
      return 'out of reach of a volume that the pod claims'
    case 'NodeVolumeLimits':
      return 'at the number of volumes that such a node takes'
    default:
      return reasons.join(', ')
  }
}

function affinityWords({ affinity, antiAffinity }: Pod, reasons: readonly string[]): string {
  const keys = (terms: readonly { readonly topologyKey: string }[]): string =>
    [...new Set(terms.map(({ topologyKey }) => topologyKey))].join(' and ')
  const [reason = ''] = reasons
  if (reason.includes('existing pods anti-affinity')) return 'pods there want no such pod near them'
  if (reason.includes('anti-affinity'))
    return `pods that it may not be near (pod anti-affinity over ${keys(antiAffinity.required)}) are there`
  return `the pods that it must be near (pod affinity over ${keys(affinity.required)}) are not there`
}
