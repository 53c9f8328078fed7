import type { AccessRequest } from '../../kubernetes/control-plane.ts'
import { type AccessPolicy, accessPolicies } from './access-policies.ts'
import type { AccessEntry, AccessScope, EksCluster } from './eks-cluster.ts'

/** Field of a user's `extra` that carries the ARN of its access entry. */
export const principalField = 'canonicalArn'

/**
 * Decides a request by the access policies of the user's access entry, and by what every cluster allows to each authenticated user
 * (discovery, self reviews). Anything else is left to RBAC.
 */
export function authorizeAccess(cluster: EksCluster, request: AccessRequest): 'allow' | 'no-opinion' {
  const [principal] = request.user.extra[principalField] ?? []
  const entry = principal === undefined ? undefined : cluster.accessEntries.get(principal)
  if (!entry) return 'no-opinion'
  if (isForEveryone(request)) return 'allow'
  return policiesOf(cluster, entry).some(({ policy, scope }) => inScope(scope, request) && allows(policy, request))
    ? 'allow'
    : 'no-opinion'
}

function policiesOf(
  cluster: EksCluster,
  entry: AccessEntry,
): readonly { readonly policy: AccessPolicy; readonly scope: AccessScope }[] {
  const known = accessPolicies(cluster.partition)
  return [...entry.policies.values()].flatMap(({ policyArn, accessScope }) => {
    const policy = known.find(({ arn }) => arn === policyArn)
    return policy ? [{ policy, scope: accessScope }] : []
  })
}

function inScope(scope: AccessScope, request: AccessRequest): boolean {
  if (scope.type === 'cluster') return true
  return request.namespace !== '' && scope.namespaces.some((pattern) => matches(pattern, request.namespace))
}

function allows(policy: AccessPolicy, request: AccessRequest): boolean {
  if (request.path !== undefined) return policy.nonResourceUrls
  const resource = request.subresource === '' ? request.resource : `${request.resource}/${request.subresource}`
  return policy.rules.some(
    ({ apiGroups, resources, verbs }) =>
      holds(apiGroups, request.group) && holds(resources, resource) && holds(verbs, request.verb),
  )
}

/** What system:discovery, system:public-info-viewer and system:basic-user allow to every authenticated user. */
function isForEveryone(request: AccessRequest): boolean {
  if (request.path !== undefined)
    return request.verb === 'get' && /^\/(api|apis|openapi|version|healthz|livez|readyz)(\/|$)/.test(request.path)
  return (
    request.verb === 'create' &&
    ((request.group === 'authorization.k8s.io' &&
      (request.resource === 'selfsubjectaccessreviews' || request.resource === 'selfsubjectrulesreviews')) ||
      (request.group === 'authentication.k8s.io' && request.resource === 'selfsubjectreviews'))
  )
}

function holds(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value)
}

/** Namespace patterns of access scopes may hold `*`. */
function matches(pattern: string, namespace: string): boolean {
  return new RegExp(`^${pattern.split('*').map(escapePattern).join('.*')}$`).test(namespace)
}

function escapePattern(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
}
