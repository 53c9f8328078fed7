# Who may use the Kubernetes API: access entries, never aws-auth.

resource "aws_eks_access_entry" "applier" {
  count = var.enable_applier_admin ? 1 : 0

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = terraform_data.place.input.applier_arn
  tags          = var.tags
}

resource "aws_eks_access_policy_association" "applier" {
  count = var.enable_applier_admin ? 1 : 0

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.applier[0].principal_arn
  policy_arn    = "arn:${local.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }
}

resource "aws_eks_access_entry" "further" {
  for_each = var.access_entries

  cluster_name      = aws_eks_cluster.this.name
  principal_arn     = each.value.principal_arn
  kubernetes_groups = length(each.value.kubernetes_groups) > 0 ? each.value.kubernetes_groups : null
  tags              = var.tags
}

resource "aws_eks_access_policy_association" "further" {
  for_each = merge([
    for name, entry in var.access_entries : {
      for index, policy in entry.policies : "${name}/${index}" => merge(policy, { entry = name })
    }
  ]...)

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.further[each.value.entry].principal_arn
  policy_arn    = startswith(each.value.policy, "arn:") ? each.value.policy : "arn:${local.partition}:eks::aws:cluster-access-policy/${each.value.policy}"

  access_scope {
    type       = length(each.value.namespaces) > 0 ? "namespace" : "cluster"
    namespaces = length(each.value.namespaces) > 0 ? each.value.namespaces : null
  }
}

locals {
  # By names of the caller's choice, for the ARNs may be unknown.
  listed_principals = merge(
    { for name, arn in var.cluster_admins : "admin/${name}" => { arn = arn, policy = "AmazonEKSClusterAdminPolicy", namespaces = tolist([]) } },
    { for name, arn in var.cluster_viewers : "viewer/${name}" => { arn = arn, policy = "AmazonEKSViewPolicy", namespaces = tolist([]) } },
    { for name, editor in var.namespace_editors : "editor/${name}" => { arn = editor.principal_arn, policy = "AmazonEKSEditPolicy", namespaces = editor.namespaces } },
  )

  # EKS has one entry for a principal.
  principals = merge(
    { for name, entry in var.access_entries : "access_entries[\"${name}\"]" => entry.principal_arn },
    { for name, arn in var.cluster_admins : "cluster_admins[\"${name}\"]" => arn },
    { for name, arn in var.cluster_viewers : "cluster_viewers[\"${name}\"]" => arn },
    { for name, editor in var.namespace_editors : "namespace_editors[\"${name}\"]" => editor.principal_arn },
    var.enable_applier_admin ? { "who applies (enable_applier_admin)" = terraform_data.place.input.applier_arn } : {},
  )
}

resource "aws_eks_access_entry" "listed" {
  for_each = local.listed_principals

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = each.value.arn
  tags          = var.tags
}

resource "aws_eks_access_policy_association" "listed" {
  for_each = local.listed_principals

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.listed[each.key].principal_arn
  policy_arn    = "arn:${local.partition}:eks::aws:cluster-access-policy/${each.value.policy}"

  access_scope {
    type       = length(each.value.namespaces) > 0 ? "namespace" : "cluster"
    namespaces = length(each.value.namespaces) > 0 ? each.value.namespaces : null
  }
}
