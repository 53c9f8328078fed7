locals {
  # Nodes become Ready only with these, so they come before any node. They are DaemonSets that tolerate every taint.
  addons_before_nodes = toset(["vpc-cni", "kube-proxy", "eks-pod-identity-agent"])

  # CoreDNS and what the caller adds need nodes to run on.
  addons_after_nodes = setsubtract(setunion(["coredns"], keys(local.addons)), local.addons_before_nodes)

  # The caller's, and those that inputs of their own ask for.
  addons = merge({ for name, addon in var.addons : name => { version = addon.version, configuration_values = addon.configuration_values } }, local.managed_addons)
}

locals {
  # Whether the caller configures the CNI whole. The JSON may be unknown at plan; whether there is any must not be.
  cni_configured = try(var.addons["vpc-cni"].configuration_values, null) != null

  # Source: https://github.com/aws/amazon-vpc-cni-k8s/blob/master/README.md and docs/eni-and-ip-target.md: the two IP targets
  # are to be set together, and either of them overrides the warm interfaces and prefixes.
  cni_environment = merge(
    var.vpc_cni.prefix_delegation ? { ENABLE_PREFIX_DELEGATION = "true" } : {},
    var.vpc_cni.warm_prefix_target != null ? { WARM_PREFIX_TARGET = tostring(var.vpc_cni.warm_prefix_target) } : {
      WARM_IP_TARGET                                              = tostring(coalesce(var.vpc_cni.warm_ip_target, 4))
      MINIMUM_IP_TARGET                                           = tostring(coalesce(var.vpc_cni.minimum_ip_target, 12))
    },
  )

  cni_configuration = local.cni_configured ? var.addons["vpc-cni"].configuration_values : jsonencode({ env = local.cni_environment })
}

# Made before the CNI's pods: Pod Identity is injected when a pod is admitted, never later.
resource "aws_eks_pod_identity_association" "cni" {
  cluster_name    = aws_eks_cluster.this.name
  namespace       = "kube-system"
  service_account = "aws-node"
  role_arn        = aws_iam_role.cni.arn
  tags            = var.tags

  depends_on = [aws_iam_role_policy_attachment.cni]
}

resource "aws_eks_addon" "before_nodes" {
  for_each = local.addons_before_nodes

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.value
  addon_version               = try(var.addons[each.value].version, null)
  configuration_values        = each.value == "vpc-cni" ? local.cni_configuration : try(var.addons[each.value].configuration_values, null)
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  tags                        = var.tags

  depends_on = [aws_eks_pod_identity_association.cni]
}

resource "aws_eks_addon" "after_nodes" {
  for_each = local.addons_after_nodes

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.value
  addon_version               = try(local.addons[each.value].version, null)
  configuration_values        = try(local.addons[each.value].configuration_values, null)
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  tags                        = var.tags

  depends_on = [aws_eks_node_group.system]
}
