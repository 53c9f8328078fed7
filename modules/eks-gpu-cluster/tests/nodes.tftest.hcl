# What a node is: image, version, disks, and how a group is renewed.

mock_provider "aws" {
  source = "./tests/mocks"

  mock_data "aws_ssm_parameter" {
    defaults = {
      insecure_value = "1.36.0-20261003"
    }
  }
}

variables {
  cluster_name    = "ai-workloads"
  cluster_version = "1.36"
}

run "lifecycle_and_disks" {
  variables {
    system_node_group = { kubernetes_version = "1.35", release_version = "latest" }

    gpu_node_groups = {
      plain  = {}
      behind = { kubernetes_version = "1.34", max_unavailable = 2, node_repair = true }
      newest = { release_version = "latest", max_unavailable_percentage = 25, node_repair = false }
      rocket = { ami_family = "bottlerocket", release_version = "latest" }
      disks = {
        local_storage = "mount"
        root_volume   = { size_gib = 300, throughput = 1000, iops = 4000, kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1" }
      }
    }
  }

  assert {
    condition = { for name, group in aws_eks_node_group.gpu : name => group.version } == {
      plain = "1.36", behind = "1.34", newest = "1.36", rocket = "1.36", disks = "1.36"
    } && aws_eks_node_group.system.version == "1.35"
    error_message = "Wrong versions: ${jsonencode({ for name, group in aws_eks_node_group.gpu : name => group.version })}"
  }

  assert {
    condition = { for key, parameter in data.aws_ssm_parameter.release : key => parameter.name } == {
      "AL2023_x86_64_NVIDIA/1.36"       = "/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/nvidia/recommended/release_version"
      "AL2023_x86_64_STANDARD/1.35"     = "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/standard/recommended/release_version"
      "BOTTLEROCKET_x86_64_NVIDIA/1.36" = "/aws/service/bottlerocket/aws-k8s-1.36-nvidia/x86_64/latest/image_version"
    } && aws_eks_node_group.gpu["newest"].release_version == "1.36.0-20261003" && aws_eks_node_group.system.release_version == "1.36.0-20261003"
    error_message = "Wrong releases: ${jsonencode({ for key, parameter in data.aws_ssm_parameter.release : key => parameter.name })}"
  }

  assert {
    condition = jsonencode([for name in ["plain", "behind", "newest"] : aws_eks_node_group.gpu[name].update_config[0]]) == jsonencode([
      { max_unavailable = 1, max_unavailable_percentage = null },
      { max_unavailable = 2, max_unavailable_percentage = null },
      { max_unavailable = null, max_unavailable_percentage = 25 },
    ])
    error_message = "Wrong update settings: ${jsonencode({ for name, group in aws_eks_node_group.gpu : name => group.update_config })}"
  }

  assert {
    condition     = jsonencode([for name in ["plain", "behind", "newest"] : aws_eks_node_group.gpu[name].node_repair_config[*].enabled]) == "[[],[true],[false]]"
    error_message = "Node repair is said only where the caller says something."
  }

  assert {
    condition = (
      aws_launch_template.gpu["disks"].block_device_mappings[0].ebs[0].kms_key_id == "arn:aws:kms:us-east-1:111122223333:key/1"
      && strcontains(base64decode(aws_launch_template.gpu["disks"].user_data), "\"strategy\": \"Mount\"")
      && aws_autoscaling_group_tag.gpu["disks/resources/ephemeral-storage"].tag[0].value == "266Gi"
      && aws_autoscaling_group_tag.gpu["plain/resources/ephemeral-storage"].tag[0].value == "206Gi"
    )
    error_message = "Disks that are mounted one by one leave images and pods on the root volume: ${base64decode(aws_launch_template.gpu["disks"].user_data)}"
  }
}

run "refused" {
  command = plan

  variables {
    system_node_group = { kubernetes_version = "1.37" }

    gpu_node_groups = {
      ahead            = { kubernetes_version = "1.37" }
      too-far-behind   = { kubernetes_version = "1.32" }
      own-and-version  = { ami_id = "ami-1", kubernetes_version = "1.36" }
      foreign-release  = { release_version = "1.35.0-20261003" }
      mount-on-rocket  = { ami_family = "bottlerocket", local_storage = "mount" }
      fips             = { ami_type = "BOTTLEROCKET_x86_64_NVIDIA_FIPS" }
      grace-on-rocket  = { instance_types = ["p6e-gb200.36xlarge"], ami_family = "bottlerocket" }
      scarce-and-rolls = { instance_types = ["p5.48xlarge"], max_unavailable = 2 }
      fine             = { kubernetes_version = "1.33", release_version = "1.33.0-20261003" }
    }
  }

  expect_failures = [
    terraform_data.guard["ahead"],
    terraform_data.guard["too-far-behind"],
    terraform_data.guard["own-and-version"],
    terraform_data.guard["foreign-release"],
    terraform_data.guard["mount-on-rocket"],
    terraform_data.guard_cluster,
    check.ami_types_are_certain,
    check.ami_types_are_documented_for_their_instances,
    check.updates_find_capacity,
  ]
}

# Every rule over one variable; each group breaks another.
run "invalid" {
  command = plan

  variables {
    gpu_node_groups = {
      slow      = { root_volume = { throughput = 100 } }
      fast      = { root_volume = { throughput = 1000 } }
      ratio     = { root_volume = { size_gib = 20, iops = 16000 } }
      version   = { kubernetes_version = "1.36.1" }
      two-ways  = { max_unavailable = 1, max_unavailable_percentage = 50 }
      too-many  = { max_unavailable = 101 }
      no-share  = { max_unavailable_percentage = 0 }
      no-policy = { local_storage = "raid10" }
    }
  }

  expect_failures = [var.gpu_node_groups]
}
