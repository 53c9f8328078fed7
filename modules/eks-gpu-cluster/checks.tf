# Contradictions that would fail late or silently fail here, with the group's name and the fix. Whatever AWS may change is a
# check, a warning.

locals {
  gpu_ami_types = sort([for name, type in local.catalog_ami.amiTypes : name if type.accelerator == "nvidia" && !can(type.retired)])

  # What the catalogue knows about the group's image; null with an image of the caller's own.
  group_ami = {
    for name, g in var.gpu_node_groups : name => g.ami_id != null || g.user_data != null ? null : try(
      merge({ retired = null }, local.catalog_ami.amiTypes[local.group_ami_type[name]]), null
    )
  }

  group_minor  = { for name, version in local.group_kubernetes_version : name => tonumber(split(".", version)[1]) }
  system_minor = tonumber(split(".", local.system_kubernetes_version)[1])

  group_tag_keys = {
    for name, g in var.gpu_node_groups : name => [for key, tag in local.autoscaler_tags : tag.key if tag.node_group == (g.per_zone ? "${name}/0" : name)]
  }
}

resource "terraform_data" "guard" {
  for_each = var.gpu_node_groups

  lifecycle {
    precondition {
      condition     = length(distinct([for type in local.group_types[each.key] : type.arch])) <= 1
      error_message = "GPU group \"${each.key}\" mixes architectures (${join(", ", [for type in local.group_types[each.key] : "${type.name} is ${type.arch}"])}): one group has one AMI, so make a group for each architecture."
    }

    precondition {
      condition     = length(distinct([for type in local.group_types[each.key] : coalesce(type.gpus, -1)])) <= 1
      error_message = "GPU group \"${each.key}\" mixes GPU counts (${join(", ", [for type in local.group_types[each.key] : "${type.name} has ${coalesce(type.gpus, 0)}"])}): the autoscaler models the group by its first type only, so make a group for each count."
    }

    precondition {
      condition     = !(each.value.ami_type != null && each.value.ami_id != null)
      error_message = "GPU group \"${each.key}\" has both ami_id and ami_type: EKS refuses a type for a custom image. Remove ami_type; ami_family says which operating system the image is."
    }

    precondition {
      condition     = each.value.ami_type == null ? true : contains(keys(local.catalog_ami.amiTypes), each.value.ami_type)
      error_message = "GPU group \"${each.key}\" has an unknown ami_type \"${coalesce(each.value.ami_type, "-")}\". With an NVIDIA driver there are ${join(", ", local.gpu_ami_types)}; leave ami_type out to have it derived."
    }

    precondition {
      condition     = try(local.group_ami[each.key].retired, null) == null
      error_message = "GPU group \"${each.key}\" has ami_type \"${coalesce(each.value.ami_type, "-")}\": EKS stopped building Amazon Linux 2 AMIs on ${coalesce(try(local.group_ami[each.key].retired, null), "-")} and refuses them from Kubernetes 1.33 on. Leave ami_type out to have AL2023 with the driver."
    }

    precondition {
      condition = (
        local.group_ami[each.key] == null || length(local.group_types[each.key]) == 0
        ? true
        : local.group_ami[each.key].arch == local.group_arch[each.key]
      )
      error_message = "GPU group \"${each.key}\" has ${join(", ", each.value.instance_types)} (${local.group_arch[each.key]}) on ami_type \"${local.group_ami_type[each.key]}\", which is for ${try(local.group_ami[each.key].arch, "-")}: leave ami_type out to have it derived, or use types of that architecture."
    }

    precondition {
      condition = (
        local.group_ami[each.key] == null || length(local.group_types[each.key]) == 0
        ? true
        : local.group_ami[each.key].accelerator == "nvidia" || local.group_ami[each.key].retired != null
      )
      error_message = "GPU group \"${each.key}\" has GPU types (${join(", ", each.value.instance_types)}) on ami_type \"${local.group_ami_type[each.key]}\", which has no NVIDIA driver: nodes would join without GPUs. Leave ami_type out, or use one of ${join(", ", local.gpu_ami_types)}."
    }

    precondition {
      condition = alltrue([
        for type in local.group_types[each.key] : (
          try(local.group_ami[each.key].driverBranch, null) == null
          ? true
          : local.group_ami[each.key].driverBranch >= type.min_branch && local.group_ami[each.key].driverBranch <= type.max_branch
        )
      ])
      error_message = "GPU group \"${each.key}\": ami_type \"${local.group_ami_type[each.key]}\" has NVIDIA driver branch R${coalesce(try(local.group_ami[each.key].driverBranch, null), 0)} (as of ${local.catalog_ami.asOf}), which cannot drive ${join(", ", [for type in local.group_types[each.key] : "${type.name} (${type.gpu_model}: ${type.min_branch > 0 ? "needs R${type.min_branch} or newer" : "needs R${type.max_branch} or older"})" if try(local.group_ami[each.key].driverBranch < type.min_branch || local.group_ami[each.key].driverBranch > type.max_branch, false)])}. Use an AMI with that driver by ami_id, or other instance types."
    }

    precondition {
      condition     = each.value.ami_family == null || each.value.ami_type == null ? true : each.value.ami_family == local.group_family[each.key]
      error_message = "GPU group \"${each.key}\" has ami_family \"${coalesce(each.value.ami_family, "-")}\" and ami_type \"${coalesce(each.value.ami_type, "-")}\", which contradict each other: give one of them."
    }

    precondition {
      condition     = each.value.user_data == null ? true : each.value.ami_id != null
      error_message = "GPU group \"${each.key}\" has user_data = \"none\" without ami_id: EKS's own AMIs need their user data. Set ami_id, or remove user_data."
    }

    precondition {
      condition     = each.value.release_version == null ? true : each.value.ami_id == null
      error_message = "GPU group \"${each.key}\" has both ami_id and release_version: EKS refuses a release for a custom image. Remove release_version."
    }

    precondition {
      condition     = each.value.kubernetes_version == null ? true : each.value.ami_id == null
      error_message = "GPU group \"${each.key}\" has both ami_id and kubernetes_version: EKS refuses a version for a custom image, whose kubelet is what it is. Remove kubernetes_version, and build images for each minor."
    }

    precondition {
      condition     = local.group_minor[each.key] <= local.cluster_minor && local.group_minor[each.key] >= local.cluster_minor - 3
      error_message = "GPU group \"${each.key}\" has kubernetes_version \"${local.group_kubernetes_version[each.key]}\" in a cluster of ${var.cluster_version}: nodes may be up to three minors behind their control plane and never ahead of it. ${local.group_minor[each.key] > local.cluster_minor ? "Upgrade the cluster first, or lower kubernetes_version." : "Upgrade the group before the cluster, one minor after the other."}"
    }

    precondition {
      condition = (
        each.value.release_version == null || each.value.ami_id != null || local.group_family[each.key] != "al2023"
        ? true
        : each.value.release_version == "latest" || startswith(each.value.release_version, "${local.group_kubernetes_version[each.key]}.")
      )
      error_message = "GPU group \"${each.key}\" pins release_version \"${coalesce(each.value.release_version, "-")}\", which is not a release for Kubernetes ${local.group_kubernetes_version[each.key]}: EKS refuses the pair. Pin a release of that minor (${local.group_kubernetes_version[each.key]}.PATCH-DATE), or leave it out."
    }

    precondition {
      condition     = each.value.local_storage == null ? true : each.value.local_storage != "mount" || local.group_family[each.key] != "bottlerocket"
      error_message = "GPU group \"${each.key}\" has local_storage = \"mount\" on Bottlerocket, which can only join the disks: use \"raid0\" or \"none\", or ami_family = \"al2023\"."
    }

    precondition {
      condition = each.value.sharing == null ? true : (
        length(local.group_types[each.key]) == length(each.value.instance_types) && local.group_gpus[each.key] != null
      )
      error_message = "GPU group \"${each.key}\" shares GPUs of types that the catalogue does not know (${join(", ", each.value.instance_types)}), so the autoscaler could not be told what their nodes offer. Use types of the catalogue, or remove sharing."
    }

    precondition {
      condition = each.value.sharing == null ? true : (
        length(distinct([for type in local.group_types[each.key] : "${coalesce(type.gpu_model, "-")} ${coalesce(type.gpu_memory_mib, 0)}"])) <= 1
      )
      error_message = "GPU group \"${each.key}\" shares GPUs of several models (${join(", ", [for type in local.group_types[each.key] : "${type.name}: ${coalesce(type.gpu_model, "-")}, ${coalesce(type.gpu_memory_mib, 0)} MiB"])}): a share would be more on one node than on another. Make a group for each model."
    }

    precondition {
      condition     = length(local.group_mig_devices[each.key]) == 0 || length(local.group_types[each.key]) == 0 ? true : local.group_mig_gpu[each.key] != null
      error_message = "GPU group \"${each.key}\" divides GPUs by MIG that cannot be divided: ${join(", ", [for type in local.group_types[each.key] : "${type.name} has ${coalesce(type.gpu_model, "-")}"])}. MIG is for ${join(", ", keys(local.mig_catalog.gpus))}; share others by time_slicing or mps."
    }

    precondition {
      condition = local.group_mig_gpu[each.key] == null ? true : alltrue([
        for profile in keys(local.group_mig_devices[each.key]) : contains(keys(local.group_mig_gpu[each.key].profiles), profile)
      ])
      error_message = "GPU group \"${each.key}\" names MIG profiles that ${try(local.group_mig_gpu[each.key].name, "its GPU")} does not have: ${join(", ", [for profile in keys(local.group_mig_devices[each.key]) : profile if !contains(keys(try(local.group_mig_gpu[each.key].profiles, {})), profile)])}. It has ${join(", ", keys(try(local.group_mig_gpu[each.key].profiles, {})))}."
    }

    # Whatever stays within the slices and the count of each profile fits, big ones first.
    precondition {
      condition = local.group_mig_gpu[each.key] == null ? true : (
        sum(concat([0], [for profile, count in local.group_mig_devices[each.key] : count * try(local.group_mig_gpu[each.key].profiles[profile].compute, 0)])) <= local.group_mig_gpu[each.key].computeSlices
        && sum(concat([0], [for profile, count in local.group_mig_devices[each.key] : count * try(local.group_mig_gpu[each.key].profiles[profile].memory, 0)])) <= local.group_mig_gpu[each.key].memorySlices
        && alltrue([for profile, count in local.group_mig_devices[each.key] : count <= try(local.group_mig_gpu[each.key].profiles[profile].max, count)])
      )
      error_message = "GPU group \"${each.key}\" asks for more MIG devices than one ${try(local.group_mig_gpu[each.key].name, "GPU")} has room for: ${join(", ", [for profile, count in local.group_mig_devices[each.key] : "${count} x ${profile} (at most ${try(local.group_mig_gpu[each.key].profiles[profile].max, 0)}, ${try(local.group_mig_gpu[each.key].profiles[profile].compute, 0)} compute and ${try(local.group_mig_gpu[each.key].profiles[profile].memory, 0)} memory slices each)"])} in ${try(local.group_mig_gpu[each.key].computeSlices, 0)} compute and ${try(local.group_mig_gpu[each.key].memorySlices, 0)} memory slices. Ask for fewer; the figures are for each GPU."
    }

    precondition {
      condition     = local.group_mig_strategy[each.key] == "single" ? length(local.group_mig_devices[each.key]) == 1 : true
      error_message = "GPU group \"${each.key}\" has MIG strategy \"single\" with several profiles (${join(", ", keys(local.group_mig_devices[each.key]))}): all of them would be nvidia.com/gpu, and the device plugin refuses that. Use strategy \"mixed\" (not on Bottlerocket), or one profile."
    }

    precondition {
      condition = local.group_family[each.key] != "bottlerocket" || local.group_mig_gpu[each.key] == null || length(local.group_mig_devices[each.key]) == 0 ? true : (
        local.group_mig_strategy[each.key] == "single" && local.group_mig_gpu[each.key].bottlerocketKey != null
        && alltrue([for profile, count in local.group_mig_devices[each.key] : count == try(local.group_mig_gpu[each.key].profiles[profile].max, count)])
        && !anytrue([for profile in keys(local.group_mig_devices[each.key]) : can(regex("[+]|-me$", profile))])
      )
      error_message = "GPU group \"${each.key}\": Bottlerocket divides a GPU into as many devices of one plain profile as fit and calls them nvidia.com/gpu; ${try(local.group_mig_gpu[each.key].bottlerocketKey, null) == null ? "it has no setting for ${try(local.group_mig_gpu[each.key].name, "this GPU")}" : "give the full count of one profile (${join(", ", [for profile, facts in try(local.group_mig_gpu[each.key].profiles, {}) : "${profile} = ${facts.max}" if !can(regex("[+]|-me$", profile))])}) and leave strategy out"}. AL2023 takes any geometry."
    }

    precondition {
      condition     = each.value.user_data == null || each.value.sharing == null ? true : length(local.group_mig_devices[each.key]) == 0 && local.group_family[each.key] != "bottlerocket"
      error_message = "GPU group \"${each.key}\" has user_data = \"none\" with sharing that is set up by user data (MIG, and all of it on Bottlerocket): nodes would offer whole GPUs. Remove user_data or sharing."
    }

    precondition {
      condition     = local.group_offers_plain_gpus[each.key] ? true : !contains(keys(each.value.labels), "k8s.amazonaws.com/accelerator")
      error_message = "GPU group \"${each.key}\" has the label k8s.amazonaws.com/accelerator with sharing that leaves no resource named nvidia.com/gpu (${join(", ", keys(local.group_devices[each.key]))}): the autoscaler would take its nodes for unready for ever. Remove the label; pods can choose by another."
    }

    precondition {
      condition     = length(each.value.preload_images) == 0 ? true : min(local.cluster_minor, local.group_minor[each.key]) >= local.preload_minor
      error_message = "GPU group \"${each.key}\" has preload_images with Kubernetes ${local.group_kubernetes_version[each.key]} in a cluster of ${var.cluster_version}: they are pulled as image volumes, which control plane and nodes have from 1.${local.preload_minor} on. Upgrade both, or remove preload_images."
    }

    precondition {
      condition     = length(each.value.preload_images) == 0 ? true : each.value.user_data == null
      error_message = "GPU group \"${each.key}\" has preload_images with user_data = \"none\": the label that the DaemonSet selects comes by user data on images of your own. Remove one of the two, or pull the images in the image's own bootstrap."
    }

    precondition {
      condition     = each.value.user_data == null ? true : length(local.group_boot_settings[each.key]) == 0
      error_message = "GPU group \"${each.key}\" has user_data = \"none\" and ${join(", ", local.group_boot_settings[each.key])}, which reach the node by user data only: remove user_data to have the module write it, or build these settings into the image."
    }

    precondition {
      condition     = local.group_family[each.key] != "bottlerocket" ? true : each.value.extra_user_data.node_config == null && each.value.extra_user_data.shell == null && each.value.containerd.config == null && each.value.kubelet.max_parallel_image_pulls == null
      error_message = "GPU group \"${each.key}\" is Bottlerocket, which has no nodeadm, no shell and no setting for ${join(", ", compact([each.value.extra_user_data.node_config == null ? "" : "extra_user_data.node_config", each.value.extra_user_data.shell == null ? "" : "extra_user_data.shell", each.value.containerd.config == null ? "" : "containerd.config", each.value.kubelet.max_parallel_image_pulls == null ? "" : "kubelet.max_parallel_image_pulls (it pulls in parallel already)"]))}: use extra_user_data.toml, or ami_family = \"al2023\"."
    }

    precondition {
      condition     = local.group_family[each.key] == "bottlerocket" || each.value.extra_user_data.toml == null
      error_message = "GPU group \"${each.key}\" is ${local.group_family[each.key]}, which reads no TOML settings: use extra_user_data.node_config or extra_user_data.shell, or ami_family = \"bottlerocket\"."
    }

    precondition {
      condition     = each.value.extra_user_data.toml == null ? true : length([for table in local.toml_tables[each.key] : table if can(regex("(?m)^[ \\t]*\\[[ \\t]*${replace(table, ".", "\\.")}[ \\t]*\\]", each.value.extra_user_data.toml))]) == 0
      error_message = "GPU group \"${each.key}\": extra_user_data.toml opens a table that the module writes too, which TOML forbids: ${join(", ", [for table in local.toml_tables[each.key] : "[${table}]" if can(regex("(?m)^[ \\t]*\\[[ \\t]*${replace(table, ".", "\\.")}[ \\t]*\\]", coalesce(each.value.extra_user_data.toml, "-")))])}. Use the module's inputs for these settings, or leave out the inputs and keep the table."
    }

    precondition {
      condition     = each.value.max_pods == null || local.group_pod_addresses[each.key] == null ? true : each.value.max_pods <= local.group_pod_addresses[each.key]
      error_message = "GPU group \"${each.key}\" has max_pods = ${coalesce(each.value.max_pods, 0)}, and ${join(", ", each.value.instance_types)} has addresses for ${coalesce(local.group_pod_addresses[each.key], 0)} pods${local.cni_prefixes ? " with prefix delegation" : ""}: more would wait for ever in ContainerCreating. ${local.cni_prefixes ? "Lower max_pods." : "Lower max_pods, or turn on prefix delegation (vpc_cni.prefix_delegation)."}"
    }

    precondition {
      condition     = length(local.group_tag_keys[each.key]) <= 40
      error_message = "GPU group \"${each.key}\" derives ${length(local.group_tag_keys[each.key])} tags for its Auto Scaling group from labels, taints and resources; AWS allows 50 in all, of which 40 are left for these. Use fewer labels."
    }

    precondition {
      condition     = alltrue([for key in local.group_tag_keys[each.key] : length(key) <= 128])
      error_message = "GPU group \"${each.key}\": AWS allows 128 characters in a tag key, and the autoscaler needs ${join(", ", [for key in local.group_tag_keys[each.key] : "\"${key}\" (${length(key)})" if length(key) > 128])}. Shorten the label or taint key."
    }

    precondition {
      condition     = length(each.value.availability_zones) == 0 || (local.create_vpc && length(each.value.subnet_ids) == 0)
      error_message = "GPU group \"${each.key}\" names availability_zones (${join(", ", each.value.availability_zones)}), which choose among the subnets of a created VPC: ${local.create_vpc ? "its subnet_ids choose already, so remove one of the two." : "with a VPC of your own, give the group's subnets as subnet_ids."}"
    }

    precondition {
      condition     = local.create_vpc ? alltrue([for zone in each.value.availability_zones : contains(local.zones, zone)]) : true
      error_message = "GPU group \"${each.key}\" names availability zones that the created VPC does not span: ${join(", ", [for zone in each.value.availability_zones : zone if !contains(local.zones, zone)])}. It spans ${join(", ", local.zones)}; add them to availability_zones of the module."
    }

    precondition {
      condition     = !local.group_is_block[each.key] || try(each.value.capacity_reservation.preference == null, false)
      error_message = "GPU group \"${each.key}\" has capacity_type = \"CAPACITY_BLOCK\" without the reservation of its block: set capacity_reservation = { id = \"cr-...\" }, without a preference."
    }

    precondition {
      condition     = !local.group_is_block[each.key] || try(each.value.capacity_reservation.resource_group_arn == null, true)
      error_message = "GPU group \"${each.key}\" has capacity_type = \"CAPACITY_BLOCK\" and a resource_group_arn: EKS takes the id of one block. Set capacity_reservation = { id = \"cr-...\" }."
    }

    precondition {
      condition     = !local.group_is_block[each.key] || length(each.value.instance_types) == 1
      error_message = "GPU group \"${each.key}\" has capacity_type = \"CAPACITY_BLOCK\" and ${length(each.value.instance_types)} instance types (${join(", ", each.value.instance_types)}): a block has exactly one, so name that."
    }

    precondition {
      condition     = !local.group_is_block[each.key] || local.group_in_one_subnet[each.key]
      error_message = "GPU group \"${each.key}\" has capacity_type = \"CAPACITY_BLOCK\" ${each.value.per_zone ? "with per_zone" : "in ${local.group_subnet_count[each.key]} subnets"}: a block is in one zone, so give the group the one subnet of that zone by ${local.create_vpc ? "availability_zones" : "subnet_ids"}, without per_zone."
    }

    precondition {
      condition     = !local.group_is_block[each.key] || each.value.min_size == 0
      error_message = "GPU group \"${each.key}\" has capacity_type = \"CAPACITY_BLOCK\" and min_size ${each.value.min_size}: outside the block's hours there are no nodes to be had. Set min_size = 0; schedule starts the nodes when the block does."
    }

    precondition {
      condition     = each.value.schedule == null || local.group_is_block[each.key]
      error_message = "GPU group \"${each.key}\" has a schedule and capacity_type = \"${each.value.capacity_type}\": a schedule is the hours of a Capacity Block. Set capacity_type = \"CAPACITY_BLOCK\" with its capacity_reservation, or remove schedule; the autoscaler starts and ends the nodes of other groups."
    }

    precondition {
      condition     = each.value.schedule == null || each.value.desired_size == null
      error_message = "GPU group \"${each.key}\" has a schedule and desired_size: the schedule says how many nodes there are and when. Remove desired_size; schedule.size is the block's."
    }

    precondition {
      condition     = each.value.schedule == null || (local.group_block_size[each.key] >= 1 && local.group_block_size[each.key] <= each.value.max_size)
      error_message = "GPU group \"${each.key}\" has schedule.size ${local.group_block_size[each.key]} and max_size ${each.value.max_size}: it must lie between 1 and max_size."
    }

    precondition {
      condition     = each.value.schedule == null || try(timecmp(each.value.schedule.start, local.group_block_release[each.key]) < 0, false)
      error_message = "GPU group \"${each.key}\" has a schedule without time for work: it starts at ${try(each.value.schedule.start, "-")}, and the nodes go at ${coalesce(local.group_block_release[each.key], "-")}, before EC2 ends them ahead of the block's end. Set schedule.start and schedule.end as the reservation says."
    }

    precondition {
      condition     = each.value.capacity_reservation == null || each.value.capacity_type != "SPOT"
      error_message = "GPU group \"${each.key}\" has capacity_type = \"SPOT\" and a capacity_reservation: reservations hold On-Demand capacity. Set capacity_type = \"ON_DEMAND\", or remove capacity_reservation."
    }

    precondition {
      condition = each.value.capacity_reservation == null ? true : (
        each.value.capacity_reservation.preference == null
        ? (each.value.capacity_reservation.id == null) != (each.value.capacity_reservation.resource_group_arn == null)
        : each.value.capacity_reservation.id == null && (each.value.capacity_reservation.preference == "capacity-reservations-only" || each.value.capacity_reservation.resource_group_arn == null)
      )
      error_message = "GPU group \"${each.key}\" has a capacity_reservation that EC2 refuses: give id, or resource_group_arn (alone, or with preference = \"capacity-reservations-only\"), or a preference alone."
    }

    precondition {
      condition     = !each.value.placement_group || local.group_in_one_subnet[each.key]
      error_message = "GPU group \"${each.key}\" has placement_group ${each.value.per_zone ? "with per_zone" : "in ${local.group_subnet_count[each.key]} subnets"}: a cluster placement group is in one zone. Give the group one subnet by ${local.create_vpc ? "availability_zones" : "subnet_ids"}, without per_zone, or remove placement_group."
    }

    precondition {
      condition     = !each.value.placement_group || local.group_is_block[each.key] || length(local.group_reservation_target[each.key]) == 0
      error_message = "GPU group \"${each.key}\" has placement_group and a capacity_reservation: the reservation was made outside the new placement group, so EC2 would launch nothing in it. Remove placement_group."
    }

    precondition {
      condition     = !each.value.placement_group || !local.group_is_block[each.key]
      error_message = "GPU group \"${each.key}\" has placement_group and capacity_type = \"CAPACITY_BLOCK\": EC2 places a block's instances close together by itself and takes no placement group. Remove placement_group."
    }

    precondition {
      condition     = !each.value.efa || alltrue([for type in each.value.instance_types : try(local.instance_types[type].efa_interfaces > 0, false)])
      error_message = "GPU group \"${each.key}\" has efa with types that have none: ${join(", ", [for type in each.value.instance_types : type if !try(local.instance_types[type].efa_interfaces > 0, false)])}. Use types with EFA, such as g6e.48xlarge, p4d.24xlarge or p5.48xlarge, or remove efa."
    }

    precondition {
      condition     = !each.value.efa || length(distinct([for type in local.group_types[each.key] : "${type.efa_interfaces} ${type.efa_on_card_zero}"])) <= 1
      error_message = "GPU group \"${each.key}\" has efa with types whose network cards differ (${join(", ", [for type in local.group_types[each.key] : "${type.name} has ${type.efa_interfaces} EFA interfaces"])}): one launch template lists the interfaces of all, so make a group for each."
    }

    precondition {
      condition     = !each.value.efa || local.group_in_one_subnet[each.key]
      error_message = "GPU group \"${each.key}\" has efa ${each.value.per_zone ? "with per_zone" : "in ${local.group_subnet_count[each.key]} subnets"}: EFA's traffic stays in one subnet, and nodes elsewhere would fall back to TCP. Give the group one subnet by ${local.create_vpc ? "availability_zones" : "subnet_ids"}, without per_zone."
    }

    precondition {
      condition     = length(local.group_subnet_ids[each.key]) > 0
      error_message = "GPU group \"${each.key}\" has no subnets: give subnet_ids to the module or to the group, or leave subnet_ids and create_vpc out to have a VPC created."
    }
  }
}

