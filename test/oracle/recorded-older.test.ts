import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readRecordedCase } from './case-file.ts'
import { compareSteps } from './compare-steps.ts'
import { playCase } from './play-case.ts'

// What kube-scheduler 1.33.13 said on 2026-11-26 to 500 random cases without pod-level resources, which its API server
// drops. It was asked by the program of this folder with the framework's types of that version, which is not built any
// more; the texts and codes from before 1.34 are held by this file alone.
test('kube-scheduler 1.33.13, recorded', { timeout: 120_000 }, () => {
  const lines = gunzipSync(readFileSync(`${import.meta.dirname}/recorded/1.33.13.jsonl.gz`))
    .toString()
    .trimEnd()
    .split('\n')
  expect(lines.length).toBe(500)
  const wrong = lines.map(readRecordedCase).flatMap((recorded) => {
    const difference = compareSteps(recorded.steps, playCase(recorded.case, recorded.version))
    return difference === undefined ? [] : [{ difference, case: JSON.stringify(recorded.case) }]
  })
  expect(wrong.slice(0, 3)).toEqual([])
})
