import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { openWorkbench, terraformIn } from './workbench.ts'

const bench = openWorkbench()
afterAll(() => bench.remove())

const line = z.object({
  diagnostic: z.exactOptional(z.object({ severity: z.string(), summary: z.string(), detail: z.string() })),
})

beforeAll(async () => {
  expect(await terraformIn(bench.module, 'init', '-backend=false', '-input=false', '-no-color')).toMatchObject({
    status: 0,
  })
})

/** What a plan of the module with these variables says, without AWS: severity and text of every diagnostic. */
async function planSays(variables: string): Promise<readonly string[]> {
  writeFileSync(
    join(bench.module, 'tests/messages.tftest.hcl'),
    `mock_provider "aws" {\n  source = "./tests/mocks"\n}\nrun "plan" {\n  command = plan\n  variables {\n    cluster_name = "x"\n${variables}\n  }\n}\n`,
  )
  const { stdout } = await terraformIn(bench.module, 'test', '-json', '-filter=tests/messages.tftest.hcl')
  return stdout
    .split('\n')
    .filter((text) => text.startsWith('{'))
    .flatMap((text) => line.parse(JSON.parse(text)).diagnostic ?? [])
    .map(({ detail }) => detail.split('\n\nThis was checked by')[0] ?? '')
}

/** Each group is wrong in one way; every message names the group that it is about. */
const preconditions: Readonly<Record<string, readonly [group: string, says: string]>> = {
  'arm-on-x86': [
    '{ instance_types = ["g5g.xlarge"], ami_type = "AL2023_x86_64_NVIDIA" }',
    'GPU group "arm-on-x86" has g5g.xlarge (arm64) on ami_type "AL2023_x86_64_NVIDIA", which is for x86_64: leave ami_type out to have it derived, or use types of that architecture.',
  ],
  'custom-and-type': [
    '{ ami_id = "ami-1", ami_type = "AL2023_x86_64_NVIDIA" }',
    'GPU group "custom-and-type" has both ami_id and ami_type: EKS refuses a type for a custom image. Remove ami_type; ami_family says which operating system the image is.',
  ],
  'mixed-gpus': [
    '{ instance_types = ["g5.xlarge", "g5.12xlarge"] }',
    'GPU group "mixed-gpus" mixes GPU counts (g5.xlarge has 1, g5.12xlarge has 4): the autoscaler models the group by its first type only, so make a group for each count.',
  ],
  'no-driver': [
    '{ ami_type = "AL2023_x86_64_STANDARD" }',
    'GPU group "no-driver" has GPU types (g5.xlarge) on ami_type "AL2023_x86_64_STANDARD", which has no NVIDIA driver: nodes would join without GPUs. Leave ami_type out, or use one of AL2023_ARM_64_NVIDIA, AL2023_x86_64_NVIDIA, BOTTLEROCKET_ARM_64_NVIDIA, BOTTLEROCKET_ARM_64_NVIDIA_FIPS, BOTTLEROCKET_x86_64_NVIDIA, BOTTLEROCKET_x86_64_NVIDIA_FIPS.',
  ],
  'old-driver': [
    '{ instance_types = ["g7.2xlarge"] }',
    'GPU group "old-driver": ami_type "AL2023_x86_64_NVIDIA" has NVIDIA driver branch R580 (as of 2026-11-23), which cannot drive g7.2xlarge (RTX PRO 4500 Blackwell Server Edition: needs R595 or newer). Use an AMI with that driver by ami_id, or other instance types.',
  ],
  'own-bootstrap': [
    '{ user_data = "none" }',
    'GPU group "own-bootstrap" has user_data = "none" without ami_id: EKS\'s own AMIs need their user data. Set ami_id, or remove user_data.',
  ],
  retired: [
    '{ ami_type = "AL2_x86_64_GPU" }',
    'GPU group "retired" has ami_type "AL2_x86_64_GPU": EKS stopped building Amazon Linux 2 AMIs on 2025-11-26 and refuses them from Kubernetes 1.33 on. Leave ami_type out to have AL2023 with the driver.',
  ],
}