resource "terraform_data" "guard_cluster" {
  # Before the region is known the manifests are not either; a plan shows here what decides about nodes.
  input = merge(
    {
      cluster_autoscaler = !local.install_autoscaler ? null : {
        image      = local.autoscaler_image
        flags      = flatten([for name, values in local.autoscaler_flags : [for value in values : "--${name}=${value}"]])
        priorities = local.autoscaler_priorities
      }
      image_registries = local.image_registries
    },
    var.dcgm_exporter == null ? {} : { dcgm_exporter = { image = local.dcgm_exporter_image } },
    length(local.sharing_keys) == 0 ? {} : {
      one_share_each = [for name, key in local.sharing_keys : key if try(var.gpu_node_groups[name].sharing.time_slicing.fail_requests_greater_than_one, false) || try(var.gpu_node_groups[name].sharing.mps, null) != null]
    },
  )

  lifecycle {
    precondition {
      condition     = var.node_monitoring_agent == null ? true : !contains(keys(var.addons), "eks-node-monitoring-agent")
      error_message = "addons names eks-node-monitoring-agent, which node_monitoring_agent installs already: remove it from addons, and give its version or configuration to node_monitoring_agent."
    }

    precondition {
      condition     = alltrue(flatten([for tier in var.cluster_autoscaler.expander_priorities : [for name in tier.groups : contains(keys(var.gpu_node_groups), name)]]))
      error_message = "cluster_autoscaler.expander_priorities name groups that gpu_node_groups does not have: ${join(", ", flatten([for tier in var.cluster_autoscaler.expander_priorities : [for name in tier.groups : "${name} (priority ${tier.priority})" if !contains(keys(var.gpu_node_groups), name)]]))}. There are ${join(", ", keys(var.gpu_node_groups))}; give groups made elsewhere as patterns."
    }

    precondition {
      condition = (
        local.install_autoscaler
        ? true
        : length(local.autoscaler_asked) + length(local.autoscaler_asked_often) + length(var.cluster_autoscaler.extra_args) + length(var.cluster_autoscaler.expander_priorities) == 0 && var.cluster_autoscaler.image == null
      )
      error_message = "autoscaler is \"none\", but cluster_autoscaler has settings, which nothing would read: remove them, or set autoscaler = \"cluster-autoscaler\"."
    }

    precondition {
      condition     = var.karpenter == null ? true : !local.install_autoscaler
      error_message = "karpenter is set beside the Cluster Autoscaler: both would start nodes for the same pods. Set autoscaler = \"none\", or remove karpenter."
    }

    precondition {
      condition     = alltrue([for driver, addon in local.storage_drivers : !contains(keys(var.addons), addon.addon)])
      error_message = "addons and storage_drivers name the same add-on: ${join(", ", [for driver, addon in local.storage_drivers : "${addon.addon} (storage_drivers.${driver})" if contains(keys(var.addons), addon.addon)])}. Give version and configuration_values in storage_drivers, and remove it from addons."
    }

    precondition {
      condition     = length(distinct(values(local.principals))) == length(local.principals)
      error_message = "EKS has one access entry for a principal, and these are the same: ${join("; ", [for arn in distinct(values(local.principals)) : join(" and ", [for place, other in local.principals : place if other == arn]) if length([for place, other in local.principals : place if other == arn]) > 1])}. Keep one of each; a principal with several policies is an entry of access_entries."
    }

    precondition {
      condition     = local.create_vpc ? true : length(var.subnet_ids) > 0
      error_message = "create_vpc is false and subnet_ids is empty: the cluster has no subnets. Give vpc_id and at least two private subnets in two zones, or leave create_vpc out to have a VPC created."
    }

    precondition {
      condition     = local.create_vpc ? length(var.subnet_ids) == 0 : true
      error_message = "create_vpc is true and subnet_ids are given: it is one or the other. Remove create_vpc to use the subnets, or remove subnet_ids to have a VPC created."
    }

    precondition {
      condition     = local.create_vpc ? var.vpc_id == null : true
      error_message = "vpc_id is given without subnet_ids, so a second VPC would be created. Give the private subnets of ${coalesce(var.vpc_id, "the VPC")} as subnet_ids, or remove vpc_id."
    }

    precondition {
      condition     = local.create_vpc ? true : length(var.subnet_ids) != 1
      error_message = "subnet_ids names one subnet: EKS needs subnets in at least two availability zones for the control plane. Add another; a GPU group may still be kept in one zone by its own subnet_ids."
    }

    precondition {
      condition     = alltrue([for type in var.system_node_group.instance_types : !contains(keys(local.instance_types), type)])
      error_message = "system_node_group has GPU types (${join(", ", [for type in var.system_node_group.instance_types : type if contains(keys(local.instance_types), type)])}): system pods would run on them and nothing would scale them down. Use types without a GPU, such as m7i.large, and make a GPU group."
    }

    precondition {
      condition     = try(local.catalog_ami.amiTypes[local.system_ami_type].arch, local.system_arch) == local.system_arch
      error_message = "system_node_group has ${join(", ", var.system_node_group.instance_types)} (${local.system_arch}) on ami_type \"${local.system_ami_type}\", which is for another architecture: leave ami_type out to have it derived."
    }

    precondition {
      condition     = local.system_minor <= local.cluster_minor && local.system_minor >= local.cluster_minor - 3
      error_message = "system_node_group.kubernetes_version is \"${local.system_kubernetes_version}\" in a cluster of ${var.cluster_version}: nodes may be up to three minors behind their control plane and never ahead of it. ${local.system_minor > local.cluster_minor ? "Upgrade the cluster first, or lower kubernetes_version." : "Upgrade the group before the cluster, one minor after the other."}"
    }

    precondition {
      condition     = local.create_vpc && var.nat == "none" && local.create_endpoints && var.install_manifests ? length(local.public_image_registries) == 0 : true
      error_message = "nat is \"none\", so nodes cannot pull from ${join(" and ", local.public_image_registries)}. Set image_mirror to a registry that holds the images (\"eks-gpu images --mirror\" prints what to copy), or nat = \"single\"."
    }

    precondition {
      condition = (
        length(var.private_subnet_cidrs) == 0
        ? true
        : local.create_vpc && length(var.private_subnet_cidrs) == local.zone_count
      )
      error_message = "private_subnet_cidrs must hold a range for each of the created VPC's ${local.zone_count} zones, and has ${length(var.private_subnet_cidrs)}. A VPC of your own takes none."
    }

    precondition {
      # Two ranges overlap exactly when they are one when both are widened to the larger of the two.
      condition = alltrue([
        for a in range(length(var.private_subnet_cidrs)) : alltrue(concat(
          [
            tonumber(split("/", var.private_subnet_cidrs[a])[1]) >= tonumber(split("/", var.vpc_cidr)[1]),
            cidrhost("${split("/", var.private_subnet_cidrs[a])[0]}/${split("/", var.vpc_cidr)[1]}", 0) == cidrhost(var.vpc_cidr, 0),
          ],
          [
            for other in concat([for b in range(a) : var.private_subnet_cidrs[b]], var.nat == "none" ? [] : [local.public_cidr]) :
            cidrhost("${split("/", var.private_subnet_cidrs[a])[0]}/${min(tonumber(split("/", var.private_subnet_cidrs[a])[1]), tonumber(split("/", other)[1]))}", 0)
            != cidrhost("${split("/", other)[0]}/${min(tonumber(split("/", var.private_subnet_cidrs[a])[1]), tonumber(split("/", other)[1]))}", 0)
          ],
        ))
      ])
      error_message = "private_subnet_cidrs (${join(", ", var.private_subnet_cidrs)}) must lie within vpc_cidr ${var.vpc_cidr}, apart from each other${var.nat == "none" ? "" : " and from ${local.public_cidr}, where the public subnets are"}."
    }

    precondition {
      condition = local.create_vpc ? length(local.crowded_zones) == 0 : true
      error_message = "vpc_cidr ${var.vpc_cidr} cannot hold the groups at max_size with the nodes that an update adds: ${try(
        "${local.crowded_zones[0].zone} has ${local.crowded_zones[0].subnet} with ${local.crowded_zones[0].capacity} addresses and needs ${local.crowded_zones[0].needed} (${local.crowded_zones[0].nodes}, ${local.other_addresses} for EKS, installer and endpoints)", ""
        )}${length(local.crowded_zones) > 1 ? ", and ${length(local.crowded_zones) - 1} more of its zones have too few" : ""}. ${
        length(var.private_subnet_cidrs) > 0 ? "Give larger private_subnet_cidrs" : length(local.sufficient_vpc_prefixes) > 0 ? "A /${local.sufficient_vpc_prefixes[0]} would do; changing it replaces the VPC" : "Not even a /16 would do"
      }. Or spread the groups over more zones, lower max_size, or lower vpc_cni.minimum_ip_target."
    }

    precondition {
      condition     = local.cni_configured ? !var.vpc_cni.prefix_delegation && var.vpc_cni.warm_ip_target == null && var.vpc_cni.minimum_ip_target == null && var.vpc_cni.warm_prefix_target == null : true
      error_message = "vpc_cni and addons[\"vpc-cni\"].configuration_values both configure the VPC CNI: keep one of them. As configuration_values, vpc_cni would be ${jsonencode({ env = local.cni_environment })}."
    }

    precondition {
      condition     = local.create_vpc ? length(var.vpc_endpoints.subnet_ids) == 0 && length(var.vpc_endpoints.route_table_ids) == 0 : true
      error_message = "vpc_endpoints has subnet_ids or route_table_ids, which are for a VPC of your own: a created VPC has its own. Remove them."
    }

    precondition {
      condition = local.create_vpc || local.create_endpoints ? true : length(concat(
        var.vpc_endpoints.subnet_ids, var.vpc_endpoints.route_table_ids, var.vpc_endpoints.existing_services, var.vpc_endpoints.allowed_cidrs,
        keys(var.vpc_endpoints.policies), var.additional_vpc_endpoints,
      )) == 0
      error_message = "In a VPC of your own, vpc_endpoints and additional_vpc_endpoints do nothing without vpc_endpoints.create = true: set it, or remove them."
    }

    precondition {
      condition     = !local.create_vpc && local.s3_endpoint ? length(var.vpc_endpoints.route_table_ids) > 0 : true
      error_message = "vpc_endpoints.route_table_ids is empty: ECR keeps image layers in S3, so without the gateway endpoint in the private subnets' route tables no image can be pulled. Give the route tables, or name s3 in vpc_endpoints.existing_services."
    }

    precondition {
      condition     = alltrue([for service in keys(var.vpc_endpoints.policies) : contains(local.endpoint_services, service) || (service == "s3" && local.s3_endpoint)])
      error_message = "vpc_endpoints.policies names services without an endpoint of this module: ${join(", ", [for service in keys(var.vpc_endpoints.policies) : service if !(contains(local.endpoint_services, service) || (service == "s3" && local.s3_endpoint))])}. It makes ${join(", ", sort(concat([for service in local.endpoint_services : service], local.s3_endpoint ? ["s3"] : [])))}."
    }
  }
}

