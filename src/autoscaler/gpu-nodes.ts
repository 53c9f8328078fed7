import { labelOf } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import { scalarOf } from '../cluster/resources.ts'

/** By this label the AWS provider knows nodes with a GPU, and which. */
export const acceleratorLabel = 'k8s.amazonaws.com/accelerator'

/** Resources that the autoscaler knows as GPUs, whoever makes them. */
const gpuResources = [
  'nvidia.com/gpu',
  'habana.ai/gaudi',
  'gpu.intel.com/xe',
  'amd.com/gpu',
  'microsoft.com/directx',
] as const

/** The GPUs that the node offers. */
export function gpusOn({ allocatable }: Node): number {
  return gpuResources.map((name) => scalarOf(allocatable, name)).find((amount) => amount > 0) ?? 0
}

/** The resource by which the node is judged when it may go; `undefined` for a node without GPUs. */
export function gpuResourceOf(node: Node): string | undefined {
  const offered = gpuResources.find((name) => scalarOf(node.allocatable, name) > 0)
  if (offered !== undefined) return offered
  return labelOf(node.labels, acceleratorLabel) === undefined ? undefined : 'nvidia.com/gpu'
}

/** Whether the node says that it has a GPU and offers none yet: it counts as one that has not started. */
export function awaitsGpu(node: Node): boolean {
  return labelOf(node.labels, acceleratorLabel) !== undefined && gpusOn(node) === 0
}

/** Whether the pod asks for a GPU; the autoscaler waits longer for more of such pods. */
export function asksForGpu({ requests }: Pod): boolean {
  return gpuResources.some((name) => scalarOf(requests, name) > 0)
}
