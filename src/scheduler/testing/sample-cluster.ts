import { barePod } from '../../cluster/bare-pod.ts'
import type { Node } from '../../cluster/node.ts'
import type { Pod } from '../../cluster/pod.ts'
import { noResources } from '../../cluster/resources.ts'

const gibibyte = 1024 ** 3

/** A node for tests: 4 CPUs, 16 GiB, 110 pods, nothing else. */
export function sampleNode(name: string, shape: Partial<Node> = {}): Node {
  return {
    name,
    labels: {},
    taints: [],
    unschedulable: false,
    allocatable: { ...noResources, milliCpu: 4000, memory: 16 * gibibyte },
    allocatablePods: 110,
    ...shape,
  }
}

/** A node for tests with GPUs and the taint that the module puts on its groups. */
export function sampleGpuNode(name: string, gpus: number, shape: Partial<Node> = {}): Node {
  const node = sampleNode(name)
  return {
    ...node,
    taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }],
    allocatable: { ...node.allocatable, scalars: { 'nvidia.com/gpu': gpus } },
    ...shape,
  }
}

/** A pod for tests that asks for nothing. */
export function samplePod(name: string, shape: Partial<Pod> = {}): Pod {
  return barePod('default', name, shape)
}

/** A pod for tests with GPUs and the toleration that the module's README gives. */
export function sampleGpuPod(name: string, gpus: number, shape: Partial<Pod> = {}): Pod {
  return samplePod(name, {
    tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', value: '', effect: 'NoSchedule' }],
    requests: { ...noResources, scalars: { 'nvidia.com/gpu': gpus } },
    ...shape,
  })
}