# ---------------------------------------------------------------------------
# Warnings
# ---------------------------------------------------------------------------

locals {
  version_dates = try(local.catalog_versions.versions[var.cluster_version], null)

  # A minor older than all listed ones went when the oldest listed one had yet to come.
  version_older_than_listed = local.cluster_minor < min([for minor, dates in local.catalog_versions.versions : tonumber(split(".", minor)[1])]...)
}

check "cluster_version_is_offered" {
  assert {
    condition = !local.version_older_than_listed && try(
      timecmp(plantimestamp(), "${local.version_dates.extendedSupportEnds}T00:00:00Z") < 0, true
    )
    error_message = "EKS no longer offers Kubernetes ${var.cluster_version}${local.version_dates == null ? "" : " (it stopped on ${local.version_dates.extendedSupportEnds})"}: it refuses to create such a cluster, and has upgraded those it ran. Set cluster_version to ${local.catalog_versions.default}."
  }
}

check "cluster_version_is_in_standard_support" {
  assert {
    # Where it is not offered at all, the other check says so.
    condition = try(
      timecmp(plantimestamp(), "${local.version_dates.standardSupportEnds}T00:00:00Z") < 0
      || timecmp(plantimestamp(), "${local.version_dates.extendedSupportEnds}T00:00:00Z") >= 0,
      true,
    )
    error_message = "Standard support of Kubernetes ${var.cluster_version} ended on ${try(local.version_dates.standardSupportEnds, "-")}: EKS charges extra for each cluster hour until ${try(local.version_dates.extendedSupportEnds, "-")}, then upgrades the cluster. Set cluster_version to ${local.catalog_versions.default}."
  }
}

