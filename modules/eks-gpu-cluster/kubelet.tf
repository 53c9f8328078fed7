# What the kubelet of a group's nodes is told, in the words of KubeletConfiguration and in those of Bottlerocket.

locals {
  group_kubelet = {
    for name, g in var.gpu_node_groups : name => {
      kube_reserved = {
        for resource, amount in {
          cpu = g.kubelet.kube_reserved.cpu, memory = g.kubelet.kube_reserved.memory, "ephemeral-storage" = g.kubelet.kube_reserved.ephemeral_storage
        } : resource => amount if amount != null
      }
      system_reserved = {
        for resource, amount in {
          cpu = g.kubelet.system_reserved.cpu, memory = g.kubelet.system_reserved.memory, "ephemeral-storage" = g.kubelet.system_reserved.ephemeral_storage
        } : resource => amount if amount != null
      }
      # A kubelet that is given any hard threshold has no others, so Kubernetes's own are written with it.
      eviction_hard = length(g.kubelet.eviction_hard) == 0 ? tomap({}) : merge(
        tomap({ "memory.available" = "100Mi", "nodefs.available" = "10%", "nodefs.inodesFree" = "5%" }), g.kubelet.eviction_hard,
      )
    }
  }

  # KubeletConfiguration, which nodeadm merges into its own. Fields that are not there are left to the image.
  kubelet_config = {
    for name, g in var.gpu_node_groups : name => {
      for field, value in {
        maxParallelImagePulls       = g.kubelet.max_parallel_image_pulls
        registryPullQPS             = g.kubelet.registry_pull_qps
        registryBurst               = g.kubelet.registry_burst
        imageGCHighThresholdPercent = g.kubelet.image_gc_high_threshold_percent
        imageGCLowThresholdPercent  = g.kubelet.image_gc_low_threshold_percent
        kubeReserved                = length(local.group_kubelet[name].kube_reserved) == 0 ? null : local.group_kubelet[name].kube_reserved
        systemReserved              = length(local.group_kubelet[name].system_reserved) == 0 ? null : local.group_kubelet[name].system_reserved
        evictionHard                = length(local.group_kubelet[name].eviction_hard) == 0 ? null : local.group_kubelet[name].eviction_hard
        evictionSoft                = length(g.kubelet.eviction_soft) == 0 ? null : g.kubelet.eviction_soft
        evictionSoftGracePeriod     = length(g.kubelet.eviction_soft_grace_period) == 0 ? null : g.kubelet.eviction_soft_grace_period
        cpuManagerPolicy            = g.kubelet.cpu_manager_policy
        topologyManagerPolicy       = g.kubelet.topology_manager_policy
        topologyManagerScope        = g.kubelet.topology_manager_scope
        podPidsLimit                = g.kubelet.pod_pids_limit
        containerLogMaxSize         = g.kubelet.container_log_max_size
        containerLogMaxFiles        = g.kubelet.container_log_max_files
      } : field => value if value != null
    }
  }

  # settings.kubernetes of Bottlerocket, and the tables below it. It has no setting for parallel image pulls.
  bottlerocket_kubernetes = {
    for name, g in var.gpu_node_groups : name => {
      for setting, value in {
        "max-pods"                        = g.max_pods
        "registry-qps"                    = g.kubelet.registry_pull_qps
        "registry-burst"                  = g.kubelet.registry_burst
        "image-gc-high-threshold-percent" = g.kubelet.image_gc_high_threshold_percent
        "image-gc-low-threshold-percent"  = g.kubelet.image_gc_low_threshold_percent
        "cpu-manager-policy"              = g.kubelet.cpu_manager_policy
        "topology-manager-policy"         = g.kubelet.topology_manager_policy
        "topology-manager-scope"          = g.kubelet.topology_manager_scope
        "pod-pids-limit"                  = g.kubelet.pod_pids_limit
        "container-log-max-size"          = g.kubelet.container_log_max_size
        "container-log-max-files"         = g.kubelet.container_log_max_files
      } : setting => value if value != null
    }
  }
  bottlerocket_tables = {
    for name, g in var.gpu_node_groups : name => {
      for table, settings in {
        "settings.kubernetes.kube-reserved"              = local.group_kubelet[name].kube_reserved
        "settings.kubernetes.system-reserved"            = local.group_kubelet[name].system_reserved
        "settings.kubernetes.eviction-hard"              = local.group_kubelet[name].eviction_hard
        "settings.kubernetes.eviction-soft"              = g.kubelet.eviction_soft
        "settings.kubernetes.eviction-soft-grace-period" = g.kubelet.eviction_soft_grace_period
        "settings.container-runtime" = {
          for setting, value in {
            snapshotter                = g.fast_image_pull ? "soci" : null
            "max-concurrent-downloads" = g.containerd.max_concurrent_downloads
          } : setting => value if value != null
        }
        "settings.container-runtime-plugins.soci-snapshotter" = g.fast_image_pull ? tomap({ "pull-mode" = "parallel-pull-unpack" }) : tomap({})
      } : table => settings if length(settings) > 0
    }
  }

  # What of its disk a node keeps from pods: the share and the amount below which the kubelet evicts, and what is reserved.
  group_disk_margin = {
    for name, g in var.gpu_node_groups : name => {
      percent      = endswith(local.nodefs_threshold[name], "%") ? tonumber(replace(local.nodefs_threshold[name], "%", "")) : 0
      evict_gib    = endswith(local.nodefs_threshold[name], "Gi") ? tonumber(replace(local.nodefs_threshold[name], "Gi", "")) : endswith(local.nodefs_threshold[name], "Mi") ? ceil(tonumber(replace(local.nodefs_threshold[name], "Mi", "")) / 1024) : 0
      reserved_gib = sum([for amount in [coalesce(g.kubelet.kube_reserved.ephemeral_storage, "1Gi"), coalesce(g.kubelet.system_reserved.ephemeral_storage, "0Gi")] : endswith(amount, "Gi") ? tonumber(replace(amount, "Gi", "")) : ceil(tonumber(replace(amount, "Mi", "")) / 1024)])
    }
  }
  nodefs_threshold = { for name, g in var.gpu_node_groups : name => lookup(g.kubelet.eviction_hard, "nodefs.available", "10%") }

  # ---------------------------------------------------------------------------
  # How many pods there are addresses for
  # ---------------------------------------------------------------------------

  # Of the type that has the fewest; null where no figure is known.
  group_pod_addresses = {
    for name, types in local.group_types : name => try(min([
      for type in types : local.cni_prefixes ? type.prefix_pods : type.max_pods
    ]...), null)
  }
}
