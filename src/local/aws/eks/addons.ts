import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import {
  type AddonDefinition,
  addonDefinitions,
  defaultAddonVersion,
  isAddonVersionSupported,
} from '../../../catalog/addon-catalog.ts'
import { addonObjects, parseAddonConfiguration } from '../../../catalog/addon-objects.ts'
import { eksVersionsOn } from '../../../catalog/eks-versions.ts'
import { applyObjects, deleteObjects, unreadyWorkloads } from './addon-workloads.ts'
import type { EksAddon, EksCluster } from './eks-cluster.ts'
import { eksError } from './eks-error.ts'
import { clusterOf, describeUpdate, type EksCall, eksArn, epoch, finishUpdate, page, startUpdate } from './eks-world.ts'
import { checkTags, parseInput, tagsSchema } from './parse-input.ts'
import { addAssociation, checkPodRole } from './pod-identity.ts'

/** After this many milliseconds without enough replicas an add-on is DEGRADED; EKS takes minutes. */
const degradedAfter = 15_000

const podIdentitySchema = z.array(z.object({ serviceAccount: z.string(), roleArn: z.string() })).optional()

const createSchema = z.object({
  addonName: z.string(),
  addonVersion: z.string().optional(),
  serviceAccountRoleArn: z.string().min(1).max(255).optional(),
  resolveConflicts: z.enum(['OVERWRITE', 'NONE', 'PRESERVE']).optional(),
  tags: tagsSchema,
  configurationValues: z.string().optional(),
  podIdentityAssociations: podIdentitySchema,
})

const updateSchema = z.object({
  addonVersion: z.string().optional(),
  serviceAccountRoleArn: z.string().optional(),
  resolveConflicts: z.enum(['OVERWRITE', 'NONE', 'PRESERVE']).optional(),
  configurationValues: z.string().optional(),
  podIdentityAssociations: podIdentitySchema,
})

/** CreateAddon: applies the add-on's workloads and waits for them in the background. */
export async function createAddon(call: EksCall): Promise<unknown> {
  const { world } = call
  const cluster = clusterOf(call)
  const input = parseInput(createSchema, call.body)
  const subject = { clusterName: cluster.name, addonName: input.addonName }
  checkTags(input.tags)
  const definition = definitionOf(cluster, input.addonName)
  if (cluster.status !== 'ACTIVE' && cluster.status !== 'UPDATING')
    throw eksError('InvalidRequestException', `Cluster '${cluster.name}' is not in ACTIVE status`, subject)
  if (cluster.addons.has(input.addonName)) throw eksError('ResourceInUseException', 'Addon already exists.', subject)
  const version = input.addonVersion ?? defaultAddonVersion(definition, cluster.version)
  checkAddonVersion(definition, version, cluster)
  checkConfiguration(input.configurationValues, cluster, definition)
  for (const { roleArn } of input.podIdentityAssociations ?? []) await checkPodRole(world, call.region, roleArn)
  if (cluster.addons.has(input.addonName)) throw eksError('ResourceInUseException', 'Addon already exists.', subject)
  const now = new Date()
  const addonArn = eksArn(cluster, `addon/${cluster.name}/${input.addonName}/${randomUUID()}`)
  const addon: EksAddon = {
    name: input.addonName,
    arn: addonArn,
    createdAt: now,
    modifiedAt: now,
    status: 'CREATING',
    version,
    serviceAccountRoleArn: input.serviceAccountRoleArn,
    configurationValues: input.configurationValues,
    podIdentityAssociations: [],
    namespace: definition.namespace,
    tags: input.tags,
    issues: [],
  }
  addon.podIdentityAssociations = associate(cluster, addon, input.podIdentityAssociations)
  cluster.addons.set(addon.name, addon)
  world.background(`add-on ${addon.name}`, (signal) => install(cluster, addon, definition, 'CREATE_FAILED', signal))
  return { addon: describeAddon(cluster, addon) }
}

/** DescribeAddon. */
export function describeAddonOperation(call: EksCall): unknown {
  const cluster = clusterOf(call)
  return { addon: describeAddon(cluster, addonOf(call, cluster)) }
}

/** ListAddons, by name. */
export function listAddons(call: EksCall): unknown {
  const cluster = clusterOf(call)
  const { items, nextToken } = page(call, [...cluster.addons.keys()].sort())
  return { addons: items, ...(nextToken && { nextToken }) }
}

