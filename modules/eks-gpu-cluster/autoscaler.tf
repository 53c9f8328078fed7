locals {
  autoscaler_catalog = jsondecode(file("${path.module}/catalog/autoscaler-images.json"))

  cluster_minor = tonumber(split(".", var.cluster_version)[1])

  # The autoscaler of the cluster's own minor; without one the nearest, and of two equally near the older.
  autoscaler_minors = sort([for minor, tag in local.autoscaler_catalog.tags : format("%04d", tonumber(split(".", minor)[1]))])
  autoscaler_minor = [
    for minor in local.autoscaler_minors : tonumber(minor)
    if abs(tonumber(minor) - local.cluster_minor) == min([for other in local.autoscaler_minors : abs(tonumber(other) - local.cluster_minor)]...)
  ][0]

  autoscaler_repository = "${local.image_registries["registry.k8s.io"]}/${trimprefix(local.autoscaler_catalog.repository, "registry.k8s.io/")}"
  autoscaler_image = (
    var.cluster_autoscaler.image != null
    ? var.cluster_autoscaler.image
    : "${local.autoscaler_repository}:${local.autoscaler_catalog.tags["1.${local.autoscaler_minor}"]}"
  )

  install_autoscaler = var.autoscaler == "cluster-autoscaler"

  # Each flag with its values, for some are given once for each. What is not asked for is left to the autoscaler.
  autoscaler_asked = {
    for name, value in {
      "expander" = var.cluster_autoscaler.expanders == null ? null : join(",", coalesce(var.cluster_autoscaler.expanders, []))

      "balance-similar-node-groups"         = tostring(var.cluster_autoscaler.balance_similar_node_groups)
      "scale-up-from-zero"                  = tostring(var.cluster_autoscaler.scale_up_from_zero)
      "aws-use-static-instance-list"        = tostring(var.cluster_autoscaler.aws_use_static_instance_list)
      "scan-interval"                       = var.cluster_autoscaler.scan_interval
      "max-nodes-total"                     = tostring(var.cluster_autoscaler.max_nodes_total)
      "cores-total"                         = var.cluster_autoscaler.cores_total == null ? null : "${var.cluster_autoscaler.cores_total.min}:${var.cluster_autoscaler.cores_total.max}"
      "memory-total"                        = var.cluster_autoscaler.memory_total == null ? null : "${var.cluster_autoscaler.memory_total.min}:${var.cluster_autoscaler.memory_total.max}"
      "max-nodes-per-scaleup"               = tostring(var.cluster_autoscaler.max_nodes_per_scaleup)
      "max-nodegroup-binpacking-duration"   = var.cluster_autoscaler.max_nodegroup_binpacking_duration
      "expendable-pods-priority-cutoff"     = tostring(var.cluster_autoscaler.expendable_pods_priority_cutoff)
      "new-pod-scale-up-delay"              = var.cluster_autoscaler.new_pod_scale_up_delay
      "initial-node-group-backoff-duration" = var.cluster_autoscaler.initial_node_group_backoff_duration
      "max-node-group-backoff-duration"     = var.cluster_autoscaler.max_node_group_backoff_duration
      "node-group-backoff-reset-timeout"    = var.cluster_autoscaler.node_group_backoff_reset_timeout
      "ignore-mirror-pods-utilization"      = tostring(var.cluster_autoscaler.ignore_mirror_pods_utilization)
      "force-ds"                            = tostring(var.cluster_autoscaler.force_daemonsets)

      "scale-down-enabled"                     = tostring(var.cluster_autoscaler.scale_down.enabled)
      "scale-down-unneeded-time"               = var.cluster_autoscaler.scale_down.unneeded_time
      "scale-down-unready-time"                = var.cluster_autoscaler.scale_down.unready_time
      "scale-down-delay-after-add"             = var.cluster_autoscaler.scale_down.delay_after_add
      "scale-down-delay-after-delete"          = var.cluster_autoscaler.scale_down.delay_after_delete
      "scale-down-delay-after-failure"         = var.cluster_autoscaler.scale_down.delay_after_failure
      "scale-down-utilization-threshold"       = tostring(var.cluster_autoscaler.scale_down.utilization_threshold)
      "scale-down-gpu-utilization-threshold"   = tostring(var.cluster_autoscaler.scale_down.gpu_utilization_threshold)
      "scale-down-non-empty-candidates-count"  = tostring(var.cluster_autoscaler.scale_down.non_empty_candidates_count)
      "scale-down-candidates-pool-ratio"       = tostring(var.cluster_autoscaler.scale_down.candidates_pool_ratio)
      "scale-down-candidates-pool-min-count"   = tostring(var.cluster_autoscaler.scale_down.candidates_pool_min_count)
      "max-scale-down-parallelism"             = tostring(var.cluster_autoscaler.scale_down.max_parallelism)
      "max-drain-parallelism"                  = tostring(var.cluster_autoscaler.scale_down.max_drain_parallelism)
      "unremovable-node-recheck-timeout"       = var.cluster_autoscaler.scale_down.unremovable_node_recheck_timeout
      "skip-nodes-with-local-storage"          = tostring(var.cluster_autoscaler.scale_down.skip_nodes_with_local_storage)
      "skip-nodes-with-custom-controller-pods" = tostring(var.cluster_autoscaler.scale_down.skip_nodes_with_custom_controller_pods)
      "min-replica-count"                      = tostring(var.cluster_autoscaler.scale_down.min_replica_count)
    } : name => [value] if value != null
  }
  autoscaler_asked_often = {
    for name, values in {
      "balancing-ignore-label" = var.cluster_autoscaler.balancing_ignore_labels
      "balancing-label"        = var.cluster_autoscaler.balancing_labels
      "gpu-total"              = [for model, limit in var.cluster_autoscaler.gpu_total : "${model}:${limit.min}:${limit.max}"]
      "ignore-taint"           = var.cluster_autoscaler.ignored_taints
      "startup-taint"          = var.cluster_autoscaler.startup_taints
      "status-taint"           = var.cluster_autoscaler.status_taints
    } : name => tolist(values) if length(values) > 0
  }

  autoscaler_flags = merge(
    {
      "cloud-provider"                = ["aws"]
      "node-group-auto-discovery"     = ["asg:tag=k8s.io/cluster-autoscaler/enabled${length(local.scheduled_groups) > 0 ? "=true" : ""},k8s.io/cluster-autoscaler/${var.cluster_name}"]
      "expander"                      = [length(var.cluster_autoscaler.expander_priorities) > 0 ? "priority,least-waste" : "least-waste"]
      "ignore-daemonsets-utilization" = [tostring(var.cluster_autoscaler.ignore_daemonsets_utilization)]
      "max-node-provision-time"       = [var.cluster_autoscaler.max_node_provision_time]
      "skip-nodes-with-system-pods"   = [tostring(var.cluster_autoscaler.scale_down.skip_nodes_with_system_pods)]
      "stderrthreshold"               = ["info"]
      "v"                             = ["4"]
    },
    # Balances the zones of one group and nothing else. Without the label the autoscaler compares all that it knows of two
    # groups, and finds EKS's name of the group in one at zero, and labels that only a node has in one that is not.
    anytrue([for name, g in var.gpu_node_groups : g.per_zone]) ? {
      "balance-similar-node-groups" = ["true"]
      "balancing-label"             = ["eks-gpu-clusters/node-group"]
    } : {},
    local.autoscaler_asked,
    local.autoscaler_asked_often,
    { for name, value in var.cluster_autoscaler.extra_args : name => [value] },
  )

  # The name of an Auto Scaling group is eks-, EKS's name of the node group (its key and 26 characters from Terraform), and
  # a random end. Before it exists, a simulation knows the key alone.
  autoscaler_group_patterns = {
    for key, g in local.node_groups : key => "^(eks-)?(${join("|", distinct([local.short_group_names[key], key]))})(-[0-9a-f]{26}-.*)?$"
  }
  autoscaler_priorities = {
    for priority, patterns in {
      for tier in var.cluster_autoscaler.expander_priorities : tostring(tier.priority) => concat(
        flatten([for name in tier.groups : [for key, g in local.node_groups : local.autoscaler_group_patterns[key] if g.group == name]]),
        tier.patterns,
      )...
    } : priority => flatten(patterns)
  }

  autoscaler_yaml = !local.install_autoscaler ? "" : templatefile("${path.module}/manifests/cluster-autoscaler.yaml.tftpl", {
    image      = local.autoscaler_image
    region     = local.region
    flags      = local.autoscaler_flags
    priorities = local.autoscaler_priorities
    metrics    = var.cluster_autoscaler.metrics
  })
}

