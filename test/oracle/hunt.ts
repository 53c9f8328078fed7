import { writeFile } from 'node:fs/promises'
import { inspect, parseArgs } from 'node:util'
import { compareSteps } from './compare-steps.ts'
import { generateCase } from './generate-case.ts'
import { openOracle } from './open-oracle.ts'
import { type OracleCase, oracleVersions } from './oracle-case.ts'
import { playCase } from './play-case.ts'
import { shrinkCase } from './shrink-case.ts'

/**
 * Looks for cases in which we and the oracle differ, and shrinks them: `npx tsx test/oracle/hunt.ts --oracles FOLDER
 * [--minor 1.36] [--seed N] [--cases N] [--most N] [--write FOLDER]`.
 */
const { values } = parseArgs({
  options: {
    oracles: { type: 'string' },
    minor: { type: 'string', default: '1.36' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    cases: { type: 'string', default: '1000' },
    most: { type: 'string', default: '3' },
    write: { type: 'string' },
  },
})
const found = oracleVersions.find(({ minor }) => minor === values.minor)
if (found === undefined || values.oracles === undefined)
  throw new Error('name a folder of oracles and a minor that it has')
const { minor, version } = found
const oracle = openOracle(`${values.oracles}/oracle-${minor}`)
const seed = Number(values.seed)
let differing = 0
const kinds = new Map<string, number>()
const batch = 200
print(`seed ${seed}`)
for (let from = 0; from < Number(values.cases); from += batch) {
  const cases = Array.from({ length: Math.min(batch, Number(values.cases) - from) }, (_, index) =>
    generateCase(seed + from + index),
  )
  const answers = await oracle.ask(cases)
  for (const [index, answer] of answers.entries()) {
    const input = cases[index]
    if (input === undefined) continue
    if (answer.steps === undefined) {
      print(`case ${seed + from + index}: ${answer.problem ?? ''}`)
      continue
    }
    const difference = tryCompare(input, answer.steps)
    if (difference === undefined) continue
    differing++
    const kind = kindOf(difference)
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    if (kinds.size > Number(values.most) || kinds.get(kind) !== 1) continue
    const small = await shrinkCase(input, async (candidate) => {
      const [again] = await oracle.ask([candidate])
      if (again?.steps === undefined) return false
      const remaining = tryCompare(candidate, again.steps)
      return remaining !== undefined && kindOf(remaining) === kind
    })
    const [smallAnswer] = await oracle.ask([small])
    print(`case ${seed + from + index}`, JSON.stringify(small))
    print(JSON.stringify(tryCompare(small, smallAnswer?.steps ?? [])))
    if (values.write !== undefined) {
      await writeFile(
        `${values.write}/${version}-${seed + from + index}.json`,
        `${JSON.stringify({ version, case: small, steps: smallAnswer?.steps })}\n`,
      )
    }
  }
}
print(`${differing} of ${values.cases} differ`, kinds)
oracle.close()

function tryCompare(input: OracleCase, steps: Parameters<typeof compareSteps>[0]): ReturnType<typeof compareSteps> {
  try {
    return compareSteps(steps, playCase(input, version))
  } catch (error) {
    return { at: 'thrown', oracle: undefined, ours: String(error) }
  }
}

function print(...parts: readonly unknown[]): void {
  process.stdout.write(
    `${parts.map((part) => (typeof part === 'string' ? part : inspect(part, { breakLength: 200 }))).join(' ')}\n`,
  )
}

/** Differences of one kind are likely to have one cause. */
function kindOf({ at, oracle, ours }: NonNullable<ReturnType<typeof compareSteps>>): string {
  const place = at.replaceAll(/\d+/g, '').replace(/rejected\..*/, 'rejected')
  return at.includes('rejected') ? `${place} ${JSON.stringify(oracle)} / ${JSON.stringify(ours)}` : place
}
