import type { EksGate, KubernetesUser } from '../control-plane.ts'
import { deniedMessage, type RequestInfo } from './access.ts'
import { ApiError } from './api-error.ts'

/** Paths that anyone may read, as Kubernetes' own public roles allow. Source: `system:public-info-viewer`. */
const publicPaths: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz', '/version', '/version/'])
/** Paths that whoever is authenticated may read. Source: `system:discovery`. */
const discoveryPaths = /^\/(api|apis|openapi)(\/|$)/

/**
 * Whether the user may: system:masters may everything, everybody sees health and version, whoever is authenticated sees
 * what there is; the rest is the gate's to say. RBAC objects are kept but decide nothing here.
 */
export async function isAllowed(user: KubernetesUser, request: RequestInfo, gate: EksGate): Promise<boolean> {
  if (user.groups.includes('system:masters')) return true
  const authenticated = user.groups.includes('system:authenticated')
  if (request.kind === 'path' && ['get', 'head'].includes(request.verb)) {
    const health = /^\/(healthz|livez|readyz)\//.test(request.path)
    if (publicPaths.has(request.path) || health) return true
    if (authenticated && discoveryPaths.test(request.path)) return true
  }
  if (!authenticated) return false
  if (request.kind === 'resource' && isSelfReview(request)) return true
  const answer = await gate.authorize(
    request.kind === 'path'
      ? {
          user,
          verb: request.verb,
          group: '',
          resource: '',
          subresource: '',
          namespace: '',
          name: '',
          path: request.path,
        }
      : {
          user,
          verb: request.verb,
          group: request.group,
          resource: request.resource,
          subresource: request.subresource,
          namespace: request.namespace,
          name: request.name,
        },
  )
  return answer === 'allow'
}

/** Throws an {@link ApiError} 403 in Kubernetes' words when the user may not. */
export async function requireAccess(user: KubernetesUser, request: RequestInfo, gate: EksGate): Promise<void> {
  if (await isAllowed(user, request, gate)) return
  const details =
    request.kind === 'path'
      ? {}
      : {
          ...(request.name !== '' && { name: request.name }),
          ...(request.group !== '' && { group: request.group }),
          kind: request.resource,
        }
  throw new ApiError(403, 'Forbidden', forbiddenText(user, request), details)
}

function forbiddenText(user: KubernetesUser, request: RequestInfo): string {
  const reason = deniedMessage(user, request)
  if (request.kind === 'path') return `forbidden: ${reason}`
  const resource = request.group === '' ? request.resource : `${request.resource}.${request.group}`
  return request.name === ''
    ? `${resource} is forbidden: ${reason}`
    : `${resource} "${request.name}" is forbidden: ${reason}`
}

/** Whoever is authenticated may ask about himself. Source: `system:basic-user`. */
function isSelfReview(request: Extract<RequestInfo, { kind: 'resource' }>): boolean {
  return (
    request.verb === 'create' &&
    ['selfsubjectreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'].includes(request.resource)
  )
}
