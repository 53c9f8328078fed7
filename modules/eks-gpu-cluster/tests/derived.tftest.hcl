# What the module derives, and how the parts agree with each other.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "cluster" {
  variables {
    cluster_name = "ai-workloads"
    tags         = { Team = "ml" }

    gpu_node_groups = {
      defaults = {}
      spot = {
        instance_types = ["g4dn.12xlarge"]
        capacity_type  = "SPOT"
        min_size       = 1
        max_size       = 3
        desired_size   = 2
        labels         = { "workload-type" = "inference", "nvidia.com/gpu" = "yes" }
        taints = [
          { key = "dedicated", value = "ml", effect = "NO_EXECUTE" },
          { key = "nvidia.com/gpu", value = "present", effect = "PREFER_NO_SCHEDULE" },
        ]
      }
      arm       = { instance_types = ["g5g.xlarge"], local_storage = "raid0" }
      rocket    = { instance_types = ["g6.12xlarge"], ami_family = "bottlerocket", root_volume = { size_gib = 300, throughput = 500 } }
      untainted = { taints = [], local_storage = "none", metadata_hop_limit = 2, subnet_ids = ["subnet-one"], additional_security_group_ids = ["sg-extra"] }
    }
  }

  # The control plane.
  assert {
    condition = (
      aws_eks_cluster.this.vpc_config[0].endpoint_private_access
      && !aws_eks_cluster.this.vpc_config[0].endpoint_public_access
      && aws_eks_cluster.this.access_config[0].authentication_mode == "API"
      && !aws_eks_cluster.this.access_config[0].bootstrap_cluster_creator_admin_permissions
      && !aws_eks_cluster.this.bootstrap_self_managed_addons
      && one(aws_eks_cluster.this.encryption_config[0].resources) == "secrets"
      && aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == aws_kms_key.secrets[0].arn
      && aws_cloudwatch_log_group.cluster.name == "/aws/eks/ai-workloads/cluster"
      && aws_cloudwatch_log_group.cluster.retention_in_days == 90
    )
    error_message = "The control plane is not private, API-authenticated, encrypted and logged."
  }

  assert {
    condition     = length(aws_subnet.private) == 3 && length(aws_nat_gateway.this) == 1 && aws_subnet.private[1].availability_zone == "us-east-1b" && length(distinct(concat(aws_subnet.private[*].cidr_block, aws_subnet.public[*].cidr_block))) == 6
    error_message = "The created VPC should have three private and three public subnets and one NAT gateway."
  }

  assert {
    condition     = aws_eks_access_entry.applier[0].principal_arn == "arn:aws:iam::111122223333:role/deployer"
    error_message = "The applier's entry should name the role behind the session."
  }

  # AMI, disks, storage.
  assert {
    condition = { for name, group in aws_eks_node_group.gpu : name => group.ami_type } == {
      defaults  = "AL2023_x86_64_NVIDIA"
      spot      = "AL2023_x86_64_NVIDIA"
      arm       = "AL2023_ARM_64_NVIDIA"
      rocket    = "BOTTLEROCKET_x86_64_NVIDIA"
      untainted = "AL2023_x86_64_NVIDIA"
    }
    error_message = "Wrong AMI types: ${jsonencode({ for name, group in aws_eks_node_group.gpu : name => group.ami_type })}"
  }

  assert {
    condition = { for name, template in aws_launch_template.gpu : name => [for disk in template.block_device_mappings : "${disk.device_name} ${disk.ebs[0].volume_size} ${disk.ebs[0].volume_type} ${disk.ebs[0].encrypted}"] } == {
      defaults  = ["/dev/xvda 200 gp3 true"]
      spot      = ["/dev/xvda 200 gp3 true"]
      arm       = ["/dev/xvda 200 gp3 true"]
      rocket    = ["/dev/xvda 10 gp3 true", "/dev/xvdb 300 gp3 true"]
      untainted = ["/dev/xvda 200 gp3 true"]
    }
    error_message = "Wrong disks."
  }

  assert {
    condition = (
      strcontains(base64decode(aws_launch_template.gpu["defaults"].user_data), "\"strategy\": \"RAID0\"")
      && strcontains(base64decode(aws_launch_template.gpu["arm"].user_data), "\"strategy\": \"RAID0\"")
      && strcontains(base64decode(aws_launch_template.gpu["rocket"].user_data), "ephemeral-storage")
      && aws_launch_template.gpu["untainted"].user_data == null
      && !strcontains(base64decode(aws_launch_template.gpu["defaults"].user_data), "cluster")
    )
    error_message = "NVMe disks should be joined where the type has them or the caller says so, and EKS left to say the rest."
  }

  assert {
    condition     = alltrue([for name, template in aws_launch_template.gpu : template.metadata_options[0].http_tokens == "required" && template.metadata_options[0].http_put_response_hop_limit == (name == "untainted" ? 2 : 1)])
    error_message = "IMDSv2 with one hop is the default."
  }

  # Labels, taints, sizes.
  assert {
    condition = aws_eks_node_group.gpu["defaults"].labels == tomap({
      "nvidia.com/gpu"                = "true"
      "nvidia.com/gpu.present"        = "true"
      "k8s.amazonaws.com/accelerator" = "nvidia-a10g"
      "eks-gpu-clusters/ami-family"   = "al2023"
    })
    error_message = "Wrong default labels."
  }

  assert {
    condition = (
      aws_eks_node_group.gpu["spot"].labels["nvidia.com/gpu"] == "yes"
      && aws_eks_node_group.gpu["spot"].labels["workload-type"] == "inference"
      && aws_eks_node_group.gpu["spot"].labels["k8s.amazonaws.com/accelerator"] == "nvidia-tesla-t4"
    )
    error_message = "The caller's labels go over the module's own."
  }

  assert {
    condition = (
      [for t in aws_eks_node_group.gpu["defaults"].taint : "${t.key}=${t.value}:${t.effect}"] == ["nvidia.com/gpu=true:NO_SCHEDULE"]
      && length(aws_eks_node_group.gpu["spot"].taint) == 2
      && length(aws_eks_node_group.gpu["untainted"].taint) == 0
      && length(aws_eks_node_group.system.taint) == 0
    )
    error_message = "Wrong taints."
  }

  assert {
    condition = (
      aws_eks_node_group.gpu["defaults"].scaling_config[0].desired_size == 0
      && aws_eks_node_group.gpu["defaults"].scaling_config[0].max_size == 1
      && aws_eks_node_group.gpu["spot"].scaling_config[0].desired_size == 2
      && aws_eks_node_group.gpu["defaults"].capacity_type == "ON_DEMAND"
      && aws_eks_node_group.gpu["spot"].capacity_type == "SPOT"
      && aws_eks_node_group.gpu["defaults"].instance_types == tolist(["g5.xlarge"])
      && aws_eks_node_group.system.scaling_config[0].min_size == 2
      && aws_eks_node_group.system.instance_types == tolist(["m7i.large"])
      && aws_eks_node_group.system.ami_type == "AL2023_x86_64_STANDARD"
      && tolist(aws_eks_node_group.gpu["untainted"].subnet_ids) == tolist(["subnet-one"])
    )
    error_message = "Wrong sizes, types or subnets."
  }

  # Who reaches whom: EKS's cluster security group lets everything that carries it talk to everything that carries it (pod to
  # pod, pod to CoreDNS, API to kubelet 10250 and webhooks), so all nodes must carry it, and nothing may replace the network
  # interfaces that it is on.
  assert {
    condition = alltrue([
      for template in concat([aws_launch_template.system], values(aws_launch_template.gpu)) :
      contains(template.vpc_security_group_ids, "sg-000000000000cluster") && length(template.network_interfaces) == 0
    ])
    error_message = "All nodes must carry the cluster security group."
  }

  assert {
    condition     = aws_launch_template.gpu["untainted"].vpc_security_group_ids == toset(["sg-000000000000cluster", "sg-extra"])
    error_message = "Further groups are added to the cluster's, never in its place."
  }

  # installer -> 443
  assert {
    condition = (
      aws_vpc_security_group_egress_rule.installer[0].security_group_id == aws_security_group.installer[0].id
      && aws_vpc_security_group_egress_rule.installer[0].referenced_security_group_id == "sg-000000000000cluster"
      && aws_vpc_security_group_egress_rule.installer[0].from_port == 443
      && aws_vpc_security_group_egress_rule.installer[0].to_port == 443
      && aws_vpc_security_group_ingress_rule.installer[0].security_group_id == "sg-000000000000cluster"
      && aws_vpc_security_group_ingress_rule.installer[0].referenced_security_group_id == aws_security_group.installer[0].id
      && aws_vpc_security_group_ingress_rule.installer[0].from_port == 443
      && one(aws_lambda_function.installer[0].vpc_config[0].security_group_ids) == aws_security_group.installer[0].id
    )
    error_message = "The installer reaches the cluster's API and nothing else."
  }

  # Scale from zero.
  assert {
    condition = { for key, tag in aws_autoscaling_group_tag.gpu : key => tag.tag[0].value if startswith(key, "spot/") } == {
      "spot/label/nvidia.com/gpu"                = "yes"
      "spot/label/nvidia.com/gpu.present"        = "true"
      "spot/label/k8s.amazonaws.com/accelerator" = "nvidia-tesla-t4"
      "spot/label/eks-gpu-clusters/ami-family"   = "al2023"
      "spot/label/workload-type"                 = "inference"
      "spot/taint/dedicated"                     = "ml:NoExecute"
      "spot/taint/nvidia.com/gpu"                = "present:PreferNoSchedule"
      "spot/resources/nvidia.com/gpu"            = "4"
      "spot/resources/ephemeral-storage"         = "744Gi"
    }
    error_message = "Wrong tags: ${jsonencode({ for key, tag in aws_autoscaling_group_tag.gpu : key => tag.tag[0].value if startswith(key, "spot/") })}"
  }

  assert {
    condition = (
      aws_autoscaling_group_tag.gpu["untainted/resources/ephemeral-storage"].tag[0].value == "177Gi"
      && aws_autoscaling_group_tag.gpu["rocket/label/eks-gpu-clusters/ami-family"].tag[0].key == "k8s.io/cluster-autoscaler/node-template/label/eks-gpu-clusters/ami-family"
      && aws_autoscaling_group_tag.gpu["rocket/label/eks-gpu-clusters/ami-family"].autoscaling_group_name == "eks-mocked-asg"
      && length([for key, tag in aws_autoscaling_group_tag.gpu : key if startswith(key, "untainted/taint/")]) == 0
    )
    error_message = "Wrong tags of the other groups."
  }

  # The device plugin runs wherever a GPU is, and nowhere else.
  assert {
    condition = toset([for t in yamldecode(local.device_plugin_yaml).spec.template.spec.tolerations : "${t.key}:${lookup(t, "effect", "any")}"]) == toset([
      "CriticalAddonsOnly:any",
      "dedicated:NoExecute",
      "nvidia.com/gpu:NoSchedule",
      "nvidia.com/gpu:PreferNoSchedule",
    ])
    error_message = "The tolerations are not the union of all groups' taints: ${jsonencode(yamldecode(local.device_plugin_yaml).spec.template.spec.tolerations)}"
  }

  assert {
    condition = alltrue([
      for term in yamldecode(local.device_plugin_yaml).spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms :
      toset([for e in term.matchExpressions : "${e.key} ${e.operator} ${join(",", e.values)}"]) == toset(["nvidia.com/gpu.present In true", "eks-gpu-clusters/ami-family NotIn bottlerocket"])
    ])
    error_message = "Every affinity term must ask for a GPU and keep Bottlerocket out."
  }

  assert {
    condition = (
      yamldecode(local.device_plugin_yaml).metadata.name == "nvidia-device-plugin-daemonset"
      && yamldecode(local.device_plugin_yaml).metadata.namespace == "kube-system"
      && yamldecode(local.device_plugin_yaml).spec.template.metadata.labels.name == "nvidia-device-plugin-ds"
      && yamldecode(local.device_plugin_yaml).spec.template.spec.priorityClassName == "system-node-critical"
    )
    error_message = "Wrong name, namespace, label or priority of the device plugin."
  }

  # The autoscaler.
  assert {
    condition = (
      one([for object in jsondecode(local.bundle) : object if object.kind == "Deployment"]).spec.template.metadata.labels.app == "cluster-autoscaler"
      && one([for object in jsondecode(local.bundle) : object if object.kind == "Deployment"]).spec.template.spec.serviceAccountName == aws_eks_pod_identity_association.autoscaler[0].service_account
      && one([for object in jsondecode(local.bundle) : object if object.kind == "Deployment"]).spec.template.spec.containers[0].image == "registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1"
      && contains(one([for object in jsondecode(local.bundle) : object if object.kind == "Deployment"]).spec.template.spec.containers[0].args, "--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/ai-workloads")
      && one([for e in one([for object in jsondecode(local.bundle) : object if object.kind == "Deployment"]).spec.template.spec.containers[0].env : e.value if e.name == "AWS_REGION"]) == "us-east-1"
    )
    error_message = "The autoscaler's label, account, image, discovery or region is wrong."
  }

  # The bundle.
  assert {
    condition = (
      jsondecode(aws_lambda_invocation.manifests[0].input).bundle == local.bundle
      && keys(jsondecode(aws_lambda_invocation.manifests[0].input)) == ["bundle"]
      && aws_lambda_invocation.manifests[0].triggers["digest"] == sha256(local.bundle)
      && aws_lambda_invocation.manifests[0].lifecycle_scope == "CRUD"
      && aws_lambda_function.installer[0].environment[0].variables["BUNDLE_DIGEST"] == sha256(jsondecode(aws_lambda_invocation.manifests[0].input).bundle)
      && aws_lambda_function.installer[0].environment[0].variables["CLUSTER_NAME"] == "ai-workloads"
      && aws_lambda_function.installer[0].environment[0].variables["CLUSTER_CA"] == "Q0EtREFUQQ=="
    )
    error_message = "The function's digest must be that of the string in the payload."
  }

  assert {
    condition     = alltrue([for object in jsondecode(local.bundle) : object.metadata.labels["app.kubernetes.io/managed-by"] == "eks-gpu-clusters"])
    error_message = "Every object must carry the label by which the installer knows its own."
  }

  assert {
    condition     = length([for document in split("---\n", output.manifests) : yamldecode(document)]) == length(jsondecode(local.bundle))
    error_message = "The output manifests holds the same objects as the bundle."
  }

  # Roles.
  assert {
    condition     = alltrue([for role in concat([aws_iam_role.cluster, aws_iam_role.system, aws_iam_role.cni, aws_iam_role.autoscaler[0], aws_iam_role.installer[0]], values(aws_iam_role.gpu)) : role.path == "/" && role.permissions_boundary == null])
    error_message = "No path and no boundary by default."
  }

  assert {
    condition = toset([for key, attachment in aws_iam_role_policy_attachment.gpu : attachment.policy_arn]) == toset([
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
    ])
    error_message = "Nodes have two policies, and not the CNI's."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.autoscaler[0].policy).Statement :
      try(statement.Condition.StringEquals["autoscaling:ResourceTag/k8s.io/cluster-autoscaler/ai-workloads"], "") == "owned"
      if statement.Sid == "ScaleThisCluster"
      ]) && alltrue([
      for statement in jsondecode(aws_iam_role_policy.autoscaler[0].policy).Statement :
      alltrue([for action in flatten([statement.Action]) : can(regex(":(Describe|Get)", action))]) || can(statement.Condition)
    ])
    error_message = "The autoscaler may write only under the condition of this cluster's tag."
  }

  assert {
    condition     = jsondecode(aws_iam_role.autoscaler[0].assume_role_policy).Statement[0].Condition.StringEquals["aws:RequestTag/eks-cluster-arn"] == "arn:aws:eks:us-east-1:111122223333:cluster/ai-workloads"
    error_message = "Only this cluster's service account may take the autoscaler's role."
  }

  # Outputs.
  assert {
    condition = (
      output.configure_kubectl == "aws eks update-kubeconfig --name ai-workloads --region us-east-1"
      && output.gpu_capacity["spot"] == { gpus_per_node = 4, devices = { "nvidia.com/gpu" = 4 }, min = 4, max = 12 }
      && output.installer_function_name == "ai-workloads-gpu-installer"
    )
    error_message = "Wrong outputs."
  }
}

