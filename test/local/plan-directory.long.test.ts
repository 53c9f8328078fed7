import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { environmentState, findEnvironment } from '../../src/local/find-environment.ts'
import { startEnvironment } from '../../src/local/start-environment.ts'
import { stopEnvironment } from '../../src/local/stop-environment.ts'
import { readClusterJson } from '../../src/read/config/cluster-json.ts'
import { readPlannedCluster } from '../../src/read/terraform/planned-cluster.ts'
import { readPlanFile } from '../../src/read/terraform/read-plan-file.ts'
import { openWorkbench } from '../terraform/workbench.ts'
import { openEksGpu } from './eks-gpu.ts'

const bench = openWorkbench()
const eksGpu = openEksGpu()
const recorded = fileURLToPath(new URL('../../src/read/terraform/testdata/production-plan.json', import.meta.url))

afterAll(async () => {
  await eksGpu.close()
  bench.remove()
})

describe('planning a directory without credentials', () => {
  it('reads the same cluster out of examples/production as the recorded plan holds, and leaves nothing', async () => {
    const directory = bench.example('production')
    const before = readdirSync(directory)
    const { status, stdout, stderr } = await eksGpu.run('simulate', directory, '--print-cluster')
    expect(status, stderr).toBe(0)
    expect(readClusterJson(stdout)).toEqual(readPlannedCluster(await readPlanFile(recorded)))
    expect(readdirSync(directory)).toEqual(before)
    expect(await findEnvironment(eksGpu.home, directory)).toBeUndefined()
  })

  it('takes the environment that runs, and leaves it running', async () => {
    const directory = bench.example('basic')
    const record = await startEnvironment({
      home: eksGpu.home,
      directory,
      asOf: '2026-11-23',
      kubernetes: 'embedded',
      onProgress: () => undefined,
    })
    try {
      const { status, stdout, stderr } = await eksGpu.run('simulate', directory, '--print-cluster')
      expect(status, stderr).toBe(0)
      expect(stderr).toContain('they run already')
      expect(readClusterJson(stdout).nodeGroups.map(({ name }) => name)).toContain('system')
      expect(await environmentState(record)).toBe('running')
    } finally {
      await stopEnvironment(record)
    }
  })

  it("tells Terraform's own words where a configuration cannot be planned, and leaves nothing", async () => {
    const directory = join(bench.root, 'examples/broken')
    mkdirSync(directory)
    cpSync(join(bench.example('basic'), 'versions.tf'), join(directory, 'versions.tf'))
    writeFileSync(join(directory, 'main.tf'), 'resource "aws_eks_cluster" "this" {\n  name = var.nowhere\n}\n')
    const { status, stdout, stderr } = await eksGpu.run('simulate', directory, '--print-cluster')
    expect(status).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('Reference to undeclared input variable')
    expect(stderr).toContain('cannot be planned, for the reasons above.')
    expect(await findEnvironment(eksGpu.home, directory)).toBeUndefined()
    expect(readFileSync(join(directory, 'main.tf'), 'utf8')).toContain('nowhere')
  })
})
