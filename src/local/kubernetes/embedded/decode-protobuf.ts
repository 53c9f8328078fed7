import type { JsonObject } from '../../../read/kubernetes/json.ts'
import { badRequest } from './api-error.ts'
import { messageFields, messageOfKind } from './message-fields.ts'
import { timestamp } from './timestamp.ts'

/**
 * Decodes an object that kubectl sent as protobuf (`k8s\0`, then a `runtime.Unknown` around the object's own message).
 * Source: k8s.io/apimachinery/pkg/runtime/serializer/protobuf. Throws an {@link ApiError} 400 when it is none or unknown.
 */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (body.subarray(0, 4).toString('latin1') !== 'k8s\0') throw badRequest('the body is no Kubernetes protobuf message')
  const parts = readFields(body.subarray(4))
  const typeMeta = readFields(bytesOf(parts, 1))
  const apiVersion = bytesOf(typeMeta, 1).toString('utf8')
  const kind = bytesOf(typeMeta, 2).toString('utf8')
  const message = messageOfKind(apiVersion, kind)
  if (message === undefined) {
    throw badRequest(
      `the embedded control plane cannot read ${kind} in version "${apiVersion}" from protobuf; write it to a file ` +
        '(--dry-run=client -o yaml) and use kubectl apply -f',
    )
  }
  return { apiVersion, kind, ...decodeMessage(message, bytesOf(parts, 2)) }
}

type WireField = { readonly number: number; readonly value: bigint | Buffer }

function decodeMessage(name: string, body: Buffer): JsonObject {
  const fields = new Map(messageFields(name)?.map((field) => [field.number, field]))
  const result: Record<string, unknown> = {}
  for (const { number, value } of readFields(body)) {
    const field = fields.get(number)
    if (field === undefined) continue
    const { name: json, type, shape } = field
    if (shape === 'map') {
      const entry = readFields(Buffer.isBuffer(value) ? value : Buffer.alloc(0))
      const existing = result[json]
      result[json] = {
        ...(typeof existing === 'object' ? existing : {}),
        [bytesOf(entry, 1).toString('utf8')]: decodeValue(
          type,
          entry.find((part) => part.number === 2)?.value ?? Buffer.alloc(0),
        ),
      }
      continue
    }
    const decoded = decodeValue(type, value)
    if (shape === 'repeated') {
      const existing = result[json]
      result[json] = [...(Array.isArray(existing) ? existing : []), decoded]
    } else if (field.inlined) {
      if (typeof decoded === 'object') Object.assign(result, decoded)
    } else if (shape === 'pointer' || !isZero(decoded)) {
      result[json] = decoded
    }
  }
  return result
}

function decodeValue(type: string, value: bigint | Buffer): unknown {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.alloc(0)
  switch (type) {
    case 'string':
      return bytes.toString('utf8')
    case 'bytes':
      return bytes.toString('base64')
    case 'bool':
      return value === 1n
    case 'int32':
    case 'int64':
      return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0
    case 'api.resource.Quantity':
      return bytesOf(readFields(bytes), 1).toString('utf8')
    case 'apis.meta.v1.Time':
    case 'apis.meta.v1.MicroTime':
      return decodeTime(readFields(bytes), type)
    case 'util.intstr.IntOrString': {
      const parts = readFields(bytes)
      return integerOf(parts, 1) === 1 ? bytesOf(parts, 3).toString('utf8') : integerOf(parts, 2)
    }
    case 'apis.meta.v1.FieldsV1':
      return JSON.parse(bytesOf(readFields(bytes), 1).toString('utf8') || '{}')
    default:
      return decodeMessage(type, bytes)
  }
}

function decodeTime(parts: readonly WireField[], type: string): string | undefined {
  const seconds = integerOf(parts, 1)
  const nanos = integerOf(parts, 2)
  if (seconds === 0 && nanos === 0) return undefined
  const second = timestamp(new Date(seconds * 1000))
  if (type === 'apis.meta.v1.Time') return second
  return second.replace('Z', `.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`)
}

/** What Go leaves out of JSON, but writes into protobuf. */
function isZero(value: unknown): boolean {
  if (value === undefined || value === '' || value === 0 || value === false) return true
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
}

function bytesOf(fields: readonly WireField[], number: number): Buffer {
  const value = fields.find((field) => field.number === number)?.value
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0)
}

function integerOf(fields: readonly WireField[], number: number): number {
  const value = fields.find((field) => field.number === number)?.value
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0
}

/** The wire format: https://protobuf.dev/programming-guides/encoding/. */
function readFields(body: Buffer): readonly WireField[] {
  const fields: WireField[] = []
  let offset = 0
  const varint = (): bigint => {
    let result = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = body[offset]
      if (byte === undefined || shift > 63n) throw badRequest('the protobuf message is cut short')
      offset += 1
      result |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, result)
    }
  }
  const take = (length: number): Buffer => {
    if (offset + length > body.length) throw badRequest('the protobuf message is cut short')
    offset += length
    return body.subarray(offset - length, offset)
  }
  while (offset < body.length) {
    const tag = Number(varint())
    const number = tag >> 3
    switch (tag & 7) {
      case 0:
        fields.push({ number, value: varint() })
        break
      case 1:
        fields.push({ number, value: take(8) })
        break
      case 2:
        fields.push({ number, value: take(Number(varint())) })
        break
      case 5:
        fields.push({ number, value: take(4) })
        break
      default:
        throw badRequest('the protobuf message has a field of an unknown wire type')
    }
  }
  return fields
}
