locals {
  # Nodes become Ready only with these, so they come before any node. They are DaemonSets that tolerate every taint.
  addons_before_nodes = toset(["vpc-cni", "kube-proxy", "eks-pod-identity-agent"])

  # CoreDNS and what the caller adds need nodes to run on.
  addons_after_nodes = setsubtract(setunion(["coredns"], keys(var.addons)), local.addons_before_nodes)
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
  configuration_values        = try(var.addons[each.value].configuration_values, null)
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  tags                        = var.tags

  depends_on = [aws_eks_pod_identity_association.cni]
}

resource "aws_eks_addon" "after_nodes" {
  for_each = local.addons_after_nodes

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.value
  addon_version               = try(var.addons[each.value].version, null)
  configuration_values        = try(var.addons[each.value].configuration_values, null)
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  tags                        = var.tags

  depends_on = [aws_eks_node_group.system]
}
