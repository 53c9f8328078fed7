# Reservations, Capacity Blocks and their hours, placement groups, EFA.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  cluster_name       = "ai-workloads"
  availability_zones = ["us-east-1a", "us-east-1b"]
}

run "derived" {
  variables {
    gpu_node_groups = {
      block = {
        instance_types       = ["p5.48xlarge"]
        capacity_type        = "CAPACITY_BLOCK"
        capacity_reservation = { id = "cr-0123456789abcdef0" }
        availability_zones   = ["us-east-1b"]
        max_size             = 4
        schedule             = { start = "2098-12-31T11:30:00Z", end = "2099-01-02T11:30:00Z", size = 2 }
        efa                  = true
      }
      running = {
        instance_types       = ["p6e-gb200.36xlarge"]
        capacity_type        = "CAPACITY_BLOCK"
        capacity_reservation = { id = "cr-0123456789abcdef1" }
        availability_zones   = ["us-east-1b"]
        max_size             = 3
        schedule             = { start = "2020-01-01T11:30:00Z", end = "2099-01-02T11:30:00Z" }
      }
      unscheduled = {
        instance_types       = ["p5.48xlarge"]
        capacity_type        = "CAPACITY_BLOCK"
        capacity_reservation = { id = "cr-0123456789abcdef2" }
        availability_zones   = ["us-east-1b"]
      }
      reserved   = { capacity_reservation = { id = "cr-0123456789abcdef3" } }
      pool       = { capacity_reservation = { resource_group_arn = "arn:aws:resource-groups:us-east-1:111122223333:group/gpus" } }
      only       = { capacity_reservation = { resource_group_arn = "arn:aws:resource-groups:us-east-1:111122223333:group/gpus", preference = "capacity-reservations-only" } }
      unreserved = { capacity_reservation = { preference = "none" } }
      training = {
        instance_types     = ["p4d.24xlarge"]
        availability_zones = ["us-east-1a"]
        placement_group    = true
        efa                = true
        taints             = [{ key = "training", value = "true", effect = "NO_EXECUTE" }]
      }
      last-card = {
        instance_types     = ["p6-b300.48xlarge"]
        ami_family         = "bottlerocket"
        availability_zones = ["us-east-1a"]
        efa                = true
      }
      plain = {}
    }
  }

  expect_failures = [check.network_cards_are_known]

  assert {
    condition = (
      aws_launch_template.gpu["block"].instance_type == "p5.48xlarge"
      && aws_launch_template.gpu["block"].instance_market_options[0].market_type == "capacity-block"
      && aws_launch_template.gpu["block"].capacity_reservation_specification[0].capacity_reservation_target[0].capacity_reservation_id == "cr-0123456789abcdef0"
      && aws_eks_node_group.gpu["block"].capacity_type == "CAPACITY_BLOCK"
      && aws_eks_node_group.gpu["block"].subnet_ids == toset([aws_subnet.private[1].id])
      && aws_eks_node_group.gpu["block"].scaling_config[0].desired_size == 0
      && aws_launch_template.gpu["plain"].instance_type == null
      && length(aws_launch_template.gpu["plain"].instance_market_options) == 0
      && length(aws_launch_template.gpu["plain"].capacity_reservation_specification) == 0
      && length(aws_launch_template.gpu["plain"].placement) == 0
      && length(aws_launch_template.gpu["plain"].network_interfaces) == 0
    )
    error_message = "A Capacity Block needs type, market and reservation in the launch template: ${jsonencode(aws_launch_template.gpu["block"])}"
  }

  assert {
    condition = (
      { for name, action in aws_autoscaling_schedule.block_start : name => [action.start_time, action.desired_capacity, action.min_size, action.max_size] }
      == { block = ["2098-12-31T11:30:00Z", 2, -1, -1] }
      && { for name, action in aws_autoscaling_schedule.block_end : name => [action.start_time, action.desired_capacity, action.min_size, action.max_size] }
      == { block = ["2099-01-02T10:45:00Z", 0, -1, -1], running = ["2099-01-02T10:15:00Z", 0, -1, -1] }
      && aws_eks_node_group.gpu["running"].scaling_config[0].desired_size == 3
    )
    error_message = "Wrong hours: ${jsonencode([aws_autoscaling_schedule.block_start, aws_autoscaling_schedule.block_end])}"
  }

  assert {
    condition = (
      { for key, tag in aws_autoscaling_group_tag.gpu : key => tag.tag[0].value if endswith(key, "/autoscaler/enabled") }
      == { "block/autoscaler/enabled" = "false", "running/autoscaler/enabled" = "false", "unscheduled/autoscaler/enabled" = "true" }
      && aws_autoscaling_group_tag.gpu["block/autoscaler/enabled"].tag[0].key == "k8s.io/cluster-autoscaler/enabled"
      && strcontains(output.manifests, "--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled=true,k8s.io/cluster-autoscaler/ai-workloads")
    )
    error_message = "The autoscaler leaves scheduled groups alone, and no others."
  }

  assert {
    condition = jsonencode({ for name, template in aws_launch_template.gpu : name => [
      for specification in template.capacity_reservation_specification : [
        specification.capacity_reservation_preference,
        [for target in specification.capacity_reservation_target : coalesce(target.capacity_reservation_id, target.capacity_reservation_resource_group_arn)],
      ]
      ] if contains(["reserved", "pool", "only", "unreserved"], name) }) == jsonencode({
      reserved   = [[null, ["cr-0123456789abcdef3"]]]
      pool       = [[null, ["arn:aws:resource-groups:us-east-1:111122223333:group/gpus"]]]
      only       = [["capacity-reservations-only", ["arn:aws:resource-groups:us-east-1:111122223333:group/gpus"]]]
      unreserved = [["none", []]]
    })
    error_message = "Wrong reservations: ${jsonencode({ for name, template in aws_launch_template.gpu : name => template.capacity_reservation_specification })}"
  }

  assert {
    condition = (
      aws_launch_template.gpu["training"].placement[0].group_name == "ai-workloads-training"
      && aws_placement_group.gpu["training"].strategy == "cluster"
      && keys(aws_placement_group.gpu) == ["training"]
    )
    error_message = "One cluster placement group, and the template names it."
  }

  assert {
    condition = (
      [for each in aws_launch_template.gpu["training"].network_interfaces : [each.network_card_index, each.device_index, each.interface_type]] == [
        [0, 0, "interface"], [0, 1, "efa-only"], [1, 0, "efa-only"], [2, 0, "efa-only"], [3, 0, "efa-only"],
      ]
      && length(aws_launch_template.gpu["block"].network_interfaces) == 33
      && [for each in aws_launch_template.gpu["last-card"].network_interfaces : [each.network_card_index, each.device_index] if each.interface_type == "efa-only"] == [for card in range(1, 17) : [card, 0]]
      && aws_launch_template.gpu["training"].vpc_security_group_ids == null
      && alltrue([for each in aws_launch_template.gpu["training"].network_interfaces : each.security_groups == toset([local.cluster_security_group_id, aws_security_group.efa[0].id])])
      && aws_launch_template.gpu["plain"].vpc_security_group_ids == toset([local.cluster_security_group_id])
    )
    error_message = "Wrong interfaces: ${jsonencode(aws_launch_template.gpu["training"].network_interfaces)}"
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.efa[0].ip_protocol == "-1"
      && aws_vpc_security_group_ingress_rule.efa[0].referenced_security_group_id == aws_security_group.efa[0].id
      && aws_vpc_security_group_egress_rule.efa[0].ip_protocol == "-1"
      && aws_vpc_security_group_egress_rule.efa[0].referenced_security_group_id == aws_security_group.efa[0].id
    )
    error_message = "EFA needs its group in both directions."
  }

  assert {
    condition = (
      aws_autoscaling_group_tag.gpu["training/resources/vpc.amazonaws.com/efa"].tag[0].value == "4"
      && aws_autoscaling_group_tag.gpu["training/resources/hugepages-2Mi"].tag[0].value == "10560Mi"
      && aws_autoscaling_group_tag.gpu["block/resources/hugepages-2Mi"].tag[0].value == "21120Mi"
      && strcontains(base64decode(aws_launch_template.gpu["training"].user_data), "Content-Type: text/x-shellscript; charset=\"us-ascii\"\n\n#!/bin/bash\nsysctl -w vm.nr_hugepages=5280\n")
      && strcontains(base64decode(aws_launch_template.gpu["last-card"].user_data), "[settings.kernel.sysctl]\n\"vm/nr_hugepages\" = \"10560\"\n")
      && aws_eks_node_group.gpu["training"].labels["vpc.amazonaws.com/efa.present"] == "true"
    )
    error_message = "The autoscaler and the node must agree on interfaces and huge pages: ${base64decode(aws_launch_template.gpu["training"].user_data)}"
  }

  assert {
    condition = [for document in local.manifest_documents : document.spec.template.spec if document.metadata.name == "aws-efa-k8s-device-plugin"][0].tolerations == [
      { key = "CriticalAddonsOnly", operator = "Exists" },
      { key = "nvidia.com/gpu", operator = "Exists", effect = "NoSchedule" },
      { key = "training", operator = "Exists", effect = "NoExecute" },
    ]
    error_message = "The EFA device plugin tolerates the taints of the groups with EFA."
  }

  assert {
    condition     = strcontains(output.manifests, "image: \"602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/aws-efa-k8s-device-plugin:v0.5.30\"")
    error_message = "The EFA device plugin comes from EKS's registry of the region."
  }
}