/** UpdateAddon. */
export async function updateAddon(call: EksCall): Promise<unknown> {
  const { world } = call
  const cluster = clusterOf(call)
  const addon = addonOf(call, cluster)
  const input = parseInput(updateSchema, call.body)
  const subject = { clusterName: cluster.name, addonName: addon.name }
  if (addon.status === 'CREATING' || addon.status === 'UPDATING' || addon.status === 'DELETING')
    throw eksError(
      'ResourceInUseException',
      `Addon ${addon.name} cannot be updated as it is currently in ${addon.status} state`,
      subject,
    )
  const definition = definitionOf(cluster, addon.name)
  const version = input.addonVersion ?? addon.version
  checkAddonVersion(definition, version, cluster)
  checkConfiguration(input.configurationValues, cluster, definition)
  for (const { roleArn } of input.podIdentityAssociations ?? []) await checkPodRole(world, call.region, roleArn)
  const params: (readonly [string, string])[] = []
  if (input.addonVersion !== undefined) params.push(['AddonVersion', version])
  if (input.serviceAccountRoleArn !== undefined) params.push(['ServiceAccountRoleArn', input.serviceAccountRoleArn])
  if (input.resolveConflicts !== undefined) params.push(['ResolveConflicts', input.resolveConflicts])
  if (input.configurationValues !== undefined) params.push(['ConfigurationValues', input.configurationValues])
  if (input.podIdentityAssociations !== undefined)
    params.push(['PodIdentityAssociations', JSON.stringify(input.podIdentityAssociations)])
  const update = startUpdate(cluster, 'AddonUpdate', params, { addonName: addon.name })
  addon.status = 'UPDATING'
  addon.version = version
  if (input.serviceAccountRoleArn !== undefined) addon.serviceAccountRoleArn = input.serviceAccountRoleArn || undefined
  if (input.configurationValues !== undefined) addon.configurationValues = input.configurationValues || undefined
  if (input.podIdentityAssociations !== undefined) {
    for (const [id, one] of cluster.podIdentityAssociations)
      if (one.ownerArn === addon.arn) cluster.podIdentityAssociations.delete(id)
    addon.podIdentityAssociations = associate(cluster, addon, input.podIdentityAssociations)
  }
  addon.modifiedAt = new Date()
  world.background(`update of add-on ${addon.name}`, async (signal) => {
    await install(cluster, addon, definition, 'UPDATE_FAILED', signal, () => finishUpdate(update))
    const [issue] = addon.issues
    if (issue && update.status === 'InProgress') finishUpdate(update, issue)
  })
  return { update: describeUpdate(update) }
}

/** DeleteAddon; with `preserve` the workloads stay in the cluster. */
export function deleteAddon(call: EksCall): unknown {
  const { world } = call
  const cluster = clusterOf(call)
  const addon = addonOf(call, cluster)
  const preserve = call.query.get('preserve') === 'true'
  const answer = { addon: describeAddon(cluster, { ...addon, status: 'DELETING' }) }
  if (addon.status === 'DELETING') return answer
  addon.status = 'DELETING'
  world.background(`deletion of add-on ${addon.name}`, async (signal) => {
    if (!preserve) await removeWorkloads(cluster, addon, signal)
    for (const [id, one] of cluster.podIdentityAssociations)
      if (one.ownerArn === addon.arn) cluster.podIdentityAssociations.delete(id)
    cluster.addons.delete(addon.name)
  })
  return answer
}

/** DescribeAddonVersions: one version of each add-on, which every offered minor takes. */
export function describeAddonVersions(call: EksCall): unknown {
  const offered = eksVersionsOn(call.world.asOf).map(({ version }) => version)
  const minor = call.query.get('kubernetesVersion')
  if (minor !== null && !/^\d+\.\d+$/.test(minor))
    throw eksError('InvalidParameterException', `Invalid kubernetes version: ${minor}`)
  const wantedName = call.query.get('addonName')
  const types = call.query.getAll('types')
  const minors = minor === null ? offered.toReversed() : offered.filter((version) => version === minor)
  const owners = call.query.getAll('owners')
  const publishers = call.query.getAll('publishers')
  const found =
    minors.length === 0 ||
    (owners.length > 0 && !owners.includes('aws')) ||
    (publishers.length > 0 && !publishers.includes('eks'))
      ? []
      : [...addonDefinitions().values()].filter(
          ({ name, type }) =>
            (wantedName === null || name === wantedName) && (types.length === 0 || types.includes(type)),
        )
  const { items, nextToken } = page(call, found)
  return { addons: items.map((one) => describeDefinition(one, minors)), ...(nextToken && { nextToken }) }
}

