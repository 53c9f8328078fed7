import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type HclValue, unknownValue } from './hcl-value.ts'
import { type ModuleInputs, moduleRefusals } from './module-refusals.ts'
import { readModuleSource } from './module-source.ts'

const source = await readModuleSource(fileURLToPath(new URL('../../../../modules/eks-gpu-cluster', import.meta.url)))
const say = (inputs: ModuleInputs) => moduleRefusals(source, { cluster_name: 'x', ...inputs })
const group = (name: string, value: HclValue) => say({ gpu_node_groups: { [name]: value } }).refusals

/** Texts as `test/terraform/guard-messages.long.test.ts` has them from Terraform itself. */
const refused: readonly (readonly [string, HclValue, string, string])[] = [
  [
    'arm-on-x86',
    { instance_types: ['g5g.xlarge'], ami_type: 'AL2023_x86_64_NVIDIA' },
    'GPU group "arm-on-x86" has g5g.xlarge (arm64) on ami_type "AL2023_x86_64_NVIDIA", which is for x86_64: leave ami_type out to have it derived, or use types of that architecture.',
    'instance_types',
  ],
  [
    'custom-and-type',
    { ami_id: 'ami-1', ami_type: 'AL2023_x86_64_NVIDIA' },
    'GPU group "custom-and-type" has both ami_id and ami_type: EKS refuses a type for a custom image. Remove ami_type; ami_family says which operating system the image is.',
    'ami_type',
  ],
  [
    'mixed-gpus',
    { instance_types: ['g5.xlarge', 'g5.12xlarge'] },
    'GPU group "mixed-gpus" mixes GPU counts (g5.xlarge has 1, g5.12xlarge has 4): the autoscaler models the group by its first type only, so make a group for each count.',
    'instance_types',
  ],
  [
    'old-driver',
    { instance_types: ['g7.2xlarge'] },
    'GPU group "old-driver": ami_type "AL2023_x86_64_NVIDIA" has NVIDIA driver branch R580 (as of 2026-11-23), which cannot drive g7.2xlarge (RTX PRO 4500 Blackwell Server Edition: needs R595 or newer). Use an AMI with that driver by ami_id, or other instance types.',
    'instance_types',
  ],
  [
    'retired',
    { ami_type: 'AL2_x86_64_GPU' },
    'GPU group "retired" has ami_type "AL2_x86_64_GPU": EKS stopped building Amazon Linux 2 AMIs on 2025-11-26 and refuses them from Kubernetes 1.33 on. Leave ami_type out to have AL2023 with the driver.',
    'ami_type',
  ],
  [
    'crossing',
    { min_size: 2 },
    'min_size must not be negative nor above max_size, and max_size (1 when left out) at least 1: raise max_size or lower min_size. Wrong: crossing (min_size 2, max_size 1).',
    'min_size',
  ],
  [
    'effect',
    { taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] },
    "A taint's effect must be NO_SCHEDULE, NO_EXECUTE or PREFER_NO_SCHEDULE (EKS's spelling, not Kubernetes's NoSchedule). Wrong: effect (a: NoSchedule).",
    'taints',
  ],
  [
    'ahead',
    { kubernetes_version: '1.37' },
    'GPU group "ahead" has kubernetes_version "1.37" in a cluster of 1.36: nodes may be up to three minors behind their control plane and never ahead of it. Upgrade the cluster first, or lower kubernetes_version.',
    'kubernetes_version',
  ],
  [
    'foreign',
    { release_version: '1.35.0-20261003' },
    'GPU group "foreign" pins release_version "1.35.0-20261003", which is not a release for Kubernetes 1.36: EKS refuses the pair. Pin a release of that minor (1.36.PATCH-DATE), or leave it out.',
    'release_version',
  ],
  [
    'rocket',
    { ami_family: 'bottlerocket', local_storage: 'mount' },
    'GPU group "rocket" has local_storage = "mount" on Bottlerocket, which can only join the disks: use "raid0" or "none", or ami_family = "al2023".',
    'local_storage',
  ],
  [
    'fast',
    { root_volume: { throughput: 1000 } },
    'A gp3 volume has at most 0.25 MiB/s of throughput for each of its IOPS: raise root_volume.iops (3000 when left out, enough for 750 MiB/s) to four times the throughput. Wrong: fast (1000 MiB/s with 3000 IOPS).',
    'root_volume',
  ],
]

describe('moduleRefusals', () => {
  it.each(refused)('says to group %s what Terraform says', (name, value, message, attribute) => {
    expect(group(name, value)).toContainEqual({ message, path: ['gpu_node_groups', name, attribute] })
  })

  it('names the group that is at fault', () => {
    const { refusals } = say({
      gpu_node_groups: { fine: {}, wrong: { capacity_type: 'RESERVED' }, also: { max_size: 3 } },
    })
    expect(refusals).toEqual([
      {
        message: 'capacity_type must be "ON_DEMAND", "SPOT" or "CAPACITY_BLOCK". Wrong: wrong (RESERVED).',
        path: ['gpu_node_groups', 'wrong', 'capacity_type'],
      },
    ])
  })

  it('looks at several inputs together', () => {
    expect(say({ create_vpc: false, vpc_id: 'vpc-1' }).refusals.map(({ path }) => path)).toEqual([['subnet_ids']])
    expect(say({ subnet_ids: ['subnet-a'], vpc_id: 'vpc-1' }).refusals.map(({ message }) => message)).toEqual([
      'subnet_ids names one subnet: EKS needs subnets in at least two availability zones for the control plane. Add another; a GPU group may still be kept in one zone by its own subnet_ids.',
    ])
    expect(say({ subnet_ids: ['subnet-a', 'subnet-b'] }).refusals.map(({ message }) => message)).toEqual([
      'vpc_id is missing: a VPC that is there already needs both vpc_id and subnet_ids.',
    ])
  })

  it('leaves to Terraform what only it can know', () => {
    expect(
      say({
        vpc_id: unknownValue,
        subnet_ids: unknownValue,
        gpu_node_groups: { a: { ami_id: unknownValue, max_size: unknownValue } },
      }).refusals,
    ).toEqual([])
  })

  it('can compute every rule of the module', () => {
    const { refusals, unchecked } = say({
      public_access_cidrs: ['203.0.113.0/24'],
      gpu_node_groups: { a: {}, b: { instance_types: ['p5.48xlarge'], ami_family: 'bottlerocket', taints: [] } },
    })
    // What stands here uses a function that terraform-functions.ts does not have: add it there, with a row in evaluate-term.test.ts.
    expect({ refusals, unchecked }).toEqual({ refusals: [], unchecked: [] })
  })
})
