import type { AutoscalerSettings } from '../../cluster/autoscaler-settings.ts'
import { noObjects } from '../../cluster/cluster-objects.ts'
import { parseKubernetesVersion } from '../../cluster/kubernetes-version.ts'
import type { Node } from '../../cluster/node.ts'
import type { AutoscaledGroup } from '../../cluster/node-group.ts'
import type { Pod } from '../../cluster/pod.ts'
import { noResources, type Resources } from '../../cluster/resources.ts'
import { defaultAutoscalerSettings } from '../../read/config/autoscaler-flags.ts'
import { nodeState } from '../../scheduler/node-state.ts'
import { sampleNode, samplePod } from '../../scheduler/testing/sample-cluster.ts'
import type { AutoscalerView, GroupView, NodeBucket, PendingPods } from '../view.ts'

const gibibyte = 1024 ** 3
/** The second at which views for tests are taken. */
export const sampleNow = 10_000

/** Settings for tests: the defaults of 1.36.1, one loop every ten seconds. */
export function sampleSettings(settings: Partial<AutoscalerSettings> = {}): AutoscalerSettings {
  return { ...defaultAutoscalerSettings('1.36.1'), ...settings }
}

/** Settings for tests with other flags for scale-down. */
export function sampleScaleDown(flags: Partial<AutoscalerSettings['scaleDown']>): AutoscalerSettings {
  const settings = sampleSettings()
  return { ...settings, scaleDown: { ...settings.scaleDown, ...flags } }
}

/** An m5.large group for tests (2 vCPU, 8 GiB): from zero to ten nodes, none wanted yet. */
export function sampleGroup(name: string, shape: Partial<AutoscaledGroup> = {}): AutoscaledGroup {
  return {
    name,
    autoScalingGroup: name,
    instanceTypes: ['m5.large'],
    zones: ['us-east-1a'],
    region: 'us-east-1',
    minSize: 0,
    maxSize: 10,
    desiredSize: 0,
    capacityType: 'on-demand',
    tags: {},
    discovered: true,
    ...shape,
  }
}

/** The group with so many nodes wanted. */
export function sized(group: AutoscaledGroup, targetSize = 0): GroupView {
  return { group, targetSize }
}

/** Millicores, GiB and GPUs. */
export function amounts(milliCpu: number, gib = 0, gpus = 0): Resources {
  return { ...noResources, milliCpu, memory: gib * gibibyte, scalars: gpus === 0 ? {} : { 'nvidia.com/gpu': gpus } }
}

/** Pods of a ReplicaSet that wait since an hour. */
export function pendingPods(id: string, count: number, pod: Partial<Pod> = {}, createdAt = 6400): PendingPods {
  const owner = { kind: 'ReplicaSet', name: id, uid: id }
  return { id, pod: samplePod(`${id}-0`, { labels: { app: id }, owner, ...pod }), count, createdAt }
}

/** A ready node of a group, with pods. */
export function bucketOf(
  group: string,
  names: readonly string[],
  pods: readonly Pod[] = [],
  shape: Partial<NodeBucket> & { readonly node?: Partial<Node> } = {},
): NodeBucket {
  const { node, ...rest } = shape
  const of = sampleNode(names[0] ?? group, { allocatable: amounts(2000, 8), ...node })
  return { state: nodeState(of, pods), names, group, ready: true, readySince: sampleNow - 3600, ...rest }
}

/** A node outside of all groups, full, which the autoscaler needs to be working at all. */
const systemNode: NodeBucket = {
  state: nodeState(sampleNode('system', { allocatable: amounts(0), allocatablePods: 0 }), []),
  names: ['system'],
  ready: true,
  readySince: 0,
}

/** A view of a cluster with one node outside of groups. */
export function sampleView(view: Partial<AutoscalerView>): AutoscalerView {
  return {
    now: sampleNow,
    kubernetes: parseKubernetesVersion('1.36.1'),
    groups: [],
    pending: [],
    daemonSets: [],
    objects: noObjects,
    ...view,
    nodes: [systemNode, ...(view.nodes ?? [])],
  }
}
