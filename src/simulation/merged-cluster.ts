import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import type { Cluster, ClusterNode, Unknown } from '../cluster/cluster.ts'
import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import { isPodOfDaemonSet } from '../cluster/daemon-pod.ts'
import { type KubernetesVersion, parseKubernetesVersion } from '../cluster/kubernetes-version.ts'
import { labelOf } from '../cluster/labels.ts'
import type { NodeGroup } from '../cluster/node-group.ts'
import type { Pod } from '../cluster/pod.ts'
import { ProblemError } from '../cluster/problem.ts'
import { type Workload, workloadId } from '../cluster/workload.ts'
import type { RefusedPods } from '../read/kubernetes/kubernetes-input.ts'
import type { SimulationInput } from './simulation-input.ts'
import type { SimulationOptions } from './simulation-options.ts'

/** A workload, and whether it is the cluster's own (CoreDNS, the autoscaler, the plan's DaemonSets). */
export type MergedWorkload = { readonly workload: Workload; readonly system: boolean }

/** A cluster and what Kubernetes objects add to it, in one: what a simulation runs on. */
export type MergedCluster = {
  readonly name: string
  readonly version: KubernetesVersion
  readonly versionText: string
  readonly region: string | null
  readonly groups: readonly NodeGroup[]
  /** Nodes that exist at the start; `group` is set only to one of {@link groups}. */
  readonly nodes: readonly ClusterNode[]
  /** Group → nodes to make at the start, beside those that exist. */
  readonly missingNodes: ReadonlyMap<string, number>
  readonly boundPods: readonly Pod[]
  readonly daemonSets: readonly MergedWorkload[]
  /** In the order of creation: the cluster's own, then pods that were found waiting, then the user's. */
  readonly workloads: readonly MergedWorkload[]
  readonly objects: ClusterObjects
  readonly autoscaler: AutoscalerSettings | undefined
  readonly unknowns: readonly Unknown[]
  readonly notSimulated: SimulationInput['notSimulated']
  /** Pods that the API server refuses. */
  readonly refused: readonly RefusedPods[]
}

const schedulerName = 'default-scheduler'

/**
 * Merges a cluster and Kubernetes objects. A recorded node belongs to the group that its source names, else to the managed
 * node group of its label `eks.amazonaws.com/nodegroup`. As soon as one node of any group is recorded, the groups have the
 * nodes that are recorded; else each gets its desired size.
 * @throws ProblemError `kubernetes-version-malformed`, `node-twice`.
 */
export function mergeCluster(cluster: Cluster, input: SimulationInput, options: SimulationOptions): MergedCluster {
  const versionText = options.kubernetesVersion ?? cluster.kubernetesVersion
  const nodes = [...cluster.nodes, ...input.nodes].map((node) => withGroup(node, cluster.nodeGroups))
  refuseTwins(nodes)
  const pods = [...cluster.pods, ...input.pods]
  const isRecorded = nodes.some(({ group }) => group !== undefined)
  const own = (workload: Workload): MergedWorkload => ({ workload, system: true })
  const users = (workload: Workload): MergedWorkload => ({ workload, system: false })
  const workloads = [
    ...cluster.systemWorkloads.filter((workload) => !isAmong(pods, workload)).map(own),
    ...pods.filter(({ nodeName }) => nodeName === undefined).map((pod) => users(barePod(pod))),
    ...input.workloads.map(users),
  ]
  const daemonSets = withoutTwins([...cluster.daemonSets.map(own), ...input.daemonSets.map(users)]).map(owned)
  const foreign = workloads.filter(({ workload }) => workload.template.schedulerName !== schedulerName)
  return {
    name: cluster.name,
    version: parseKubernetesVersion(versionText),
    versionText,
    region: cluster.region ?? null,
    groups: cluster.nodeGroups,
    nodes,
    missingNodes: new Map(cluster.nodeGroups.map(({ name, desiredSize }) => [name, isRecorded ? 0 : desiredSize])),
    boundPods: pods.filter(({ nodeName }) => nodeName !== undefined),
    daemonSets,
    workloads: workloads.filter(({ workload }) => workload.template.schedulerName === schedulerName),
    objects: mergeObjects(cluster.objects, input.objects),
    autoscaler: options.autoscaler === undefined ? cluster.autoscaler : (options.autoscaler ?? undefined),
    unknowns: [...cluster.unknowns, ...(input.missing ?? [])],
    refused: input.refused ?? [],
    notSimulated: [
      ...input.notSimulated,
      ...foreign.map(({ workload }) => ({
        what: `${workloadId(workload)}: schedulerName ${workload.template.schedulerName}`,
        why: 'another scheduler places its pods',
        count: workload.replicas,
      })),
    ],
  }
}

