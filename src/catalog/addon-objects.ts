import { isIPv4 } from 'node:net'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type { AddonDefinition, AddonWorkload } from './addon-catalog.ts'

/** A Kubernetes object that an add-on brings. */
export type AddonObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
  }
  readonly spec?: object
}

const amounts = z.record(z.string(), z.union([z.string(), z.number()]))

const podOptionsSchema = z.looseObject({
  replicaCount: z.number().int().min(0).optional(),
  nodeSelector: z.record(z.string(), z.string()).optional(),
  tolerations: z.array(z.looseObject({})).optional(),
  affinity: z.looseObject({}).optional(),
  topologySpreadConstraints: z.array(z.looseObject({})).optional(),
  env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  resources: z.looseObject({ requests: amounts.optional(), limits: amounts.optional() }).optional(),
})

/** Configuration values that decide where an add-on's pods run; others are accepted and have no effect here. */
export type AddonConfiguration = {
  readonly replicaCount?: number | undefined
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined
  readonly tolerations?: readonly object[] | undefined
  readonly affinity?: object | undefined
  readonly topologySpreadConstraints?: readonly object[] | undefined
  readonly env?: Readonly<Record<string, string | number | boolean>> | undefined
  /** Of its main container. */
  readonly resources?:
    | {
        readonly requests?: Amounts | undefined
        readonly limits?: Amounts | undefined
        readonly [field: string]: unknown
      }
    | undefined
}

type Amounts = Readonly<Record<string, string | number>>

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
): readonly AddonObject[] {
  const { namespace } = definition
  const objects: AddonObject[] = []
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

function workloadObject(
  workload: AddonWorkload,
  namespace: string,
  serviceAccount: string,
  version: string,
  configuration: AddonConfiguration,
): AddonObject {
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
        ...(index === 0 && configuration.resources),
        requests: {
          ...(container.cpu && { cpu: container.cpu }),
          ...(container.memory && { memory: container.memory }),
          ...(index === 0 && configuration.resources?.requests),
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

/** The cluster DNS address: the tenth of the service range, as EKS gives it. */
function tenthAddress(cidr: string): string {
  const [network = ''] = cidr.split('/')
  if (!isIPv4(network)) throw new Error(`not an IPv4 range: ${cidr}`)
  return network.replace(/\d+$/, '10')
}
