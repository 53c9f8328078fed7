import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** A field of a Kubernetes object: its protobuf number, its type, and whether it is a list, a map, or sent only when set. */
export type MessageField = {
  readonly number: number
  readonly name: string
  /** `string`, `bytes`, `bool`, `int32`, `int64`, `double`, or the name of a message. */
  readonly type: string
  readonly shape: 'value' | 'pointer' | 'repeated' | 'map'
  /** Its fields stand in the object around it. */
  readonly inlined: boolean
}

/** Source: `json:",inline"` in k8s.io/api. */
const inlined: ReadonlySet<string> = new Set([
  'volumeSource',
  'persistentVolumeSource',
  'localObjectReference',
  'handler',
  'ephemeralContainerCommon',
])

/** Package of a group's messages, where its name is not the group's first part. */
const packages: Readonly<Record<string, string>> = { '': 'core', 'rbac.authorization.k8s.io': 'rbac' }

const fieldSchema = z.tuple([z.string(), z.string()]).rest(z.enum(['repeated', 'map', 'pointer']))
const tableSchema = z.object({ messages: z.record(z.string(), z.record(z.string(), fieldSchema)) })

let table: ReadonlyMap<string, readonly MessageField[]> | undefined

/** The fields of a message as protobuf numbers them, or `undefined` when we do not have it. */
export function messageFields(message: string): readonly MessageField[] | undefined {
  table ??= readTable()
  return table.get(message)
}

const jsonFields = new Map<string, ReadonlyMap<string, MessageField>>()

/** The fields of a message as JSON has them: by name, with the inlined ones in place. */
export function fieldsByName(message: string): ReadonlyMap<string, MessageField> {
  const known = jsonFields.get(message)
  if (known !== undefined) return known
  const fields = new Map<string, MessageField>()
  for (const field of messageFields(message) ?? []) {
    if (field.inlined) for (const [name, inner] of fieldsByName(field.type)) fields.set(name, inner)
    else fields.set(field.name, field)
  }
  jsonFields.set(message, fields)
  return fields
}

/** The message of a kind, or `undefined` when we do not have it. */
export function messageOfKind(apiVersion: string, kind: string): string | undefined {
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  // Options come in the version of what they are for.
  const message =
    kind === 'DeleteOptions'
      ? 'apis.meta.v1.DeleteOptions'
      : `${packages[group] ?? group.split('.')[0]}.${version}.${kind}`
  return messageFields(message) === undefined ? undefined : message
}

function readTable(): ReadonlyMap<string, readonly MessageField[]> {
  const text = readFileSync(new URL('./data/protobuf-messages.json', import.meta.url), 'utf8')
  const { messages } = tableSchema.parse(JSON.parse(text))
  return new Map(
    Object.entries(messages).map(([message, fields]) => [
      message,
      Object.entries(fields).map(([number, [name, type, shape = 'value' as const]]) => ({
        number: Number(number),
        name,
        type,
        shape,
        inlined: inlined.has(name),
      })),
    ]),
  )
}
