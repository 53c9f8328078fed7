import { isIPv4 } from 'node:net'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type { AddonDefinition, AddonWorkload } from './addon-catalog.ts'
import { eksRegistry } from './image-origin.ts'

/** A Kubernetes object that an add-on brings. */
export type AddonObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec?: object
  /** Of a StorageClass. */
  readonly provisioner?: string
  readonly volumeBindingMode?: string
  readonly allowVolumeExpansion?: boolean
}

/** Region in the names of the catalogue's images. */
const catalogueRegion = 'us-west-2'

const amounts = z.record(z.string(), z.union([z.string(), z.number()]))

const podOptions = {
  replicaCount: z.number().int().min(0).optional(),
  nodeSelector: z.record(z.string(), z.string()).optional(),
  tolerations: z.array(z.looseObject({})).optional(),
  affinity: z.looseObject({}).optional(),
  topologySpreadConstraints: z.array(z.looseObject({})).optional(),
  env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  resources: z.looseObject({ requests: amounts.optional(), limits: amounts.optional() }).optional(),
}

const partSchema = z.looseObject({ ...podOptions, tolerateAllTaints: z.boolean().optional() })

const schemas = {
  whole: z.looseObject(podOptions),
  parts: z.looseObject({
    controller: partSchema.optional(),
    node: partSchema.optional(),
    defaultStorageClass: z.looseObject({ enabled: z.boolean().optional() }).optional(),
  }),
  // Its schema allows nothing else: charts/configuration.schema.json of aws/eks-node-monitoring-agent.
  agents: z.looseObject({ nodeAgent: partSchema.optional(), dcgmAgent: partSchema.optional() }),
} as const

/** Configuration values that decide where pods run; others are accepted and have no effect here. */
type PodOptions = {
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

/** What an add-on is told: options of its pods at the top or, by the add-on, below `controller` and `node` or by agents. */
export type AddonConfiguration = PodOptions & {
  readonly controller?: PartOptions | undefined
  readonly node?: PartOptions | undefined
  readonly nodeAgent?: PartOptions | undefined
  readonly dcgmAgent?: PartOptions | undefined
  readonly defaultStorageClass?: { readonly enabled?: boolean | undefined } | undefined
}

type PartOptions = PodOptions & { readonly tolerateAllTaints?: boolean | undefined }

/**
 * Reads an add-on's configuration values, JSON or YAML; throws with a reason when they are neither, have a wrong type, or
 * say of the whole what the add-on wants to hear of its parts.
 */
export function parseAddonConfiguration(text: string | undefined, definition: AddonDefinition): AddonConfiguration {
  if (text === undefined || text.trim() === '') return {}
  const parsed = schemas[definition.configuration].safeParse(parseYaml(text))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Error(`$.${issue?.path.join('.')}: ${issue?.message}`)
  }
  const misplaced = Object.keys(podOptions).find((name) => name !== 'env' && Object.hasOwn(parsed.data, name))
  if (definition.configuration !== 'whole' && misplaced !== undefined)
    throw new Error(`$.${misplaced}: is not defined in the schema and the schema does not allow additional properties`)
  return parsed.data
}

/**
 * The objects of an add-on: service accounts, workloads, and its service.
 * @param region whose registry the images come from, as in a real cluster; left out, the one of the catalogue's names.
 */
export function addonObjects(
  definition: AddonDefinition,
  version: string,
  configuration: AddonConfiguration,
  serviceCidr: string,
  region: string = catalogueRegion,
): readonly AddonObject[] {
  const { namespace } = definition
  const objects: AddonObject[] = []
  if (namespace !== 'kube-system') objects.push({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  for (const workload of definition.workloads) {
    const serviceAccount = serviceAccountOf(definition, workload)
    objects.push({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: serviceAccount, namespace } })
    const options = optionsOf(definition, workload, configuration)
    objects.push(workloadObject(workload, namespace, serviceAccount, version, options, region))
  }
  if (definition.storageClass && configuration.defaultStorageClass?.enabled === true)
    objects.push({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: {
        name: definition.storageClass.name,
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      },
      provisioner: definition.storageClass.provisioner,
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    })
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

function optionsOf(
  definition: AddonDefinition,
  workload: AddonWorkload,
  configuration: AddonConfiguration,
): PodOptions {
  if (definition.configuration === 'whole') return configuration
  if (definition.configuration === 'agents')
    return (workload.configuredBy && configuration[workload.configuredBy]) ?? {}
  const part = (workload.kind === 'DaemonSet' ? configuration.node : configuration.controller) ?? {}
  return part.tolerateAllTaints === true ? { ...part, tolerations: [{ operator: 'Exists' }] } : part
}

function workloadObject(
  workload: AddonWorkload,
  namespace: string,
  serviceAccount: string,
  version: string,
  configuration: PodOptions,
  region: string,
): AddonObject {
  const env = Object.entries(configuration.env ?? {}).map(([name, value]) => ({ name, value: String(value) }))
  const affinity = configuration.affinity ?? (workload.nodes && nodeAffinity(workload.nodes))
  const podSpec = {
    serviceAccountName: serviceAccount,
    ...(workload.priorityClass && { priorityClassName: workload.priorityClass }),
    ...(workload.hostNetwork && { hostNetwork: true }),
    ...(configuration.nodeSelector && { nodeSelector: configuration.nodeSelector }),
    ...(affinity && { affinity }),
    ...(configuration.topologySpreadConstraints && {
      topologySpreadConstraints: configuration.topologySpreadConstraints,
    }),
    tolerations: configuration.tolerations ?? workload.tolerations ?? [],
    containers: workload.containers.map((container, index) => ({
      name: container.name,
      image: container.image.replace('VERSION', version).replace(eksRegistry(catalogueRegion), eksRegistry(region)),
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

function nodeAffinity(nodes: Readonly<Record<string, readonly string[]>>): object {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: Object.entries(nodes).map(([key, values]) => ({ key, operator: 'In', values })) },
        ],
      },
    },
  }
}

function serviceAccountOf(definition: AddonDefinition, workload: AddonWorkload): string {
  if (workload.serviceAccount !== undefined) return workload.serviceAccount
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
