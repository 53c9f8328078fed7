import { daemonPodRefusal } from '../cluster/daemon-pod.ts'
import type { Node } from '../cluster/node.ts'
import type { NodeGroup } from '../cluster/node-group.ts'
import type { Pod } from '../cluster/pod.ts'
import type { Resources } from '../cluster/resources.ts'
import type { Workload } from '../cluster/workload.ts'
import { daemonPodRefusalText } from './daemon-pod.ts'
import { gpuCount, isGpuResource } from './gpu-resources.ts'

/** When the GPUs of a new node can be had. */
export type DeviceReadiness =
  /** It has none, or the image brings the plugin: with the node. */
  | { readonly kind: 'with-node' }
  /** When this DaemonSet's pod has started on it. */
  | { readonly kind: 'after-plugin'; readonly daemonSet: Workload }
  /** Nothing on the node ever tells the kubelet of them. */
  | { readonly kind: 'never'; readonly why: string }

/** What the GPUs of a node of this group wait for. `node` is one of its nodes. */
export function deviceReadiness(group: NodeGroup, node: Node, daemonSets: readonly Workload[]): DeviceReadiness {
  if (gpuCount(group.realNode.allocatable) === 0 || isBottlerocket(group)) return { kind: 'with-node' }
  const plugins = daemonSets.filter(({ template }) => isDevicePlugin(template))
  const [first] = plugins
  if (first === undefined) return { kind: 'never', why: 'there is no device plugin DaemonSet' }
  const there = plugins.find(({ template }) => daemonPodRefusal(template, node) === undefined)
  if (there !== undefined) return { kind: 'after-plugin', daemonSet: there }
  const refusals = plugins.map(({ name, template }) => {
    const refusal = daemonPodRefusal(template, node)
    return `DaemonSet ${name} does not run there: ${refusal === undefined ? '' : daemonPodRefusalText(refusal)}`
  })
  return { kind: 'never', why: refusals.join('; ') }
}

/** Whether the pod is NVIDIA's device plugin, alone or as the GPU operator runs it. */
function isDevicePlugin({ name, labels, images }: Pod): boolean {
  return [name, ...Object.values(labels), ...images].some((text) =>
    /nvidia.*device-plugin|k8s-device-plugin/.test(text),
  )
}

function isBottlerocket({ managed, realNode }: NodeGroup): boolean {
  return (
    managed?.amiType?.startsWith('BOTTLEROCKET') === true ||
    realNode.labels['eks-gpu-clusters/ami-family'] === 'bottlerocket'
  )
}

/** The node before its device plugin has started: without GPUs. */
export function withoutGpus(node: Node): Node {
  const { capacity } = node
  return {
    ...node,
    allocatable: withoutGpuScalars(node.allocatable),
    ...(capacity === undefined ? {} : { capacity: withoutGpuScalars(capacity) }),
  }
}

/** Nodes of a group share one object of resources, and go on sharing one without GPUs: whoever compares nodes needs not look inside. */
const resourcesWithoutGpus = new WeakMap<Resources, Resources>()

function withoutGpuScalars(resources: Resources): Resources {
  const known = resourcesWithoutGpus.get(resources)
  if (known !== undefined) return known
  const kept = Object.entries(resources.scalars).filter(([name]) => !isGpuResource(name))
  const made = { ...resources, scalars: Object.fromEntries(kept) }
  resourcesWithoutGpus.set(resources, made)
  return made
}
