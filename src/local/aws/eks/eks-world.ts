import { randomUUID } from 'node:crypto'
import type { CapacityReservations } from '../capacity-reservations.ts'
import type { AwsClock } from '../clock.ts'
import type { CredentialStore, KnownCredentials } from '../credentials.ts'
import type { MotoClient } from '../moto/moto-client.ts'
import type { PlacementGroups } from '../placement-groups.ts'
import type { ScheduledActions } from '../scheduled-actions.ts'
import type { EksCluster, EksNodeGroup, EksUpdate, RunningKubernetes } from './eks-cluster.ts'
import { eksError } from './eks-error.ts'

/** Everything an EKS operation may look at or change. */
export type EksWorld = {
  /** The calendar, `YYYY-MM-DD`: which versions are offered. */
  readonly asOf: string
  /** The time of day; `asOf` is apart from it. */
  readonly clock: AwsClock
  readonly account: string
  readonly moto: MotoClient
  readonly credentials: CredentialStore
  readonly placementGroups: PlacementGroups
  readonly reservations: CapacityReservations
  readonly scheduledActions: ScheduledActions
  /** Regions that were asked for anything. */
  readonly regions: Set<string>
  /** Clusters by {@link clusterKey}. */
  readonly clusters: Map<string, EksCluster>
  /** Brings up the control plane and the nodes of a cluster. */
  startKubernetes(cluster: EksCluster): Promise<RunningKubernetes>
  /** Told after every change that the environment's record shows; resolves once it is written. */
  onChange(): Promise<void>
  /** Runs work that outlives the request; a failure is logged, never thrown. */
  background(name: string, work: (signal: AbortSignal) => Promise<void>): void
}

/** One call of the EKS API. */
export type EksCall = {
  readonly world: EksWorld
  readonly region: string
  readonly caller: KnownCredentials
  /** Path parameters, decoded. */
  readonly path: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: unknown
}

/** An operation answers the JSON body, or throws an {@link AwsError}. */
export type EksOperation = (call: EksCall) => unknown

/** All node groups of a region. */
export function nodeGroupsIn({ clusters }: Pick<EksWorld, 'clusters'>, region: string): readonly EksNodeGroup[] {
  return [...clusters.values()]
    .filter((cluster) => cluster.region === region)
    .flatMap(({ nodeGroups }) => [...nodeGroups.values()])
}

/** Cluster names are unique per region. */
export function clusterKey(region: string, name: string): string {
  return `${region}/${name}`
}

/** The cluster a call names in its path as `name`. Throws ResourceNotFoundException. */
export function clusterOf(call: EksCall): EksCluster {
  const name = call.path['name'] ?? ''
  const cluster = call.world.clusters.get(clusterKey(call.region, name))
  if (!cluster)
    throw eksError('ResourceNotFoundException', `No cluster found for name: ${name}.`, { clusterName: name })
  return cluster
}

/** Partition of a region: `aws`, `aws-cn` or `aws-us-gov`. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/** EKS's ARNs: `arn:aws:eks:REGION:ACCOUNT:RESOURCE`. */
export function eksArn(cluster: Pick<EksCluster, 'partition' | 'region' | 'account'>, resource: string): string {
  return `arn:${cluster.partition}:eks:${cluster.region}:${cluster.account}:${resource}`
}

/** Starts an update of a cluster (or of a node group or add-on in it); the caller ends it by {@link finishUpdate}. */
export function startUpdate(
  cluster: EksCluster,
  type: string,
  params: readonly (readonly [string, string])[],
  subject: { readonly nodegroupName?: string; readonly addonName?: string } = {},
): EksUpdate {
  const update: EksUpdate = {
    id: randomUUID(),
    type,
    params: params.map(([name, value]) => ({ type: name, value })),
    createdAt: new Date(),
    ...subject,
    status: 'InProgress',
    errors: [],
  }
  cluster.updates.set(update.id, update)
  return update
}

/** Ends an update well, or with the error that stopped it. */
export function finishUpdate(
  update: EksUpdate,
  failure?: { readonly code: string; readonly message: string; readonly resourceIds: readonly string[] },
): void {
  update.status = failure ? 'Failed' : 'Successful'
  if (failure)
    update.errors = [{ errorCode: failure.code, errorMessage: failure.message, resourceIds: failure.resourceIds }]
}

/** An update as the API shows it. */
export function describeUpdate(update: EksUpdate): unknown {
  return {
    id: update.id,
    status: update.status,
    type: update.type,
    params: update.params,
    createdAt: epoch(update.createdAt),
    errors: update.errors,
  }
}

/** Timestamps of EKS's JSON are seconds since 1970 with fractions. */
export function epoch(moment: Date): number {
  return moment.getTime() / 1000
}

/** Cuts a list into pages by `maxResults` (default 100, at most 100) and an opaque `nextToken`. */
export function page<T>(
  call: Pick<EksCall, 'query'>,
  items: readonly T[],
): { readonly items: readonly T[]; readonly nextToken?: string } {
  const wanted = call.query.get('maxResults')
  const size = wanted === null ? 100 : Number(wanted)
  if (!Number.isInteger(size) || size < 1 || size > 100)
    throw eksError('InvalidParameterException', `maxResults must be between 1 and 100, but was ${wanted}`)
  const token = call.query.get('nextToken')
  const start = token ? Number(Buffer.from(token, 'base64url').toString('utf8')) : 0
  if (!Number.isInteger(start) || start < 0) throw eksError('InvalidParameterException', 'Invalid nextToken')
  const end = start + size
  return {
    items: items.slice(start, end),
    ...(end < items.length && { nextToken: Buffer.from(String(end)).toString('base64url') }),
  }
}
