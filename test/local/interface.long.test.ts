import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openWorkbench } from '../terraform/workbench.ts'
import { kubectl, openEksGpu, upResult } from './eks-gpu.ts'

const bench = openWorkbench()
const eksGpu = openEksGpu()
afterAll(async () => {
  await eksGpu.close()
  bench.remove()
})

const VERSIONS = `terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = "us-east-1"
}
`

/** A VPC made in the same plan, as users have it: nothing of it is known before apply. */
const VPC = `resource "aws_vpc" "this" {
  cidr_block           = "10.60.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 4, count.index)
  availability_zone = ["us-east-1a", "us-east-1b"][count.index]
}
`

/** Writes a root module beside the copied examples. */
function root(name: string, main: string): string {
  const directory = bench.example(name)
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'versions.tf'), VERSIONS)
  writeFileSync(join(directory, 'main.tf'), main)
  return directory
}

const up = async (directory: string, ...flags: readonly string[]) =>
  upResult(await eksGpu.run('up', directory, '--local', '--kubernetes', 'embedded', '--format', 'json', ...flags))

describe('the block that users have in their files', () => {
  const directory = root(
    'block',
    `${VPC}
module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "ai-workloads-prod"
  cluster_version = "1.29"

  vpc_id     = aws_vpc.this.id
  subnet_ids = aws_subnet.private[*].id

  gpu_node_groups = {
    inference = {
      instance_types = ["g5.xlarge", "g5.2xlarge"]
      capacity_type  = "SPOT"
      min_size       = 0
      max_size       = 10
      desired_size   = 2
      labels         = { "workload-type" = "inference" }
      taints         = [{ key = "nvidia.com/gpu", value = "true", effect = "NO_SCHEDULE" }]
      additional_iam_policies = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
    }
    training = {
      instance_types = ["p3.2xlarge"]
      capacity_type  = "ON_DEMAND"
      min_size       = 0
      max_size       = 4
    }
  }

  tags = { Environment = "production" }
}
`,
  )

  it('is refused today with the error of EKS, explained, after a plan with a warning', async () => {
    const { status, stderr } = await eksGpu.run(
      'up',
      directory,
      '--local',
      '--kubernetes',
      'embedded',
      '--as-of',
      '2026-11-23',
    )
    expect(status).toBe(1)
    expect(stderr).toContain('unsupported Kubernetes version 1.29')
    expect(stderr).toMatch(/Warning: .*\n(?:.*\n)*.*1\.29/)
    expect(stderr).toMatch(/1\.36/)
    expect(await eksGpu.run('down', directory, '--local')).toMatchObject({ status: 0 })
  })

  it('goes up unchanged as of a day when EKS offered 1.29', async () => {
    const { plan, clusters } = await up(directory, '--as-of', '2025-01-15')
    expect(plan.counts).toMatchObject({ update: 0, replace: 0, delete: 0 })
    expect(clusters).toMatchObject([{ name: 'ai-workloads-prod', ok: true }])
    const nodes = await kubectl(
      await eksGpu.environment(directory),
      'get',
      'nodes',
      '-l',
      'nvidia.com/gpu=true,workload-type=inference',
      '--no-headers',
    )
    expect(nodes.stdout.trim().split('\n')).toHaveLength(2)
  })

  it('plans no change the second time, and leaves nothing behind', async () => {
    expect((await up(directory, '--as-of', '2025-01-15')).plan.counts).toMatchObject({
      create: 0,
      update: 0,
      replace: 0,
      delete: 0,
    })
    const { status, stdout } = await eksGpu.run('down', directory, '--local')
    expect({ status, left: stdout.includes('Left over') }).toEqual({ status: 0, left: false })
  })
})

describe('ids that no plan knows, and depends_on on the call', () => {
  const name = `${'long-cluster-name-'.repeat(6)}abcdefgh`.slice(0, 100)
  const group = 'g'.repeat(63)
  const directory = root(
    'unknown',
    `${VPC}
resource "aws_iam_policy" "models" {
  name   = "models"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::models/*" }] })
}

resource "terraform_data" "ami" {
  input = "ami-12c6146b"
}

resource "aws_kms_key" "own" {}

resource "aws_security_group" "extra" {
  name   = "extra"
  vpc_id = aws_vpc.this.id
}

module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name = "${name}"
  create_vpc   = false
  vpc_id       = aws_vpc.this.id
  subnet_ids   = aws_subnet.private[*].id
  kms_key      = { arn = aws_kms_key.own.arn }

  additional_security_group_ids = [aws_security_group.extra.id]

  gpu_node_groups = {
    ${group} = {
      desired_size            = 1
      additional_iam_policies = [aws_iam_policy.models.arn]
    }
    custom = {
      ami_id       = terraform_data.ami.output
      desired_size = 1
      labels       = { team = "vision" }
      taints       = [{ key = "nvidia.com/gpu", value = "true", effect = "NO_SCHEDULE" }, { key = "team", value = "vision", effect = "NO_EXECUTE" }]
    }
  }

  depends_on = [aws_subnet.private]
}
`,
  )

  it('apply: a name of 100 characters, a group of 63, a custom AMI whose user data carries labels and taints', async () => {
    expect(name).toHaveLength(100)
    expect((await up(directory)).clusters).toEqual([expect.objectContaining({ name, ok: true })])
    const record = await eksGpu.environment(directory)
    const custom = await kubectl(
      record,
      'get',
      'nodes',
      '-l',
      'team=vision',
      '-o',
      'jsonpath={.items[*].spec.taints[*].key}',
    )
    expect(custom.stdout.split(' ').sort()).toEqual(['nvidia.com/gpu', 'team'])
    const all = await kubectl(record, 'get', 'nodes', '-l', 'nvidia.com/gpu=true', '--no-headers')
    expect(all.stdout.trim().split('\n')).toHaveLength(2)
  })

  it('plan no change the second time', async () => {
    expect((await up(directory)).plan.counts).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 })
  })

  it('replace nothing when what the call depends on changes', async () => {
    writeFileSync(
      join(directory, 'tags.tf'),
      'resource "aws_subnet" "more" {\n  vpc_id     = aws_vpc.this.id\n  cidr_block = "10.60.240.0/24"\n}\n',
    )
    expect((await up(directory)).plan.counts).toMatchObject({ create: 1, replace: 0, delete: 0 })
  })

  it('leave nothing behind', async () => {
    const { status, stdout } = await eksGpu.run('down', directory, '--local')
    expect({ status, left: stdout.includes('Left over') }).toEqual({ status: 0, left: false })
  })
})
