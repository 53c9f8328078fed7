/** What a field of the module's inputs is in TypeScript beyond what `variables.tf` can say. */
export type InputOverlay = {
  /** TypeScript type and zod schema of the value, in the words of `src/read/config/module-inputs.generated.ts`. */
  readonly type: string
  readonly schema: string
}

/**
 * Fields whose values are names of the catalogue, by path (`*` stands for an element of a list or map). Values that a
 * `validation` of `variables.tf` lists become literal types by themselves and need no line here.
 */
export const inputOverlays: Readonly<Record<string, InputOverlay>> = {
  cluster_version: { type: 'EksVersion | Unlisted', schema: "listedOr(eksVersionNames, 'Kubernetes version of EKS')" },
  'system_node_group.kubernetes_version': {
    type: 'EksVersion | Unlisted',
    schema: "listedOr(eksVersionNames, 'Kubernetes version of EKS')",
  },
  'gpu_node_groups.*.kubernetes_version': {
    type: 'EksVersion | Unlisted',
    schema: "listedOr(eksVersionNames, 'Kubernetes version of EKS')",
  },
  'system_node_group.instance_types.*': {
    type: 'GeneralInstanceType | Unlisted',
    schema: "listedOr(generalInstanceTypeNames, 'instance type without a GPU')",
  },
  'system_node_group.ami_type': {
    type: 'SystemAmiType',
    schema: "oneOf(systemAmiTypeNames, 'AMI type without a GPU driver')",
  },
  'gpu_node_groups.*.instance_types.*': {
    type: 'GpuInstanceType | Unlisted',
    schema: "listedOr(gpuInstanceTypeNames, 'GPU instance type')",
  },
  'gpu_node_groups.*.ami_type': {
    type: 'GpuAmiType',
    schema: "oneOf(gpuAmiTypeNames, 'AMI type with an NVIDIA driver')",
  },
}

/** Maps whose keys are names of the catalogue: the function of `input-parts.ts` that takes names and value, and the type of the keys. */
export const keyOverlays: Readonly<Record<string, { readonly keys: string; readonly schema: string }>> = {
  addons: { keys: 'AddonName | MarketplaceAddon', schema: 'byAddonName(addonNames, ' },
}

