import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { refusedWhere } from '../../scripts/generate/refused-where.ts'
import { messagesOf } from '../../scripts/generate/rule-texts.ts'
import { checkConfig } from '../../src/read/config/check-config.ts'
import { readModuleSource } from '../../src/read/terraform/module-rules/module-source.ts'
import { anyCluster } from './any-cluster.ts'

/** Fixed, so that a run of CI can be had again; `EKS_GPU_SEED` plays others. */
const seed = Number(process.env['EKS_GPU_SEED'] ?? 20261126)
const clusters = 200

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-random-types-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Inputs = Readonly<Record<string, unknown>>

describe('clusters as the schema has them', () => {
  it(`compile exactly when no rule that the types know refuses them (seed ${seed})`, { timeout: 300_000 }, async () => {
    const source = await readModuleSource(join(root, 'modules/eks-gpu-cluster'))
    const rules = refusedWhere(source).map((rule) => ({ by: rule.by, pattern: messagesOf(rule) }))
    // What is refused, by the last part of a path: random clusters are hardly ever right as they are.
    const refusals = (inputs: Inputs) => {
      const places: (readonly (string | number)[])[] = []
      const checked = checkConfig(inputs, 'here', (path) => void places.push(path), source)
      return { places, said: checked.kind === 'problems' ? checked.problems.map(({ what }) => what) : [] }
    }
    const cases = fc.sample(anyCluster(), { numRuns: clusters, seed }).map((sample, index) => {
      let inputs: Inputs = sample
      for (let turn = 0; index % 3 > 0 && turn < 60; turn += 1) {
        const { places, said } = refusals(inputs)
        if (said.length === 0) break
        inputs = without(inputs, places[0]?.length === 0 ? ['vpc_id'] : (places[0] ?? ['vpc_id']))
      }
      const by = refusals(inputs).said.map((what) => rules.find(({ pattern }) => pattern.test(what))?.by)
      return { inputs, by }
    })
    const wrong = compiled(cases.map(({ inputs }) => inputs))
    // What the types leave to synth may compile or not: other rules may stand beside it.
    const unlike = cases.flatMap(({ inputs, by }, index) => {
      const compiler = wrong.get(index)
      const isRight = by.length === 0 ? compiler === undefined : !by.includes('compiler') || compiler !== undefined
      return isRight ? [] : [{ inputs, by, compiler }]
    })
    expect(unlike).toEqual([])
    const valid = cases.filter(({ by }) => by.length === 0).length
    expect(valid).toBeGreaterThan(clusters / 4)
    expect(clusters - valid).toBeGreaterThan(clusters / 4)
  })
})

/** What the compiler says, by the index of the cluster. */
function compiled(inputs: readonly Inputs[]): ReadonlyMap<number, string> {
  const calls = inputs.map((each) => `defineCluster(${JSON.stringify(each)})`)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  writeFileSync(
    join(folder, 'clusters.ts'),
    ["import { defineCluster } from 'eks-gpu-clusters'", ...calls, ''].join('\n'),
  )
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: `${root}tsconfig.json`,
      compilerOptions: {
        typeRoots: [`${root}node_modules/@types`],
        paths: { 'eks-gpu-clusters': [`${root}src/read/config/define-cluster.ts`] },
      },
      include: ['clusters.ts'],
    }),
  )
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  )
  return new Map(
    [...stdout.matchAll(/^clusters\.ts\((\d+),\d+\): error TS\d+: (.*)$/gm)].map(([, line, text = '']) => [
      Number(line) - 2,
      text,
    ]),
  )
}

/** An object without what stands at a path. */
function without(value: Inputs, [first, ...rest]: readonly (string | number)[]): Inputs {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (key !== first) return [[key, inner]]
      return rest.length > 0 && isRecord(inner) ? [[key, without(inner, rest)]] : []
    }),
  )
}

function isRecord(value: unknown): value is Inputs {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