check "instance_types_are_known" {
  assert {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.ami_type != null || length(local.group_types[name]) == length(g.instance_types)])
    error_message = "Not in the catalogue of GPU instance types, so taken for x86_64 with an NVIDIA GPU, and nothing about them could be checked: ${join(", ", flatten([for name, g in var.gpu_node_groups : [for type in g.instance_types : "${type} (group ${name})" if g.ami_type == null && !contains(keys(local.instance_types), type)]]))}. If that is right, set ami_type to say so."
  }
}

check "gpus_have_a_future" {
  assert {
    condition     = alltrue(flatten([for name, types in local.group_types : [for type in types : type.max_branch == 99999]]))
    error_message = "NVIDIA's newer driver branches no longer drive these, and AMIs that bring one leave them without GPUs: ${join(", ", flatten([for name, types in local.group_types : [for type in types : "${type.name} (group ${name}, ${type.gpu_model}, up to R${type.max_branch})" if type.max_branch != 99999]]))}. Pin release_version, and plan for g5, g6 or newer."
  }
}

check "gpu_models_agree" {
  assert {
    condition     = alltrue([for name, types in local.group_types : length(distinct([for type in types : coalesce(type.accelerator, "-")])) <= 1])
    error_message = "A group's nodes are all labelled with the first type's GPU model, which is wrong for some of them here: ${join(", ", [for name, types in local.group_types : "${name} (${join(", ", [for type in types : "${type.name}: ${coalesce(type.accelerator, "-")}"])})" if length(distinct([for type in types : coalesce(type.accelerator, "-")])) > 1])}. Make a group for each model where pods choose by k8s.amazonaws.com/accelerator."
  }
}

