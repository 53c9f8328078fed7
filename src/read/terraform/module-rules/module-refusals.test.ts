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
  [
    'shared-unknown',
    { instance_types: ['g9.xlarge'], sharing: { time_slicing: { replicas: 2 } } },
    'GPU group "shared-unknown" shares GPUs of types that the catalogue does not know (g9.xlarge), so the autoscaler could not be told what their nodes offer. Use types of the catalogue, or remove sharing.',
    'sharing',
  ],
  [
    'shared-mixed',
    { instance_types: ['p4d.24xlarge', 'p4de.24xlarge'], sharing: { time_slicing: { replicas: 2 } } },
    'GPU group "shared-mixed" shares GPUs of several models (p4d.24xlarge: A100, 40960 MiB, p4de.24xlarge: A100, 81920 MiB): a share would be more on one node than on another. Make a group for each model.',
    'sharing',
  ],
  [
    'no-mig',
    { instance_types: ['g5.xlarge'], sharing: { mig: { devices: { '1g.5gb': 7 } } } },
    'GPU group "no-mig" divides GPUs by MIG that cannot be divided: g5.xlarge has A10G. MIG is for A100 40 GB, A100 80 GB, B200 180 GB, B300 269 GB, GB200 186 GB, H100 80 GB, H200 141 GB, RTX PRO 4500 32 GB, RTX PRO 6000 96 GB; share others by time_slicing or mps.',
    'sharing',
  ],
  [
    'no-profile',
    { instance_types: ['p4d.24xlarge'], sharing: { mig: { devices: { '1g.18gb': 7 } } } },
    'GPU group "no-profile" names MIG profiles that A100 40 GB does not have: 1g.18gb. It has 1g.10gb, 1g.5gb, 1g.5gb+me, 2g.10gb, 3g.20gb, 4g.20gb, 7g.40gb.',
    'sharing',
  ],
  [
    'too-many',
    { instance_types: ['p4d.24xlarge'], sharing: { mig: { devices: { '2g.10gb': 4 } } } },
    'GPU group "too-many" asks for more MIG devices than one A100 40 GB has room for: 4 x 2g.10gb (at most 3, 2 compute and 2 memory slices each) in 7 compute and 8 memory slices. Ask for fewer; the figures are for each GPU.',
    'sharing',
  ],
  [
    'single-of-two',
    {
      instance_types: ['p4d.24xlarge'],
      sharing: { mig: { devices: { '3g.20gb': 1, '1g.5gb': 1 }, strategy: 'single' } },
    },
    'GPU group "single-of-two" has MIG strategy "single" with several profiles (1g.5gb, 3g.20gb): all of them would be nvidia.com/gpu, and the device plugin refuses that. Use strategy "mixed" (not on Bottlerocket), or one profile.',
    'sharing',
  ],
  [
    'on-bottlerocket',
    { instance_types: ['p4d.24xlarge'], ami_family: 'bottlerocket', sharing: { mig: { devices: { '1g.5gb': 3 } } } },
    'GPU group "on-bottlerocket": Bottlerocket divides a GPU into as many devices of one plain profile as fit and calls them nvidia.com/gpu; give the full count of one profile (1g.10gb = 4, 1g.5gb = 7, 2g.10gb = 3, 3g.20gb = 2, 4g.20gb = 1, 7g.40gb = 1) and leave strategy out. AL2023 takes any geometry.',
    'ami_family',
  ],
  [
    'not-on-bottlerocket',
    {
      instance_types: ['p6e-gb200.36xlarge'],
      ami_family: 'bottlerocket',
      ami_type: 'BOTTLEROCKET_ARM_64_NVIDIA',
      sharing: { mig: { devices: { '1g.23gb': 7 } } },
    },
    'GPU group "not-on-bottlerocket": Bottlerocket divides a GPU into as many devices of one plain profile as fit and calls them nvidia.com/gpu; it has no setting for GB200 186 GB. AL2023 takes any geometry.',
    'ami_type',
  ],
  [
    'undivided',
    {
      instance_types: ['p4d.24xlarge'],
      ami_id: 'ami-1',
      user_data: 'none',
      sharing: { mig: { devices: { '1g.5gb': 7 } } },
    },
    'GPU group "undivided" has user_data = "none" with sharing that is set up by user data (MIG, and all of it on Bottlerocket): nodes would offer whole GPUs. Remove user_data or sharing.',
    'user_data',
  ],
  [
    'unready',
    { sharing: { time_slicing: { replicas: 2, rename: true } }, labels: { 'k8s.amazonaws.com/accelerator': 'a10g' } },
    'GPU group "unready" has the label k8s.amazonaws.com/accelerator with sharing that leaves no resource named nvidia.com/gpu (nvidia.com/gpu.shared): the autoscaler would take its nodes for unready for ever. Remove the label; pods can choose by another.',
    'labels',
  ],
  [
    'two-ways',
    { sharing: { mps: { replicas: 2 }, mig: { devices: { '1g.5gb': 7 } } } },
    'sharing must hold time_slicing, mps or mig; of two together the device plugin takes time_slicing with mig only (MPS does not work on MIG devices). Wrong: two-ways.',
    'sharing',
  ],
  [
    'one-share',
    { sharing: { time_slicing: { replicas: 1 } } },
    'sharing.time_slicing.replicas must be a whole number of at least 2: with 1 nothing is shared, so leave sharing out. Wrong: one-share (1).',
    'sharing',
  ],
  [
    'clients',
    { sharing: { mps: { replicas: 49 } } },
    'sharing.mps.replicas must be a whole number from 2 to 48: an MPS server takes 48 clients, and with 1 nothing is shared. Wrong: clients (49).',
    'sharing',
  ],
  [
    'no-devices',
    { sharing: { mig: { devices: {} } } },
    'sharing.mig.devices must name at least one MIG profile, each with how many of it every GPU becomes, such as { "1g.10gb" = 7 }. Wrong: no-devices.',
    'sharing',
  ],
  [
    'no-strategy',
    { sharing: { mig: { devices: { '1g.5gb': 1 }, strategy: 'none' } } },
    'sharing.mig.strategy must be "mixed" (each profile is a resource of its own), "single" (all are nvidia.com/gpu) or left out. Wrong: no-strategy.',
    'sharing',
  ],
  [
    'own',
    { ami_id: 'ami-1', user_data: 'none', max_pods: 20, fast_image_pull: true },
    'GPU group "own" has user_data = "none" and max_pods, fast_image_pull, which reach the node by user data only: remove user_data to have the module write it, or build these settings into the image.',
    'user_data',
  ],
  [
    'rocket-shell',
    { ami_family: 'bottlerocket', extra_user_data: { shell: '#!/bin/sh' }, kubelet: { max_parallel_image_pulls: 2 } },
    'GPU group "rocket-shell" is Bottlerocket, which has no nodeadm, no shell and no setting for extra_user_data.shell, kubelet.max_parallel_image_pulls (it pulls in parallel already): use extra_user_data.toml, or ami_family = "al2023".',
    'extra_user_data',
  ],
  [
    'toml',
    { extra_user_data: { toml: '[settings.kernel]' } },
    'GPU group "toml" is al2023, which reads no TOML settings: use extra_user_data.node_config or extra_user_data.shell, or ami_family = "bottlerocket".',
    'extra_user_data',
  ],
  [
    'twice',
    { ami_family: 'bottlerocket', max_pods: 20, extra_user_data: { toml: '[settings.kubernetes]\nlog-level = 3' } },
    'GPU group "twice": extra_user_data.toml opens a table that the module writes too, which TOML forbids: [settings.kubernetes]. Use the module\'s inputs for these settings, or leave out the inputs and keep the table.',
    'extra_user_data',
  ],
  [
    'early',
    { kubernetes_version: '1.34', preload_images: ['vllm/vllm-openai:v0.11.0'] },
    'GPU group "early" has preload_images with Kubernetes 1.34 in a cluster of 1.36: they are pulled as image volumes, which control plane and nodes have from 1.35 on. Upgrade both, or remove preload_images.',
    'preload_images',
  ],
  [
    'crowded',
    { instance_types: ['g5.xlarge'], max_pods: 59 },
    'GPU group "crowded" has max_pods = 59, and g5.xlarge has addresses for 58 pods: more would wait for ever in ContainerCreating. Lower max_pods, or turn on prefix delegation (vpc_cni.prefix_delegation).',
    'max_pods',
  ],
  [
    'topology',
    { kubelet: { topology_manager_policy: 'all' } },
    'kubelet.topology_manager_policy must be "none", "best-effort", "restricted" or "single-numa-node". Wrong: topology (all).',
    'kubelet',
  ],
  [
    'soft',
    { kubelet: { eviction_soft: { 'memory.available': '1Gi' } } },
    'The kubelet wants a grace period for each soft threshold and no other: give kubelet.eviction_soft and kubelet.eviction_soft_grace_period the same signals. Wrong: soft.',
    'kubelet',
  ],
  [
    'threshold',
    { kubelet: { eviction_hard: { 'memory.available': '1GB' } } },
    'An eviction threshold must be a share such as "10%" or an amount such as "500Mi" or "20Gi". Wrong: threshold.',
    'kubelet',
  ],
  [
    'pod',
    { extra_user_data: { node_config: 'kind: Pod' } },
    'extra_user_data.node_config must be one YAML document of kind NodeConfig (apiVersion node.eks.aws/v1alpha1). Wrong: pod.',
    'extra_user_data',
  ],
  [
    'script',
    { extra_user_data: { shell: 'echo hello' } },
    'extra_user_data.shell must begin with the line that names its interpreter, such as #!/bin/bash: cloud-init does not run it otherwise. Wrong: script.',
    'extra_user_data',
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

  describe('warns as a plan of that day does', () => {
    const old = {
      cluster_name: 'x',
      cluster_version: '1.29',
      gpu_node_groups: { training: { instance_types: ['p3.2xlarge'] } },
    }
    const gpus =
      "NVIDIA's newer driver branches no longer drive these, and AMIs that bring one leave them without GPUs: p3.2xlarge (group training, V100, up to R580). Pin release_version, and plan for g5, g6 or newer."

    it.each<readonly [string | undefined, string, readonly string[]]>([
      [
        '2026-11-26',
        'a version that is gone',
        [
          'EKS no longer offers Kubernetes 1.29 (it stopped on 2026-03-23): it refuses to create such a cluster, and has upgraded those it ran. Set cluster_version to 1.36.',
          gpus,
        ],
      ],
      [
        '2026-01-15',
        'a version that costs more',
        [
          'Standard support of Kubernetes 1.29 ended on 2025-03-23: EKS charges extra for each cluster hour until 2026-03-23, then upgrades the cluster. Set cluster_version to 1.36.',
          gpus,
        ],
      ],
      ['2024-06-01', 'a version in support', [gpus]],
      [undefined, 'without a day, what hangs on none', [gpus]],
    ])('%s: %s', (today, _, warnings) => {
      expect(moduleRefusals(source, old, today)).toMatchObject({ refusals: [], warnings, unchecked: [] })
    })

    it('says nothing of it where it refuses', () => {
      const refused = { ...old, gpu_node_groups: { training: { min_size: 3 } } }
      expect(moduleRefusals(source, refused, '2026-11-26').warnings).toEqual([])
    })
  })
})
