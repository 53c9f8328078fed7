import { z } from 'zod'
import { readCatalogFile } from './read-catalog-file.ts'

const workloadSchema = z.strictObject({
  kind: z.enum(['DaemonSet', 'Deployment']),
  name: z.string(),
  serviceAccount: z.string().optional(),
  labels: z.record(z.string(), z.string()),
  replicas: z.number().int().optional(),
  containers: z.array(
    z.strictObject({
      name: z.string(),
      image: z.string(),
      cpu: z.string().optional(),
      memory: z.string().optional(),
    }),
  ),
  configuredBy: z.enum(['nodeAgent', 'dcgmAgent']).optional(),
  nodes: z.record(z.string(), z.array(z.string())).optional(),
  hostNetwork: z.boolean().optional(),
  priorityClass: z.string().optional(),
  tolerations: z.array(z.record(z.string(), z.string())).optional(),
})

const addonSchema = z.strictObject({
  type: z.string(),
  version: z.string(),
  namespace: z.string().default('kube-system'),
  workloads: z.array(workloadSchema),
  service: z
    .strictObject({ name: z.string(), selector: z.record(z.string(), z.string()), ports: z.array(z.number()) })
    .optional(),
  configuration: z.enum(['whole', 'parts', 'agents']).default('whole'),
  storageClass: z.strictObject({ name: z.string(), provisioner: z.string() }).optional(),
  podIdentity: z.strictObject({ serviceAccount: z.string(), policies: z.array(z.string()) }).optional(),
})

const fileSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  source: z.array(z.url()),
  addons: z.record(z.string(), addonSchema),
})

/** A workload that an add-on brings into a cluster. */
export type AddonWorkload = {
  readonly kind: 'DaemonSet' | 'Deployment'
  readonly name: string
  /** Service account of its pods, where it has not the workload's name. */
  readonly serviceAccount?: string | undefined
  /** Selector and pod labels. */
  readonly labels: Readonly<Record<string, string>>
  readonly replicas?: number | undefined
  readonly containers: readonly {
    readonly name: string
    readonly image: string
    readonly cpu?: string | undefined
    readonly memory?: string | undefined
  }[]
  /** The agent that it is, where the add-on's configuration says so by agents. */
  readonly configuredBy?: 'nodeAgent' | 'dcgmAgent' | undefined
  /** Labels that a node must have one of the values of. */
  readonly nodes?: Readonly<Record<string, readonly string[]>> | undefined
  readonly hostNetwork?: boolean | undefined
  readonly priorityClass?: string | undefined
  readonly tolerations?: readonly Readonly<Record<string, string>>[] | undefined
}

/** One add-on that EKS offers. */
export type AddonDefinition = {
  readonly name: string
  readonly type: string
  /** The version offered, or `kubernetes` for one that follows the cluster's minor. */
  readonly version: string
  readonly namespace: string
  readonly workloads: readonly AddonWorkload[]
  readonly service?:
    | {
        readonly name: string
        readonly selector: Readonly<Record<string, string>>
        readonly ports: readonly number[]
      }
    | undefined
  /** Where its pods' options stand among the configuration values: at the top, below `controller` and `node`, or by agents. */
  readonly configuration: 'whole' | 'parts' | 'agents'
  /** The default class that it makes when `defaultStorageClass.enabled` says so. */
  readonly storageClass?: { readonly name: string; readonly provisioner: string } | undefined
  readonly podIdentity?: { readonly serviceAccount: string; readonly policies: readonly string[] } | undefined
}

let loaded: ReadonlyMap<string, AddonDefinition> | undefined

/** Every add-on of the catalogue, by name. */
export function addonDefinitions(): ReadonlyMap<string, AddonDefinition> {
  loaded ??= new Map(
    Object.entries(readCatalogFile('addons.json', fileSchema).addons).map(([name, definition]) => [
      name,
      { name, ...definition },
    ]),
  )
  return loaded
}

/** The version of an add-on that a cluster of a Kubernetes minor gets when none is asked for. */
export function defaultAddonVersion(definition: AddonDefinition, kubernetesVersion: string): string {
  return definition.version === 'kubernetes' ? `v${kubernetesVersion}.0-eksbuild.2` : definition.version
}

/**
 * Whether a version can be installed: any well-formed one, since AWS publishes new ones weekly; one that follows Kubernetes may not
 * be newer than the cluster, nor more than three minors older.
 */
export function isAddonVersionSupported(
  definition: AddonDefinition,
  version: string,
  kubernetesVersion: string,
): boolean {
  const match = /^v(\d+)\.(\d+)\.\d+(?:-[\w.]+)?-eksbuild\.\d+$/.exec(version)
  if (!match) return false
  if (definition.version !== 'kubernetes') return true
  const behind = Number(kubernetesVersion.split('.')[1]) - Number(match[2])
  return match[1] === '1' && behind >= 0 && behind <= 3
}
