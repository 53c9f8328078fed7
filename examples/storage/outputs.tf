output "cluster_name" {
  description = "Name of the cluster."
  value       = module.gpu_cluster.cluster_name
}

output "configure_kubectl" {
  description = "Command that adds the cluster to your kubeconfig."
  value       = module.gpu_cluster.configure_kubectl
}

output "access" {
  description = "Ways to run kubectl against the private endpoint."
  value       = module.gpu_cluster.access
}

output "node_group_names" {
  description = "Names of the GPU node groups as EKS knows them."
  value       = module.gpu_cluster.node_group_names
}

output "gpu_capacity" {
  description = "GPUs by group, at its minimum and maximum size."
  value       = module.gpu_cluster.gpu_capacity
}

output "installer_function_name" {
  description = "Lambda function that tells how the cluster is: invoke it with {\"action\":\"status\"}."
  value       = module.gpu_cluster.installer_function_name
}

output "storage_role_arns" {
  description = "ARNs of the roles of the storage drivers."
  value       = module.gpu_cluster.storage_role_arns
}

output "oidc_provider_arn" {
  description = "ARN of the IAM OIDC provider for roles of service accounts."
  value       = module.gpu_cluster.oidc_provider_arn
}

output "file_system_id" {
  description = "EFS file system for volumes of the class in volumes.yaml."
  value       = aws_efs_file_system.home.id
}
