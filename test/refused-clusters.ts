/** A cluster that the module refuses: attributes one to a line, `!` before the one that the compiler marks. */
export type RefusedCluster =
  | { readonly group: readonly string[]; readonly cluster?: readonly string[] }
  | { readonly cluster: readonly string[] }

const mig = "instance_types: ['p4d.24xlarge']"
const one = "availability_zones: ['a']"
const block = "capacity_type: 'CAPACITY_BLOCK'"
const blockType = "instance_types: ['p5.48xlarge']"
const reservation = "capacity_reservation: { id: 'cr-1' }"
const hours = "schedule: { start: '2030-01-07T11:30:00Z', end: '2030-01-08T11:30:00Z'"
const own = ["vpc_id: 'vpc-1'", "subnet_ids: ['a', 'b']"]

/** What the types refuse in the module's own words, at least one for each rule of the module that they know. */
export const refusedClusters: Readonly<Record<string, RefusedCluster>> = {
  // Instance types and images
  'mixed architectures': { group: ["!instance_types: ['g5.xlarge', 'g5g.xlarge']"] },
  'mixed GPU counts': { group: ["!instance_types: ['g5.xlarge', 'g5.12xlarge']"] },
  'an image with a type': { group: ["ami_id: 'ami-1'", "!ami_type: 'AL2023_x86_64_NVIDIA'"] },
  'an arm type on an x86 AMI': { group: ["instance_types: ['g5g.xlarge']", "!ami_type: 'AL2023_x86_64_NVIDIA'"] },
  'an arm AMI for the default type': { group: ["!ami_type: 'AL2023_ARM_64_NVIDIA'"] },
  'a driver that cannot drive the GPU': { group: ["!instance_types: ['g7.2xlarge']"] },
  'an AMI type of the other system': { group: ["!ami_family: 'bottlerocket'", "ami_type: 'AL2023_x86_64_NVIDIA'"] },
  'an own bootstrap without an image': { group: ["!user_data: 'none'"] },
  'an image with a release': { group: ["ami_id: 'ami-1'", "!release_version: '1.36.0-20261003'"] },
  'an image with a version': { group: ["ami_id: 'ami-1'", "!kubernetes_version: '1.36'"] },
  'nodes ahead of their cluster': { cluster: ["cluster_version: '1.34'"], group: ["!kubernetes_version: '1.35'"] },
  'nodes too far behind': { group: ["!kubernetes_version: '1.32'"] },
  'a release of another minor': { group: ["!release_version: '1.35.0-20261003'"] },
  'images to pull before image volumes': {
    cluster: ["cluster_version: '1.34'"],
    group: ["!preload_images: ['a/b:1']"],
  },
  'images to pull without user data': { group: ["ami_id: 'ami-1'", "user_data: 'none'", "!preload_images: ['a/b:1']"] },

  // Figures and taints
  'no instance types': { group: ['!instance_types: []'] },
  'a least above the most': { group: ['min_size: 3', '!max_size: 2'] },
  'a least above the most that is left out': { group: ['!min_size: 3'] },
  'a size below the least': { group: ['min_size: 2', 'max_size: 10', '!desired_size: 1'] },
  'a taint without a value': { group: ["!taints: [{ key: 'a' }]"] },
  'a taint twice': { group: ["!taints: [{ key: 'a', value: 'b' }, { key: 'a', value: 'c' }]"] },
  'a hop limit of none': { group: ['!metadata_hop_limit: 0'] },
  'a small root volume': { group: ['!root_volume: { size_gib: 10 }'] },
  'a slow root volume': { group: ['!root_volume: { throughput: 100 }'] },
  'both ways to say what is unavailable': { group: ['max_unavailable: 1', '!max_unavailable_percentage: 10'] },
  'nothing unavailable': { group: ['!max_unavailable: 0'] },
  'more than all unavailable': { group: ['!max_unavailable_percentage: 101'] },
  'a share in per cent': { group: ['!scale_down: { gpu_utilization_threshold: 50 }'] },
  'pods by halves': { group: ['!max_pods: 58.5'] },

  // What nodes are told at boot
  'disks apart on Bottlerocket': { group: ["ami_family: 'bottlerocket'", "!local_storage: 'mount'"] },
  'max pods without user data': { group: ["ami_id: 'ami-1'", "user_data: 'none'", '!max_pods: 58'] },
  'kubelet settings without user data': {
    group: ["ami_id: 'ami-1'", "user_data: 'none'", "!kubelet: { kube_reserved: { cpu: '1' } }"],
  },
  'containerd settings without user data': {
    group: ["ami_id: 'ami-1'", "user_data: 'none'", '!containerd: { max_concurrent_downloads: 10 }'],
  },
  'fast pulls without user data': { group: ["ami_id: 'ami-1'", "user_data: 'none'", '!fast_image_pull: true'] },
  'more user data without user data': {
    group: ["ami_id: 'ami-1'", "user_data: 'none'", "!extra_user_data: { shell: '#!/bin/bash' }"],
  },
  'a script on Bottlerocket': { group: ["ami_family: 'bottlerocket'", "!extra_user_data: { shell: '#!/bin/bash' }"] },
  'a NodeConfig on Bottlerocket': {
    group: ["ami_type: 'BOTTLEROCKET_x86_64_NVIDIA'", "!extra_user_data: { node_config: 'kind: NodeConfig' }"],
  },
  "containerd's configuration on Bottlerocket": {
    group: ["ami_family: 'bottlerocket'", "!containerd: { config: 'a = 1' }"],
  },
  'parallel pulls on Bottlerocket': {
    group: ["ami_family: 'bottlerocket'", '!kubelet: { max_parallel_image_pulls: 4 }'],
  },
  'TOML on AL2023': { group: ["!extra_user_data: { toml: '[settings]' }"] },
  'a script without its interpreter': { group: ["!extra_user_data: { shell: 'echo hello' }"] },
  'containerd settings twice': { group: ["!containerd: { config: 'a = 1', max_concurrent_downloads: 4 }"] },
  'images removed down to more than from': { group: ['!kubelet: { image_gc_low_threshold_percent: 90 }'] },
  'a count of none': { group: ['!kubelet: { pod_pids_limit: 0 }'] },
  'downloads of none': { group: ['!containerd: { max_concurrent_downloads: 0 }'] },
  'a signal that is not there': { group: ["!kubelet: { eviction_hard: { 'memory.free': '10%' } }"] },
  'a soft threshold without its grace': { group: ["!kubelet: { eviction_soft: { 'memory.available': '10%' } }"] },

  // Sharing
  'no way to share': { group: ['!sharing: {}'] },
  'MPS with time-slicing': { group: ['!sharing: { mps: { replicas: 2 }, time_slicing: { replicas: 2 } }'] },
  'one turn each': { group: ['!sharing: { time_slicing: { replicas: 1 } }'] },
  'more clients than MPS takes': { group: ['!sharing: { mps: { replicas: 49 } }'] },
  'no MIG devices': { group: [mig, '!sharing: { mig: { devices: {} } }'] },
  'shares of an unknown GPU': {
    group: ["instance_types: [unlisted('g9.xlarge')]", '!sharing: { mps: { replicas: 2 } }'],
  },
  'shares of two models': {
    group: ["instance_types: ['g5.xlarge', 'g6.xlarge']", '!sharing: { mps: { replicas: 2 } }'],
  },
  'MIG on a GPU without': { group: ["!sharing: { mig: { devices: { '1g.5gb': 7 } } }"] },
  'a MIG profile of another GPU': { group: [mig, "!sharing: { mig: { devices: { '1g.12gb': 7 } } }"] },
  'one name for several profiles': {
    group: [mig, "!sharing: { mig: { strategy: 'single', devices: { '1g.5gb': 3, '2g.10gb': 2 } } }"],
  },
  'part of a GPU on Bottlerocket': {
    group: [mig, "ami_family: 'bottlerocket'", "!sharing: { mig: { devices: { '1g.5gb': 3 } } }"],
  },
  'MIG that user data would set up': {
    group: [mig, "ami_id: 'ami-1'", "user_data: 'none'", "!sharing: { mig: { devices: { '1g.5gb': 7 } } }"],
  },
  'the label of GPUs that have another name': {
    group: [
      "!labels: { 'k8s.amazonaws.com/accelerator': 'nvidia-a10g' }",
      'sharing: { time_slicing: { replicas: 2, rename: true } }',
    ],
  },

  // Capacity and places
  'a reservation for Spot': { group: ["capacity_type: 'SPOT'", `!${reservation}`] },
  'a reservation by nothing': { group: ['!capacity_reservation: {}'] },
  'a reservation by two names': { group: ["!capacity_reservation: { id: 'cr-1', resource_group_arn: 'arn:aws:x' }"] },
  'a reservation that is preferred': { group: ["!capacity_reservation: { id: 'cr-1', preference: 'open' }"] },
  'a block without its reservation': { group: [blockType, one, `!${block}`] },
  'a block by a resource group': {
    group: [blockType, one, block, "!capacity_reservation: { resource_group_arn: 'arn:aws:x' }"],
  },
  'a block of two types': { group: ["!instance_types: ['p5.48xlarge', 'p5e.48xlarge']", one, block, reservation] },
  'a block in all subnets': { group: [blockType, `!${block}`, reservation] },
  'a block that has nodes at all times': { group: [blockType, one, block, reservation, '!min_size: 1', 'max_size: 2'] },
  'a schedule without a block': { group: [`!${hours} }`] },
  'a schedule and a size': { group: [blockType, one, block, reservation, `${hours} }`, '!desired_size: 1'] },
  'a schedule of more than the most': {
    group: [blockType, one, block, reservation, `!${hours}, size: 3 }`, 'max_size: 2'],
  },
  'zones and subnets': { group: [`!${one}`, "subnet_ids: ['subnet-a']"] },
  'zones of an own VPC': { cluster: own, group: [`!${one}`] },
  'a zone that the VPC lacks': { cluster: ["availability_zones: ['a', 'b']"], group: ["!availability_zones: ['c']"] },
  'close together in two subnets': { group: ["subnet_ids: ['a', 'b']", '!placement_group: true'] },
  'close together in each zone': { group: ['per_zone: true', '!placement_group: true'] },
  'close together in a reservation': { group: [one, reservation, '!placement_group: true'] },
  'close together in a block': { group: [blockType, one, block, reservation, '!placement_group: true'] },
  'EFA on a type without': { group: [one, '!efa: true'] },
  'EFA on types of different cards': { group: ["instance_types: ['p4d.24xlarge', 'p5.48xlarge']", one, '!efa: true'] },
  'EFA over several subnets': { group: [blockType, '!efa: true'] },
  'EFA over subnets of an own VPC': { cluster: own, group: [blockType, '!efa: true'] },

  // The network
  'one zone': { cluster: ["!availability_zones: ['a']"] },
  'seven zones': { cluster: ['!availability_zone_count: 7'] },
  'an own VPC without subnets': { cluster: ['!create_vpc: false', "vpc_id: 'vpc-1'", 'subnet_ids: []'] },
  'a VPC to be created that is there': { cluster: ['!create_vpc: true', "subnet_ids: ['a', 'b']"] },
  'a VPC without subnets': { cluster: ["!vpc_id: 'vpc-1'"] },
  'subnets without a VPC': { cluster: ["!subnet_ids: ['subnet-a', 'subnet-b']"] },
  'one subnet': { cluster: ["vpc_id: 'vpc-1'", "!subnet_ids: ['subnet-a']"] },
  'ranges of too few zones': { cluster: ["!private_subnet_cidrs: ['10.0.0.0/18', '10.0.64.0/18']"] },
  'no internet and no mirror': { cluster: ["!nat: 'none'"] },
  'a registry that nothing comes from': { cluster: ["!image_registries: { 'docker.io': 'registry.example.com' }"] },
  'endpoints in subnets of a created VPC': { cluster: ["!vpc_endpoints: { subnet_ids: ['subnet-a'] }"] },
  'endpoints that are not made': { cluster: [...own, "!additional_vpc_endpoints: ['ssm']"] },
  'endpoints without the one for layers': { cluster: [...own, '!vpc_endpoints: { create: true }'] },
  'a target of none': { cluster: ['!vpc_cni: { warm_ip_target: 0 }'] },
  'prefixes without prefixes': { cluster: ['!vpc_cni: { warm_prefix_target: 1 }'] },
  'two kinds of targets': {
    cluster: ['!vpc_cni: { prefix_delegation: true, warm_prefix_target: 1, warm_ip_target: 4 }'],
  },
  'the CNI configured twice': {
    cluster: ["addons: { 'vpc-cni': { configuration_values: '{}' } }", '!vpc_cni: { prefix_delegation: true }'],
  },

  // The system group
  'a system group of no types': { cluster: ['!system_node_group: { instance_types: [] }'] },
  'a system group of one node': { cluster: ['!system_node_group: { min_size: 1 }'] },
  'a system group without room': { cluster: ['!system_node_group: { min_size: 5 }'] },
  'a system group of more than it may': { cluster: ['!system_node_group: { desired_size: 5 }'] },
  'a system group of two architectures': {
    cluster: ["!system_node_group: { instance_types: ['m7i.large', 'm7g.large'] }"],
  },
  'a system group on the wrong AMI': { cluster: ["!system_node_group: { ami_type: 'AL2023_ARM_64_STANDARD' }"] },
  'a system group ahead of its cluster': {
    cluster: ["cluster_version: '1.35'", "!system_node_group: { kubernetes_version: '1.36' }"],
  },

  // Add-ons and the autoscaler
  'no expander': { cluster: ['!cluster_autoscaler: { expanders: [] }'] },
  'an expander twice': { cluster: ["!cluster_autoscaler: { expanders: ['random', 'random'] }"] },
  'priorities that nothing reads': {
    cluster: [
      "!cluster_autoscaler: { expanders: ['random'], expander_priorities: [{ priority: 1, patterns: ['x'] }] }",
    ],
  },
  'a priority of nothing': { cluster: ['!cluster_autoscaler: { expander_priorities: [{ priority: 1 }] }'] },
  'half a priority': {
    cluster: ["!cluster_autoscaler: { expander_priorities: [{ priority: 1.5, patterns: ['x'] }] }"],
  },
  'a priority of a group that is not there': {
    cluster: ["!cluster_autoscaler: { expander_priorities: [{ priority: 1, groups: ['b'] }] }"],
    group: [],
  },
  'a threshold in per cent': { cluster: ['!cluster_autoscaler: { scale_down: { utilization_threshold: 50 } }'] },
  'a limit below none': { cluster: ['!cluster_autoscaler: { cores_total: { min: 10, max: 5 } }'] },
  'settings of no autoscaler': { cluster: ["autoscaler: 'none'", '!cluster_autoscaler: { max_nodes_total: 10 }'] },
  'flags of no autoscaler': {
    cluster: ["autoscaler: 'none'", "!cluster_autoscaler: { scale_down: { unneeded_time: '5m' } }"],
  },
  'two autoscalers': { cluster: ['!karpenter: {}'] },
  'the monitoring agent twice': {
    cluster: ['node_monitoring_agent: {}', "!addons: { 'eks-node-monitoring-agent': {} }"],
  },
  'a driver twice': { cluster: ['storage_drivers: { ebs: {} }', "!addons: { 'aws-ebs-csi-driver': {} }"] },
  'buckets of no file system': {
    cluster: ["!storage_drivers: { fsx: { data_repository_bucket_arns: ['arn:aws:s3:::x'] } }"],
  },
  'an editor of no namespace': {
    cluster: ["!namespace_editors: { a: { principal_arn: 'arn:aws:iam::1:role/x', namespaces: [] } }"],
  },
}
