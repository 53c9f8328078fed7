# ---------------------------------------------------------------------------
# Where this is applied, and by whom
# ---------------------------------------------------------------------------

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

# The caller of an assumed role has a session ARN; an access entry needs the role behind it.
data "aws_iam_session_context" "current" {
  count = var.enable_applier_admin ? 1 : 0

  arn = data.aws_caller_identity.current.arn
}

# A depends_on on the module call makes every data source unknown whenever the dependency changes, and an unknown value
# replaces what must not be replaced: subnets, policy attachments, the installed manifests. So what the data sources say
# is recorded once, and everything reads the record.
resource "terraform_data" "place" {
  input = {
    partition          = data.aws_partition.current.partition
    dns_suffix         = data.aws_partition.current.dns_suffix
    region             = data.aws_region.current.id
    account_id         = data.aws_caller_identity.current.account_id
    applier_arn        = one(data.aws_iam_session_context.current[*].issuer_arn)
    availability_zones = one(data.aws_availability_zones.supported[*].names)
  }

  lifecycle {
    ignore_changes = [input]
  }
}

locals {
  partition  = terraform_data.place.input.partition
  region     = terraform_data.place.input.region
  account_id = terraform_data.place.input.account_id

  cluster_arn = "arn:${local.partition}:eks:${local.region}:${local.account_id}:cluster/${var.cluster_name}"

  catalog_versions = jsondecode(file("${path.module}/catalog/eks-versions.json"))
  catalog_ami      = jsondecode(file("${path.module}/catalog/ami-families.json"))

  # The catalogue in one uniform shape. gpus is what the device plugin will offer: a fractional type has a count of 0 in
  # EC2 and one device in the guest. null is a figure that nobody publishes.
  instance_types = {
    for name, type in jsondecode(file("${path.module}/catalog/gpu-instances.json")).instanceTypes : name => {
      arch        = type.arch
      gpu_model   = try(type.gpu.model, null)
      gpus        = try(type.gpu.count > 0 ? type.gpu.count : type.gpu.fractionalDevices, null)
      accelerator = try(type.gpu.acceleratorLabel, null)
      nvme_gb     = try(type.nvmeGb, 0)
      vcpu        = try(type.vcpu, null)
      memory_mib  = try(type.memoryMib, null)
      max_pods    = try(type.maxPods, null)
      prefix_pods = try(type.enisDefaultCard * (type.ipv4PerEni - 1) * 16 + 2, null)
      min_branch  = try(type.minDriverBranch, 0)
      max_branch  = try(type.maxDriverBranch, 99999)

      gpu_memory_mib   = try(type.gpu.memoryMib, null)
      vcpu             = try(type.vcpu, null)
      efa_interfaces   = try(type.efaInterfaces, 0)
      efa_on_card_zero = try(type.efaOnCardZero, false)

      # Network interfaces of the card that pods' addresses are on, and addresses of each.
      enis         = try(type.enisDefaultCard, null)
      ipv4_per_eni = try(type.ipv4PerEni, null)
    }
  }
}

# ---------------------------------------------------------------------------
# What is derived for each GPU group
# ---------------------------------------------------------------------------

