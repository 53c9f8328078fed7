output "cluster_name" {
  description = "Name of the cluster."
  value       = aws_eks_cluster.this.name
}

output "cluster_arn" {
  description = "ARN of the cluster."
  value       = aws_eks_cluster.this.arn
}

output "cluster_endpoint" {
  description = "URL of the Kubernetes API. Without public_access_cidrs it resolves to private addresses."
  value       = aws_eks_cluster.this.endpoint
}

output "cluster_certificate_authority_data" {
  description = "Certificate authority of the Kubernetes API, PEM in base64."
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "cluster_version" {
  description = "Kubernetes minor version of the control plane."
  value       = aws_eks_cluster.this.version
}

output "cluster_security_group_id" {
  description = "Security group that EKS made for the control plane and that all nodes carry."
  value       = local.cluster_security_group_id
}

output "installer_security_group_id" {
  description = "Security group of the in-VPC installer. Null with install_manifests = false."
  value       = one(aws_security_group.installer[*].id)
}

output "oidc_issuer_url" {
  description = "URL of the cluster's OpenID Connect issuer."
  value       = try(aws_eks_cluster.this.identity[0].oidc[0].issuer, null)
}

output "vpc_id" {
  description = "VPC of the cluster, created or given."
  value       = local.vpc_id
}

output "subnet_ids" {
  description = "Private subnets of the cluster, created or given."
  value       = local.subnet_ids
}

output "node_group_names" {
  description = "Names of the GPU node groups as EKS knows them, by group; of a group with per_zone by group/index."
  value       = { for name, group in aws_eks_node_group.gpu : name => group.node_group_name }
}

output "node_group_arns" {
  description = "ARNs of the GPU node groups, by group; of a group with per_zone by group/index."
  value       = { for name, group in aws_eks_node_group.gpu : name => group.arn }
}

output "node_group_autoscaling_group_names" {
  description = "Names of the GPU node groups' Auto Scaling groups, by group; of a group with per_zone by group/index."
  value       = { for name, group in aws_eks_node_group.gpu : name => group.resources[0].autoscaling_groups[0].name }
}

output "node_role_arns" {
  description = "ARNs of the GPU node groups' roles, by group."
  value       = { for name, role in aws_iam_role.gpu : name => role.arn }
}

output "node_role_names" {
  description = "Names of the GPU node groups' roles, by group."
  value       = { for name, role in aws_iam_role.gpu : name => role.name }
}

output "system_node_group_name" {
  description = "Name of the system node group as EKS knows it."
  value       = aws_eks_node_group.system.node_group_name
}

output "system_node_group_arn" {
  description = "ARN of the system node group."
  value       = aws_eks_node_group.system.arn
}

output "system_node_role_arn" {
  description = "ARN of the system nodes' role."
  value       = aws_iam_role.system.arn
}

output "cluster_role_arn" {
  description = "ARN of the control plane's role."
  value       = aws_iam_role.cluster.arn
}

output "cluster_autoscaler_role_arn" {
  description = "ARN of the Cluster Autoscaler's role. Null without one."
  value       = one(aws_iam_role.autoscaler[*].arn)
}

output "karpenter" {
  description = "What to tell Karpenter: interruption queue (setting settings.interruptionQueue), instance profile (instanceProfile of an EC2NodeClass), tag of subnets and security group (subnetSelectorTerms, securityGroupSelectorTerms), roles and the controller's service account. Null without `karpenter`."
  value = var.karpenter == null ? null : {
    interruption_queue_name = aws_sqs_queue.karpenter[0].name
    interruption_queue_arn  = aws_sqs_queue.karpenter[0].arn
    instance_profile_name   = aws_iam_instance_profile.karpenter_node[0].name
    node_role_name          = aws_iam_role.karpenter_node[0].name
    node_role_arn           = aws_iam_role.karpenter_node[0].arn
    controller_role_arn     = one(aws_iam_role.karpenter_controller[*].arn)
    namespace               = var.karpenter.namespace
    service_account         = var.karpenter.service_account
    discovery_tags          = local.discovery_tags
  }
}

output "storage_role_arns" {
  description = "ARNs of the roles of the storage drivers, by driver."
  value       = { for driver, role in aws_iam_role.storage : driver => role.arn }
}

output "oidc_provider_arn" {
  description = "ARN of the IAM OIDC provider for roles of service accounts. Null without enable_irsa."
  value       = one(aws_iam_openid_connect_provider.this[*].arn)
}

output "cni_role_arn" {
  description = "ARN of the VPC CNI's role."
  value       = aws_iam_role.cni.arn
}

output "installer_role_arn" {
  description = "ARN of the in-VPC installer's role. Null with install_manifests = false."
  value       = one(aws_iam_role.installer[*].arn)
}

output "installer_function_name" {
  description = "Name of the in-VPC installer's Lambda function; invoked with {\"action\":\"status\"} it tells how nodes, device plugin and autoscaler are. Null with install_manifests = false."
  value       = one(aws_lambda_function.installer[*].function_name)
}

output "kms_key_arn" {
  description = "KMS key of the envelope encryption of Secrets, created or given."
  value       = local.kms_key_arn
}

output "region" {
  description = "Region of the cluster."
  value       = local.region
}

output "configure_kubectl" {
  description = "Command that adds the cluster to your kubeconfig."
  value       = "aws eks update-kubeconfig --name ${aws_eks_cluster.this.name} --region ${local.region}"
}

output "manifests" {
  description = "The in-cluster parts as Kubernetes YAML, for GitOps when install_manifests is false: `terraform output -raw manifests | kubectl apply -f -`."
  value       = join("---\n", local.manifest_files)
}

output "images" {
  description = "Images that the module's manifests pull, as they stand in them. Images of EKS add-ons come from AWS's registry in the region."
  value       = local.manifest_images
}

output "access" {
  description = "Ways to run kubectl against this cluster."
  value       = <<-EOT
    The Kubernetes API of ${aws_eks_cluster.this.name} has a private endpoint${length(var.public_access_cidrs) > 0 ? ", and a public one for ${join(", ", var.public_access_cidrs)}" : " only"}.
    Ways to run kubectl:
    - From a machine in the VPC: set private_access_cidrs to its range, then
      aws eks update-kubeconfig --name ${aws_eks_cluster.this.name} --region ${local.region}
    - Over a VPN, Direct Connect or peering that routes to the VPC: the same, with its range in private_access_cidrs; its DNS must resolve the endpoint by the VPC's resolver.
    - Through Session Manager, by an instance in the VPC:
      aws ssm start-session --region ${local.region} --target INSTANCE_ID --document-name AWS-StartPortForwardingSessionToRemoteHost --parameters '{"host":["${trimprefix(aws_eks_cluster.this.endpoint, "https://")}"],"portNumber":["443"],"localPortNumber":["8443"]}'
      kubectl config set-cluster ${aws_eks_cluster.this.arn} --server https://127.0.0.1:8443 --tls-server-name ${trimprefix(aws_eks_cluster.this.endpoint, "https://")}
    - From the internet, limited to your addresses: public_access_cidrs = ["203.0.113.7/32"].
  EOT
}

output "gpu_capacity" {
  description = "GPUs by group, at its minimum and maximum size over all its zones, and in `devices` what pods can ask of one node, by resource: shares and MIG devices count one each. Null or empty where the catalogue does not know the instance type."
  value = {
    for name, g in var.gpu_node_groups : name => {
      gpus_per_node = local.group_gpus[name]
      devices       = local.group_devices[name]
      min           = local.group_gpus[name] == null ? null : local.group_gpus[name] * g.min_size * (g.per_zone ? length(local.group_subnet_ids[name]) : 1)
      max           = local.group_gpus[name] == null ? null : local.group_gpus[name] * g.max_size * (g.per_zone ? length(local.group_subnet_ids[name]) : 1)
    }
  }
}

output "node_addresses" {
  description = "Addresses that a node of each group takes from its subnet at least, and all nodes at max_size. Compare with the free addresses of subnets of your own; in a created VPC the plan does."
  value = {
    per_node    = local.node_addresses
    at_max_size = local.addresses_at_max_size
  }
}
