import { ProblemError } from '../../../cluster/problem.ts'
import { textAt } from '../../kubernetes/json.ts'
import type { ModuleStep } from './module-path.ts'
import type { PlanIndex, PlannedResource } from './plan-index.ts'
import { traceReferences } from './trace-references.ts'

/** The cluster that is read out of a plan. */
export type ChosenCluster = {
  readonly name: string
  /** Whether the name is our own word, because the plan does not know it. */
  readonly named: boolean
  /** Absent where the plan only adds to a cluster that exists. */
  readonly resource?: PlannedResource
  /** What the plan knows of a cluster that exists (`data.aws_eks_cluster`). */
  readonly source?: PlannedResource
  /** Whether the plan has other clusters too. */
  readonly several: boolean
}

/**
 * Chooses the cluster to read, by name where the plan has several.
 * @throws ProblemError `plan-without-cluster`, `plan-with-several-clusters`, `plan-cluster-not-found`.
 */
export function chooseCluster(index: PlanIndex, wanted: string | undefined): ChosenCluster {
  const made = index.managed('aws_eks_cluster').map((resource) => candidate(index, resource))
  const names = new Set(made.map(({ name }) => name))
  const joined = index
    .managed('aws_eks_node_group')
    .flatMap((group) => textAt(group.values, 'cluster_name') ?? [])
    .filter((name, at, all) => !names.has(name) && all.indexOf(name) === at)
    .map((name) => ({ name, named: true, ...sourceOf(index, name) }))
  const clusters = [...made, ...joined]
  const several = clusters.length > 1
  if (clusters.length === 0)
    throw new ProblemError({
      id: 'plan-without-cluster',
      what: 'The plan has no EKS cluster and no EKS node group.',
      why: 'Workloads are placed on the nodes of aws_eks_cluster, aws_eks_node_group and aws_autoscaling_group.',
      fix: 'plan the configuration that makes the cluster, or describe the cluster with --cluster',
    })
  const listed = clusters.map(({ name }) => name).sort()
  if (wanted === undefined) {
    const [only] = clusters
    if (only !== undefined && !several) return { ...only, several }
    throw new ProblemError({
      id: 'plan-with-several-clusters',
      what: `The plan has ${clusters.length} clusters: ${listed.join(', ')}.`,
      fix: `choose one, e.g. --cluster-name ${listed[0]}`,
    })
  }
  const found = clusters.find(({ name }) => name === wanted)
  if (found !== undefined) return { ...found, several }
  throw new ProblemError({
    id: 'plan-cluster-not-found',
    what: `The plan has no cluster ${JSON.stringify(wanted)}.`,
    fix: `it has ${listed.join(', ')}`,
  })
}

/** Whether a resource that names no cluster belongs to this one: it is the only one, or they share a module. */
export function sharesCluster(cluster: ChosenCluster, resource: PlannedResource): boolean {
  if (!cluster.several) return true
  const home = cluster.resource?.module[0]
  return home !== undefined && sameStep(home, resource.module[0])
}

/** Whether a resource with `cluster_name` is one of this cluster's. */
export function isOfCluster(index: PlanIndex, cluster: ChosenCluster, resource: PlannedResource): boolean {
  const name = textAt(resource.values, 'cluster_name')
  if (name !== undefined) return name === cluster.name
  const { resources } = traceReferences(index, resource, 'cluster_name', ['aws_eks_cluster'])
  if (cluster.resource !== undefined && resources.length > 0) return resources.includes(cluster.resource)
  return sharesCluster(cluster, resource)
}

function candidate(index: PlanIndex, resource: PlannedResource): Omit<ChosenCluster, 'several'> {
  const name = textAt(resource.values, 'name')
  return name === undefined
    ? { name: resource.address, named: false, resource }
    : { name, named: true, resource, ...sourceOf(index, name) }
}

function sourceOf(index: PlanIndex, name: string): { readonly source?: PlannedResource } {
  const source = index.data('aws_eks_cluster').find(({ values }) => textAt(values, 'name') === name)
  return source === undefined ? {} : { source }
}

function sameStep(left: ModuleStep, right: ModuleStep | undefined): boolean {
  return left.name === right?.name && left.key === right.key
}