check "ami_types_are_certain" {
  assert {
    condition     = alltrue([for name, ami in local.group_ami : !try(ami.firstMinorUnknown, false)])
    error_message = "AWS lists these AMI types and does not say from which Kubernetes minor on there are images; EKS refuses the group where there is none: ${join(", ", [for name, ami in local.group_ami : "${name} (${local.group_ami_type[name]}, Kubernetes ${local.group_kubernetes_version[name]})" if try(ami.firstMinorUnknown, false)])}. Look for the parameter ${join(" and ", distinct([for name, ami in local.group_ami : replace(ami.releaseParameter, "MINOR", local.group_kubernetes_version[name]) if try(ami.firstMinorUnknown, false)]))} in your region first."
  }
}

check "ami_types_are_documented_for_their_instances" {
  assert {
    condition     = alltrue(flatten([for name, types in local.group_types : [for type in types : !contains(try(local.group_ami[name].undocumentedFamilies, []), split(".", type.name)[0])]]))
    error_message = "AWS does not document these images for these instances: ${join(", ", flatten([for name, types in local.group_types : [for type in types : "${type.name} on ${local.group_ami_type[name]} (group ${name})" if contains(try(local.group_ami[name].undocumentedFamilies, []), split(".", type.name)[0])]]))}. Use ami_family = \"al2023\", or an image of your own by ami_id."
  }
}

