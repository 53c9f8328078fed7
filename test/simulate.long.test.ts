import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { z } from 'zod'
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

it('a cluster in TypeScript and one in JSON are planned as directories are, and leave nothing beside them', async () => {
  const eksGpu = openEksGpu()
  const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-config-'))
  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value))
  const simulated = (file: string) => eksGpu.run('simulate', file, '--print-cluster', '--quiet')
  const printed = z.object({ nodeGroups: z.array(z.object({ name: z.string() })) })
  const named = (text: string): readonly string[] =>
    Array.from(new Set(printed.parse(JSON.parse(text)).nodeGroups.map(({ name }) => name))).sort()
  const example = await simulated(`${examples}/typescript/cluster.ts`)
  expect(example.status, example.stderr).toBe(0)
  expect(named(example.stdout)).toEqual(['inference', 'spot', 'system'])
  write('cluster.json', { cluster_name: 'docs', gpu_node_groups: { only: {} } })
  const json = await simulated(join(folder, 'cluster.json'))
  expect(json.status, json.stderr).toBe(0)
  expect(named(json.stdout)).toEqual(['only', 'system'])
  write('wrong.json', { cluster_name: 'docs', gpu_node_groups: { only: { min_size: 3 } } })
  const wrong = await simulated(join(folder, 'wrong.json'))
  expect(wrong.status).toBe(1)
  expect(wrong.stderr).toContain('Wrong: only (min_size 3, max_size 1).')
  expect(wrong.stderr).toContain(`${join(folder, 'wrong.json')} cannot be planned, for the reasons above.`)
  expect(readdirSync(folder).toSorted()).toEqual(['cluster.json', 'wrong.json'])
  rmSync(folder, { recursive: true, force: true })
  await eksGpu.close()
})
