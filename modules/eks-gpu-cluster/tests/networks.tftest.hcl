# Subnets and the addresses in them, the VPC CNI, private endpoints, image registries. What each refusal says is held by
# the tests of the repository.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  cluster_name       = "ai-workloads"
  availability_zones = ["us-east-1a", "us-east-1b"]
}

# Each of two zones has a quarter: 1019 addresses of a /22. 17 go to others, 14 to each of four system nodes, two of which an update adds.
run "created_vpc" {
  command = plan

  variables {
    vpc_cidr = "10.0.0.0/20"

    gpu_node_groups = {
      pinned = { max_size = 55, max_unavailable_percentage = 18, availability_zones = ["us-east-1b"] }
      spread = { max_size = 3 }
      zones  = { max_size = 1, per_zone = true, instance_types = ["p4d.24xlarge"] }
      others = { max_size = 1000, subnet_ids = ["subnet-of-another-range"] }
    }
  }

  assert {
    condition     = aws_subnet.private[*].cidr_block == ["10.0.0.0/22", "10.0.4.0/22"] && aws_subnet.public[*].cidr_block == ["10.0.14.0/28", "10.0.14.16/28"]
    error_message = "Wrong subnets: ${jsonencode([aws_subnet.private[*].cidr_block, aws_subnet.public[*].cidr_block])}"
  }

  assert {
    condition     = local.zone_capacities == [1019, 1019] && local.zone_addresses == [164, 1009]
    error_message = "Wrong addresses: ${jsonencode(local.zone_addresses)} of ${jsonencode(local.zone_capacities)}"
  }

  assert {
    condition     = jsondecode(aws_eks_addon.before_nodes["vpc-cni"].configuration_values) == { env = { WARM_IP_TARGET = "4", MINIMUM_IP_TARGET = "12" } }
    error_message = "Wrong configuration of the CNI: ${aws_eks_addon.before_nodes["vpc-cni"].configuration_values}"
  }

  assert {
    condition     = length(aws_vpc_endpoint.s3) == 1 && length(aws_vpc_endpoint.interface) == 0
    error_message = "With a way out, the gateway of S3 is there for the traffic alone."
  }
}

run "one_node_too_many" {
  command = plan

  variables {
    vpc_cidr        = "10.0.0.0/20"
    gpu_node_groups = { pinned = { max_size = 71, availability_zones = ["us-east-1b"] } }
  }

  expect_failures = [terraform_data.guard_cluster]
}

# No way out: endpoints with policies, images from elsewhere.
run "without_internet" {
  command = plan

  variables {
    nat                      = "none"
    image_mirror             = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror"
    image_registries         = { "registry.k8s.io" = "111122223333.dkr.ecr.us-east-1.amazonaws.com/kubernetes" }
    additional_vpc_endpoints = ["ssm"]
    vpc_cni                  = { prefix_delegation = true, warm_prefix_target = 1 }
    private_subnet_cidrs     = ["10.0.0.0/23", "10.0.224.0/19"]

    vpc_endpoints = {
      allowed_cidrs     = ["10.20.0.0/16"]
      existing_services = ["kms"]
      policies          = { ec2 = "{}", ssm = "{\"Statement\":[]}" }
    }

    gpu_node_groups = { inference = {} }
  }

  assert {
    condition = toset(keys(aws_vpc_endpoint.interface)) == toset([
      "autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "logs", "ssm", "sts",
    ])
    error_message = "Wrong endpoints: ${jsonencode(keys(aws_vpc_endpoint.interface))}"
  }

  assert {
    condition = (
      jsondecode(aws_vpc_endpoint.interface["ecr.dkr"].policy).Statement == [{
        Sid       = "PrincipalsOfThisAccount", Effect = "Allow", Principal = "*", Action = "ecr:*", Resource = "*"
        Condition = { StringEquals = { "aws:PrincipalAccount" = "111122223333" } }
      }]
      && jsondecode(aws_vpc_endpoint.interface["sts"].policy).Statement[1].Action == "sts:AssumeRoleWithWebIdentity"
      && jsondecode(aws_vpc_endpoint.interface["sts"].policy).Statement[1].Resource == "arn:aws:iam::111122223333:role/*"
      && aws_vpc_endpoint.interface["ec2"].policy == "{}"
      && aws_vpc_endpoint.interface["ssm"].policy == "{\"Statement\":[]}"
      && jsondecode(aws_vpc_endpoint.s3[0].policy).Statement[1].Resource == ["arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*", "arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*"]
      && !contains(keys(local.endpoint_policies), "eks-auth")
    )
    error_message = "Wrong policies of the endpoints."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.endpoints[0].cidr_ipv4 == "10.0.0.0/16"
      && aws_vpc_security_group_ingress_rule.endpoints_allowed[*].cidr_ipv4 == ["10.20.0.0/16"]
      && length(aws_vpc_security_group_ingress_rule.endpoints_nodes) == 0
      && length(aws_nat_gateway.this) + length(aws_internet_gateway.this) + length(aws_route.private_internet) == 0
    )
    error_message = "The VPC and the given range may use the endpoints, and nothing leads out."
  }

  assert {
    condition = (
      yamldecode(local.device_plugin_yaml).spec.template.spec.containers[0].image == "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror/nvidia/k8s-device-plugin:v0.20.0"
      && startswith(local.autoscaler_image, "111122223333.dkr.ecr.us-east-1.amazonaws.com/kubernetes/autoscaling/cluster-autoscaler:v")
      && !can(regex("image: \"?(nvcr\\.io|registry\\.k8s\\.io)", output.manifests))
    )
    error_message = "Everything that the module ships comes from the given registries."
  }

  assert {
    condition     = jsondecode(aws_eks_addon.before_nodes["vpc-cni"].configuration_values) == { env = { ENABLE_PREFIX_DELEGATION = "true", WARM_PREFIX_TARGET = "1" } } && local.node_addresses["group inference"] == 33
    error_message = "Two prefixes of 16 and the interface's own address: ${jsonencode(local.node_addresses)}"
  }

  assert {
    condition     = aws_subnet.private[*].cidr_block == ["10.0.0.0/23", "10.0.224.0/19"]
    error_message = "The given ranges hold, also where public subnets would be with a NAT gateway."
  }
}

