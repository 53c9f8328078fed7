import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readRecordedCase } from './case-file.ts'
import { compareSteps } from './compare-steps.ts'
import { oracleVersions } from './oracle-case.ts'
import { playCase } from './play-case.ts'

const here = import.meta.dirname

// What the real scheduler said: filters, texts, scores, choices, victims, everything. record.ts asks it anew.
test.for(oracleVersions)('kube-scheduler $version, recorded', { timeout: 120_000 }, ({ version }) => {
  const lines = gunzipSync(readFileSync(`${here}/recorded/${version}.jsonl.gz`))
    .toString()
    .trimEnd()
    .split('\n')
  expect(lines.length).toBeGreaterThanOrEqual(1000)
  const wrong = lines.map(readRecordedCase).flatMap((recorded) => {
    const difference = compareSteps(recorded.steps, playCase(recorded.case, recorded.version))
    return difference === undefined ? [] : [{ difference, case: JSON.stringify(recorded.case) }]
  })
  expect(wrong.slice(0, 3)).toEqual([])
})

// Cases in which we were once wrong, made as small as they go.
test.for(readdirSync(`${here}/counterexamples`))('counterexample %s', (name) => {
  const recorded = readRecordedCase(readFileSync(`${here}/counterexamples/${name}`, 'utf8'))
  expect(playCase(recorded.case, recorded.version)).toEqual(recorded.steps)
})
