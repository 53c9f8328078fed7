import { eksVersions } from '../../catalog/eks-versions.ts'
import { newestPatchOf } from '../../catalog/kubernetes-patches.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import { parseKubernetesVersion } from '../../cluster/kubernetes-version.ts'
import { textAt } from '../kubernetes/json.ts'
import type { PlanJson } from './plan-json.ts'
import { providerRegion } from './plan-summary.ts'
import { type ChosenCluster, chooseCluster } from './planned/choose-cluster.ts'
import { mayDescribeNodeGroups } from './planned/describe-permission.ts'
import { findDevicePlugins } from './planned/gpu-devices.ts'
import type { GroupContext } from './planned/group-context.ts'
import { minorOf, readInCluster } from './planned/in-cluster.ts'
import { readManagedNodeGroups } from './planned/managed-node-groups.ts'
import { openPlanIndex, type PlanIndex } from './planned/plan-index.ts'
import { readPlannedAutoscaler } from './planned/planned-autoscaler.ts'
import { readSelfManagedGroups } from './planned/self-managed-groups.ts'
import { readSystemObjects } from './planned/system-objects.ts'
import { openUnknowns, type Unknowns } from './planned/unknowns.ts'
import { regionOfZone } from './planned/zones.ts'

/** What a plan does not say by itself. */
export type PlannedClusterOptions = {
  /** Name of the cluster, needed where the plan has several. */
  readonly cluster?: string
  /** Region of providers that name none; us-east-1 without. */
  readonly region?: string
}

/**
 * The cluster that stands when a plan is applied: any EKS configuration, ours or another module's. What the plan leaves
 * open is named under `unknowns` with what was assumed.
 * @throws ProblemError `plan-without-cluster`, `plan-with-several-clusters`, `plan-cluster-not-found`.
 */
export function readPlannedCluster(plan: PlanJson, options: PlannedClusterOptions = {}): Cluster {
  const index = openPlanIndex(plan)
  const unknowns = openUnknowns()
  const cluster = chooseCluster(index, options.cluster)
  if (!cluster.named)
    unknowns.note('name of the cluster', 'it is known only after apply; its address stands for it', cluster.name)
  const version = versionOf(cluster, unknowns)
  const region = regionOf(index, cluster, options.region, unknowns)
  const inside = readInCluster(index, cluster, { minor: version, region }, unknowns)
  const system = readSystemObjects(inside.objects)
  const autoscaler = readPlannedAutoscaler(inside.objects, index, cluster, version, unknowns)
  let may: boolean | undefined
  const context: GroupContext = {
    index,
    cluster,
    version,
    minor: parseKubernetesVersion(version).minor,
    region,
    prefixDelegation: inside.prefixDelegation,
    gpuOperator: inside.gpuOperator,
    plugins: findDevicePlugins(system.daemonSets, inside.objects),
    discovery: autoscaler.discovery,
    mayDescribe: () => {
      may ??= autoscaler.settings === undefined || mayDescribeNodeGroups(index, cluster, unknowns)
      return may
    },
    unknowns,
  }
  const nodeGroups = [...readManagedNodeGroups(context), ...readSelfManagedGroups(context)]
  for (const fargate of index.managed('aws_eks_fargate_profile'))
    unknowns.note('pods on Fargate', 'Fargate profiles are not simulated; their pods count as others', fargate.address)
  return {
    name: cluster.name,
    kubernetesVersion: newestPatchOf(version) ?? version,
    region,
    nodeGroups,
    nodes: [],
    pods: [],
    daemonSets: system.daemonSets,
    systemWorkloads: system.workloads,
    objects: system.objects,
    ...(autoscaler.settings !== undefined && { autoscaler: autoscaler.settings }),
    unknowns: unknowns.all(),
  }
}

function versionOf(cluster: ChosenCluster, unknowns: Unknowns): string {
  const said = minorOf(cluster)
  if (said !== undefined) return said
  const newest = eksVersions().at(-1)?.version ?? '1.36'
  unknowns.note(
    'Kubernetes version of the cluster',
    `the plan does not say it; taken to be ${newest}, the newest that EKS is known to offer`,
    cluster.resource?.address,
  )
  return newest
}

/** By the cluster itself, its provider, what Terraform read of the region, or a zone; else the caller's. */
function regionOf(index: PlanIndex, cluster: ChosenCluster, byDefault: string | undefined, unknowns: Unknowns): string {
  const { resource, source } = cluster
  const arn = textAt(resource?.values, 'arn') ?? textAt(source?.values, 'arn')
  const zones = index.managed('aws_subnet').flatMap(({ values }) => textAt(values, 'availability_zone') ?? [])
  const read = index.data('aws_region').flatMap(({ values }) => textAt(values, 'id') ?? textAt(values, 'name') ?? [])
  const known =
    textAt(resource?.values, 'region') ??
    arn?.split(':')[3] ??
    providerRegion(index.plan) ??
    read[0] ??
    (zones[0] === undefined ? undefined : regionOfZone(zones[0]))
  if (known !== undefined) return known
  const region = byDefault ?? 'us-east-1'
  unknowns.note(
    'region of the cluster',
    `the plan does not say it; taken to be ${region}${byDefault === undefined ? '' : ', as the environment says'}`,
  )
  return region
}
