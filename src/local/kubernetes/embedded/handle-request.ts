import type { IncomingMessage, ServerResponse } from 'node:http'
import { matchesLabelSelector } from '../../../cluster/label-selector.ts'
import { isJsonObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../../../read/kubernetes/json.ts'
import { readLabelSelector } from '../../../read/kubernetes/read-label-selector.ts'
import type { EksGate, KubernetesObject, KubernetesUser } from '../control-plane.ts'
import { isTrue, type ResourceRequest, readRequestInfo } from './access.ts'
import { ApiError, badRequest, type StatusBody, unknownPath } from './api-error.ts'
import { authenticate } from './authenticate.ts'
import { isAllowed, requireAccess } from './authorize.ts'
import { bindPod } from './bind-pod.ts'
import { sendContainerLog } from './container-log.ts'
import type { DeleteRequest, EmbeddedApi, WriteOptions } from './embedded-api.ts'
import { jsonPatch } from './json-patch.ts'
import { selectionOf } from './list-query.ts'
import { mergePatch } from './merge-patch.ts'
import { readBody, toKubernetesObject } from './read-body.ts'
import { apiVersionOf, findByPlural, kindNamed, type ResourceKind } from './resource-kind.ts'
import { answerPath } from './server-paths.ts'
import { strategicMerge } from './strategic-merge.ts'
import { tableOf } from './table.ts'
import { toAppliedObject, toTypedObject } from './typed-object.ts'
import { streamWatch } from './watch-stream.ts'

/** What a request is answered from. */
export type ServerContext = {
  readonly api: EmbeddedApi
  readonly gate: EksGate
  /** `v1.36.0`: what `/version` says. */
  readonly version: string
  /** Ends streams when the server stops. */
  readonly stopped: AbortSignal
}

type Call = {
  readonly context: ServerContext
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly user: KubernetesUser
  readonly info: ResourceRequest
  readonly resource: ResourceKind
}

/** Answers one request; whatever is refused or goes wrong is answered with a `Status`. */
export async function handleRequest(
  context: ServerContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await answer(context, request, response)
  } catch (error) {
    const refusal =
      error instanceof ApiError
        ? error
        : new ApiError(
            500,
            'InternalError',
            `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
          )
    if (response.headersSent) response.destroy()
    else sendJson(response, refusal.code, refusal.body)
  }
}

async function answer(context: ServerContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://127.0.0.1')
  const user = await authenticate(request, context.gate)
  const info = readRequestInfo(request.method ?? 'GET', url)
  await requireAccess(user, info, context.gate)

  if (info.kind === 'path') {
    const { status, body, type } = answerPath(context.version, info.path, request.headers.accept ?? '')
    if (typeof body === 'string' || Buffer.isBuffer(body)) {
      response.writeHead(status, { 'content-type': type ?? 'text/plain; charset=utf-8' }).end(body)
    } else sendJson(response, status, body, type)
    return
  }
  const resource = findByPlural(info.group, info.version, info.resource)
  if (resource === undefined) throw unknownPath(url.pathname)
  // A namespace's own path counts as inside it, for access; it is kept as what it is, an object of the cluster.
  const located = resource.namespaced ? info : { ...info, namespace: '' }
  const call: Call = { context, request, response, url, user, info: located, resource }
  if (info.subresource !== '' && info.subresource !== 'status') return answerSubresource(call)
  if (info.subresource === 'status' && !resource.subresources.some(({ name }) => name === 'status')) {
    throw unknownPath(url.pathname)
  }
  if (!resource.verbs.includes(info.verb)) {
    throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
  }
  switch (info.verb) {
    case 'list':
      return answerList(call)
    case 'watch':
      return answerWatch(call)
    case 'get':
      return sendObject(call, 200, context.api.get(resource, located.namespace, info.name))
    case 'create':
      return answerCreate(call)
    case 'update':
      return answerUpdate(call)
    case 'patch':
      return answerPatch(call)
    case 'delete':
      return answerDelete(call)
    default:
      return answerDeleteCollection(call)
  }
}

function answerList(call: Call): void {
  const { context, response, url, info, resource } = call
  const { store } = context.api
  const selects = selectionOf(resource, url.searchParams)
  const all = store.list(resource, namespaceOf(info)).filter(selects)
  const start = Number(Buffer.from(url.searchParams.get('continue') ?? '', 'base64url').toString() || 0)
  const limit = Number(url.searchParams.get('limit') ?? 0)
  const end = limit > 0 ? start + limit : all.length
  const items = all.slice(start, end)
  const rest = all.length - start - items.length
  const metadata = {
    resourceVersion: String(store.revision),
    ...(rest > 0 && {
      continue: Buffer.from(String(end)).toString('base64url'),
      remainingItemCount: rest,
    }),
  }
  if (wantsTable(call)) {
    sendJson(response, 200, tableOf(resource, items, { ...tableOptions(call), metadata, withHeadings: true }))
    return
  }
  sendJson(response, 200, {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata,
    items: items.map(({ kind: _kind, apiVersion: _version, ...item }) => item),
  })
}

function answerWatch(call: Call): void {
  const { context, response, url, info, resource } = call
  const selects = selectionOf(resource, url.searchParams)
  streamWatch(
    context.api.store,
    response,
    {
      resource,
      namespace: namespaceOf(info),
      selects: info.name === '' ? selects : (object) => object.metadata.name === info.name && selects(object),
      query: url.searchParams,
      render: (object, first) =>
        wantsTable(call)
          ? tableOf(resource, [object], {
              ...tableOptions(call),
              metadata: { resourceVersion: object.metadata.resourceVersion },
              withHeadings: first,
            })
          : object,
    },
    context.stopped,
  )
}

async function answerCreate(call: Call): Promise<void> {
  const { context, response, request, info, resource } = call
  const body = await readBody(request)
  if (resource.verbs.length === 1) {
    sendJson(response, 201, await answerReview(call, toKubernetesObject(body)))
    return
  }
  const object = typed(call, expectKind(resource, toKubernetesObject(body)))
  const created = await context.api.create(resource, inNamespaceOf(resource, info, object), writeOptions(call))
  sendObject(call, 201, created)
}

async function answerUpdate(call: Call): Promise<void> {
  const { context, request, info, resource } = call
  const object = expectName(info, expectKind(resource, toKubernetesObject(await readBody(request))))
  const placed = inNamespaceOf(resource, info, typed(call, object))
  sendObject(call, 200, context.api.update(resource, placed, subresourceOf(info), writeOptions(call)))
}

async function answerPatch(call: Call): Promise<void> {
  const { context, request, info, resource } = call
  const body = await readBody(request)
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim()
  if (type === 'application/apply-patch+yaml') {
    if ((call.url.searchParams.get('fieldManager') ?? '') === '') throw managerRequired()
    const object = expectName(info, expectKind(resource, toKubernetesObject(body)))
    const placed = inNamespaceOf(resource, info, { ...object, metadata: { ...object.metadata, name: info.name } })
    const { object: applied, created } = await context.api.apply(
      resource,
      toAppliedObject(placed),
      subresourceOf(info),
      writeOptions(call),
    )
    sendObject(call, created ? 201 : 200, applied)
    return
  }
  const current = context.api.get(resource, info.namespace, info.name)
  const patched = patchedObject(type ?? '', current, body)
  const object = typed(call, expectName(info, toKubernetesObject(patched)))
  // Without a version of its own a patch applies to whatever is there.
  sendObject(call, 200, context.api.update(resource, object, subresourceOf(info), writeOptions(call)))
}

function managerRequired(): ApiError {
  const message = 'Required value: is required for apply patch'
  return new ApiError(422, 'Invalid', `PatchOptions.meta.k8s.io "" is invalid: fieldManager: ${message}`, {
    group: 'meta.k8s.io',
    kind: 'PatchOptions',
    causes: [{ reason: 'FieldValueRequired', message, field: 'fieldManager' }],
  })
}

function patchedObject(type: string, current: KubernetesObject, body: unknown): unknown {
  if (type === 'application/json-patch+json') return jsonPatch(current, body)
  if (!isJsonObject(body)) throw badRequest('error decoding patch: the patch is no JSON object')
  switch (type) {
    case 'application/strategic-merge-patch+json':
      return strategicMerge(current, body)
    case 'application/merge-patch+json':
      return mergePatch(current, body)
    default:
      throw new ApiError(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
      )
  }
}

async function answerDelete(call: Call): Promise<void> {
  const { context, response, request, info, resource } = call
  const { last, gone } = context.api.remove(
    resource,
    info.namespace,
    info.name,
    deleteRequest(await readBody(request), call.url.searchParams),
  )
  // Pods are answered with the pod, all else that is gone with a Status.
  if (!gone || resource.kind === 'Pod') sendObject(call, 200, last)
  else {
    const details = {
      name: info.name,
      ...(resource.group !== '' && { group: resource.group }),
      kind: resource.plural,
      uid: last.metadata.uid,
    }
    sendJson(response, 200, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details,
    } satisfies StatusBody)
  }
}

async function answerDeleteCollection(call: Call): Promise<void> {
  const { context, response, request, url, info, resource } = call
  const options = deleteRequest(await readBody(request), url.searchParams)
  const selects = selectionOf(resource, url.searchParams)
  const chosen = context.api.store.list(resource, namespaceOf(info)).filter(selects)
  const items = chosen.map(
    ({ metadata }) => context.api.remove(resource, metadata.namespace ?? '', metadata.name ?? '', options).last,
  )
  sendJson(response, 200, {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata: { resourceVersion: String(context.api.store.revision) },
    items,
  })
}

async function answerSubresource(call: Call): Promise<void> {
  const { context, request, response, url, info, resource } = call
  const { api } = context
  const known = resource.subresources.find(({ name }) => name === info.subresource)
  if (known === undefined) throw unknownPath(url.pathname)
  if (!known.verbs.includes(info.verb)) {
    throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
  }
  const object = api.get(resource, info.namespace, info.name)
  switch (info.subresource) {
    case 'log':
      return sendContainerLog({
        pod: object,
        query: url.searchParams,
        gate: context.gate,
        response,
        isThere: () => api.store.get(resource, info.namespace, info.name) !== undefined,
        stopped: context.stopped,
      })
    case 'binding': {
      const node = textAt(await readBody(request), 'target', 'name') ?? ''
      bindPod(api, object, node)
      sendJson(response, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 })
      return
    }
    case 'eviction':
      requireDisruption(api, object)
      api.remove(resource, info.namespace, info.name, {
        ...deleteRequest(objectAt(await readBody(request), 'deleteOptions'), url.searchParams),
        propagationPolicy: 'Background',
      })
      sendJson(response, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 })
      return
    default:
      sendJson(response, 200, await answerScale(call, object))
  }
}

/** Throws an {@link ApiError} 429 when a PodDisruptionBudget wants the pod to stay. */
function requireDisruption(api: EmbeddedApi, pod: KubernetesObject): void {
  const budget = api.store
    .list(kindNamed('PodDisruptionBudget'), pod.metadata.namespace)
    .find(
      (candidate) =>
        matchesLabelSelector(readLabelSelector(objectAt(candidate, 'spec', 'selector')), pod.metadata.labels ?? {}) &&
        (numberAt(candidate, 'status', 'disruptionsAllowed') ?? 0) <= 0,
    )
  if (budget === undefined || (textAt(pod, 'spec', 'nodeName') ?? '') === '') return
  const message = "Cannot evict pod as it would violate the pod's disruption budget."
  throw new ApiError(429, 'TooManyRequests', message, {
    causes: [
      {
        reason: 'DisruptionBudget',
        message: `The disruption budget ${budget.metadata.name} needs ${numberAt(budget, 'status', 'desiredHealthy') ?? 0} healthy pods and has ${numberAt(budget, 'status', 'currentHealthy') ?? 0} currently`,
      },
    ],
  })
}

async function answerScale(call: Call, object: KubernetesObject): Promise<JsonObject> {
  const { context, request, info, resource } = call
  const { api } = context
  const scaleOf = (of: KubernetesObject): JsonObject => ({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name: of.metadata.name,
      namespace: of.metadata.namespace,
      uid: of.metadata.uid,
      resourceVersion: of.metadata.resourceVersion,
      creationTimestamp: of.metadata['creationTimestamp'],
    },
    spec: { replicas: numberAt(of, 'spec', 'replicas') ?? 0 },
    status: {
      replicas: numberAt(of, 'status', 'replicas') ?? 0,
      selector: Object.entries(objectAt(of, 'spec', 'selector', 'matchLabels'))
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(','),
    },
  })
  if (info.verb === 'get') return scaleOf(object)
  const body = await readBody(request)
  const replicas = numberAt(body, 'spec', 'replicas')
  if (replicas === undefined) throw badRequest('spec.replicas is missing in the scale')
  const version = textAt(body, 'metadata', 'resourceVersion')
  const next: KubernetesObject = {
    ...object,
    metadata: { ...object.metadata, ...(version !== undefined && { resourceVersion: version }) },
    spec: { ...objectAt(object, 'spec'), replicas },
  }
  return scaleOf(api.update(resource, next, '', writeOptions(call)))
}

/** Reviews are questions: they are answered, not kept. */
async function answerReview(call: Call, review: KubernetesObject): Promise<JsonObject> {
  const { context, user, resource } = call
  switch (resource.kind) {
    case 'TokenReview': {
      const answer = await context.gate.authenticate(textAt(review, 'spec', 'token') ?? '')
      const status =
        'user' in answer ? { authenticated: true, user: answer.user } : { authenticated: false, error: answer.refused }
      return { ...review, status }
    }
    case 'SelfSubjectReview':
      return { ...review, status: { userInfo: user } }
    case 'SelfSubjectAccessReview':
      return { ...review, status: { allowed: await isReviewAllowed(call, review) } }
    default: {
      const all = user.groups.includes('system:masters')
      const rules = all ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] : []
      return { ...review, status: { resourceRules: rules, nonResourceRules: [], incomplete: !all } }
    }
  }
}

function isReviewAllowed({ context, user }: Call, review: KubernetesObject): Promise<boolean> {
  const attributes = objectAt(review, 'spec', 'resourceAttributes')
  const path = objectAt(review, 'spec', 'nonResourceAttributes')
  const text = (field: string): string => textAt(attributes, field) ?? ''
  return isAllowed(
    user,
    Object.keys(path).length > 0
      ? { kind: 'path', verb: textAt(path, 'verb') ?? '', path: textAt(path, 'path') ?? '' }
      : {
          kind: 'resource',
          verb: text('verb'),
          group: text('group'),
          version: text('version'),
          resource: text('resource'),
          subresource: text('subresource'),
          namespace: text('namespace'),
          name: text('name'),
        },
    context.gate,
  )
}

function deleteRequest(body: unknown, query: URLSearchParams): DeleteRequest {
  const policy = textAt(body, 'propagationPolicy') ?? query.get('propagationPolicy') ?? 'Background'
  if (policy !== 'Background' && policy !== 'Foreground' && policy !== 'Orphan') {
    throw badRequest(`DeleteOptions is invalid: propagationPolicy: Unsupported value: "${policy}"`)
  }
  const asked = query.get('gracePeriodSeconds')
  const gracePeriodSeconds = numberAt(body, 'gracePeriodSeconds') ?? (asked === null ? undefined : Number(asked))
  const uid = textAt(body, 'preconditions', 'uid')
  const resourceVersion = textAt(body, 'preconditions', 'resourceVersion')
  return {
    propagationPolicy: policy,
    dryRun: listAt(body, 'dryRun').length > 0 || query.get('dryRun') === 'All',
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
  }
}

function writeOptions({ url, request }: Call): WriteOptions {
  const agent = (request.headers['user-agent'] ?? '').split('/')[0] ?? ''
  const manager = url.searchParams.get('fieldManager') ?? ''
  return {
    manager: manager !== '' ? manager : agent !== '' ? agent : 'unknown',
    dryRun: url.searchParams.get('dryRun') === 'All',
  }
}

function subresourceOf(info: ResourceRequest): '' | 'status' {
  return info.subresource === 'status' ? 'status' : ''
}

function namespaceOf(info: ResourceRequest): string | undefined {
  return info.namespace === '' ? undefined : info.namespace
}

/** The object as its kind has it; what it has not is refused, warned of or passed over, as the client wants. */
function typed({ response, url }: Call, given: KubernetesObject): KubernetesObject {
  const { object, unknown } = toTypedObject(given)
  const texts = unknown.map((field) => `unknown field ${JSON.stringify(field)}`)
  const validation = url.searchParams.get('fieldValidation') ?? 'Warn'
  if (validation === 'Strict' && texts.length > 0) {
    throw badRequest(
      `${given.kind} in version "${given.apiVersion.split('/').at(-1)}" cannot be handled as a ${given.kind}: strict decoding error: ${texts.join(', ')}`,
    )
  }
  if (validation === 'Warn' && texts.length > 0) {
    response.setHeader(
      'warning',
      texts.map((text) => `299 - ${JSON.stringify(text)}`),
    )
  }
  return object
}

function expectKind(resource: ResourceKind, object: KubernetesObject): KubernetesObject {
  if (object.kind === resource.kind && object.apiVersion === apiVersionOf(resource)) return object
  const version = object.apiVersion.split('/').at(-1)
  throw badRequest(
    `${object.kind} in version "${version}" cannot be handled as a ${resource.kind}: this path takes ${apiVersionOf(resource)} ${resource.kind} only`,
  )
}

function expectName(info: ResourceRequest, object: KubernetesObject): KubernetesObject {
  const { name } = object.metadata
  if (name === undefined || name === info.name) return { ...object, metadata: { ...object.metadata, name: info.name } }
  throw badRequest(`the name of the object (${name}) does not match the name on the URL (${info.name})`)
}

function inNamespaceOf(resource: ResourceKind, info: ResourceRequest, object: KubernetesObject): KubernetesObject {
  const { namespace, ...metadata } = object.metadata
  if (!resource.namespaced) return { ...object, metadata }
  if (info.namespace === '') {
    throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
  }
  if (namespace !== undefined && namespace !== '' && namespace !== info.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  return { ...object, metadata: { ...metadata, namespace: info.namespace } }
}

function wantsTable({ request }: Call): boolean {
  return (
    (request.headers.accept ?? '').split(',').some((type) => type.includes('as=Table') && type.includes('v=v1;')) ||
    (request.headers.accept ?? '').split(',').some((type) => /as=Table/.test(type) && !/v=v1beta1/.test(type))
  )
}

function tableOptions({ url }: Call): { readonly include: 'None' | 'Metadata' | 'Object'; readonly now: Date } {
  const include = url.searchParams.get('includeObject')
  return { include: include === 'None' || include === 'Object' ? include : 'Metadata', now: new Date() }
}

function sendObject(call: Call, status: number, object: KubernetesObject): void {
  const { resource, response, url } = call
  if (wantsTable(call) && call.info.verb === 'get' && !isTrue(url.searchParams.get('watch'))) {
    const metadata = { resourceVersion: object.metadata.resourceVersion }
    sendJson(response, status, tableOf(resource, [object], { ...tableOptions(call), metadata, withHeadings: true }))
  } else sendJson(response, status, object)
}

function sendJson(response: ServerResponse, status: number, body: unknown, type = 'application/json'): void {
  const text = `${JSON.stringify(body)}\n`
  response
    .writeHead(status, {
      'content-type': type,
      'cache-control': 'no-cache, private',
      'content-length': Buffer.byteLength(text),
    })
    .end(text)
}