resource "aws_eks_pod_identity_association" "autoscaler" {
  count = local.install_autoscaler ? 1 : 0

  cluster_name    = aws_eks_cluster.this.name
  namespace       = "kube-system"
  service_account = "cluster-autoscaler"
  role_arn        = aws_iam_role.autoscaler[0].arn
  tags            = var.tags

  depends_on = [aws_iam_role_policy.autoscaler]
}

# ---------------------------------------------------------------------------
# What the autoscaler can know of a group without nodes: EKS passes nothing of a node group on to its Auto Scaling group
# ---------------------------------------------------------------------------

locals {
  autoscaler_tag_prefix = "k8s.io/cluster-autoscaler/node-template"

  # The keys of this map name node group, kind and name, and are known at plan whatever the values are.
  autoscaler_tags = merge(flatten([
    for node_group, g in local.node_groups : [
      {
        for key, value in local.group_labels[g.group] : "${node_group}/label/${key}" => {
          node_group = node_group, key = "${local.autoscaler_tag_prefix}/label/${key}", value = value
        }
      },
      # A key that occurs twice is the guard's to report.
      {
        for key, taints in { for t in local.group_taints[g.group] : t.key => t... } : "${node_group}/taint/${key}" => {
          node_group = node_group
          key        = "${local.autoscaler_tag_prefix}/taint/${key}"
          value      = "${taints[0].value == null ? "" : taints[0].value}:${lookup(local.kubernetes_effects, taints[0].effect, taints[0].effect)}"
        }
      },
      {
        for resource, quantity in local.group_resources[g.group] : "${node_group}/resources/${resource}" => {
          node_group = node_group, key = "${local.autoscaler_tag_prefix}/resources/${resource}", value = quantity
        }
      },
      # Also where the autoscaler may have the group: taking this tag away would take EKS's own.
      local.group_is_block[g.group] ? {
        "${node_group}/autoscaler/enabled" = {
          node_group = node_group
          key        = "k8s.io/cluster-autoscaler/enabled"
          value      = contains(local.scheduled_groups, g.group) ? "false" : "true"
        }
      } : {},
      # Read from the Auto Scaling group alone.
      {
        for option, value in {
          scaledownunneededtime            = var.gpu_node_groups[g.group].scale_down.unneeded_time
          scaledownunreadytime             = var.gpu_node_groups[g.group].scale_down.unready_time
          scaledownutilizationthreshold    = var.gpu_node_groups[g.group].scale_down.utilization_threshold
          scaledowngpuutilizationthreshold = var.gpu_node_groups[g.group].scale_down.gpu_utilization_threshold
          ignoredaemonsetsutilization      = var.gpu_node_groups[g.group].scale_down.ignore_daemonsets_utilization
          } : "${node_group}/options/${option}" => {
          node_group = node_group, key = "${local.autoscaler_tag_prefix}/autoscaling-options/${option}", value = tostring(value)
        } if value != null
      },
    ]
  ])...)

  group_resources = {
    for name, g in var.gpu_node_groups : name => merge(
      { "ephemeral-storage" = "${local.group_storage_gib[name]}Gi" },
      # Without a tag the autoscaler takes EC2's count of GPUs, which is wrong where all of them have other names.
      local.group_offers_plain_gpus[name] ? {} : { "nvidia.com/gpu" = "0" },
      { for resource, count in local.group_devices[name] : resource => tostring(count) },
      local.efa_resources[name],
    )
  }
}

resource "aws_autoscaling_group_tag" "gpu" {
  for_each = local.autoscaler_tags

  autoscaling_group_name = aws_eks_node_group.gpu[each.value.node_group].resources[0].autoscaling_groups[0].name

  tag {
    key                 = each.value.key
    value               = each.value.value
    propagate_at_launch = false
  }
}