/** Docstrings of fields that the description of their variable has no line `- \`field\`: …` for, by path. */
export const inputDescriptions: Readonly<Record<string, string>> = {
  'kms_key.arn': 'ARN of the key. May be unknown at plan.',
  'addons.*.version': "Version of the add-on; left out, EKS's default for the cluster version.",
  'addons.*.configuration_values': 'Configuration of the add-on, as JSON text.',
  'vpc_endpoints.policies.*': 'JSON.',
  'system_node_group.instance_types': 'EC2 types without a GPU, all of one architecture.',
  'system_node_group.min_size': 'Nodes at least; 2 or more.',
  'system_node_group.max_size': 'Nodes at most.',
  'system_node_group.desired_size': 'Nodes at creation; afterwards the autoscaler owns it. Left out: min_size.',
  'system_node_group.ami_type': 'EKS AMI type; left out, it is derived from the instance types.',
  'system_node_group.kubernetes_version':
    'Minor of these nodes, up to three behind the cluster; left out, they follow it.',
  'system_node_group.release_version':
    'AMI release to pin; left out, none is pinned; `latest` takes the newest at each plan.',
  'system_node_group.root_volume_gib': 'Size of the root volume, GiB.',
  'system_node_group.labels': 'Labels of the nodes.',
  'system_node_group.subnet_ids': "Subnets of this group; empty takes the cluster's.",
  'system_node_group.additional_iam_policies': "Policy ARNs for this group's role only. May be unknown at plan.",
  'gpu_node_groups.*.taints.*.key': 'Key, such as nvidia.com/gpu; each key once in a group.',
  'gpu_node_groups.*.taints.*.value':
    'Value, which must not be empty: the autoscaler does not see a taint without one.',
  'gpu_node_groups.*.taints.*.effect': "What happens to pods that do not tolerate it, in EKS's spelling.",
  'gpu_node_groups.*.capacity_reservation.id':
    'Id of an On-Demand Capacity Reservation or a Capacity Block, such as cr-0123456789abcdef0. May be unknown at plan.',
  'gpu_node_groups.*.capacity_reservation.resource_group_arn':
    'ARN of a resource group of On-Demand Capacity Reservations. May be unknown at plan.',
  'gpu_node_groups.*.capacity_reservation.preference':
    'Without a target: open takes reservations that match, none takes none, capacity-reservations-only nothing else.',
  'gpu_node_groups.*.schedule.start': 'When the block begins, in UTC: 2030-01-07T11:30:00Z.',
  'gpu_node_groups.*.schedule.end': 'When the block ends, in UTC: 2030-01-08T11:30:00Z.',
  'gpu_node_groups.*.schedule.size': 'Nodes while the block lasts; left out, max_size.',
  'gpu_node_groups.*.root_volume.size_gib': 'Size, GiB.',
  'gpu_node_groups.*.root_volume.throughput': "Throughput of gp3, MiB/s; left out, AWS's 125.",
  'gpu_node_groups.*.root_volume.iops': "IOPS of gp3; left out, AWS's 3000.",
  'gpu_node_groups.*.root_volume.kms_key_arn':
    "KMS key that encrypts it; left out, the account's default key for EBS. May be unknown at plan.",
  'gpu_node_groups.*.root_volume.device_name': 'Root device of a custom AMI whose root is elsewhere.',
  'gpu_node_groups.*.sharing.time_slicing':
    'Pods take turns on a GPU. Nothing keeps their memory or their faults apart; may also share MIG devices.',
  'gpu_node_groups.*.sharing.time_slicing.replicas': 'Pods for each GPU or MIG device, 2 or more.',
  'gpu_node_groups.*.sharing.time_slicing.rename':
    'Whether pods ask for nvidia.com/gpu.shared instead of nvidia.com/gpu.',
  'gpu_node_groups.*.sharing.time_slicing.fail_requests_greater_than_one':
    'Whether a pod that asks for more than one share fails: two shares are not twice the GPU.',
  'gpu_node_groups.*.sharing.mps':
    'Pods run at once on a GPU through an MPS server, each with its part of the memory; a fault of one can end all.',
  'gpu_node_groups.*.sharing.mps.replicas': 'Pods for each GPU, 2 to 48; each gets that part of the memory.',
  'gpu_node_groups.*.sharing.mps.rename': 'Whether pods ask for nvidia.com/gpu.shared instead of nvidia.com/gpu.',
  'gpu_node_groups.*.sharing.mig': 'GPUs are divided into MIG devices at boot, kept apart by the hardware.',
  'gpu_node_groups.*.sharing.mig.devices':
    'How many devices of which MIG profile every GPU becomes, such as { "1g.10gb" = 7 }.',
  'gpu_node_groups.*.sharing.mig.strategy':
    'mixed: pods ask for nvidia.com/mig-1g.10gb; single: for nvidia.com/gpu. Left out: mixed on AL2023, single on Bottlerocket.',
  'gpu_node_groups.*.kubelet.max_parallel_image_pulls': 'Images that are pulled at once; AL2023 only.',
  'gpu_node_groups.*.kubelet.registry_pull_qps': 'Pulls a second.',
  'gpu_node_groups.*.kubelet.registry_burst': 'Pulls in a burst.',
  'gpu_node_groups.*.kubelet.image_gc_high_threshold_percent': 'Disk use from which unused images are removed.',
  'gpu_node_groups.*.kubelet.image_gc_low_threshold_percent': 'Disk use down to which unused images are removed.',
  'gpu_node_groups.*.kubelet.kube_reserved': 'Resources kept for kubelet and container runtime.',
  'gpu_node_groups.*.kubelet.kube_reserved.cpu': 'Cores or millicores, such as 500m.',
  'gpu_node_groups.*.kubelet.kube_reserved.memory': 'Mi or Gi.',
  'gpu_node_groups.*.kubelet.kube_reserved.ephemeral_storage': 'Mi or Gi.',
  'gpu_node_groups.*.kubelet.system_reserved': 'Resources kept for the operating system.',
  'gpu_node_groups.*.kubelet.system_reserved.cpu': 'Cores or millicores, such as 500m.',
  'gpu_node_groups.*.kubelet.system_reserved.memory': 'Mi or Gi.',
  'gpu_node_groups.*.kubelet.system_reserved.ephemeral_storage': 'Mi or Gi.',
  'gpu_node_groups.*.kubelet.eviction_hard':
    "Thresholds by signal below which pods are evicted at once, over Kubernetes's own.",
  'gpu_node_groups.*.kubelet.eviction_soft': 'Thresholds by signal below which pods are evicted after a grace period.',
  'gpu_node_groups.*.kubelet.eviction_soft_grace_period': 'Grace periods of the soft thresholds, such as 1m30s.',
  'gpu_node_groups.*.kubelet.cpu_manager_policy': 'static gives pods with whole CPUs cores of their own.',
  'gpu_node_groups.*.kubelet.topology_manager_policy': 'Whether CPUs and GPUs of a pod must be of one NUMA node.',
  'gpu_node_groups.*.kubelet.topology_manager_scope': 'What that is decided for.',
  'gpu_node_groups.*.kubelet.pod_pids_limit': 'Processes that a pod may have.',
  'gpu_node_groups.*.kubelet.container_log_max_size': 'Size at which a log is rotated, such as 50Mi.',
  'gpu_node_groups.*.kubelet.container_log_max_files': 'Log files of a container.',
  'gpu_node_groups.*.containerd.config': "TOML that is merged into containerd's configuration; AL2023 only.",
  'gpu_node_groups.*.containerd.max_concurrent_downloads': 'Layers of one image that are downloaded at once.',
  'gpu_node_groups.*.extra_user_data.node_config': 'A NodeConfig document; AL2023 only.',
  'gpu_node_groups.*.extra_user_data.shell': 'A script that cloud-init runs; AL2023 only.',
  'gpu_node_groups.*.extra_user_data.toml': 'Settings; Bottlerocket only.',
  'dcgm_exporter.image': "Image that replaces the module's.",
  'dcgm_exporter.profiling':
    'Metrics of SMs, tensor cores and memory, and the only utilization of MIG devices; adds the capability SYS_ADMIN.',
  'dcgm_exporter.service_monitor': "A ServiceMonitor, for a cluster that has Prometheus Operator's CRDs.",
  'dcgm_exporter.service_monitor.interval': 'How often Prometheus asks, such as 30s.',
  'dcgm_exporter.service_monitor.labels': 'Labels by which your Prometheus chooses its ServiceMonitors.',
  'node_monitoring_agent.version': "Version of the add-on; left out, EKS's default for the cluster version.",
  'node_monitoring_agent.configuration_values':
    "Configuration of the add-on, as JSON text, in place of the module's tolerations.",
  'access_entries.*.principal_arn': 'ARN of the IAM role or user. May be unknown at plan.',
  'access_entries.*.kubernetes_groups': 'Groups of your own RBAC that the principal is in.',
  'access_entries.*.policies': 'EKS access policies of the principal.',
  'access_entries.*.policies.*.policy': 'Name, such as AmazonEKSViewPolicy, or ARN.',
  'access_entries.*.policies.*.namespaces': 'Namespaces that it is for; empty is the whole cluster.',
  'namespace_editors.*.principal_arn': 'ARN of the IAM role or user. May be unknown at plan.',
  'namespace_editors.*.namespaces': 'Namespaces that it is for.',
}
