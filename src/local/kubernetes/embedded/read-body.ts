import type { IncomingMessage } from 'node:http'
import { parse } from 'yaml'
import { isJsonObject } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { ApiError, badRequest } from './api-error.ts'
import { decodeProtobuf } from './decode-protobuf.ts'

/** Larger requests are refused, as the API server does. */
const largestBody = 3 * 1024 * 1024

/** Reads a request's JSON, YAML or protobuf body; `undefined` when there is none. Throws an {@link ApiError} 400 or 413. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += bytes.length
    if (size > largestBody) {
      throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${largestBody}`)
    }
    chunks.push(bytes)
  }
  if (size === 0) return undefined
  if ((request.headers['content-type'] ?? '').includes('protobuf')) return decodeProtobuf(Buffer.concat(chunks))
  const text = Buffer.concat(chunks).toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    return readYaml(text)
  }
}

function readYaml(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw badRequest(
      `error decoding the body of the request: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

/** Narrows a body to an object of the API. Throws an {@link ApiError} 400 in the words of Kubernetes' decoder. */
export function toKubernetesObject(value: unknown): KubernetesObject {
  if (!isJsonObject(value)) throw badRequest('the object provided is unrecognized (must be of type Object)')
  const { apiVersion, kind, metadata = {} } = value
  if (typeof kind !== 'string' || kind === '') throw badRequest("Object 'Kind' is missing in the request")
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    throw badRequest("Object 'apiVersion' is missing in the request")
  }
  if (!isJsonObject(metadata)) throw wrongType(kind, 'metadata', metadata, 'ObjectMeta')
  for (const field of ['name', 'namespace', 'generateName', 'uid', 'resourceVersion']) {
    const text = metadata[field]
    if (text !== undefined && text !== null && typeof text !== 'string') {
      throw wrongType(kind, `metadata.${field}`, text, 'string')
    }
  }
  return {
    ...value,
    apiVersion,
    kind,
    metadata: {
      ...withoutNulls(metadata),
      ...texts(kind, metadata, 'labels'),
      ...texts(kind, metadata, 'annotations'),
    },
  }
}

function texts(kind: string, metadata: Readonly<Record<string, unknown>>, field: string): Record<string, unknown> {
  const entries = metadata[field]
  if (entries === undefined || entries === null) return {}
  if (!isJsonObject(entries)) throw wrongType(kind, `metadata.${field}`, entries, 'map[string]string')
  for (const entry of Object.values(entries)) {
    if (typeof entry !== 'string') throw wrongType(kind, `metadata.${field}`, entry, 'string')
  }
  return { [field]: entries }
}

/** `creationTimestamp: null`, as kubectl writes it, says nothing. */
function withoutNulls(metadata: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null && value !== undefined))
}

function wrongType(kind: string, field: string, value: unknown, wanted: string): ApiError {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  return badRequest(
    `${kind} in version "v1" cannot be handled as a ${kind}: json: cannot unmarshal ${found} into Go struct field ${kind}.${field} of type ${wanted}`,
  )
}
