import type { KubernetesUser } from '../control-plane.ts'

/** A request that names a resource, in an authorizer's terms. */
export type ResourceRequest = {
  readonly kind: 'resource'
  readonly verb: string
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

/** Any other request, such as `/version`. */
type PathRequest = { readonly kind: 'path'; readonly verb: string; readonly path: string }

/** What a request asks for. */
export type RequestInfo = ResourceRequest | PathRequest

/** Reads a method and a path as the API server does. Source: k8s.io/apiserver/pkg/endpoints/request/requestinfo.go. */
export function readRequestInfo(method: string, url: URL): RequestInfo {
  const parts = url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent)
  const [root, ...rest] = parts
  const group = root === 'apis' ? rest[0] : root === 'api' ? '' : undefined
  const version = root === 'apis' ? rest[1] : rest[0]
  const tail = rest.slice(root === 'apis' ? 2 : 1)
  const verb = method.toLowerCase()
  if (group === undefined || version === undefined || tail.length === 0) {
    return { kind: 'path', verb, path: url.pathname }
  }
  // /namespaces/x itself is a namespace; /namespaces/x/pods is not.
  const inNamespace = tail[0] === 'namespaces' && tail.length > 2 && !['status', 'finalize'].includes(tail[2] ?? '')
  const [resource = '', name = '', ...subresource] = inNamespace ? tail.slice(2) : tail
  const namespace = inNamespace ? (tail[1] ?? '') : resource === 'namespaces' ? name : ''
  return {
    kind: 'resource',
    verb: resourceVerb(method, name, url.searchParams),
    group,
    version,
    resource,
    subresource: subresource.join('/'),
    namespace,
    name,
  }
}

function resourceVerb(method: string, name: string, query: URLSearchParams): string {
  switch (method) {
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete'
    default:
      if (isTrue(query.get('watch'))) return 'watch'
      return name === '' ? 'list' : 'get'
  }
}

/** Query parameters are true when they say so, or stand there without a value. */
export function isTrue(parameter: string | null): boolean {
  return parameter !== null && parameter !== 'false' && parameter !== '0'
}

/** The 403 text. Source: k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go. */
export function deniedMessage(user: KubernetesUser, request: RequestInfo): string {
  if (request.kind === 'path') return `User "${user.username}" cannot ${request.verb} path "${request.path}"`
  const resource = request.subresource === '' ? request.resource : `${request.resource}/${request.subresource}`
  const scope = request.namespace === '' ? 'at the cluster scope' : `in the namespace "${request.namespace}"`
  return `User "${user.username}" cannot ${request.verb} resource "${resource}" in API group "${request.group}" ${scope}`
}