const configurationProperties = {
  parts: { controller: { type: 'object' }, node: { type: 'object' } },
  agents: { nodeAgent: { type: 'object' }, dcgmAgent: { type: 'object' } },
  whole: {
    replicaCount: { type: 'integer' },
    nodeSelector: { type: 'object' },
    tolerations: { type: 'array' },
    affinity: { type: 'object' },
    env: { type: 'object' },
  },
} as const

/** DescribeAddonConfiguration: the options the stand-in understands. */
export function describeAddonConfiguration(call: EksCall): unknown {
  const name = call.query.get('addonName') ?? ''
  const version = call.query.get('addonVersion') ?? ''
  const definition = addonDefinitions().get(name)
  if (!definition) throw eksError('ResourceNotFoundException', `Addon ${name} not found`, { addonName: name })
  if (definition.version !== 'kubernetes' && !isAddonVersionSupported(definition, version, '1.0'))
    throw eksError('InvalidParameterException', 'Addon version specified is not supported', { addonName: name })
  const schema = {
    $schema: 'http://json-schema.org/draft-06/schema#',
    type: 'object',
    properties: configurationProperties[definition.configuration],
  }
  return {
    addonName: name,
    addonVersion: version,
    configurationSchema: JSON.stringify(schema),
    ...(definition.podIdentity && {
      podIdentityConfiguration: [
        {
          serviceAccount: definition.podIdentity.serviceAccount,
          recommendedManagedPolicies: definition.podIdentity.policies,
        },
      ],
    }),
  }
}

/** What EKS puts into a new cluster by itself unless told not to: vpc-cni, kube-proxy, coredns, without add-on objects. */
export async function installSelfManagedAddons(cluster: EksCluster): Promise<void> {
  const client = cluster.kubernetes?.client
  if (!client) return
  for (const name of ['vpc-cni', 'kube-proxy', 'coredns']) {
    const definition = addonDefinitions().get(name)
    if (!definition) continue
    const version = defaultAddonVersion(definition, cluster.version)
    await applyObjects(client, addonObjects(definition, version, {}, cluster.serviceIpv4Cidr, cluster.region))
  }
}

/** Whether nodes of a cluster have a network: its CNI is installed. */
export function hasNetwork(cluster: EksCluster): boolean {
  const addon = cluster.addons.get('vpc-cni')
  return addon ? addon.status !== 'DELETING' : cluster.bootstrapSelfManagedAddons
}

async function install(
  cluster: EksCluster,
  addon: EksAddon,
  definition: AddonDefinition,
  failed: 'CREATE_FAILED' | 'UPDATE_FAILED',
  signal: AbortSignal,
  onActive: () => void = () => undefined,
): Promise<void> {
  const configuration = parseAddonConfiguration(addon.configurationValues, definition)
  const objects = addonObjects(definition, addon.version, configuration, cluster.serviceIpv4Cidr, cluster.region)
  const installing = addon.status
  const started = Date.now()
  let applied = false
  while (!signal.aborted && (addon.status === installing || addon.status === 'DEGRADED')) {
    const client = cluster.kubernetes?.client
    if (!client) return
    try {
      if (!applied) await applyObjects(client, objects)
      applied = true
      const unready = await unreadyWorkloads(client, objects)
      if (unready.length === 0) {
        addon.issues = []
        addon.status = 'ACTIVE'
        addon.modifiedAt = new Date()
        onActive()
        return
      }
      if (Date.now() - started > degradedAfter) {
        addon.status = 'DEGRADED'
        addon.issues = [
          {
            code: 'InsufficientNumberOfReplicas',
            message: "The add-on is unhealthy because it doesn't have the desired number of replicas.",
            resourceIds: unready,
          },
        ]
      }
    } catch (error) {
      if (Date.now() - started > 4 * degradedAfter) {
        addon.status = failed
        addon.issues = [
          {
            code: applied ? 'ClusterUnreachable' : 'ConfigurationConflict',
            message: error instanceof Error ? error.message : String(error),
            resourceIds: [],
          },
        ]
        return
      }
    }
    await sleep(250, undefined, { signal }).catch(() => undefined)
  }
}

