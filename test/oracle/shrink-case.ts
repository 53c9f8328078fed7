import { isJsonObject } from '../../src/read/kubernetes/json.ts'
import type { OracleCase } from './oracle-case.ts'

/** Fields without which an object would be refused by an API server, or would mean something else. */
const kept: ReadonlySet<string> = new Set([
  'metadata',
  'name',
  'spec',
  'status',
  'containers',
  'topologyKey',
  'whenUnsatisfiable',
  'maxSkew',
  'weight',
  'preference',
  'podAffinityTerm',
  'key',
  'operator',
  'values',
  'kind',
  'apiVersion',
  'effect',
  'nodeName',
  'allocatable',
  'startTime',
  'provisioner',
  'nodeSelectorTerms',
  'claimName',
  'driver',
  'accessModes',
  'capacity',
  'resources',
  'sizeBytes',
  'names',
  'disruptionsAllowed',
  'containerPort',
  'lun',
  'pv.kubernetes.io/bind-completed',
  'annotations',
  'iqn',
  'image',
])

/** Lists that the API server wants at least one entry in. */
const neverEmpty: ReadonlySet<string | number> = new Set(['containers', 'values', 'accessModes', 'nodeSelectorTerms'])

/**
 * Makes a case smaller for as long as it still `fails`: drops nodes, pods and objects, then fields. Tries the largest
 * parts first; what it returns fails, and fails no more when any one further part is dropped.
 */
export async function shrinkCase(
  input: OracleCase,
  fails: (candidate: OracleCase) => Promise<boolean>,
): Promise<OracleCase> {
  let smallest = input
  for (let changed = true; changed; ) {
    changed = false
    for (const path of pathsOf(smallest)) {
      const candidate = without(smallest, path)
      if (candidate !== undefined && (await fails(candidate))) {
        smallest = candidate
        changed = true
        break
      }
    }
  }
  return smallest
}

type Path = readonly (string | number)[]

/** Paths of all parts that may go, those nearest to the root first; of lists the last entries first. */
function pathsOf(input: OracleCase): readonly Path[] {
  const paths: Path[] = []
  let level: readonly { readonly path: Path; readonly value: unknown }[] = [{ path: [], value: input }]
  while (level.length > 0) {
    const next: { readonly path: Path; readonly value: unknown }[] = []
    for (const { path, value } of level) {
      if (Array.isArray(value)) {
        for (let index = value.length - 1; index >= 0; index--) {
          if (value.length > 1 || !neverEmpty.has(path.at(-1) ?? '')) paths.push([...path, index])
          next.push({ path: [...path, index], value: value[index] })
        }
      } else if (isJsonObject(value)) {
        for (const [field, entry] of Object.entries(value)) {
          if (path.length > 0 && !kept.has(field)) paths.push([...path, field])
          next.push({ path: [...path, field], value: entry })
        }
      }
    }
    level = next
  }
  return paths
}

function without(input: OracleCase, path: Path): OracleCase | undefined {
  const copy = structuredClone(input)
  let at: unknown = copy
  for (const step of path.slice(0, -1)) {
    if (Array.isArray(at) && typeof step === 'number') at = at[step]
    else if (isJsonObject(at)) at = at[step]
  }
  const last = path.at(-1)
  if (Array.isArray(at) && typeof last === 'number') at.splice(last, 1)
  else if (isJsonObject(at) && last !== undefined) Reflect.deleteProperty(at, last)
  return copy
}
