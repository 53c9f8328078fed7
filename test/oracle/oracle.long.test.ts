import { randomInt } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildOracles, builtVersions } from './build-oracles.ts'
import { compareSteps, type Difference } from './compare-steps.ts'
import { generateCase } from './generate-case.ts'
import { openOracle } from './open-oracle.ts'
import type { OracleCase, OracleStep } from './oracle-case.ts'
import { playCase } from './play-case.ts'
import { shrinkCase } from './shrink-case.ts'
import { asPlayed, expectedPods, isForCommandLine, listOf, simulateFile } from './simulate-case.ts'

/** Over all versions that are built. */
const freshCases = 102_000
const batchSize = 250
const commandLineCases = 500

const folder = await buildOracles()
// A failure is played again with the seed that it names: ORACLE_SEED=… npx vitest run --config vitest.long.config.ts test/oracle
const given = process.env['ORACLE_SEED']
const firstSeed = Number(given ?? randomInt(2 ** 31))
// Each version gets cases of its own.
const built = builtVersions()
const casesPerVersion = Math.ceil(freshCases / Math.max(1, built.length))
const versions = built.map(({ minor, version }, index) => ({
  minor,
  version,
  seed: given === undefined ? firstSeed + index * casesPerVersion : firstSeed,
}))

describe.skipIf(folder === undefined)('random cases', () => {
  test.for(versions)('kube-scheduler $version, from seed $seed', { timeout: 1_800_000 }, async (wanted) => {
    const { minor, version, seed } = wanted
    process.stdout.write(`oracle ${version}: ${casesPerVersion} cases from seed ${seed}\n`)
    const oracle = openOracle(`${folder ?? ''}/oracle-${minor}`)
    try {
      const generate = (batch: number): readonly OracleCase[] =>
        Array.from({ length: batchSize }, (_, index) => generateCase(seed + batch * batchSize + index))
      let asked = { cases: generate(0), answers: oracle.ask(generate(0)) }
      for (let batch = 0; batch * batchSize < casesPerVersion; batch++) {
        const { cases } = asked
        const answers = await asked.answers
        // The oracle works on the next cases while we are at these.
        const next = generate(batch + 1)
        asked = { cases: next, answers: oracle.ask(next) }
        for (const [index, input] of cases.entries()) {
          const answer = answers[index]
          const at = `seed ${seed + batch * batchSize + index}`
          if (answer?.steps === undefined) throw new Error(`${at}: the oracle says ${answer?.problem ?? 'nothing'}`)
          if (differenceOf(answer.steps, input, version) === undefined) continue
          await asked.answers
          const counterexample = await shrink(input)
          expect.fail(
            `${at}: kube-scheduler ${version} decides otherwise. When the cause is found, keep this line in test/oracle/counterexamples/${version}-NAME.jsonl and run record.ts:\n${JSON.stringify(counterexample)}`,
          )
        }
      }
      await asked.answers
    } finally {
      oracle.close()
    }

    async function shrink(input: OracleCase): Promise<unknown> {
      const small = await shrinkCase(input, async (candidate) => {
        const [answer] = await oracle.ask([candidate])
        return answer?.steps !== undefined && differenceOf(answer.steps, candidate, version) !== undefined
      })
      const [answer] = await oracle.ask([small])
      const steps = answer?.steps ?? []
      return { difference: differenceOf(steps, small, version), version, case: small, steps }
    }
  })

  test.for(versions)('eks-gpu simulate as kube-scheduler $version, from seed $seed', async (wanted) => {
    const { minor, version, seed } = wanted
    const oracle = openOracle(`${folder ?? ''}/oracle-${minor}`)
    const place = await mkdtemp(join(tmpdir(), 'eks-gpu-oracle-'))
    const file = join(place, 'case.json')
    try {
      const cases = Array.from({ length: commandLineCases }, (_, index) => generateCase(seed + index))
      const answers = await oracle.ask(cases.map(asPlayed))
      for (const [index, input] of cases.entries()) {
        if (!isForCommandLine(input)) continue
        await writeFile(file, JSON.stringify(listOf(input)))
        const pods = await simulateFile(file, version)
        for (const pod of expectedPods(input, answers[index]?.steps ?? [])) {
          expect({ seed: seed + index, ...pods.get(pod.pod) }).toEqual({ seed: seed + index, ...pod })
        }
      }
    } finally {
      oracle.close()
      await rm(place, { recursive: true, force: true })
    }
  })
})

function differenceOf(steps: readonly OracleStep[], input: OracleCase, version: string): Difference | undefined {
  try {
    return compareSteps(steps, playCase(input, version))
  } catch (error) {
    return { at: 'thrown', oracle: steps, ours: error instanceof Error ? error.stack : String(error) }
  }
}
