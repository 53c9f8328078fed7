import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findOnPath } from '../../src/terraform/find-terraform.ts'
import { openWorkbench } from '../terraform/workbench.ts'
import { openEksGpu } from './eks-gpu.ts'

const bench = openWorkbench()
const eksGpu = openEksGpu()
const directory = bench.example('bad')
const up = (...flags: readonly string[]) => eksGpu.run('up', directory, '--local', '--kubernetes', 'embedded', ...flags)

afterAll(async () => {
  await eksGpu.close()
  bench.remove()
})

/** A root whose group `inference`, or whose other arguments, are wrong; `group: null` stands for no group at all. */
function write({ group = '', rest = '' }: { readonly group?: string | null; readonly rest?: string }): void {
  mkdirSync(directory, { recursive: true })
  const groups = group === null ? '{}' : `{\n    inference = {\n      ${group}\n    }\n  }`
  writeFileSync(
    join(directory, 'main.tf'),
    `provider "aws" {
  region = "us-east-1"
}

module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name = "bad"
  ${rest}

  gpu_node_groups = ${groups}
}
`,
  )
}

describe('what is refused before anything is made', () => {
  it.each([
    {
      wrong: 'an attribute with a typo',
      finding: true,
      group: 'min_szie = 1',
      says: ['main.tf:13:7', 'min_szie', 'inference', 'min_size'],
    },
    {
      wrong: 'an argument with a typo',
      finding: true,
      rest: 'cluster_vesion = "1.36"',
      says: ['cluster_vesion', 'cluster_version'],
    },
    {
      wrong: 'an unknown capacity type',
      group: 'capacity_type = "RESERVED"',
      says: ['capacity_type must be "ON_DEMAND", "SPOT" or "CAPACITY_BLOCK"', 'inference (RESERVED)'],
    },
    {
      wrong: 'a taint without a value',
      group: 'taints = [{ key = "team", effect = "NO_SCHEDULE" }]',
      says: ['A taint without a value', 'inference', 'give every taint a value'],
    },
    {
      wrong: "Kubernetes' spelling of an effect",
      group: 'taints = [{ key = "team", value = "x", effect = "NoSchedule" }]',
      says: ["A taint's effect must be NO_SCHEDULE", 'inference'],
    },
    {
      wrong: 'mixed GPU counts',
      group: 'instance_types = ["g5.xlarge", "g5.12xlarge"]',
      says: ['GPU group "inference" mixes GPU counts', 'g5.12xlarge has 4'],
    },
    {
      wrong: 'an arm type on an x86 AMI',
      group: 'instance_types = ["g5g.xlarge"]\n      ami_type = "AL2023_x86_64_NVIDIA"',
      says: ['GPU group "inference"', 'arm64', 'AL2023_x86_64_NVIDIA'],
    },
    {
      wrong: 'desired_size above max_size',
      group: 'max_size = 2\n      desired_size = 3',
      says: ['desired_size must lie between', 'inference', 'raise max_size or lower desired_size'],
    },
    {
      wrong: 'no subnets',
      rest: 'create_vpc = false',
      says: ['create_vpc is false and subnet_ids is empty', 'Give vpc_id and at least two private subnets'],
    },
    {
      wrong: 'a GPU that the driver cannot drive',
      group: 'instance_types = ["g7.2xlarge"]',
      says: ['GPU group "inference"', 'driver branch R580', '595'],
    },
    {
      wrong: 'a subnet id that is one string',
      rest: 'subnet_ids = "subnet-1"',
      says: ['subnet_ids', 'list of string'],
    },
  ])('$wrong', async ({ says, finding = false, ...root }) => {
    write(root)
    const { status, stdout, stderr } = await up()
    expect(status).toBe(finding ? 2 : 1)
    const text = (stdout + stderr).replace(/\s+/g, ' ')
    for (const part of says) expect(text).toContain(part)
    expect(text).not.toMatch(/\bat .*\.[jt]s:\d+/)
    expect(stdout).not.toContain('Apply')
  })
})

describe('a machine that lacks something', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-path-'))
  beforeAll(() => write({}))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('no terraform', async () => {
    const bare = openEksGpu({ PATH: folder })
    const { status, stderr } = await bare.run('up', directory)
    expect(status).toBe(1)
    expect(stderr).toMatch(/terraform/i)
    expect(stderr).toMatch(/developer\.hashicorp\.com|opentofu\.org/)
    await bare.close()
  })

  it('an old terraform', async () => {
    const old = join(folder, 'terraform')
    writeFileSync(old, `#!${process.execPath}\nconsole.log(JSON.stringify({ terraform_version: '1.3.9' }))\n`, {
      mode: 0o755,
    })
    const bare = openEksGpu({ EKS_GPU_TERRAFORM: old })
    const { status, stderr } = await bare.run('up', directory)
    expect(status).toBe(1)
    expect(stderr).toContain('1.3.9')
    expect(stderr).toContain('1.5')
    await bare.close()
  })

  it('no moto and no Python', async () => {
    const terraform = findOnPath('terraform', process.env) ?? ''
    const bare = openEksGpu({ PATH: folder, EKS_GPU_TERRAFORM: terraform, XDG_CACHE_HOME: folder })
    const { status, stderr } = await bare.run('up', directory, '--local')
    expect(status).toBe(1)
    expect(stderr).toMatch(/moto/)
    expect(stderr).toMatch(/python/i)
    await bare.close()
  })

  it('a directory that is not there, is empty, or has no Terraform', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'eks-gpu-empty-'))
    for (const place of [join(empty, 'nowhere'), empty]) {
      const { status, stderr } = await eksGpu.run('up', place, '--local')
      expect(status).toBe(1)
      expect(stderr).toContain(place)
    }
    rmSync(empty, { recursive: true, force: true })
  })
})