locals {
  # What the catalogue knows about the group's types, in their order.
  group_types = {
    for name, g in var.gpu_node_groups : name => [
      for type in g.instance_types : merge({ name = type }, local.instance_types[type]) if contains(keys(local.instance_types), type)
    ]
  }

  # The autoscaler models a group by its first type, so that one decides.
  group_arch        = { for name, types in local.group_types : name => try(types[0].arch, "x86_64") }
  group_gpus        = { for name, types in local.group_types : name => try(types[0].gpus, null) }
  group_accelerator = { for name, types in local.group_types : name => try(types[0].accelerator, null) }

  # Whether the image is the caller's own. ami_id may be unknown; user_data = "none" says so for certain.
  group_custom = { for name, g in var.gpu_node_groups : name => g.user_data != null ? true : g.ami_id != null }

  group_family = {
    for name, g in var.gpu_node_groups : name => (
      g.ami_type != null
      ? try(local.catalog_ami.amiTypes[g.ami_type].family, startswith(g.ami_type, "BOTTLEROCKET") ? "bottlerocket" : "al2023")
      : g.ami_family != null ? g.ami_family : "al2023"
    )
  }

  group_ami_type = {
    for name, g in var.gpu_node_groups : name => (
      g.ami_type != null
      ? g.ami_type
      : "${local.group_family[name] == "bottlerocket" ? "BOTTLEROCKET" : "AL2023"}_${local.group_arch[name] == "arm64" ? "ARM_64" : "x86_64"}_NVIDIA"
    )
  }

  # What nodes of a group run: their own minor, or the cluster's.
  group_kubernetes_version = {
    for name, g in var.gpu_node_groups : name => g.kubernetes_version != null ? g.kubernetes_version : var.cluster_version
  }

  # Joins NVMe disks where any type has them: both operating systems do nothing on an instance without.
  group_raid0 = {
    for name, g in var.gpu_node_groups : name => (
      g.local_storage != null ? g.local_storage == "raid0" : anytrue([for type in local.group_types[name] : type.nvme_gb > 0])
    )
  }

  group_labels = {
    for name, g in var.gpu_node_groups : name => merge(
      {
        "nvidia.com/gpu"              = "true"
        "nvidia.com/gpu.present"      = "true"
        "eks-gpu-clusters/ami-family" = local.group_family[name]
      },
      local.group_accelerator[name] == null || !local.group_offers_plain_gpus[name] ? {} : { "k8s.amazonaws.com/accelerator" = local.group_accelerator[name] },
      local.group_sharing_labels[name],
      # Groups that the autoscaler may take for alike have it alike: the zones of one group, and never a group with EFA. The DaemonSet that pulls
      # images selects by it.
      g.per_zone || g.efa || length(g.preload_images) > 0 ? { "eks-gpu-clusters/node-group" = name } : {},
      g.efa ? { "vpc.amazonaws.com/efa.present" = "true" } : {},
      g.labels,
    )
  }

  group_taints = {
    for name, g in var.gpu_node_groups : name => g.taints != null ? g.taints : tolist([
      { key = "nvidia.com/gpu", value = "true", effect = "NO_SCHEDULE" },
    ])
  }

  # Kubernetes's own spelling, which node configuration and the autoscaler's tags want.
  kubernetes_effects = {
    NO_SCHEDULE        = "NoSchedule"
    NO_EXECUTE         = "NoExecute"
    PREFER_NO_SCHEDULE = "PreferNoSchedule"
  }

  group_subnet_ids = {
    for name, g in var.gpu_node_groups : name => (
      length(g.subnet_ids) > 0
      ? g.subnet_ids
      : length(g.availability_zones) > 0
      ? [for zone in g.availability_zones : try(local.subnet_ids[index(local.zones, zone)], null)]
      : local.subnet_ids
    )
  }

  # What becomes a node group of EKS: each group as it is or, with per_zone, one for each of its subnets, keyed group/index.
  node_groups = merge([
    for name, g in var.gpu_node_groups : {
      for index in range(g.per_zone ? length(local.group_subnet_ids[name]) : 1) : (g.per_zone ? "${name}/${index}" : name) => {
        group      = name
        subnet_ids = g.per_zone ? [local.group_subnet_ids[name][index]] : local.group_subnet_ids[name]
      }
    }
  ]...)

  # GiB that pods can count on, below what any node of the group will really offer: the kubelet evicts at 10 % free,
  # the file system takes about 1 %, EKS reserves 1 GiB. A figure above the truth would start nodes for pods that cannot land.
  group_storage_gib = {
    for name, g in var.gpu_node_groups : name => floor(
      (99 - local.group_disk_margin[name].percent) / 100 * (
        local.group_raid0[name] && length(local.group_types[name]) == length(g.instance_types)
        ? min([for type in local.group_types[name] : type.nvme_gb > 0 ? type.nvme_gb * 0.931 : g.root_volume.size_gib]...)
        : g.root_volume.size_gib
      ) - local.group_disk_margin[name].evict_gib
    ) - local.group_disk_margin[name].reserved_gib
  }
}

# ---------------------------------------------------------------------------
# Control plane
# ---------------------------------------------------------------------------

# Made before the cluster: EKS would otherwise create it, without retention and out of Terraform's reach.
resource "aws_cloudwatch_log_group" "cluster" {
  name              = "/aws/eks/${var.cluster_name}/cluster"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_kms_key" "secrets" {
  count = var.kms_key == null ? 1 : 0

  description             = "Envelope encryption of the Kubernetes Secrets of EKS cluster ${var.cluster_name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = var.tags

  # The account's IAM policies decide, as with any key made without a policy.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AccountDecidesByIam"
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_alias" "secrets" {
  count = var.kms_key == null ? 1 : 0

  name          = "alias/eks-gpu-clusters/${var.cluster_name}"
  target_key_id = aws_kms_key.secrets[0].key_id
}

