import { isIPv4 } from 'node:net'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type { AddonDefinition, AddonWorkload } from '../../../catalog/addon-catalog.ts'
import type { KubernetesClient } from '../../kubernetes/client.ts'
import type { KubernetesObject } from '../../kubernetes/control-plane.ts'

const podOptionsSchema = z.looseObject({
  replicaCount: z.number().int().min(0).optional(),
  nodeSelector: z.record(z.string(), z.string()).optional(),
  tolerations: z.array(z.looseObject({})).optional(),
  affinity: z.looseObject({}).optional(),
  topologySpreadConstraints: z.array(z.looseObject({})).optional(),
  env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})

/** Configuration values that the stand-in puts into an add-on's workloads; others are accepted and have no effect. */
export type AddonConfiguration = {
  readonly replicaCount?: number | undefined
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined
  readonly tolerations?: readonly object[] | undefined
  readonly affinity?: object | undefined
  readonly topologySpreadConstraints?: readonly object[] | undefined
  readonly env?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** Reads configuration values, JSON or YAML; throws with a reason when they are neither or have a wrong type. */
export function parseAddonConfiguration(text: string | undefined): AddonConfiguration {
  if (text === undefined || text.trim() === '') return {}
  const parsed = podOptionsSchema.safeParse(parseYaml(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Error(`$.${issue?.path.join('.')}: ${issue?.message}`)
}

/** The objects of an add-on: service accounts, workloads, and its service. */
export function addonObjects(
  definition: AddonDefinition,
  version: string,
  configuration: AddonConfiguration,
  serviceCidr: string,
): readonly KubernetesObject[] {
  const { namespace } = definition
  const objects: KubernetesObject[] = []
  if (namespace !== 'kube-system') objects.push({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  for (const workload of definition.workloads) {
    const serviceAccount = serviceAccountOf(definition, workload)
    objects.push({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: serviceAccount, namespace } })
    objects.push(workloadObject(workload, namespace, serviceAccount, version, configuration))
  }
  if (definition.service)
    objects.push({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: definition.service.name,
        namespace,
        labels: { 'kubernetes.io/cluster-service': 'true', ...definition.service.selector },
      },
      spec: {
        clusterIP: tenthAddress(serviceCidr),
        selector: definition.service.selector,
        ports: definition.service.ports.flatMap((port) =>
          ['UDP', 'TCP'].map((protocol) => ({
            name: protocol === 'UDP' ? 'dns' : 'dns-tcp',
            port,
            protocol,
            targetPort: port,
          })),
        ),
      },
    })
  return objects
}

/** Creates or updates objects by server-side apply as field manager `eks`. Throws with the API server's message. */
export async function applyObjects(client: KubernetesClient, objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects) {
    const path = `${objectPath(object)}?fieldManager=eks&force=true`
    const answer = await client.send('PATCH', path, object, 'application/apply-patch+yaml')
    if (answer.status >= 300) throw new Error(`${object.kind} ${object.metadata.name}: ${messageOf(answer.body)}`)
  }
}

/** Deletes objects, last first; what is gone already is no error. The namespace stays: it may hold others' objects. */
export async function deleteObjects(client: KubernetesClient, objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects.toReversed()) {
    if (object.kind === 'Namespace') continue
    const answer = await client.send('DELETE', `${objectPath(object)}?propagationPolicy=Background`)
    if (answer.status >= 300 && answer.status !== 404)
      throw new Error(`${object.kind} ${object.metadata.name}: ${messageOf(answer.body)}`)
  }
}

const workloadStatusSchema = z.object({
  metadata: z.object({ generation: z.number().optional() }),
  spec: z.object({ replicas: z.number().optional() }).optional(),
  status: z
    .object({
      observedGeneration: z.number().optional(),
      availableReplicas: z.number().optional(),
      updatedReplicas: z.number().optional(),
      desiredNumberScheduled: z.number().optional(),
      numberReady: z.number().optional(),
    })
    .optional(),
})

/** Names of the workloads that do not run fully yet. Throws when the API server does not answer. */
export async function unreadyWorkloads(
  client: KubernetesClient,
  objects: readonly KubernetesObject[],
): Promise<readonly string[]> {
  const unready: string[] = []
  for (const object of objects) {
    if (object.kind !== 'Deployment' && object.kind !== 'DaemonSet') continue
    const answer = await client.send('GET', objectPath(object))
    const parsed = workloadStatusSchema.safeParse(answer.body)
    if (!parsed.success || !isReady(object.kind, parsed.data)) unready.push(object.metadata.name ?? '')
  }
  return unready
}

function isReady(kind: string, { metadata, spec, status }: z.output<typeof workloadStatusSchema>): boolean {
  if (!status || (status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return false
  return kind === 'Deployment'
    ? (status.availableReplicas ?? 0) >= (spec?.replicas ?? 1)
    : (status.numberReady ?? 0) >= (status.desiredNumberScheduled ?? 0)
}

function workloadObject(
  workload: AddonWorkload,
  namespace: string,
  serviceAccount: string,
  version: string,
  configuration: AddonConfiguration,
): KubernetesObject {
  const env = Object.entries(configuration.env ?? {}).map(([name, value]) => ({ name, value: String(value) }))
  const podSpec = {
    serviceAccountName: serviceAccount,
    ...(workload.priorityClass && { priorityClassName: workload.priorityClass }),
    ...(workload.hostNetwork && { hostNetwork: true }),
    ...(configuration.nodeSelector && { nodeSelector: configuration.nodeSelector }),
    ...(configuration.affinity && { affinity: configuration.affinity }),
    ...(configuration.topologySpreadConstraints && {
      topologySpreadConstraints: configuration.topologySpreadConstraints,
    }),
    tolerations: configuration.tolerations ?? workload.tolerations ?? [],
    containers: workload.containers.map((container, index) => ({
      name: container.name,
      image: container.image.replace('VERSION', version),
      ...(index === 0 && env.length > 0 && { env }),
      resources: {
        requests: {
          ...(container.cpu && { cpu: container.cpu }),
          ...(container.memory && { memory: container.memory }),
        },
      },
    })),
  }
  return {
    apiVersion: 'apps/v1',
    kind: workload.kind,
    metadata: { name: workload.name, namespace, labels: workload.labels },
    spec: {
      ...(workload.kind === 'Deployment' && { replicas: configuration.replicaCount ?? workload.replicas ?? 1 }),
      selector: { matchLabels: workload.labels },
      template: { metadata: { labels: workload.labels }, spec: podSpec },
    },
  }
}

function serviceAccountOf(definition: AddonDefinition, workload: AddonWorkload): string {
  return workload.kind === 'Deployment' && definition.podIdentity
    ? definition.podIdentity.serviceAccount
    : workload.name
}

const collections: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces',
  ServiceAccount: 'serviceaccounts',
  Service: 'services',
  DaemonSet: 'daemonsets',
  Deployment: 'deployments',
}

function objectPath({ apiVersion, kind, metadata }: KubernetesObject): string {
  if (kind === 'Namespace') return `${collections['Namespace']}/${metadata.name}`
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
  return `${root}/namespaces/${metadata.namespace}/${collections[kind]}/${metadata.name}`
}

function messageOf(body: unknown): string {
  const message = typeof body === 'object' && body !== null ? Reflect.get(body, 'message') : undefined
  return typeof message === 'string' ? message : JSON.stringify(body)
}

/** The cluster DNS address: the tenth of the service range, as EKS gives it. */
function tenthAddress(cidr: string): string {
  const [network = ''] = cidr.split('/')
  if (!isIPv4(network)) throw new Error(`not an IPv4 range: ${cidr}`)
  return network.replace(/\d+$/, '10')
}