/** A cluster without an API server keeps no workloads either, so five seconds of trying are enough. */
async function removeWorkloads(cluster: EksCluster, addon: EksAddon, signal: AbortSignal): Promise<void> {
  const client = cluster.kubernetes?.client
  const definition = addonDefinitions().get(addon.name)
  if (!client || !definition) return
  const objects = addonObjects(definition, addon.version, {}, cluster.serviceIpv4Cidr, cluster.region)
  const deadline = Date.now() + 5000
  while (!signal.aborted && Date.now() < deadline) {
    try {
      await deleteObjects(client, objects)
      return
    } catch {
      await sleep(250, undefined, { signal }).catch(() => undefined)
    }
  }
}

function associate(cluster: EksCluster, addon: EksAddon, asked: z.output<typeof podIdentitySchema>): readonly string[] {
  return (asked ?? []).map(
    ({ serviceAccount, roleArn }) =>
      addAssociation(cluster, { namespace: addon.namespace, serviceAccount, roleArn, ownerArn: addon.arn }).arn,
  )
}

function definitionOf(cluster: EksCluster, name: string): AddonDefinition {
  const definition = addonDefinitions().get(name)
  if (!definition)
    throw eksError(
      'InvalidParameterException',
      `Addon ${name} specified is not supported in ${cluster.version} kubernetes version`,
      { clusterName: cluster.name, addonName: name },
    )
  return definition
}

function checkAddonVersion(definition: AddonDefinition, version: string, cluster: EksCluster): void {
  if (!isAddonVersionSupported(definition, version, cluster.version))
    throw eksError('InvalidParameterException', 'Addon version specified is not supported', {
      clusterName: cluster.name,
      addonName: definition.name,
    })
}

function checkConfiguration(text: string | undefined, cluster: EksCluster, definition: AddonDefinition): void {
  try {
    parseAddonConfiguration(text, definition)
  } catch (error) {
    throw eksError(
      'InvalidParameterException',
      `ConfigurationValue provided in request is not supported: Json schema validation failed with error: [${error instanceof Error ? error.message : String(error)}]`,
      { clusterName: cluster.name, addonName: definition.name },
    )
  }
}

function addonOf(call: EksCall, cluster: EksCluster): EksAddon {
  const name = call.path['addonName'] ?? ''
  const addon = cluster.addons.get(name)
  if (!addon)
    throw eksError('ResourceNotFoundException', `No addon: ${name} found in cluster: ${cluster.name}`, {
      clusterName: cluster.name,
      addonName: name,
    })
  return addon
}

function describeAddon(cluster: EksCluster, addon: EksAddon): unknown {
  return {
    addonName: addon.name,
    clusterName: cluster.name,
    status: addon.status,
    addonVersion: addon.version,
    health: { issues: addon.issues },
    addonArn: addon.arn,
    createdAt: epoch(addon.createdAt),
    modifiedAt: epoch(addon.modifiedAt),
    ...(addon.serviceAccountRoleArn !== undefined && { serviceAccountRoleArn: addon.serviceAccountRoleArn }),
    tags: addon.tags,
    ...(addon.configurationValues !== undefined && { configurationValues: addon.configurationValues }),
    ...(addon.podIdentityAssociations.length > 0 && { podIdentityAssociations: addon.podIdentityAssociations }),
    namespaceConfig: { namespace: addon.namespace },
  }
}

function describeDefinition(definition: AddonDefinition, minors: readonly string[]): unknown {
  const byVersion = new Map<string, string[]>()
  for (const minor of minors) {
    const version = defaultAddonVersion(definition, minor)
    byVersion.set(version, [...(byVersion.get(version) ?? []), minor])
  }
  return {
    addonName: definition.name,
    type: definition.type,
    owner: 'aws',
    publisher: 'eks',
    defaultNamespace: definition.namespace,
    addonVersions: [...byVersion].map(([addonVersion, clusterVersions]) => ({
      addonVersion,
      architecture: ['amd64', 'arm64'],
      computeTypes: ['ec2'],
      compatibilities: clusterVersions.map((clusterVersion) => ({
        clusterVersion,
        platformVersions: ['*'],
        defaultVersion: true,
      })),
      requiresConfiguration: false,
      requiresIamPermissions: definition.podIdentity !== undefined,
    })),
  }
}