function withGroup(found: ClusterNode, groups: readonly NodeGroup[]): ClusterNode {
  const label = labelOf(found.node.labels, 'eks.amazonaws.com/nodegroup')
  const group =
    groups.find(({ name }) => name === found.group) ??
    groups.find(({ name, managed }) => label !== undefined && label === (managed?.nodegroup ?? name))
  const { node, ready, readySince } = found
  return group === undefined ? { node, ready, readySince } : { node, ready, readySince, group: group.name }
}

function refuseTwins(nodes: readonly ClusterNode[]): void {
  const seen = new Set<string>()
  for (const { node } of nodes) {
    if (seen.has(node.name))
      throw new ProblemError({
        id: 'node-twice',
        what: `node ${node.name} is in the input twice`,
        why: 'its room would be counted twice',
        fix: 'give each node once: leave out one of the files',
      })
    seen.add(node.name)
  }
}

/** A DaemonSet of the user's with the name of one of the plan's is that one, edited. */
function withoutTwins(daemonSets: readonly MergedWorkload[]): readonly MergedWorkload[] {
  const last = new Map(daemonSets.map((entry) => [`${entry.workload.namespace}/${entry.workload.name}`, entry]))
  return [...last.values()]
}

/** Whether a bound pod is that of one of the DaemonSets. */
export function isDaemonPod(pod: Pod, { daemonSets }: Pick<MergedCluster, 'daemonSets'>): boolean {
  return daemonSets.some(({ workload }) => isPodOfDaemonSet(pod, workload))
}

/** The pods of a DaemonSet are told by their owner. */
function owned({ workload, system }: MergedWorkload): MergedWorkload {
  const { kind, namespace, name, template } = workload
  const owner = template.owner ?? { kind, name, uid: `${namespace}/${name}` }
  return { workload: { ...workload, template: { ...template, owner } }, system }
}

/** Whether a recorded cluster has the pods of a workload already: a controller's pods bear its name in front of theirs. */
function isAmong(pods: readonly Pod[], { namespace, name }: Workload): boolean {
  return pods.some((pod) => pod.namespace === namespace && pod.name.startsWith(`${name}-`))
}

function barePod(pod: Pod): Workload {
  return { kind: 'Pod', namespace: pod.namespace, name: pod.name, template: pod, replicas: 1 }
}

function mergeObjects(left: ClusterObjects, right: ClusterObjects): ClusterObjects {
  return {
    services: [...left.services, ...right.services],
    controllers: [...left.controllers, ...right.controllers],
    namespaces: [...left.namespaces, ...right.namespaces],
    disruptionBudgets: [...left.disruptionBudgets, ...right.disruptionBudgets],
    persistentVolumes: [...left.persistentVolumes, ...right.persistentVolumes],
    persistentVolumeClaims: [...left.persistentVolumeClaims, ...right.persistentVolumeClaims],
    storageClasses: [...left.storageClasses, ...right.storageClasses],
    csiNodes: [...left.csiNodes, ...right.csiNodes],
  }
}
