# Rules over one variable.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  cluster_name = "ai-workloads"
}

run "unknown_capacity_type" {
  command = plan

  variables {
    gpu_node_groups = { inference = { capacity_type = "RESERVED" } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "taint_without_value" {
  command = plan

  variables {
    gpu_node_groups = { inference = { taints = [{ key = "nvidia.com/gpu", effect = "NO_SCHEDULE" }] } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "taint_with_empty_value" {
  command = plan

  variables {
    gpu_node_groups = { inference = { taints = [{ key = "nvidia.com/gpu", value = "", effect = "NO_SCHEDULE" }] } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "taint_with_kubernetes_effect" {
  command = plan

  variables {
    gpu_node_groups = { inference = { taints = [{ key = "nvidia.com/gpu", value = "true", effect = "NoSchedule" }] } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "taint_key_twice" {
  command = plan

  variables {
    gpu_node_groups = { inference = { taints = [{ key = "a", value = "b", effect = "NO_SCHEDULE" }, { key = "a", value = "b", effect = "NO_EXECUTE" }] } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "desired_above_max" {
  command = plan

  variables {
    gpu_node_groups = { inference = { max_size = 2, desired_size = 3 } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "desired_below_min" {
  command = plan

  variables {
    gpu_node_groups = { inference = { min_size = 1, max_size = 2, desired_size = 0 } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "min_above_max" {
  command = plan

  variables {
    gpu_node_groups = { inference = { min_size = 3, max_size = 2 } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "min_above_default_max" {
  command = plan

  variables {
    gpu_node_groups = { inference = { min_size = 2 } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "no_instance_types" {
  command = plan

  variables {
    gpu_node_groups = { inference = { instance_types = [] } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "unknown_ami_family" {
  command = plan

  variables {
    gpu_node_groups = { inference = { ami_family = "ubuntu" } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "unknown_user_data" {
  command = plan

  variables {
    gpu_node_groups = { inference = { user_data = "mine" } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "unknown_local_storage" {
  command = plan

  variables {
    gpu_node_groups = { inference = { local_storage = "lvm" } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "hop_limit" {
  command = plan

  variables {
    gpu_node_groups = { inference = { metadata_hop_limit = 0 } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "small_disk" {
  command = plan

  variables {
    gpu_node_groups = { inference = { root_volume = { size_gib = 8 } } }
  }

  expect_failures = [var.gpu_node_groups]
}

run "group_name" {
  command = plan

  variables {
    gpu_node_groups = { "in ference" = {} }
  }

  expect_failures = [var.gpu_node_groups]
}

run "one_each_of_the_others" {
  command = plan

  variables {
    cluster_name            = "-bad-"
    cluster_version         = "1.36.2"
    support_type            = "STANDARD_SUPPORT"
    public_access_cidrs     = ["203.0.113.7"]
    private_access_cidrs    = ["everyone"]
    kms_key                 = { arn = null }
    control_plane_log_types = ["kubelet"]
    log_retention_days      = 42
    vpc_cidr                = "10.0.0.0/24"
    availability_zones      = ["us-east-1a"]
    availability_zone_count = 1
    nat                     = "one"
    iam_role_path           = "platform"
    system_node_group       = { min_size = 1 }
  }

  expect_failures = [
    var.cluster_name,
    var.cluster_version,
    var.support_type,
    var.public_access_cidrs,
    var.private_access_cidrs,
    var.kms_key,
    var.control_plane_log_types,
    var.log_retention_days,
    var.vpc_cidr,
    var.availability_zones,
    var.availability_zone_count,
    var.nat,
    var.iam_role_path,
    var.system_node_group,
  ]
}

run "system_group_of_two_architectures" {
  command = plan

  variables {
    system_node_group = { instance_types = ["m7i.large", "m7g.large"] }
  }

  expect_failures = [var.system_node_group]
}