# In China the services' names begin in two ways.
run "china" {
  command = plan

  variables {
    nat          = "none"
    image_mirror = "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/mirror"
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn", dns_suffix = "amazonaws.com.cn" }
  }

  override_data {
    target = data.aws_region.current
    values = { id = "cn-north-1" }
  }

  assert {
    condition = (
      aws_vpc_endpoint.interface["ecr.dkr"].service_name == "cn.com.amazonaws.cn-north-1.ecr.dkr"
      && aws_vpc_endpoint.interface["logs"].service_name == "com.amazonaws.cn-north-1.logs"
      && aws_vpc_endpoint.s3[0].service_name == "com.amazonaws.cn-north-1.s3"
      && strcontains(aws_vpc_endpoint.s3[0].policy, "arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*")
    )
    error_message = "Wrong names: ${jsonencode([for endpoint in aws_vpc_endpoint.interface : endpoint.service_name])}"
  }
}

run "wrong_values" {
  command = plan

  variables {
    image_mirror         = "https://registry.example.com/"
    image_registries     = { "docker.io" = "registry.example.com" }
    private_subnet_cidrs = ["10.0.0.0"]
    vpc_cni              = { warm_ip_target = 0, minimum_ip_target = 1.5, warm_prefix_target = 1 }
    vpc_endpoints        = { allowed_cidrs = ["everyone"] }
  }

  expect_failures = [var.image_mirror, var.image_registries, var.private_subnet_cidrs, var.vpc_cni, var.vpc_endpoints]
}

# The same endpoints in a VPC that is there.
run "without_internet_in_ones_own_vpc" {
  variables {
    availability_zones = []
    vpc_id             = "vpc-1"
    subnet_ids         = ["subnet-a", "subnet-b", "subnet-c"]
    vpc_endpoints      = { create = true, subnet_ids = ["subnet-a", "subnet-b"], route_table_ids = ["rtb-1"], existing_services = ["ec2"] }
    addons             = { vpc-cni = { configuration_values = "{\"env\":{\"WARM_ENI_TARGET\":\"1\"}}" } }
    gpu_node_groups    = { large = { instance_types = ["p4d.24xlarge"] }, small = { instance_types = ["g4dn.xlarge"] } }
  }

  assert {
    condition = (
      aws_vpc_endpoint.interface["sts"].subnet_ids == toset(["subnet-a", "subnet-b"])
      && aws_vpc_endpoint.interface["sts"].vpc_id == "vpc-1"
      && !contains(keys(aws_vpc_endpoint.interface), "ec2")
      && aws_vpc_endpoint.s3[0].route_table_ids == toset(["rtb-1"])
      && length(aws_vpc_security_group_ingress_rule.endpoints) == 0
      && aws_vpc_security_group_ingress_rule.endpoints_nodes[0].referenced_security_group_id == "sg-000000000000cluster"
    )
    error_message = "Wrong endpoints in an existing VPC."
  }

  # The caller's configuration holds the CNI's default, a whole interface warm.
  assert {
    condition     = jsonencode(output.node_addresses) == jsonencode({ at_max_size = 200, per_node = { "group large" = 100, "group small" = 20, "system node group" = 20 } }) && aws_eks_addon.before_nodes["vpc-cni"].configuration_values == "{\"env\":{\"WARM_ENI_TARGET\":\"1\"}}"
    error_message = "Wrong addresses of a node: ${jsonencode(output.node_addresses)}"
  }
}
