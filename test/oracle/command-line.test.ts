import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRecordedCase } from './case-file.ts'
import { oracleVersions } from './oracle-case.ts'
import { expectedPods, inQueueOrder, isForCommandLine, listOf, simulateFile } from './simulate-case.ts'

const here = import.meta.dirname
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'eks-gpu-oracle-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// Nodes, bound pods, objects and waiting pods in one file: what the command line says is what kube-scheduler said.
test.for(oracleVersions)('eks-gpu simulate as kube-scheduler $version', { timeout: 120_000 }, async ({ version }) => {
  const lines = gunzipSync(readFileSync(`${here}/recorded/${version}.jsonl.gz`))
    .toString()
    .trimEnd()
    .split('\n')
  const cases = lines.map(readRecordedCase).filter(
    (recorded) =>
      isForCommandLine(recorded.case) &&
      isDeepStrictEqual(inQueueOrder(recorded.case), recorded.case) &&
      // An API server would have its pods tolerate that; the pods of the recorded cases are as they are.
      !JSON.stringify(recorded.case.nodes).includes('"node.kubernetes.io/not-ready"') &&
      !recorded.steps.some(({ candidates }) => candidates !== undefined),
  )
  expect(cases.length).toBeGreaterThan(300)
  for (const recorded of cases.slice(0, 60)) {
    const file = join(folder, `${version}.json`)
    writeFileSync(file, JSON.stringify(listOf(recorded.case)))
    const pods = await simulateFile(file, version)
    for (const pod of expectedPods(recorded.case, recorded.steps)) {
      expect({ case: recorded.case, ...pods.get(pod.pod) }).toEqual({ case: recorded.case, ...pod })
    }
  }
})
