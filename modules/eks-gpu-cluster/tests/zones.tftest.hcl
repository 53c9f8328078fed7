# Groups in some of the zones, and groups that are one node group for each of theirs.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "created_vpc" {
  variables {
    cluster_name       = "ai-workloads"
    availability_zones = ["us-east-1a", "us-east-1b", "us-east-1c"]

    gpu_node_groups = {
      spread = { per_zone = true, min_size = 1, max_size = 2 }
      two    = { per_zone = true, availability_zones = ["us-east-1c", "us-east-1a"] }
      one    = { availability_zones = ["us-east-1b"] }
      all    = {}
    }
  }

  assert {
    condition = { for name, group in aws_eks_node_group.gpu : name => group.subnet_ids } == {
      "spread/0" = toset([aws_subnet.private[0].id])
      "spread/1" = toset([aws_subnet.private[1].id])
      "spread/2" = toset([aws_subnet.private[2].id])
      "two/0"    = toset([aws_subnet.private[2].id])
      "two/1"    = toset([aws_subnet.private[0].id])
      "one"      = toset([aws_subnet.private[1].id])
      "all"      = toset(aws_subnet.private[*].id)
    }
    error_message = "Wrong subnets: ${jsonencode({ for name, group in aws_eks_node_group.gpu : name => group.subnet_ids })}"
  }

  assert {
    condition     = aws_eks_node_group.gpu["spread/1"].node_group_name_prefix == "spread-1-" && aws_eks_node_group.gpu["spread/1"].launch_template[0].id == aws_launch_template.gpu["spread"].id
    error_message = "The zones of a group share its launch template, each under a name of its own."
  }

  assert {
    condition     = output.gpu_capacity["spread"] == { gpus_per_node = 1, devices = { "nvidia.com/gpu" = 1 }, min = 3, max = 6 } && output.gpu_capacity["all"].max == 1
    error_message = "The sizes of a group with per_zone count for each zone: ${jsonencode(output.gpu_capacity)}"
  }

  assert {
    condition = (
      aws_autoscaling_group_tag.gpu["spread/2/resources/nvidia.com/gpu"].tag[0].value == "1"
      && { for name, group in aws_eks_node_group.gpu : name => lookup(group.labels, "eks-gpu-clusters/node-group", "-") } == {
        "spread/0" = "spread", "spread/1" = "spread", "spread/2" = "spread", "two/0" = "two", "two/1" = "two", "one" = "-", "all" = "-"
      }
      && strcontains(output.manifests, "--balance-similar-node-groups=true")
      && strcontains(output.manifests, "--balancing-label=eks-gpu-clusters/node-group")
    )
    error_message = "Each zone's Auto Scaling group has its tags, and the autoscaler balances them."
  }
}

run "own_vpc" {
  variables {
    cluster_name = "ai-workloads"
    vpc_id       = "vpc-1"
    subnet_ids   = ["subnet-a", "subnet-b"]

    gpu_node_groups = {
      spread = { per_zone = true }
      other  = { per_zone = true, subnet_ids = ["subnet-c"] }
    }
  }

  assert {
    condition = { for name, group in aws_eks_node_group.gpu : name => group.subnet_ids } == {
      "spread/0" = toset(["subnet-a"])
      "spread/1" = toset(["subnet-b"])
      "other/0"  = toset(["subnet-c"])
    }
    error_message = "Wrong subnets: ${jsonencode({ for name, group in aws_eks_node_group.gpu : name => group.subnet_ids })}"
  }
}

run "zones_of_ones_own_vpc_are_refused" {
  command = plan

  variables {
    cluster_name    = "ai-workloads"
    vpc_id          = "vpc-1"
    subnet_ids      = ["subnet-a", "subnet-b"]
    gpu_node_groups = { one = { availability_zones = ["us-east-1b"] } }
  }

  expect_failures = [terraform_data.guard["one"]]
}

run "zones_that_the_vpc_does_not_span_are_refused" {
  command = plan

  variables {
    cluster_name       = "ai-workloads"
    availability_zones = ["us-east-1a", "us-east-1b"]
    gpu_node_groups    = { one = { availability_zones = ["us-east-1c"] } }
  }

  expect_failures = [terraform_data.guard["one"]]
}