# One group for each contradiction; each must fail by itself.
run "refused" {
  command = plan

  variables {
    gpu_node_groups = {
      block-without-id    = { instance_types = ["p5.48xlarge"], capacity_type = "CAPACITY_BLOCK", availability_zones = ["us-east-1a"] }
      block-of-many       = { instance_types = ["p5.48xlarge"], capacity_type = "CAPACITY_BLOCK", availability_zones = ["us-east-1a"], capacity_reservation = { resource_group_arn = "arn:aws:resource-groups:us-east-1:111122223333:group/gpus" } }
      block-types         = { instance_types = ["p5.48xlarge", "p5e.48xlarge"], capacity_type = "CAPACITY_BLOCK", availability_zones = ["us-east-1a"], capacity_reservation = { id = "cr-1" } }
      block-zones         = { instance_types = ["p5.48xlarge"], capacity_type = "CAPACITY_BLOCK", capacity_reservation = { id = "cr-1" } }
      block-per-zone      = { instance_types = ["p5.48xlarge"], capacity_type = "CAPACITY_BLOCK", availability_zones = ["us-east-1a"], per_zone = true, capacity_reservation = { id = "cr-1" } }
      block-min           = { instance_types = ["p5.48xlarge"], capacity_type = "CAPACITY_BLOCK", availability_zones = ["us-east-1a"], capacity_reservation = { id = "cr-1" }, min_size = 1 }
      block-desired       = { instance_types = ["p5.48xlarge"], capacity_type = "CAPACITY_BLOCK", availability_zones = ["us-east-1a"], capacity_reservation = { id = "cr-1" }, desired_size = 1, schedule = { start = "2099-01-01T11:30:00Z", end = "2099-01-02T11:30:00Z" } }
      block-size          = { instance_types = ["p5.48xlarge"], capacity_type = "CAPACITY_BLOCK", availability_zones = ["us-east-1a"], capacity_reservation = { id = "cr-1" }, schedule = { start = "2099-01-01T11:30:00Z", end = "2099-01-02T11:30:00Z", size = 2 } }
      block-hours         = { instance_types = ["p5.48xlarge"], capacity_type = "CAPACITY_BLOCK", availability_zones = ["us-east-1a"], capacity_reservation = { id = "cr-1" }, schedule = { start = "2099-01-02T11:00:00Z", end = "2099-01-02T11:30:00Z" } }
      block-placed        = { instance_types = ["p5.48xlarge"], capacity_type = "CAPACITY_BLOCK", availability_zones = ["us-east-1a"], capacity_reservation = { id = "cr-1" }, placement_group = true }
      schedule-alone      = { schedule = { start = "2099-01-01T11:30:00Z", end = "2099-01-02T11:30:00Z" } }
      spot-reserved       = { capacity_type = "SPOT", capacity_reservation = { id = "cr-1" } }
      reserved-twice      = { capacity_reservation = { id = "cr-1", resource_group_arn = "arn:aws:resource-groups:us-east-1:111122223333:group/gpus" } }
      reserved-nothing    = { capacity_reservation = {} }
      reserved-preference = { capacity_reservation = { id = "cr-1", preference = "open" } }
      placed-zones        = { placement_group = true }
      placed-reserved     = { placement_group = true, availability_zones = ["us-east-1a"], capacity_reservation = { id = "cr-1" } }
      efa-type            = { instance_types = ["g5.xlarge"], efa = true, availability_zones = ["us-east-1a"] }
      efa-unknown         = { instance_types = ["p7.48xlarge"], efa = true, availability_zones = ["us-east-1a"] }
      efa-cards           = { instance_types = ["p5.48xlarge", "p5en.48xlarge"], efa = true, availability_zones = ["us-east-1a"] }
      efa-zones           = { instance_types = ["p5.48xlarge"], efa = true }
      past                = { instance_types = ["p5.48xlarge"], capacity_type = "CAPACITY_BLOCK", availability_zones = ["us-east-1a"], capacity_reservation = { id = "cr-1" }, schedule = { start = "2020-01-01T11:30:00Z", end = "2020-01-02T11:30:00Z" } }
    }
  }

  expect_failures = [
    terraform_data.guard["block-without-id"],
    terraform_data.guard["block-of-many"],
    terraform_data.guard["block-types"],
    terraform_data.guard["block-zones"],
    terraform_data.guard["block-per-zone"],
    terraform_data.guard["block-min"],
    terraform_data.guard["block-desired"],
    terraform_data.guard["block-size"],
    terraform_data.guard["block-hours"],
    terraform_data.guard["block-placed"],
    terraform_data.guard["schedule-alone"],
    terraform_data.guard["spot-reserved"],
    terraform_data.guard["reserved-twice"],
    terraform_data.guard["reserved-nothing"],
    terraform_data.guard["reserved-preference"],
    terraform_data.guard["placed-zones"],
    terraform_data.guard["placed-reserved"],
    terraform_data.guard["efa-type"],
    terraform_data.guard["efa-unknown"],
    terraform_data.guard["efa-cards"],
    terraform_data.guard["efa-zones"],
    check.instance_types_are_known,
    check.capacity_blocks_lie_ahead,
    check.gpu_models_agree,
  ]
}

run "malformed" {
  command = plan

  variables {
    gpu_node_groups = {
      words = {
        capacity_type        = "BLOCK"
        capacity_reservation = { preference = "all" }
        schedule             = { start = "tomorrow", end = "2099-01-02T11:30:00+09:00" }
      }
    }
  }

  expect_failures = [var.gpu_node_groups]
}