locals {
  kms_key_arn = var.kms_key == null ? aws_kms_key.secrets[0].arn : var.kms_key.arn
}

resource "aws_eks_cluster" "this" {
  name     = var.cluster_name
  version  = var.cluster_version
  role_arn = aws_iam_role.cluster.arn

  # Each of these can only be chosen now; changing it later replaces the cluster.
  bootstrap_self_managed_addons = false

  enabled_cluster_log_types = var.control_plane_log_types
  tags                      = var.tags

  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }

  vpc_config {
    subnet_ids              = local.subnet_ids
    endpoint_private_access = true
    endpoint_public_access  = length(var.public_access_cidrs) > 0
    public_access_cidrs     = length(var.public_access_cidrs) > 0 ? var.public_access_cidrs : null
  }

  kubernetes_network_config {
    ip_family         = "ipv4"
    service_ipv4_cidr = var.service_ipv4_cidr
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = local.kms_key_arn
    }
  }

  upgrade_policy {
    support_type = var.support_type
  }

  # EKS answers null for these on imported and older clusters, and a difference would replace the cluster.
  lifecycle {
    ignore_changes = [
      access_config[0].bootstrap_cluster_creator_admin_permissions,
      bootstrap_self_managed_addons,
    ]
  }

  depends_on = [
    terraform_data.guard_cluster,
    aws_cloudwatch_log_group.cluster,
    aws_iam_role_policy_attachment.cluster,
    aws_iam_role_policy.cluster_kms,
  ]
}