check "fast_image_pull_is_fast" {
  assert {
    condition     = length(local.groups_that_pull_slowly) == 0
    error_message = "fast_image_pull gains nothing here: ${join(", ", local.groups_that_pull_slowly)}. It is ignored below 4 vCPUs or 7 GiB of memory, and wants images on the instance's NVMe disks or a root_volume with a throughput of 600 MiB/s or more."
  }
}

# What EKS writes into its own part of the user data, and whether a figure above it holds, is documented and not seen.
check "max_pods_is_within_the_limit_of_eks" {
  assert {
    condition     = length(local.groups_above_the_limit_of_eks) == 0
    error_message = "EKS documents a limit of 110 pods below 30 vCPUs and of 250 from there on for nodes with its own images, and max_pods asks for more: ${join(", ", local.groups_above_the_limit_of_eks)}. The module says so by a kubelet flag, which outranks the configuration; whether EKS lets it stand is not certain. Look at `kubectl describe node` before you count on it, or use an image of your own."
  }
}

locals {
  groups_that_pull_slowly = flatten([
    for name, g in var.gpu_node_groups : concat(
      [for type in local.group_types[name] : "${name} (${type.name} has ${coalesce(type.vcpu, 4)} vCPUs and ${floor(coalesce(type.memory_mib, 8192) / 1024)} GiB)" if coalesce(type.vcpu, 4) < 4 || coalesce(type.memory_mib, 8192) < 7168],
      local.group_raid0[name] || coalesce(g.root_volume.throughput, 125) >= 600 ? [] : ["${name} (root volume of ${coalesce(g.root_volume.throughput, 125)} MiB/s)"],
    ) if g.fast_image_pull
  ])

  groups_above_the_limit_of_eks = [
    for name, g in var.gpu_node_groups : "${name} (${g.max_pods})"
    if g.max_pods == null ? false : local.group_custom[name] ? false : g.max_pods > try(min([for type in local.group_types[name] : coalesce(type.vcpu, 30) < 30 ? 110 : 250]...), 110)
  ]
}

