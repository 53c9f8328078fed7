import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { roleNameOf, roleTrust } from '../iam-role.ts'
import type { EksCluster, PodIdentityAssociation, Tags } from './eks-cluster.ts'
import { eksError } from './eks-error.ts'
import { clusterOf, type EksCall, type EksWorld, eksArn, epoch, page } from './eks-world.ts'
import { checkTags, parseInput, tagsSchema } from './parse-input.ts'

const createSchema = z.object({
  namespace: z.string(),
  serviceAccount: z.string(),
  roleArn: z.string(),
  targetRoleArn: z.string().optional(),
  disableSessionTags: z.boolean().optional(),
  tags: tagsSchema,
})

const updateSchema = z.object({
  roleArn: z.string().optional(),
  targetRoleArn: z.string().optional(),
  disableSessionTags: z.boolean().optional(),
})

/** CreatePodIdentityAssociation: one per namespace and service account, to a role that trusts pods.eks.amazonaws.com. */
export async function createPodIdentityAssociation(call: EksCall): Promise<unknown> {
  const cluster = clusterOf(call)
  const input = parseInput(createSchema, call.body)
  checkTags(input.tags)
  if (cluster.status !== 'ACTIVE' && cluster.status !== 'UPDATING')
    throw eksError('InvalidRequestException', `Cluster '${cluster.name}' is not in ACTIVE status`, {
      clusterName: cluster.name,
    })
  await checkPodRole(call.world, call.region, input.roleArn)
  return { association: describeAssociation(cluster, addAssociation(cluster, input)) }
}

/** DescribePodIdentityAssociation. */
export function describePodIdentityAssociation(call: EksCall): unknown {
  const cluster = clusterOf(call)
  return { association: describeAssociation(cluster, associationOf(call, cluster)) }
}

/** ListPodIdentityAssociations, optionally of one namespace or service account. */
export function listPodIdentityAssociations(call: EksCall): unknown {
  const cluster = clusterOf(call)
  const namespace = call.query.get('namespace')
  const serviceAccount = call.query.get('serviceAccount')
  const found = [...cluster.podIdentityAssociations.values()].filter(
    (one) =>
      (namespace === null || one.namespace === namespace) &&
      (serviceAccount === null || one.serviceAccount === serviceAccount),
  )
  const { items, nextToken } = page(call, found)
  return {
    associations: items.map((one) => ({
      clusterName: cluster.name,
      namespace: one.namespace,
      serviceAccount: one.serviceAccount,
      associationArn: one.arn,
      associationId: one.id,
      ...(one.ownerArn !== undefined && { ownerArn: one.ownerArn }),
    })),
    ...(nextToken && { nextToken }),
  }
}

/** UpdatePodIdentityAssociation. */
export async function updatePodIdentityAssociation(call: EksCall): Promise<unknown> {
  const cluster = clusterOf(call)
  const association = associationOf(call, cluster)
  const input = parseInput(updateSchema, call.body)
  if (input.roleArn !== undefined) {
    await checkPodRole(call.world, call.region, input.roleArn)
    association.roleArn = input.roleArn
  }
  if (input.targetRoleArn !== undefined) association.targetRoleArn = input.targetRoleArn || undefined
  if (input.disableSessionTags !== undefined) association.disableSessionTags = input.disableSessionTags
  association.modifiedAt = new Date()
  return { association: describeAssociation(cluster, association) }
}

/** DeletePodIdentityAssociation; pods that run keep what they were given at admission. */
export function deletePodIdentityAssociation(call: EksCall): unknown {
  const cluster = clusterOf(call)
  const association = associationOf(call, cluster)
  if (association.ownerArn !== undefined)
    throw eksError(
      'InvalidRequestException',
      `Association ${association.id} is owned by an add-on and can only be changed through it`,
    )
  cluster.podIdentityAssociations.delete(association.id)
  return { association: describeAssociation(cluster, association) }
}

/** Puts an association into a cluster. Throws ResourceInUseException when the service account has one. */
export function addAssociation(
  cluster: EksCluster,
  asked: {
    readonly namespace: string
    readonly serviceAccount: string
    readonly roleArn: string
    readonly targetRoleArn?: string | undefined
    readonly disableSessionTags?: boolean | undefined
    readonly tags?: Tags
    readonly ownerArn?: string
  },
): PodIdentityAssociation {
  const existing = findAssociation(cluster, asked.namespace, asked.serviceAccount)
  if (existing) throw eksError('ResourceInUseException', `Association already exists: ${existing.id}`)
  const id = `a-${Array.from(randomBytes(17), (byte) => (byte % 36).toString(36)).join('')}`
  const now = new Date()
  const association: PodIdentityAssociation = {
    id,
    arn: eksArn(cluster, `podidentityassociation/${cluster.name}/${id}`),
    namespace: asked.namespace,
    serviceAccount: asked.serviceAccount,
    roleArn: asked.roleArn,
    targetRoleArn: asked.targetRoleArn,
    disableSessionTags: asked.disableSessionTags ?? false,
    ownerArn: asked.ownerArn,
    createdAt: now,
    modifiedAt: now,
    tags: asked.tags ?? {},
  }
  cluster.podIdentityAssociations.set(id, association)
  return association
}

/** The association of a service account, if it has one. */
export function findAssociation(
  cluster: EksCluster,
  namespace: string,
  serviceAccount: string,
): PodIdentityAssociation | undefined {
  return [...cluster.podIdentityAssociations.values()].find(
    (one) => one.namespace === namespace && one.serviceAccount === serviceAccount,
  )
}

/** Throws InvalidParameterException unless a role exists and trusts Pod Identity. */
export async function checkPodRole(world: EksWorld, region: string, roleArn: string): Promise<void> {
  const name = roleNameOf(roleArn)
  if (name === undefined)
    throw eksError('InvalidParameterException', `Role provided in the request is not a valid role ARN: ${roleArn}`)
  const trust = await roleTrust(world.moto, region, name)
  if (trust === undefined) throw eksError('InvalidParameterException', 'Role provided in the request does not exist.')
  if (!trust.includes('pods.eks.amazonaws.com'))
    throw eksError(
      'InvalidParameterException',
      'Trust policy of the provided role is invalid: it must allow pods.eks.amazonaws.com to sts:AssumeRole and sts:TagSession',
    )
}

function associationOf(call: EksCall, cluster: EksCluster): PodIdentityAssociation {
  const id = call.path['associationId'] ?? ''
  const association = cluster.podIdentityAssociations.get(id)
  if (!association)
    throw eksError('ResourceNotFoundException', `Association not found: ${id} in cluster: ${cluster.name}`)
  return association
}

function describeAssociation(cluster: EksCluster, one: PodIdentityAssociation): unknown {
  return {
    clusterName: cluster.name,
    namespace: one.namespace,
    serviceAccount: one.serviceAccount,
    roleArn: one.roleArn,
    associationArn: one.arn,
    associationId: one.id,
    tags: one.tags,
    createdAt: epoch(one.createdAt),
    modifiedAt: epoch(one.modifiedAt),
    ...(one.ownerArn !== undefined && { ownerArn: one.ownerArn }),
    disableSessionTags: one.disableSessionTags,
    ...(one.targetRoleArn !== undefined && { targetRoleArn: one.targetRoleArn }),
  }
}
