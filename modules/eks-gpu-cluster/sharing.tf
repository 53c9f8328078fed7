# How pods share the GPUs of a group: everything that follows from its `sharing`.

locals {
  mig_catalog = jsondecode(file("${path.module}/catalog/mig-profiles.json"))

  # What the catalogue knows of MIG on the group's GPUs; null where they have none.
  group_mig_gpu = {
    for name, types in local.group_types : name => one([
      for gpu, facts in local.mig_catalog.gpus : merge({ name = gpu }, facts)
      if length(types) == 0 ? false : facts.gpuModel == types[0].gpu_model && facts.memoryMib == types[0].gpu_memory_mib
    ])
  }

  # MIG devices of each GPU, by profile; empty without MIG.
  group_mig_devices = { for name, g in var.gpu_node_groups : name => try(tomap(g.sharing.mig.devices), {}) }
  group_mig_strategy = {
    for name, g in var.gpu_node_groups : name => (
      length(local.group_mig_devices[name]) == 0
      ? "none"
      : try(g.sharing.mig.strategy, null) != null ? g.sharing.mig.strategy : local.group_family[name] == "bottlerocket" ? "single" : "mixed"
    )
  }

  # Devices that one GPU becomes, under the names that the plugin gives them.
  group_divided = {
    for name, devices in local.group_mig_devices : name => (
      local.group_mig_strategy[name] == "mixed"
      ? { for profile, count in devices : "nvidia.com/mig-${replace(profile, "+", ".")}" => count }
      : { "nvidia.com/gpu" = local.group_mig_strategy[name] == "none" ? 1 : sum(values(devices)) }
    )
  }

  group_replicas = { for name, g in var.gpu_node_groups : name => try(g.sharing.time_slicing.replicas, g.sharing.mps.replicas, 1) }
  group_renames  = { for name, g in var.gpu_node_groups : name => try(g.sharing.time_slicing.rename, g.sharing.mps.rename, false) }

  # What pods can ask of one node, by resource; empty where the catalogue does not know the GPUs.
  group_devices = {
    for name, gpus in local.group_gpus : name => {
      for resource, count in local.group_divided[name] : "${resource}${local.group_renames[name] ? ".shared" : ""}" => count * gpus * local.group_replicas[name]
      if gpus != null
    }
  }

  # The autoscaler takes a node with k8s.amazonaws.com/accelerator for unready until it offers nvidia.com/gpu, by that name.
  group_offers_plain_gpus = {
    for name, g in var.gpu_node_groups : name => local.group_mig_strategy[name] != "mixed" && !local.group_renames[name]
  }

  # Groups whose device plugin is a DaemonSet with a configuration of its own, by a name that Kubernetes takes: a group that
  # comes or changes leaves the plugins of the others alone, and needs nothing of the API. Bottlerocket's plugin is built in.
  sharing_keys = {
    for name, g in var.gpu_node_groups : name => (
      can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", name)) ? name : "${trim(replace(lower(substr(name, 0, 30)), "_", "-"), "-")}-${substr(sha256(name), 0, 8)}"
    ) if g.sharing != null && local.group_family[name] != "bottlerocket"
  }

  # What one profile of a name like all-1g.5gb, or several, look like in a label.
  group_mig_label = {
    for name, devices in local.group_mig_devices : name => replace(
      length(devices) == 1 ? "all-${join("", keys(devices))}" : join("_", [for profile, count in devices : "${profile}-${count}"]), "+", "."
    )
  }

  # Labels that stay as they are when only a number changes: what registers with a custom AMI's user data would replace nodes.
  group_sharing_labels = {
    for name, g in var.gpu_node_groups : name => merge(
      contains(keys(local.sharing_keys), name) ? { "nvidia.com/device-plugin.config" = local.sharing_keys[name] } : {},
      try(g.sharing.time_slicing, null) != null ? { "nvidia.com/gpu.sharing-strategy" = "time-slicing" } : {},
      try(g.sharing.mps, null) != null ? { "nvidia.com/gpu.sharing-strategy" = "mps", "nvidia.com/mps.capable" = "true" } : {},
      try(g.sharing.mig, null) != null ? { "nvidia.com/mig.strategy" = local.group_mig_strategy[name], "nvidia.com/mig.config" = local.group_mig_label[name] } : {},
    )
  }

  # The plugin's own configuration file.
  device_plugin_configs = {
    for name, key in local.sharing_keys : key => {
      mig = local.group_mig_strategy[name] != "none"
      mps = var.gpu_node_groups[name].sharing.mps != null
      file = yamlencode(merge(
        {
          version = "v1"
          flags   = { migStrategy = local.group_mig_strategy[name] }
        },
        local.group_replicas[name] == 1 ? {} : {
          sharing = {
            (var.gpu_node_groups[name].sharing.mps != null ? "mps" : "timeSlicing") = merge(
              {
                renameByDefault = local.group_renames[name]
                resources       = [for resource in keys(local.group_divided[name]) : { name = resource, replicas = local.group_replicas[name] }]
              },
              # MPS fails such requests in any case, and does not take the setting.
              var.gpu_node_groups[name].sharing.mps != null ? {} : {
                failRequestsGreaterThanOne = var.gpu_node_groups[name].sharing.time_slicing.fail_requests_greater_than_one
              },
            )
          }
        },
      ))
    }
  }

  # AL2023: cloud-init runs this between nodeadm's configuration and the start of the kubelet. Big devices come first, for
  # they fit in fewer places.
  script_mig = {
    for name, devices in local.group_mig_devices : name => length(devices) == 0 || local.group_family[name] == "bottlerocket" ? null : templatefile("${path.module}/scripts/mig.sh.tftpl", {
      profiles = join(",", flatten([
        for sized in reverse(sort([
          for profile, count in devices : join("|", [
            format("%02d", try(local.group_mig_gpu[name].profiles[profile].memory, 0)), format("%02d", try(local.group_mig_gpu[name].profiles[profile].compute, 0)), profile,
          ])
        ])) : [for _ in range(devices[split("|", sized)[2]]) : split("|", sized)[2]]
      ]))
    })
  }

  # Bottlerocket divides by itself, each GPU into as many devices of one profile as fit, and its plugin calls them nvidia.com/gpu.
  toml_sharing = {
    for name, g in var.gpu_node_groups : name => g.sharing == null || local.group_family[name] != "bottlerocket" ? null : join("\n", concat(
      ["[settings.kubelet-device-plugins.nvidia]"],
      g.sharing.time_slicing == null ? [] : ["device-sharing-strategy = \"time-slicing\""],
      g.sharing.mps == null ? [] : ["device-sharing-strategy = \"mps\""],
      g.sharing.mig == null ? [] : ["device-partitioning-strategy = \"mig\""],
      g.sharing.time_slicing == null ? [] : [
        "",
        "[settings.kubelet-device-plugins.nvidia.time-slicing]",
        "replicas = ${g.sharing.time_slicing.replicas}",
        "rename-by-default = ${g.sharing.time_slicing.rename}",
        "fail-requests-greater-than-one = ${g.sharing.time_slicing.fail_requests_greater_than_one}",
      ],
      g.sharing.mps == null ? [] : [
        "",
        "[settings.kubelet-device-plugins.nvidia.mps]",
        "replicas = ${g.sharing.mps.replicas}",
        "rename-by-default = ${g.sharing.mps.rename}",
      ],
      g.sharing.mig == null ? [] : concat(
        ["", "[settings.kubelet-device-plugins.nvidia.mig.profile]"],
        [for profile, count in g.sharing.mig.devices : "${jsonencode(try(local.group_mig_gpu[name].bottlerocketKey, ""))} = ${jsonencode(profile)}"],
      ),
      [""],
    ))
  }
}