# EKS adds nodes before it takes the old ones away (update strategy DEFAULT, the only one that hashicorp/aws 5 knows).
check "updates_find_capacity" {
  assert {
    condition     = length(local.groups_that_roll_on_scarce_types) == 0
    error_message = "EKS starts new nodes before it ends the old ones, up to two for each zone or max_unavailable if that is more, and these types are rarely to be had beside those that run: ${join(", ", local.groups_that_roll_on_scarce_types)}. Pin release_version and leave max_unavailable at 1, and update while the group is at zero or with capacity to spare."
  }
}

locals {
  groups_that_roll_on_scarce_types = [
    for name, g in var.gpu_node_groups : "${name} (${join(", ", g.instance_types)})"
    if anytrue([for type in g.instance_types : can(regex("^p[4-9]", type))])
    && (try(g.release_version == "latest", false) || coalesce(g.max_unavailable, 1) > 1 || g.max_unavailable_percentage != null)
  ]
}

check "capacity_blocks_lie_ahead" {
  assert {
    condition     = length(setsubtract(local.scheduled_groups, keys(local.group_block_releases))) == 0
    error_message = "Nothing will start nodes of these groups, for the hours of their Capacity Blocks are over: ${join(", ", [for name in local.scheduled_groups : "${name} (until ${var.gpu_node_groups[name].schedule.end})" if !contains(keys(local.group_block_releases), name)])}. Set reservation and schedule to those of the next block, or remove the group."
  }
}

check "network_cards_are_known" {
  assert {
    condition     = length(local.efa_guesses) == 0
    error_message = "AWS does not publish which network card of these types is without EFA; the first is taken to be: ${join(", ", local.efa_guesses)}. Try one node before you rely on more."
  }
}
