import { isJsonObject, type JsonObject, textAt } from '../../src/read/kubernetes/json.ts'
import type { GoldenCase } from './golden-case.ts'
import { playCase } from './play-case.ts'

/** Whether a case came out as recorded, and where it did not. */
export type GoldenResult = { readonly id: string; readonly differences: readonly string[] }

/** Fields that the recording leaves out where there is nothing to say, and what stands for that. */
const emptyFields: Readonly<Record<string, unknown>> = {
  scaleUps: [],
  rejectedBy: {},
  skippedGroups: {},
  scaleDowns: [],
  events: {},
  nodeEvents: [],
  desired: {},
  pods: {},
  nodes: {},
}

/**
 * Plays a case until a course of chance gives what was recorded, which is one of those that the real autoscaler may take;
 * if none of `seeds` courses does, the differences are those of the course that comes closest. An error while playing is
 * a difference.
 */
export function checkCase(golden: GoldenCase, seeds = 40): GoldenResult {
  let closest: readonly string[] | undefined
  for (let seed = 0; seed < seeds; seed += 1) {
    let differences: readonly string[]
    try {
      differences = compare(golden, playCase(golden, seed))
    } catch (error) {
      differences = [`playing it failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`]
    }
    if (differences.length === 0) return { id: golden.id, differences }
    if (closest === undefined || differences.length < closest.length) closest = differences
  }
  return { id: golden.id, differences: closest ?? [] }
}

function compare(golden: GoldenCase, played: readonly JsonObject[]): readonly string[] {
  return golden.recorded.flatMap((recorded, index) => {
    const actual = played[index] ?? {}
    const where = `phase ${index} (${textAt(recorded, 'phase') ?? '?'})`
    const fields = [...new Set([...Object.keys(emptyFields), ...Object.keys(recorded)])].filter(
      (field) => field !== 'phase' && (field !== 'unremovable' || 'unremovable' in recorded),
    )
    return fields.flatMap((field) => {
      const expected = field in recorded ? recorded[field] : emptyFields[field]
      const got = withoutNominated(field in actual ? actual[field] : emptyFields[field], field)
      return differencesOf(withoutNominated(expected, field), got, `${where} ${field}`)
    })
  })
}

/** Which node a pod was promised is over as soon as it runs there; the recording says it where the moment was caught. */
function withoutNominated(value: unknown, field: string): unknown {
  if (field !== 'pods' || !isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([owner, pods]) => {
      if (!isJsonObject(pods)) return [owner, pods]
      const { nominated: _, ...rest } = pods
      return [owner, rest]
    }),
  )
}

/** Every place where the played value is none of those recorded. */
export function differencesOf(expected: unknown, actual: unknown, where: string): readonly string[] {
  const alternatives = oneOf(expected)
  if (alternatives !== undefined) {
    const fits = alternatives.some((alternative) => differencesOf(alternative ?? undefined, actual, where).length === 0)
    return fits ? [] : [differs(where, expected, actual)]
  }
  if (Array.isArray(expected) && Array.isArray(actual)) return listDifferences(expected, actual, where)
  if (isJsonObject(expected) && isJsonObject(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
    return keys.flatMap((key) => differencesOf(expected[key], actual[key], `${where}.${key}`))
  }
  return expected === actual ? [] : [differs(where, expected, actual)]
}

/** The last entry may say which rests of the list were seen. */
function listDifferences(expected: readonly unknown[], actual: readonly unknown[], where: string): readonly string[] {
  const rests = oneOf(expected.at(-1))
  if (rests?.some(Array.isArray) === true) {
    const head = expected.slice(0, -1)
    const fits = rests.some(
      (rest) => listDifferences([...head, ...(Array.isArray(rest) ? rest : [])], actual, where).length === 0,
    )
    return fits ? [] : [differs(where, expected, actual)]
  }
  if (expected.length !== actual.length) return [differs(where, expected, actual)]
  return expected.flatMap((entry, index) => differencesOf(entry, actual[index], `${where}[${index}]`))
}

function oneOf(value: unknown): readonly unknown[] | undefined {
  if (!isJsonObject(value) || !('oneOf' in value)) return undefined
  const { oneOf: alternatives } = value
  return Array.isArray(alternatives) ? alternatives : undefined
}

function differs(where: string, expected: unknown, actual: unknown): string {
  return `${where}: recorded ${JSON.stringify(expected) ?? 'nothing'}, played ${JSON.stringify(actual) ?? 'nothing'}`
}
