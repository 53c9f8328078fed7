locals {
  autoscaler_catalog = jsondecode(file("${path.module}/catalog/autoscaler-images.json"))

  cluster_minor = tonumber(split(".", var.cluster_version)[1])

  # The autoscaler of the cluster's own minor; without one the nearest, and of two equally near the older.
  autoscaler_minors = sort([for minor, tag in local.autoscaler_catalog.tags : format("%04d", tonumber(split(".", minor)[1]))])
  autoscaler_minor = [
    for minor in local.autoscaler_minors : tonumber(minor)
    if abs(tonumber(minor) - local.cluster_minor) == min([for other in local.autoscaler_minors : abs(tonumber(other) - local.cluster_minor)]...)
  ][0]

  autoscaler_repository = var.image_mirror == null ? local.autoscaler_catalog.repository : "${var.image_mirror}/${replace(local.autoscaler_catalog.repository, "/^[^/]*//", "")}"
  autoscaler_image = (
    var.cluster_autoscaler.image != null
    ? var.cluster_autoscaler.image
    : "${local.autoscaler_repository}:${local.autoscaler_catalog.tags["1.${local.autoscaler_minor}"]}"
  )

  autoscaler_yaml = templatefile("${path.module}/manifests/cluster-autoscaler.yaml.tftpl", {
    image  = local.autoscaler_image
    region = local.region
    args = merge(
      {
        "cloud-provider"                = "aws"
        "node-group-auto-discovery"     = "asg:tag=k8s.io/cluster-autoscaler/enabled${length(local.scheduled_groups) > 0 ? "=true" : ""},k8s.io/cluster-autoscaler/${var.cluster_name}"
        "expander"                      = "least-waste"
        "ignore-daemonsets-utilization" = "true"
        "max-node-provision-time"       = "20m"
        "skip-nodes-with-system-pods"   = "false"
        "stderrthreshold"               = "info"
        "v"                             = "4"
      },
      # Balances the zones of one group and nothing else. Without the label the autoscaler compares all that it knows of two
      # groups, and finds EKS's name of the group in one at zero, and labels that only a node has in one that is not.
      anytrue([for name, g in var.gpu_node_groups : g.per_zone]) ? {
        "balance-similar-node-groups" = "true"
        "balancing-label"             = "eks-gpu-clusters/node-group"
      } : {},
      var.cluster_autoscaler.extra_args,
    )
  })
}

resource "aws_eks_pod_identity_association" "autoscaler" {
  cluster_name    = aws_eks_cluster.this.name
  namespace       = "kube-system"
  service_account = "cluster-autoscaler"
  role_arn        = aws_iam_role.autoscaler.arn
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
    ]
  ])...)

  group_resources = {
    for name, g in var.gpu_node_groups : name => merge(
      { "ephemeral-storage" = "${local.group_storage_gib[name]}Gi" },
      local.group_gpus[name] == null ? {} : { "nvidia.com/gpu" = tostring(local.group_gpus[name]) },
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
