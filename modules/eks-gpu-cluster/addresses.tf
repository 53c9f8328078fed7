# Addresses that nodes hold at max_size, against what the subnets have. What a node holds at least follows from the VPC CNI's
# settings, whatever pods it runs: https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/eni-and-ip-target.md

locals {
  cni_settings        = local.cni_configured ? try(jsondecode(var.addons["vpc-cni"].configuration_values).env, {}) : local.cni_environment
  cni_prefixes        = try(tostring(local.cni_settings["ENABLE_PREFIX_DELEGATION"]) == "true", false)
  cni_ip_target       = max(try(tonumber(local.cni_settings["WARM_IP_TARGET"]), 0), try(tonumber(local.cni_settings["MINIMUM_IP_TARGET"]), 0))
  cni_prefixes_held   = local.cni_ip_target > 0 ? ceil(local.cni_ip_target / 16) : 1 + try(tonumber(local.cni_settings["WARM_PREFIX_TARGET"]), 1)
  cni_interfaces_held = 1 + try(tonumber(local.cni_settings["WARM_ENI_TARGET"]), 1)

  # Interfaces and addresses of each by the group's first type; a type that nobody knows is taken for the smallest.
  node_interfaces = merge(
    { "system node group" = { count = 3, addresses = 10 } },
    { for name, types in local.group_types : "group ${name}" => { count = try(coalesce(types[0].enis), 3), addresses = try(coalesce(types[0].ipv4_per_eni), 10) } },
  )

  # An interface's own address serves no pod.
  node_addresses = {
    for name, interface in local.node_interfaces : name => (
      local.cni_prefixes
      ? 16 * local.cni_prefixes_held + ceil(local.cni_prefixes_held / (interface.addresses - 1))
      : local.cni_ip_target > 0
      ? local.cni_ip_target + ceil(local.cni_ip_target / (interface.addresses - 1))
      : min(local.cni_interfaces_held, interface.count) * interface.addresses
    )
  }

  # Nodes that EKS adds to a group while it updates it: two for each zone, or as many as it replaces at once if that is more.
  # Source: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html
  group_update_nodes = {
    for name, g in var.gpu_node_groups : name => g.max_size == 0 ? 0 : max(
      2 * (g.per_zone ? 1 : local.group_subnet_count[name]),
      g.max_unavailable_percentage == null ? coalesce(g.max_unavailable, 1) : ceil(g.max_size * coalesce(g.max_unavailable_percentage, 0) / 100),
    )
  }

  # Nodes at max_size in each zone of the created VPC, with those that an update adds; an Auto Scaling group spreads its nodes evenly.
  zone_nodes = [
    for index in range(local.zone_count) : merge(
      length(var.system_node_group.subnet_ids) > 0 ? {} : { "system node group" = ceil(var.system_node_group.max_size / local.zone_count) + 2 },
      {
        for name, g in var.gpu_node_groups : "group ${name}" => (
          ceil((g.max_size + local.group_update_nodes[name]) / (g.per_zone ? 1 : length(g.availability_zones) > 0 ? length(g.availability_zones) : local.zone_count))
        ) if length(g.subnet_ids) == 0 && (length(g.availability_zones) == 0 ? true : contains(g.availability_zones, try(local.zones[index], "")))
      },
    )
  ]

  # Beside nodes: 16 that EKS wants free for the control plane, the installer's interface, one for each endpoint.
  # Source: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
  other_addresses = 17 + length(local.endpoint_services)

  zone_addresses = [
    for nodes in local.zone_nodes : local.other_addresses + sum(concat([0], [for name, count in nodes : count * local.node_addresses[name]]))
  ]
  # AWS keeps five of every subnet.
  zone_capacities = [for cidr in local.private_subnet_cidrs : pow(2, 32 - tonumber(split("/", cidr)[1])) - 5]

  crowded_zones = [
    for index, needed in local.zone_addresses : {
      subnet   = local.private_subnet_cidrs[index]
      zone     = length(var.availability_zones) > 0 ? var.availability_zones[index] : "zone ${index + 1}"
      needed   = needed
      capacity = local.zone_capacities[index]
      nodes    = join(", ", [for name, count in local.zone_nodes[index] : "${count} of ${name} with ${local.node_addresses[name]} each"])
    } if try(needed > local.zone_capacities[index], false)
  ]

  # The smallest range whose derived subnets would do.
  sufficient_vpc_prefixes = [
    for prefix in [20, 19, 18, 17, 16] : prefix if pow(2, 32 - prefix - local.private_subnet_newbits) - 5 >= max(local.zone_addresses...)
  ]
}

# In the caller's own subnets nothing is refused: their ranges are known only after apply wherever the same plan makes them,
# and others may be in them. The output says what the groups need.
locals {
  addresses_at_max_size = sum(concat(
    [var.system_node_group.max_size * local.node_addresses["system node group"]],
    [
      for name, g in var.gpu_node_groups :
      g.max_size * (g.per_zone ? length(local.group_subnet_ids[name]) : 1) * local.node_addresses["group ${name}"]
    ],
  ))
}
