# Every contradiction is refused at plan time. What each message says is held by the tests of the repository.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  cluster_name = "ai-workloads"
}

# One group for each precondition; each must fail by itself.
run "preconditions" {
  command = plan

  variables {
    gpu_node_groups = {
      arm-on-x86         = { instance_types = ["g5g.xlarge"], ami_type = "AL2023_x86_64_NVIDIA" }
      x86-on-arm         = { instance_types = ["g5.xlarge"], ami_type = "AL2023_ARM_64_NVIDIA" }
      mixed-arch         = { instance_types = ["g5g.xlarge", "g5.xlarge"] }
      mixed-gpus         = { instance_types = ["g5.xlarge", "g5.12xlarge"] }
      custom-and-type    = { ami_id = "ami-1", ami_type = "AL2023_x86_64_NVIDIA" }
      custom-and-release = { ami_id = "ami-1", release_version = "1.36.0-20261003" }
      type-unknown       = { ami_type = "AL2024_x86_64_NVIDIA" }
      type-retired       = { ami_type = "AL2_x86_64_GPU" }
      no-driver          = { ami_type = "AL2023_x86_64_STANDARD" }
      neuron             = { ami_type = "AL2023_x86_64_NEURON" }
      driver-too-old     = { instance_types = ["g7.2xlarge"] }
      family-and-type    = { ami_family = "bottlerocket", ami_type = "AL2023_x86_64_NVIDIA" }
      own-without-image  = { user_data = "none" }
      tag-key-too-long   = { labels = { "example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" = "x" } }
      too-many-tags      = { labels = { for i in range(40) : "label-${i}" => "x" } }
      fine               = { instance_types = ["g5.xlarge", "g5.2xlarge"] }
    }
  }

  expect_failures = [
    terraform_data.guard["arm-on-x86"],
    terraform_data.guard["x86-on-arm"],
    terraform_data.guard["mixed-arch"],
    terraform_data.guard["mixed-gpus"],
    terraform_data.guard["custom-and-type"],
    terraform_data.guard["custom-and-release"],
    terraform_data.guard["type-unknown"],
    terraform_data.guard["type-retired"],
    terraform_data.guard["no-driver"],
    terraform_data.guard["neuron"],
    terraform_data.guard["driver-too-old"],
    terraform_data.guard["family-and-type"],
    terraform_data.guard["own-without-image"],
    terraform_data.guard["tag-key-too-long"],
    terraform_data.guard["too-many-tags"],
    check.gpu_models_agree,
  ]
}

run "no_subnets" {
  command = plan

  variables {
    create_vpc = false
    vpc_id     = "vpc-0123"
  }

  expect_failures = [terraform_data.guard_cluster]
}

run "no_subnets_for_a_group" {
  command = plan

  variables {
    create_vpc      = false
    vpc_id          = "vpc-0123"
    gpu_node_groups = { inference = {} }
  }

  expect_failures = [terraform_data.guard_cluster, terraform_data.guard["inference"]]
}

run "one_subnet" {
  command = plan

  variables {
    vpc_id     = "vpc-0123"
    subnet_ids = ["subnet-1"]
  }

  expect_failures = [terraform_data.guard_cluster]
}

run "vpc_without_subnets" {
  command = plan

  variables {
    vpc_id = "vpc-0123"
  }

  expect_failures = [terraform_data.guard_cluster]
}

run "subnets_and_create_vpc" {
  command = plan

  variables {
    create_vpc = true
    vpc_id     = "vpc-0123"
    subnet_ids = ["subnet-1", "subnet-2"]
  }

  expect_failures = [terraform_data.guard_cluster]
}

run "subnets_without_vpc" {
  command = plan

  variables {
    subnet_ids = ["subnet-1", "subnet-2"]
  }

  expect_failures = [data.aws_vpc.existing]
}

run "vpc_without_dns" {
  command = plan

  variables {
    vpc_id     = "vpc-0123"
    subnet_ids = ["subnet-1", "subnet-2"]
  }

  override_data {
    target = data.aws_vpc.existing
    values = {
      enable_dns_support   = true
      enable_dns_hostnames = false
    }
  }

  expect_failures = [data.aws_vpc.existing]
}

run "no_way_to_the_images" {
  command = plan

  variables {
    nat = "none"
  }

  expect_failures = [terraform_data.guard_cluster]
}

run "gpus_in_the_system_group" {
  command = plan

  variables {
    system_node_group = { instance_types = ["g5.xlarge"] }
  }

  expect_failures = [terraform_data.guard_cluster]
}

run "system_group_on_the_wrong_image" {
  command = plan

  variables {
    system_node_group = { instance_types = ["m7g.large"], ami_type = "AL2023_x86_64_STANDARD" }
  }

  expect_failures = [terraform_data.guard_cluster]
}