# The next version's image, mirror, extra flags; a cluster that installs nothing.
run "without_installer" {
  command = plan

  variables {
    cluster_name         = "ai-workloads"
    cluster_version      = "1.39"
    install_manifests    = false
    enable_applier_admin = false
    nat                  = "none"
    image_mirror         = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror"
    public_access_cidrs  = ["203.0.113.0/24"]
    private_access_cidrs = ["10.200.0.0/16"]
    availability_zones   = ["us-east-1b", "us-east-1c"]
    cluster_autoscaler   = { extra_args = { expander = "priority", v = "2" } }
    system_node_group    = { instance_types = ["m7g.large"] }
    addons               = { metrics-server = {}, coredns = { version = "v1.12.0-eksbuild.1" } }
  }

  assert {
    condition = (
      length(aws_lambda_function.installer) + length(aws_lambda_invocation.manifests) + length(aws_iam_role.installer) + length(aws_security_group.installer) + length(aws_eks_access_entry.installer) + length(aws_eks_access_entry.applier) == 0
      && output.installer_function_name == null
    )
    error_message = "Nothing of the installer should be left."
  }

  assert {
    condition = (
      one([for object in jsondecode(local.bundle) : object if object.kind == "Deployment"]).spec.template.spec.containers[0].image == "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror/autoscaling/cluster-autoscaler:v1.36.1"
      && contains(one([for object in jsondecode(local.bundle) : object if object.kind == "Deployment"]).spec.template.spec.containers[0].args, "--expander=priority")
      && !contains(one([for object in jsondecode(local.bundle) : object if object.kind == "Deployment"]).spec.template.spec.containers[0].args, "--expander=least-waste")
      && yamldecode(local.device_plugin_yaml).spec.template.spec.containers[0].image == "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror/nvidia/k8s-device-plugin:v0.20.0"
    )
    error_message = "Wrong images or flags."
  }

  assert {
    condition = (
      length(aws_nat_gateway.this) + length(aws_subnet.public) + length(aws_internet_gateway.this) == 0
      && toset(keys(aws_vpc_endpoint.interface)) == toset(["autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "kms", "logs", "sts"])
      && length(aws_vpc_endpoint.s3) == 1
      && length(aws_subnet.private) == 2
      && aws_subnet.private[0].availability_zone == "us-east-1b"
      && aws_vpc_security_group_ingress_rule.endpoints[0].cidr_ipv4 == "10.0.0.0/16"
    )
    error_message = "Without NAT there are the endpoints that nodes and pods need, and no way out."
  }

  assert {
    condition = (
      aws_eks_cluster.this.vpc_config[0].endpoint_public_access
      && aws_eks_cluster.this.vpc_config[0].public_access_cidrs == toset(["203.0.113.0/24"])
      && aws_vpc_security_group_ingress_rule.private_access[0].cidr_ipv4 == "10.200.0.0/16"
      && aws_eks_node_group.system.ami_type == "AL2023_ARM_64_STANDARD"
      && toset(keys(aws_eks_addon.after_nodes)) == toset(["coredns", "metrics-server"])
      && aws_eks_addon.after_nodes["coredns"].addon_version == "v1.12.0-eksbuild.1"
    )
    error_message = "Wrong endpoint access, system AMI or add-ons."
  }
}
