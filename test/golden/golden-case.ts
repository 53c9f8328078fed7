import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  isJsonObject,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  textAt,
  textsAt,
  valueAt,
} from '../../src/read/kubernetes/json.ts'

/** One recorded case; its format is described in `autoscaler/README.md`. */
export type GoldenCase = {
  readonly id: string
  readonly kubernetes: string
  readonly autoscalerVersion: string
  readonly flags: readonly string[]
  readonly groups: readonly GoldenGroup[]
  readonly nodes: readonly GoldenNode[]
  readonly objects: readonly JsonObject[]
  readonly phases: readonly GoldenPhase[]
  /** As recorded: the state before the autoscaler, then one entry a phase. */
  readonly recorded: readonly JsonObject[]
}

/** An Auto Scaling group of a case. */
export type GoldenGroup = {
  readonly name: string
  readonly instanceTypes: readonly string[]
  readonly zones: readonly string[]
  readonly min: number
  readonly max: number
  readonly desired: number
  readonly tags: Readonly<Record<string, string>>
  readonly eksNodegroup?: JsonObject
  readonly realNode: JsonObject
}

/** A node of the start. */
export type GoldenNode = { readonly group?: string; readonly ready: boolean; readonly node: JsonObject }

/** What is done in one phase. */
export type GoldenPhase = {
  readonly kind: 'loop' | 'join' | 'patchNodes' | 'create' | 'delete'
  readonly keep: boolean
  readonly seconds: number
  readonly group?: string
  /** Fields in place of those of `realNode`, or a node's new amounts. */
  readonly fields: JsonObject
  readonly objects: readonly JsonObject[]
}

/** The files of a folder that hold cases, sorted by name. */
export function goldenFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => join(folder, file))
}

/** Reads one case; throws for a file that is none. */
export function readGoldenCase(file: string): GoldenCase {
  return readCase(JSON.parse(readFileSync(file, 'utf8')), basename(file))
}

function readCase(text: unknown, file: string): GoldenCase {
  const id = textAt(text, 'id')
  if (id === undefined) throw new Error(`${file} is no recorded case: it has no id`)
  return {
    id,
    kubernetes: textAt(text, 'kubernetes') ?? '1.36.3',
    autoscalerVersion: textAt(text, 'autoscaler', 'version') ?? '1.36.1',
    flags: textsAt(text, 'autoscaler', 'flags'),
    groups: listAt(text, 'groups').map(readGroup),
    nodes: listAt(text, 'nodes').map((node) => {
      const group = textAt(node, 'group')
      return {
        ...(group !== undefined && { group }),
        ready: valueAt(node, 'ready') !== false,
        node: objectAt(node, 'node'),
      }
    }),
    objects: listAt(text, 'objects').filter(isJsonObject),
    phases: listAt(text, 'phases').map((phase) => readPhase(phase, file)),
    recorded: listAt(text, 'recorded', 'phases').filter(isJsonObject),
  }
}

function readGroup(group: unknown): GoldenGroup {
  const eksNodegroup = valueAt(group, 'eksNodegroup')
  return {
    name: textAt(group, 'name') ?? '',
    instanceTypes: textsAt(group, 'instanceTypes'),
    zones: textsAt(group, 'zones'),
    min: numberAt(group, 'min') ?? 0,
    max: numberAt(group, 'max') ?? 0,
    desired: numberAt(group, 'desired') ?? 0,
    tags: Object.fromEntries(Object.entries(objectAt(group, 'tags')).map(([key, value]) => [key, String(value)])),
    ...(isJsonObject(eksNodegroup) && { eksNodegroup }),
    realNode: objectAt(group, 'realNode'),
  }
}

function readPhase(phase: unknown, file: string): GoldenPhase {
  const kind = textAt(phase, 'do') ?? ''
  const group = textAt(phase, 'group')
  switch (kind) {
    case 'loop':
    case 'join':
    case 'patchNodes':
    case 'create':
    case 'delete':
      return {
        kind,
        keep: valueAt(phase, 'keep') === true,
        seconds: numberAt(phase, 'seconds') ?? 0,
        ...(group !== undefined && { group }),
        fields: kind === 'patchNodes' ? objectAt(phase) : objectAt(phase, 'override'),
        objects: listAt(phase, 'objects').filter(isJsonObject),
      }
    default:
      throw new Error(`${file} has a phase "${kind}", which is not known`)
  }
}
