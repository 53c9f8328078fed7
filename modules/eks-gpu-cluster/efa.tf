# Elastic Fabric Adapter: interfaces, security group, device plugin and huge pages of the groups that ask for it.

locals {
  catalog_efa = jsondecode(file("${path.module}/catalog/efa-device-plugin.json"))

  efa_groups = [for name, g in var.gpu_node_groups : name if g.efa]

  # The types of a group are held to one layout, so the first one speaks for all.
  group_efa_interfaces = { for name, g in var.gpu_node_groups : name => g.efa ? try(local.group_types[name][0].efa_interfaces, 0) : 0 }

  # An interface for IP traffic first, then as many for EFA alone as the type has, which take no address: beside the first
  # one where its card can do EFA, and one on each further card.
  # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-acc-inst-types.html
  group_interfaces = {
    for name, g in var.gpu_node_groups : name => !g.efa ? [] : concat(
      [{ card = 0, device = 0, type = "interface" }],
      [
        for index in range(local.group_efa_interfaces[name]) : (
          local.group_types[name][0].efa_on_card_zero
          ? { card = index, device = index == 0 ? 1 : 0, type = "efa-only" }
          : { card = index + 1, device = 0, type = "efa-only" }
        )
      ],
    )
  }

  # Types of which a card is without EFA, and nobody says which.
  efa_guesses = flatten([
    for name in local.efa_groups : [
      for type in try([local.group_types[name][0]], []) : "${type.name} (group ${name})"
      if type.efa_interfaces > 0 && !type.efa_on_card_zero
    ]
  ])

  group_security_group_ids = {
    for name, g in var.gpu_node_groups : name => concat(
      # EKS adds its cluster security group only where the template names none, so it is always named.
      [local.cluster_security_group_id],
      g.efa ? aws_security_group.efa[*].id : [],
      var.additional_security_group_ids,
      g.additional_security_group_ids,
    )
  }

  # Huge pages of 2 MiB that libfabric wants: 110 for each physical core, as the EFA installer reserves them. An image that
  # brings its own bootstrap sees to them itself.
  group_huge_pages = {
    for name, g in var.gpu_node_groups : name => (
      g.efa && g.user_data != "none" && length(local.group_types[name]) > 0
      ? try(floor(110 * min([for type in local.group_types[name] : type.vcpu]...) / 2), 0)
      : 0
    )
  }
  efa_resources = {
    for name, count in local.group_efa_interfaces : name => merge(
      count == 0 ? {} : { "vpc.amazonaws.com/efa" = tostring(count) },
      local.group_huge_pages[name] == 0 ? {} : { "hugepages-2Mi" = "${2 * local.group_huge_pages[name]}Mi" },
    )
  }

  # Before the kubelet counts them: nodeadm starts it after the scripts of the user data. Bottlerocket's default for the
  # setting looks for EFA by itself; this one is known before the node is.
  script_huge_pages = { for name, pages in local.group_huge_pages : name => pages == 0 ? null : "#!/bin/bash\nsysctl -w vm.nr_hugepages=${pages}\n" }
  toml_huge_pages   = { for name, pages in local.group_huge_pages : name => pages == 0 ? null : "[settings.kernel.sysctl]\n\"vm/nr_hugepages\" = \"${pages}\"\n" }

  # From EKS's own registry of the region, like the images of add-ons: it needs no way out and no mirror.
  efa_image = "${lookup(local.catalog_efa.accounts, local.region, local.catalog_efa.account)}.dkr.ecr.${local.region}.${terraform_data.place.input.dns_suffix}/${local.catalog_efa.repository}:${local.catalog_efa.tag}"

  efa_yaml = length(local.efa_groups) == 0 ? [] : [templatefile("${path.module}/manifests/efa-device-plugin.yaml.tftpl", {
    image = local.efa_image
    # All taints of all groups with EFA.
    tolerations = [
      for t in sort(distinct(flatten([
        for name in local.efa_groups : [for t in local.group_taints[name] : "${t.key}|${lookup(local.kubernetes_effects, t.effect, t.effect)}"]
      ]))) : { key = split("|", t)[0], effect = split("|", t)[1] }
    ]
  })]
}

# EFA's traffic passes by no rule that names addresses: both directions must name the group itself.
resource "aws_security_group" "efa" {
  count = length(local.efa_groups) > 0 ? 1 : 0

  name_prefix = "${local.short_cluster_name}-efa-"
  description = "EFA traffic among the nodes of EKS cluster ${var.cluster_name}"
  vpc_id      = local.vpc_id
  tags        = merge({ Name = "${var.cluster_name}-efa" }, var.tags)

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "efa" {
  count = length(local.efa_groups) > 0 ? 1 : 0

  security_group_id            = aws_security_group.efa[0].id
  description                  = "EFA from the nodes that carry this group"
  referenced_security_group_id = aws_security_group.efa[0].id
  ip_protocol                  = "-1"
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "efa" {
  count = length(local.efa_groups) > 0 ? 1 : 0

  security_group_id            = aws_security_group.efa[0].id
  description                  = "EFA to the nodes that carry this group"
  referenced_security_group_id = aws_security_group.efa[0].id
  ip_protocol                  = "-1"
  tags                         = var.tags
}
