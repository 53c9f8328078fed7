# Where the capacity of a group comes from: On-Demand, Spot, reservations, Capacity Blocks and their hours; and how close
# together its nodes are.

locals {
  group_is_block = { for name, g in var.gpu_node_groups : name => g.capacity_type == "CAPACITY_BLOCK" }

  # EC2 takes a reservation or a preference; both only where the preference rules out anything else. An id may be unknown,
  # so what is asked is the preference.
  group_reservation_target = {
    for name, g in var.gpu_node_groups : name => (
      g.capacity_reservation == null
      ? []
      : g.capacity_reservation.preference == null
      ? [g.capacity_reservation]
      : [for reservation in [g.capacity_reservation] : reservation if reservation.preference == "capacity-reservations-only" && reservation.resource_group_arn != null]
    )
  }

  # As many as group_subnet_ids has; told from the inputs alone, so that it can be told before there is a plan.
  group_subnet_count = {
    for name, g in var.gpu_node_groups : name => (
      length(g.subnet_ids) > 0
      ? length(g.subnet_ids)
      : length(g.availability_zones) > 0 ? length(g.availability_zones) : local.create_vpc ? local.zone_count : length(var.subnet_ids)
    )
  }
  # One subnet, so one zone.
  group_in_one_subnet = { for name, g in var.gpu_node_groups : name => !g.per_zone && local.group_subnet_count[name] == 1 }

  # EC2 begins to end a block's instances 30 minutes before the block ends, 60 for UltraServers, and EKS empties the group ten
  # minutes earlier. Auto Scaling takes no two actions for one moment, so this comes another five minutes earlier.
  group_block_release = {
    for name, g in var.gpu_node_groups : name => (
      g.schedule == null
      ? null
      : try(timeadd(g.schedule.end, startswith(g.instance_types[0], "p6e-") ? "-75m" : "-45m"), null)
    )
  }

  group_block_size = { for name, g in var.gpu_node_groups : name => try(g.schedule.size != null ? g.schedule.size : g.max_size, 0) }

  # Auto Scaling forgets an action once it has run, and takes none for the past.
  group_block_starts   = { for name, g in var.gpu_node_groups : name => g.schedule.start if try(timecmp(plantimestamp(), g.schedule.start) < 0, false) }
  group_block_releases = { for name, moment in local.group_block_release : name => moment if try(timecmp(plantimestamp(), moment) < 0, false) }

  # Nodes at creation: all of the block's where it has begun already.
  group_initial_size = {
    for name, g in var.gpu_node_groups : name => (
      g.desired_size != null
      ? g.desired_size
      : contains(keys(local.group_block_releases), name) && !contains(keys(local.group_block_starts), name)
      ? local.group_block_size[name]
      : g.min_size
    )
  }

  # A group that follows a clock is not the autoscaler's: it would take idle nodes of a block that is paid for, and ask for
  # nodes before the block has begun. EKS marks every group for it, so the mark says no, and the autoscaler reads what it says.
  scheduled_groups = [for name, g in var.gpu_node_groups : name if g.schedule != null]
}

resource "aws_autoscaling_schedule" "block_start" {
  for_each = local.group_block_starts

  autoscaling_group_name = aws_eks_node_group.gpu[each.key].resources[0].autoscaling_groups[0].name
  scheduled_action_name  = "eks-gpu-clusters-block-start"
  start_time             = each.value
  desired_capacity       = local.group_block_size[each.key]

  # The sizes of the node group stay as EKS knows them.
  min_size = -1
  max_size = -1
}

resource "aws_autoscaling_schedule" "block_end" {
  for_each = local.group_block_releases

  autoscaling_group_name = aws_eks_node_group.gpu[each.key].resources[0].autoscaling_groups[0].name
  scheduled_action_name  = "eks-gpu-clusters-block-end"
  start_time             = each.value
  desired_capacity       = 0
  min_size               = -1
  max_size               = -1
}

resource "aws_placement_group" "gpu" {
  for_each = { for name, g in var.gpu_node_groups : name => g if g.placement_group }

  name     = "${local.short_cluster_name}-${local.short_group_names[each.key]}"
  strategy = "cluster"
  tags     = merge(var.tags, each.value.tags)
}
