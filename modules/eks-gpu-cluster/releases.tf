# The newest release of EKS's own images, for groups that want it. The keys are AMI types and versions, known at plan; the value is
# what Systems Manager says then, so a new release is a difference of the next plan.

locals {
  # The public parameter of each AMI type, by Kubernetes minor: where the catalogue has it, with the minor left open.
  release_parameter = {
    for type, ami in local.catalog_ami.amiTypes : type => ami.releaseParameter if can(ami.releaseParameter)
  }

  group_release_parameter = {
    for name, g in var.gpu_node_groups : name => "${local.group_ami_type[name]}/${local.group_kubernetes_version[name]}"
  }

  system_kubernetes_version = var.system_node_group.kubernetes_version != null ? var.system_node_group.kubernetes_version : var.cluster_version
  system_release_parameter  = "${local.system_ami_type}/${local.system_kubernetes_version}"

  # Empty where a group is refused for its type; the guard says so.
  wanted_releases = toset([
    for key in concat(
      [for name, g in var.gpu_node_groups : local.group_release_parameter[name] if try(g.release_version == "latest", false)],
      try(var.system_node_group.release_version == "latest", false) ? [local.system_release_parameter] : [],
    ) : key if contains(keys(local.release_parameter), split("/", key)[0])
  ])
}

data "aws_ssm_parameter" "release" {
  for_each = local.wanted_releases

  name = replace(local.release_parameter[split("/", each.key)[0]], "MINOR", split("/", each.key)[1])
}
