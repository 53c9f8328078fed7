import type { AutoscalerSettings } from '../../cluster/autoscaler-settings.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import { noObjects } from '../../cluster/cluster-objects.ts'
import type { NodeGroup } from '../../cluster/node-group.ts'
import type { Pod } from '../../cluster/pod.ts'
import { noResources, type Resources } from '../../cluster/resources.ts'
import type { Workload } from '../../cluster/workload.ts'
import { defaultAutoscalerSettings } from '../../read/config/autoscaler-flags.ts'
import { samplePod } from '../../scheduler/testing/sample-cluster.ts'
import type { SimulationInput } from '../simulation-input.ts'
import type { SimulationOptions } from '../simulation-options.ts'

const gibibyte = 1024 ** 3
const tag = 'k8s.io/cluster-autoscaler/node-template'
export const gpuTaint = { key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' } as const
export const gpuToleration = { key: 'nvidia.com/gpu', operator: 'Exists', value: '', effect: 'NoSchedule' } as const

/** Millicores, GiB and GPUs as resources. */
export function sampleAmounts(milliCpu: number, gib: number, gpus = 0): Resources {
  return {
    ...noResources,
    milliCpu,
    memory: gib * gibibyte,
    scalars: gpus === 0 ? {} : { 'nvidia.com/gpu': gpus },
  }
}

/** A managed group of g5.xlarge with the labels, taint and tags of the module: from zero to ten nodes. */
export function sampleGpuGroup(shape: Partial<NodeGroup> = {}): NodeGroup {
  const name = shape.name ?? 'inference'
  return {
    name,
    autoScalingGroup: name,
    instanceTypes: ['g5.xlarge'],
    zones: ['us-east-1a', 'us-east-1b'],
    region: 'us-east-1',
    minSize: 0,
    maxSize: 10,
    desiredSize: 0,
    capacityType: 'on-demand',
    tags: {
      [`${tag}/label/nvidia.com/gpu`]: 'true',
      [`${tag}/label/k8s.amazonaws.com/accelerator`]: 'nvidia-a10g',
      [`${tag}/taint/nvidia.com/gpu`]: 'true:NoSchedule',
      [`${tag}/resources/nvidia.com/gpu`]: '1',
    },
    discovered: true,
    realNode: {
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'g5.xlarge',
        'nvidia.com/gpu': 'true',
        'k8s.amazonaws.com/accelerator': 'nvidia-a10g',
      },
      taints: [gpuTaint],
      capacity: sampleAmounts(4000, 15, 1),
      capacityPods: 58,
      allocatable: sampleAmounts(3920, 14, 1),
      allocatablePods: 58,
    },
    usdPerHour: 1.006,
    ...shape,
  }
}

/** A group of two m7i.large without taints. */
export function sampleSystemGroup(shape: Partial<NodeGroup> = {}): NodeGroup {
  return {
    name: 'system',
    autoScalingGroup: 'system',
    instanceTypes: ['m7i.large'],
    zones: ['us-east-1a', 'us-east-1b'],
    region: 'us-east-1',
    minSize: 2,
    maxSize: 2,
    desiredSize: 2,
    capacityType: 'on-demand',
    tags: {},
    discovered: true,
    realNode: {
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'm7i.large',
      },
      taints: [],
      capacity: sampleAmounts(2000, 8),
      capacityPods: 29,
      allocatable: sampleAmounts(1930, 7),
      allocatablePods: 29,
    },
    usdPerHour: 0.1008,
    ...shape,
  }
}

/** Pods of a Deployment. */
export function sampleDeployment(name: string, replicas: number, pod: Partial<Pod> = {}): Workload {
  return {
    kind: 'Deployment',
    namespace: 'default',
    name,
    template: samplePod(name, {
      labels: { app: name },
      owner: { kind: 'ReplicaSet', name, uid: name },
      ...pod,
      scoredRequests: {
        milliCpu: pod.requests?.milliCpu ?? 100,
        memory: pod.requests?.memory ?? 200 * 1024 ** 2,
      },
    }),
    replicas,
  }
}

/** A DaemonSet that runs on nodes with the GPU label: the device plugin, unless it is called otherwise. */
export function sampleDaemonSet(name = 'nvidia-device-plugin-daemonset', pod: Partial<Pod> = {}): Workload {
  return {
    kind: 'DaemonSet',
    namespace: 'kube-system',
    name,
    template: samplePod(name, {
      namespace: 'kube-system',
      owner: { kind: 'DaemonSet', name, uid: name },
      priority: 2_000_001_000,
      nodeSelector: { 'nvidia.com/gpu': 'true' },
      tolerations: [gpuToleration],
      images: ['nvcr.io/nvidia/k8s-device-plugin:v0.18.0'],
      ...pod,
    }),
    replicas: 0,
  }
}

/** The autoscaler's settings, as its flags are by default. */
export function sampleAutoscaler(settings: Partial<AutoscalerSettings> = {}): AutoscalerSettings {
  return { ...defaultAutoscalerSettings('1.36.1'), ...settings }
}

/** A system group, a GPU group at zero, the device plugin and the autoscaler. */
export function sampleScenario(cluster: Partial<Cluster> = {}): Cluster {
  return {
    name: 'ai',
    kubernetesVersion: '1.36.3',
    region: 'us-east-1',
    nodeGroups: [sampleSystemGroup(), sampleGpuGroup()],
    nodes: [],
    pods: [],
    daemonSets: [sampleDaemonSet()],
    systemWorkloads: [
      {
        ...sampleDeployment('coredns', 2, { namespace: 'kube-system', requests: sampleAmounts(100, 0) }),
        namespace: 'kube-system',
      },
      {
        ...sampleDeployment('cluster-autoscaler', 1, {
          namespace: 'kube-system',
          labels: { app: 'cluster-autoscaler' },
          requests: sampleAmounts(100, 0),
        }),
        namespace: 'kube-system',
      },
    ],
    objects: noObjects,
    autoscaler: sampleAutoscaler(),
    unknowns: [],
    ...cluster,
  }
}

/** Workloads and nothing else. */
export function sampleInput(workloads: readonly Workload[], input: Partial<SimulationInput> = {}): SimulationInput {
  return { workloads, daemonSets: [], nodes: [], pods: [], objects: noObjects, notSimulated: [], ...input }
}

/** As the command line has them by default. */
export const sampleOptions: SimulationOptions = {
  order: 'file',
  seed: 0,
  percentageOfNodesToScore: 100,
  provisioning: 120,
  gpuReady: 60,
  fixes: true,
  scores: false,
}
