import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { openEksGpu } from './local/eks-gpu.ts'

const examples = fileURLToPath(new URL('../examples', import.meta.url))

it('a directory is planned without credentials, and its cluster is the one that the examples of workloads use', async () => {
  const eksGpu = openEksGpu({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_PROFILE: '' })
  const { status, stdout, stderr } = await eksGpu.run(
    'simulate',
    `${examples}/production`,
    '--print-cluster',
    '--quiet',
  )
  await eksGpu.close()
  expect(status, stderr).toBe(0)
  // Renewed by: npx eks-gpu simulate examples/production --print-cluster --output examples/workloads/production.json
  expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(`${examples}/workloads/production.json`, 'utf8')))
})
