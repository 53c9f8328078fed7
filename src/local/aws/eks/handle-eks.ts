import {
  associateAccessPolicy,
  createAccessEntry,
  deleteAccessEntry,
  describeAccessEntry,
  disassociateAccessPolicy,
  listAccessEntries,
  listAccessPolicies,
  listAssociatedAccessPolicies,
  updateAccessEntry,
} from './access-entries.ts'
import {
  createAddon,
  deleteAddon,
  describeAddonConfiguration,
  describeAddonOperation,
  describeAddonVersions,
  listAddons,
  updateAddon,
} from './addons.ts'
import { associateEncryptionConfig, listNothing } from './cluster-extras.ts'
import {
  createCluster,
  deleteCluster,
  describeClusterOperation,
  listClusters,
  updateClusterConfig,
  updateClusterVersion,
} from './clusters.ts'
import { eksError } from './eks-error.ts'
import type { EksCall, EksOperation } from './eks-world.ts'
import {
  createNodegroup,
  deleteNodegroup,
  describeNodegroup,
  listNodegroups,
  updateNodegroupConfig,
  updateNodegroupVersion,
} from './node-groups.ts'
import {
  createPodIdentityAssociation,
  deletePodIdentityAssociation,
  describePodIdentityAssociation,
  listPodIdentityAssociations,
  updatePodIdentityAssociation,
} from './pod-identity.ts'
import { listTagsForResource, tagResource, untagResource } from './resource-tags.ts'
import { describeUpdateOperation, listUpdates } from './updates.ts'
import { describeClusterVersions } from './versions.ts'

const cluster = '/clusters/{name}'

/** Method, path and operation, as in EKS's service model 2017-11-01. */
const routes: readonly (readonly [string, string, EksOperation])[] = [
  ['POST', '/clusters', createCluster],
  ['GET', '/clusters', listClusters],
  ['GET', cluster, describeClusterOperation],
  ['DELETE', cluster, deleteCluster],
  ['POST', `${cluster}/update-config`, updateClusterConfig],
  ['POST', `${cluster}/updates`, updateClusterVersion],
  ['GET', `${cluster}/updates`, listUpdates],
  ['GET', `${cluster}/updates/{updateId}`, describeUpdateOperation],
  ['POST', `${cluster}/encryption-config/associate`, associateEncryptionConfig],
  ['POST', `${cluster}/node-groups`, createNodegroup],
  ['GET', `${cluster}/node-groups`, listNodegroups],
  ['GET', `${cluster}/node-groups/{nodegroupName}`, describeNodegroup],
  ['DELETE', `${cluster}/node-groups/{nodegroupName}`, deleteNodegroup],
  ['POST', `${cluster}/node-groups/{nodegroupName}/update-config`, updateNodegroupConfig],
  ['POST', `${cluster}/node-groups/{nodegroupName}/update-version`, updateNodegroupVersion],
  ['POST', `${cluster}/addons`, createAddon],
  ['GET', `${cluster}/addons`, listAddons],
  ['GET', `${cluster}/addons/{addonName}`, describeAddonOperation],
  ['DELETE', `${cluster}/addons/{addonName}`, deleteAddon],
  ['POST', `${cluster}/addons/{addonName}/update`, updateAddon],
  ['GET', '/addons/supported-versions', describeAddonVersions],
  ['GET', '/addons/configuration-schemas', describeAddonConfiguration],
  ['POST', `${cluster}/access-entries`, createAccessEntry],
  ['GET', `${cluster}/access-entries`, listAccessEntries],
  ['GET', `${cluster}/access-entries/{principalArn}`, describeAccessEntry],
  ['POST', `${cluster}/access-entries/{principalArn}`, updateAccessEntry],
  ['DELETE', `${cluster}/access-entries/{principalArn}`, deleteAccessEntry],
  ['POST', `${cluster}/access-entries/{principalArn}/access-policies`, associateAccessPolicy],
  ['GET', `${cluster}/access-entries/{principalArn}/access-policies`, listAssociatedAccessPolicies],
  ['DELETE', `${cluster}/access-entries/{principalArn}/access-policies/{policyArn}`, disassociateAccessPolicy],
  ['GET', '/access-policies', listAccessPolicies],
  ['POST', `${cluster}/pod-identity-associations`, createPodIdentityAssociation],
  ['GET', `${cluster}/pod-identity-associations`, listPodIdentityAssociations],
  ['GET', `${cluster}/pod-identity-associations/{associationId}`, describePodIdentityAssociation],
  ['POST', `${cluster}/pod-identity-associations/{associationId}`, updatePodIdentityAssociation],
  ['DELETE', `${cluster}/pod-identity-associations/{associationId}`, deletePodIdentityAssociation],
  ['GET', '/cluster-versions', describeClusterVersions],
  ['POST', '/tags/{resourceArn}', tagResource],
  ['DELETE', '/tags/{resourceArn}', untagResource],
  ['GET', '/tags/{resourceArn}', listTagsForResource],
  ['POST', `${cluster}/insights`, listNothing('insights')],
  ['GET', `${cluster}/fargate-profiles`, listNothing('fargateProfileNames')],
  ['GET', `${cluster}/identity-provider-configs`, listNothing('identityProviderConfigs')],
  ['GET', `${cluster}/capabilities`, listNothing('capabilities')],
]

/** Answers one EKS request; throws {@link AwsError} as EKS would. `path` is still percent-encoded. */
export async function handleEks(method: string, path: string, call: Omit<EksCall, 'path'>): Promise<unknown> {
  for (const [routeMethod, pattern, operation] of routes) {
    if (routeMethod !== method) continue
    const parameters = matchPath(pattern, path)
    if (parameters) return operation({ ...call, path: parameters })
  }
  throw eksError('InvalidRequestException', `The local EKS stand-in does not offer ${method} ${path}`)
}

/** Parameters of a path that fits a pattern like `/clusters/{name}`; `undefined` when it does not. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const want = pattern.split('/')
  const have = path.replace(/\/$/, '').split('/')
  if (want.length !== have.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, part] of want.entries()) {
    const value = have[index] ?? ''
    if (part.startsWith('{')) {
      if (value === '') return undefined
      parameters[part.slice(1, -1)] = decodePart(value)
    } else if (part !== value) return undefined
  }
  return parameters
}

function decodePart(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