locals {
  cluster_security_group_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

# ---------------------------------------------------------------------------
# System nodes
# ---------------------------------------------------------------------------

locals {
  # Graviton families carry a g after the generation: m7g, c8gn, t4g.
  system_arch = can(regex("^[a-z]+[0-9]+g", var.system_node_group.instance_types[0])) ? "arm64" : "x86_64"
  system_ami_type = (
    var.system_node_group.ami_type != null
    ? var.system_node_group.ami_type
    : local.system_arch == "arm64" ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD"
  )
  system_bottlerocket = startswith(local.system_ami_type, "BOTTLEROCKET")
}

resource "aws_launch_template" "system" {
  name_prefix            = "${local.short_cluster_name}-system-"
  description            = "System nodes of EKS cluster ${var.cluster_name}"
  update_default_version = true
  vpc_security_group_ids = concat([local.cluster_security_group_id], var.additional_security_group_ids)
  tags                   = var.tags

  dynamic "block_device_mappings" {
    for_each = local.system_bottlerocket ? { "/dev/xvda" = 10, "/dev/xvdb" = var.system_node_group.root_volume_gib } : { "/dev/xvda" = var.system_node_group.root_volume_gib }

    content {
      device_name = block_device_mappings.key

      ebs {
        volume_type           = "gp3"
        volume_size           = block_device_mappings.value
        encrypted             = true
        delete_on_termination = true
      }
    }
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  dynamic "tag_specifications" {
    for_each = toset(["instance", "network-interface", "volume"])

    content {
      resource_type = tag_specifications.value
      tags          = merge({ Name = "${var.cluster_name}-system" }, var.tags)
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_eks_node_group" "system" {
  cluster_name           = aws_eks_cluster.this.name
  node_group_name_prefix = "system-"
  node_role_arn          = aws_iam_role.system.arn
  subnet_ids             = length(var.system_node_group.subnet_ids) > 0 ? var.system_node_group.subnet_ids : local.subnet_ids
  version                = var.system_node_group.kubernetes_version != null ? var.system_node_group.kubernetes_version : aws_eks_cluster.this.version
  release_version        = var.system_node_group.release_version == "latest" ? try(data.aws_ssm_parameter.release[local.system_release_parameter].insecure_value, null) : var.system_node_group.release_version
  ami_type               = local.system_ami_type
  capacity_type          = "ON_DEMAND"
  instance_types         = var.system_node_group.instance_types
  labels                 = merge({ "eks-gpu-clusters/role" = "system" }, var.system_node_group.labels)
  tags                   = var.tags

  scaling_config {
    min_size     = var.system_node_group.min_size
    max_size     = var.system_node_group.max_size
    desired_size = var.system_node_group.desired_size != null ? var.system_node_group.desired_size : var.system_node_group.min_size
  }

  launch_template {
    id      = aws_launch_template.system.id
    version = aws_launch_template.system.latest_version
  }

  update_config {
    max_unavailable = 1
  }

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [scaling_config[0].desired_size]
  }

  depends_on = [
    aws_eks_addon.before_nodes,
    aws_iam_role_policy_attachment.system,
    aws_iam_role_policy_attachment.system_additional,
    aws_route.private_internet,
    aws_route_table_association.private,
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_ingress_rule.endpoints,
    aws_vpc_security_group_ingress_rule.endpoints_nodes,
  ]
}

# ---------------------------------------------------------------------------
# GPU nodes
# ---------------------------------------------------------------------------

resource "aws_launch_template" "gpu" {
  for_each = var.gpu_node_groups

  name_prefix            = "${local.short_cluster_name}-${local.short_group_names[each.key]}-"
  description            = "GPU nodes ${each.key} of EKS cluster ${var.cluster_name}"
  update_default_version = true
  image_id               = each.value.ami_id
  user_data              = local.group_user_data[each.key] == null ? null : base64encode(local.group_user_data[each.key])
  # A Capacity Block's type is named here and not in the group; everybody else's the other way round.
  instance_type = local.group_is_block[each.key] ? each.value.instance_types[0] : null
  # Where interfaces are listed, they carry the groups.
  vpc_security_group_ids = each.value.efa ? null : local.group_security_group_ids[each.key]
  tags                   = merge(var.tags, each.value.tags)

  dynamic "network_interfaces" {
    for_each = local.group_interfaces[each.key]

    content {
      network_card_index    = network_interfaces.value.card
      device_index          = network_interfaces.value.device
      interface_type        = network_interfaces.value.type
      security_groups       = local.group_security_group_ids[each.key]
      delete_on_termination = true
    }
  }

  dynamic "instance_market_options" {
    for_each = local.group_is_block[each.key] ? [true] : []

    content {
      market_type = "capacity-block"
    }
  }

  dynamic "capacity_reservation_specification" {
    for_each = each.value.capacity_reservation == null ? [] : [each.value.capacity_reservation]

    content {
      capacity_reservation_preference = capacity_reservation_specification.value.preference

      dynamic "capacity_reservation_target" {
        for_each = local.group_reservation_target[each.key]

        content {
          capacity_reservation_id                 = capacity_reservation_target.value.id
          capacity_reservation_resource_group_arn = capacity_reservation_target.value.resource_group_arn
        }
      }
    }
  }

  dynamic "placement" {
    for_each = each.value.placement_group ? [aws_placement_group.gpu[each.key].name] : []

    content {
      group_name = placement.value
    }
  }

  # Bottlerocket keeps its system on the first disk, images and pods on the second.
  dynamic "block_device_mappings" {
    for_each = [
      for disk in [
        {
          device     = each.value.root_volume.device_name != null ? each.value.root_volume.device_name : local.catalog_ami.families.al2023.rootDevice
          size       = each.value.root_volume.size_gib
          throughput = each.value.root_volume.throughput
          iops       = each.value.root_volume.iops
          family     = "al2023"
        },
        { device = local.catalog_ami.families.bottlerocket.rootDevice, size = 10, throughput = null, iops = null, family = "bottlerocket" },
        {
          device     = local.catalog_ami.families.bottlerocket.dataDevice
          size       = each.value.root_volume.size_gib
          throughput = each.value.root_volume.throughput
          iops       = each.value.root_volume.iops
          family     = "bottlerocket"
        },
      ] : disk if disk.family == (local.group_family[each.key] == "bottlerocket" ? "bottlerocket" : "al2023")
    ]

    content {
      device_name = block_device_mappings.value.device

      ebs {
        volume_type           = "gp3"
        volume_size           = block_device_mappings.value.size
        throughput            = block_device_mappings.value.throughput
        iops                  = block_device_mappings.value.iops
        encrypted             = true
        kms_key_id            = each.value.root_volume.kms_key_arn
        delete_on_termination = true
      }
    }
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = each.value.metadata_hop_limit
  }

  dynamic "tag_specifications" {
    for_each = toset(["instance", "network-interface", "volume"])

    content {
      resource_type = tag_specifications.value
      tags          = merge({ Name = "${var.cluster_name}-${each.key}" }, var.tags, each.value.tags)
    }
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [terraform_data.guard]
}

resource "aws_eks_node_group" "gpu" {
  for_each = local.node_groups

  cluster_name           = aws_eks_cluster.this.name
  node_group_name_prefix = "${local.short_group_names[each.key]}-"
  node_role_arn          = aws_iam_role.gpu[each.value.group].arn
  subnet_ids             = each.value.subnet_ids
  capacity_type          = var.gpu_node_groups[each.value.group].capacity_type
  instance_types         = local.group_is_block[each.value.group] ? null : var.gpu_node_groups[each.value.group].instance_types
  labels                 = local.group_labels[each.value.group]
  tags                   = merge(var.tags, var.gpu_node_groups[each.value.group].tags)

  # EKS knows neither type nor version of a custom image and refuses both.
  ami_type = local.group_custom[each.value.group] ? null : local.group_ami_type[each.value.group]
  version = (
    local.group_custom[each.value.group]
    ? null
    : var.gpu_node_groups[each.value.group].kubernetes_version != null ? var.gpu_node_groups[each.value.group].kubernetes_version : aws_eks_cluster.this.version
  )
  release_version = (
    try(var.gpu_node_groups[each.value.group].release_version == "latest", false)
    ? try(data.aws_ssm_parameter.release[local.group_release_parameter[each.value.group]].insecure_value, null)
    : var.gpu_node_groups[each.value.group].release_version
  )

  scaling_config {
    min_size     = var.gpu_node_groups[each.value.group].min_size
    max_size     = var.gpu_node_groups[each.value.group].max_size
    desired_size = local.group_initial_size[each.value.group]
  }

  dynamic "taint" {
    for_each = local.group_taints[each.value.group]

    content {
      key    = taint.value.key
      value  = taint.value.value
      effect = taint.value.effect
    }
  }

  launch_template {
    id      = aws_launch_template.gpu[each.value.group].id
    version = aws_launch_template.gpu[each.value.group].latest_version
  }

  update_config {
    max_unavailable            = var.gpu_node_groups[each.value.group].max_unavailable_percentage == null ? coalesce(var.gpu_node_groups[each.value.group].max_unavailable, 1) : null
    max_unavailable_percentage = var.gpu_node_groups[each.value.group].max_unavailable_percentage
  }

  dynamic "node_repair_config" {
    for_each = var.gpu_node_groups[each.value.group].node_repair == null ? [] : [var.gpu_node_groups[each.value.group].node_repair]

    content {
      enabled = node_repair_config.value
    }
  }

  # The autoscaler owns the size after creation; setting it back would end running jobs.
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [scaling_config[0].desired_size]
  }

  depends_on = [
    terraform_data.guard,
    aws_eks_addon.before_nodes,
    aws_iam_role_policy_attachment.gpu,
    aws_iam_role_policy_attachment.gpu_additional,
    aws_route.private_internet,
    aws_route_table_association.private,
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_ingress_rule.endpoints,
    aws_vpc_security_group_ingress_rule.endpoints_nodes,
  ]
}

# ---------------------------------------------------------------------------
# Names: AWS allows less than a cluster name of 100 and a group name of 63 characters in most places
# ---------------------------------------------------------------------------

locals {
  short_cluster_name = length(var.cluster_name) <= 40 ? var.cluster_name : "${substr(var.cluster_name, 0, 31)}-${substr(sha256(var.cluster_name), 0, 8)}"

  # EKS takes a prefix of 37 characters, the closing hyphen included.
  short_group_names = {
    for key in setunion(keys(var.gpu_node_groups), keys(local.node_groups)) : key => (
      length(key) <= 36 ? replace(key, "/", "-") : "${replace(substr(key, 0, 27), "/", "-")}-${substr(sha256(key), 0, 8)}"
    )
  }

  # IAM takes a prefix of 38 characters.
  role_name_prefixes = {
    for role, name in merge(
      {
        cluster    = "${var.cluster_name}-cluster"
        system     = "${var.cluster_name}-system"
        cni        = "${var.cluster_name}-cni"
        autoscaler = "${var.cluster_name}-autoscaler"
        installer  = "${var.cluster_name}-installer"

        karpenter_node       = "${var.cluster_name}-karpenter-node"
        karpenter_controller = "${var.cluster_name}-karpenter"
        karpenter_events     = "${var.cluster_name}-karpenter-events"
      },
      { for driver in keys(local.storage_drivers) : "storage/${driver}" => "${var.cluster_name}-${driver}-csi" },
      { for name, g in var.gpu_node_groups : "gpu/${name}" => "${var.cluster_name}-${name}" },
    ) : role => "${length(name) <= 37 ? name : "${substr(name, 0, 28)}-${substr(sha256(name), 0, 8)}"}-"
  }

  installer_name = length(var.cluster_name) <= 50 ? "${var.cluster_name}-gpu-installer" : "${substr(var.cluster_name, 0, 41)}-${substr(sha256(var.cluster_name), 0, 8)}-gpu-installer"
}