it('contradictions', async () => {
  const groups = Object.entries(preconditions).map(([name, [group]]) => `${name} = ${group}`)
  const says = await planSays(`    gpu_node_groups = {\n${groups.join('\n')}\n}`)
  expect([...says].sort()).toEqual(
    Object.values(preconditions)
      .map(([, message]) => message)
      .sort(),
  )
})

it('rules over one variable', async () => {
  const says = await planSays(`    gpu_node_groups = {
      capacity = { capacity_type = "RESERVED" }
      crossing = { min_size = 2 }
      desired  = { max_size = 2, desired_size = 3 }
      effect   = { taints = [{ key = "a", value = "b", effect = "NoSchedule" }] }
      valueless = { taints = [{ key = "nvidia.com/gpu" }] }
    }`)
  expect([...says].sort()).toEqual(
    [
      'capacity_type must be "ON_DEMAND", "SPOT" or "CAPACITY_BLOCK". Wrong: capacity (RESERVED).',
      'min_size must not be negative nor above max_size, and max_size (1 when left out) at least 1: raise max_size or lower min_size. Wrong: crossing (min_size 2, max_size 1).',
      'desired_size must lie between min_size (0 when left out) and max_size (1 when left out): raise max_size or lower desired_size. Wrong: desired (min_size 0, desired_size 3, max_size 2).',
      "A taint's effect must be NO_SCHEDULE, NO_EXECUTE or PREFER_NO_SCHEDULE (EKS's spelling, not Kubernetes's NoSchedule). Wrong: effect (a: NoSchedule).",
      'A taint without a value is not seen by the Cluster Autoscaler at zero nodes, which then buys nodes that help nobody: give every taint a value, such as "true". Wrong: valueless (nvidia.com/gpu).',
    ].sort(),
  )
})

it('mixed architectures, which are also of two GPU models', async () => {
  const says = await planSays('    gpu_node_groups = { a = { instance_types = ["g5g.xlarge", "g5.xlarge"] } }')
  // Terraform tells warnings and errors in the order in which it meets them, which differs from run to run.
  expect([...says].sort()).toEqual([
    "A group's nodes are all labelled with the first type's GPU model, which is wrong for some of them here: a (g5g.xlarge: nvidia-t4g, g5.xlarge: nvidia-a10g). Make a group for each model where pods choose by k8s.amazonaws.com/accelerator.",
    'GPU group "a" mixes architectures (g5g.xlarge is arm64, g5.xlarge is x86_64): one group has one AMI, so make a group for each architecture.',
  ])
})

it('no subnets', async () => {
  const says = await planSays('    create_vpc = false\n    vpc_id = "vpc-1"\n    gpu_node_groups = { inference = {} }')
  expect([...says].sort()).toEqual([
    'GPU group "inference" has no subnets: give subnet_ids to the module or to the group, or leave subnet_ids and create_vpc out to have a VPC created.',
    'create_vpc is false and subnet_ids is empty: the cluster has no subnets. Give vpc_id and at least two private subnets in two zones, or leave create_vpc out to have a VPC created.',
  ])
})

it('a version and GPUs that time has left behind, as warnings', async () => {
  const says = await planSays(
    '    cluster_version = "1.29"\n    gpu_node_groups = { training = { instance_types = ["p3.2xlarge"] } }',
  )
  expect([...says].sort()).toEqual([
    'EKS no longer offers Kubernetes 1.29 (it stopped on 2026-03-23): it refuses to create such a cluster, and has upgraded those it ran. Set cluster_version to 1.36.',
    "NVIDIA's newer driver branches no longer drive these, and AMIs that bring one leave them without GPUs: p3.2xlarge (group training, V100, up to R580). Pin release_version, and plan for g5, g6 or newer.",
  ])
})
