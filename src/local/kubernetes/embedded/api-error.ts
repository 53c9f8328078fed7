import { qualifiedName, type ResourceKind } from './resource-kind.ts'

/** One field's complaint in a 422. */
export type FieldCause = { readonly reason: string; readonly message: string; readonly field: string }

/** Kubernetes' `Status` object. */
export type StatusBody = {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: Readonly<Record<string, never>>
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly code?: number
}

/** A refusal that the API server words as a `Status`. Texts: k8s.io/apimachinery/pkg/api/errors. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: number
  readonly body: StatusBody

  constructor(code: number, reason: string, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message)
    this.code = code
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason !== '' && { reason }),
      ...(details !== undefined && { details }),
      code,
    }
  }
}

function detailsOf(kind: ResourceKind, name: string): Readonly<Record<string, unknown>> {
  return { name, ...(kind.group !== '' && { group: kind.group }), kind: kind.plural }
}

/** 404 for an object. */
export function notFound(kind: ResourceKind, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualifiedName(kind)} "${name}" not found`, detailsOf(kind, name))
}

/** 404 for a path that the embedded server does not serve; says which server would. */
export function unknownPath(path: string): ApiError {
  return new ApiError(
    404,
    'NotFound',
    `the server could not find the requested resource: ${path} is not known to the embedded control plane, ` +
      'which keeps only what GPU workloads need; run `eks-gpu local install-kubernetes` and start the cluster again for a whole Kubernetes',
    {},
  )
}

/** 409 for a create. */
export function alreadyExists(kind: ResourceKind, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${qualifiedName(kind)} "${name}" already exists`, detailsOf(kind, name))
}

/** 409 for a write that was based on something else than what is there. */
export function conflict(kind: ResourceKind, name: string, why: string): ApiError {
  return new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedName(kind)} "${name}": ${why}`,
    detailsOf(kind, name),
  )
}

/** Why a stale write is refused. */
export const staleObject = 'the object has been modified; please apply your changes to the latest version and try again'

/** 400. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message)
}

/** 403 for something that admission refuses. */
export function forbidden(kind: ResourceKind, name: string, why: string): ApiError {
  return new ApiError(403, 'Forbidden', `${qualifiedName(kind)} "${name}" is forbidden: ${why}`, detailsOf(kind, name))
}

/** 422 with one cause per field. */
export function invalid(kind: ResourceKind, name: string, causes: readonly FieldCause[]): ApiError {
  const texts = causes.map(({ field, message }) => `${field}: ${message}`)
  const [only = ''] = texts
  return new ApiError(
    422,
    'Invalid',
    `${kind.kind}${kind.group === '' ? '' : `.${kind.group}`} "${name}" is invalid: ${texts.length === 1 ? only : `[${texts.join(', ')}]`}`,
    { name, ...(kind.group !== '' && { group: kind.group }), kind: kind.kind, causes },
  )
}
