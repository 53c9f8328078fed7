# What users already have in their files, ids that are unknown at plan, and names as long as AWS lets them be.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "documented_block" {
  command = plan

  variables {
    cluster_name    = "ai-workloads-prod"
    cluster_version = "1.29"
    vpc_id          = "vpc-0123456789abcdef0"
    subnet_ids      = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]

    gpu_node_groups = {
      inference = {
        instance_types          = ["g5.xlarge", "g5.2xlarge"]
        capacity_type           = "SPOT"
        min_size                = 0
        max_size                = 10
        desired_size            = 2
        labels                  = { "workload-type" = "inference" }
        taints                  = [{ key = "nvidia.com/gpu", value = "true", effect = "NO_SCHEDULE" }]
        ami_id                  = "ami-0123456789abcdef0"
        additional_iam_policies = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
      }
      training = {
        instance_types = ["p3.2xlarge"]
        capacity_type  = "ON_DEMAND"
      }
    }

    tags = { Environment = "production" }
  }

  # Warnings, not errors: EKS no longer offers 1.29, and drivers will leave the V100 behind.
  expect_failures = [check.cluster_version_is_offered, check.gpus_have_a_future]

  assert {
    condition = (
      length(aws_vpc.this) == 0
      && aws_eks_cluster.this.version == "1.29"
      && aws_iam_role_policy_attachment.gpu_additional["inference/0"].policy_arn == "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
      && length(aws_iam_role_policy_attachment.gpu_additional) == 1
      && aws_eks_node_group.gpu["training"].capacity_type == "ON_DEMAND"
      && aws_eks_node_group.gpu["training"].scaling_config[0].max_size == 1
    )
    error_message = "The documented block does not plan as written."
  }

  # Not listed, so the nearest listed one.
  assert {
    condition     = strcontains(output.manifests, "cluster-autoscaler:v1.31.5")
    error_message = "1.29 takes the image of the nearest listed minor."
  }
}

run "other_warnings" {
  command = plan

  variables {
    cluster_name    = "ai-workloads-prod"
    cluster_version = "1.33"

    gpu_node_groups = {
      new    = { instance_types = ["g9.xlarge"] }
      stated = { instance_types = ["g9.xlarge"], ami_type = "AL2023_ARM_64_NVIDIA" }
      models = { instance_types = ["g5.xlarge", "g6.xlarge"], capacity_type = "SPOT" }
    }
  }

  expect_failures = [
    check.cluster_version_is_in_standard_support,
    check.gpu_models_agree,
    check.instance_types_are_known,
  ]

  assert {
    condition = (
      aws_eks_node_group.gpu["new"].ami_type == "AL2023_x86_64_NVIDIA"
      && aws_eks_node_group.gpu["stated"].ami_type == "AL2023_ARM_64_NVIDIA"
      && output.gpu_capacity["new"].max == null
      && !contains(keys(aws_autoscaling_group_tag.gpu), "new/resources/nvidia.com/gpu")
    )
    error_message = "An unknown type is taken for x86_64, without a claim about its GPUs."
  }
}

run "everything_unknown_at_plan" {
  command = plan

  module {
    source = "./tests/unknown"
  }
}

run "everything_unknown_at_apply" {
  module {
    source = "./tests/unknown"
  }

  override_resource {
    target = aws_ami_copy.this
    values = {
      id = "ami-0123456789abcdef1"
    }
  }

  override_resource {
    target = aws_iam_policy.this
    values = {
      arn = "arn:aws:iam::111122223333:policy/models"
    }
  }
}

# A pending change of what the module call depends on makes its data sources unknown; what is installed must not be.
run "dependency_changes" {
  command = plan

  module {
    source = "./tests/unknown"
  }

  variables {
    owner = "second"
  }

  override_resource {
    target = aws_ami_copy.this
    values = {
      id = "ami-0123456789abcdef1"
    }
  }

  override_resource {
    target = aws_iam_policy.this
    values = {
      arn = "arn:aws:iam::111122223333:policy/models"
    }
  }

  assert {
    condition     = output.region == "us-east-1" && strcontains(output.manifests, "us-east-1")
    error_message = "The recorded region must survive."
  }
}

run "long_names" {
  variables {
    cluster_name = "c234567890c234567890c234567890c234567890c234567890c234567890c234567890c234567890c234567890c234567890"

    gpu_node_groups = {
      "g23456789-g23456789-g23456789-g23456789-g23456789-g23456789-ab1" = {}
      "g23456789-g23456789-g23456789-g23456789-g23456789-g23456789-ab2" = {}
    }
  }

  assert {
    condition     = alltrue([for role in concat([aws_iam_role.cluster, aws_iam_role.system, aws_iam_role.cni, aws_iam_role.autoscaler[0], aws_iam_role.installer[0]], values(aws_iam_role.gpu)) : length(role.name_prefix) <= 38])
    error_message = "IAM allows 38 characters in a role's name prefix."
  }

  assert {
    condition     = length(distinct([for role in concat([aws_iam_role.cluster, aws_iam_role.system, aws_iam_role.cni, aws_iam_role.autoscaler[0], aws_iam_role.installer[0]], values(aws_iam_role.gpu)) : role.name_prefix])) == 7
    error_message = "Cut names must stay apart."
  }

  assert {
    condition = (
      alltrue([for group in values(aws_eks_node_group.gpu) : length(group.node_group_name_prefix) <= 37])
      && length(distinct([for group in values(aws_eks_node_group.gpu) : group.node_group_name_prefix])) == 2
      && alltrue([for template in concat([aws_launch_template.system], values(aws_launch_template.gpu)) : length(template.name_prefix) <= 99])
      && length(aws_lambda_function.installer[0].function_name) <= 64
      && length(aws_security_group.installer[0].name_prefix) <= 100
      && length(aws_kms_alias.secrets[0].name) <= 256
      && alltrue([for tag in values(aws_launch_template.gpu)[0].tag_specifications : alltrue([for value in values(tag.tags) : length(value) <= 256])])
    )
    error_message = "A name is longer than AWS allows."
  }
}
