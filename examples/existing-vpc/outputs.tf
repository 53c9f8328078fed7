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

output "node_addresses" {
  description = "Addresses that the groups take at max_size, to compare with what is free in the subnets."
  value       = module.gpu_cluster.node_addresses
}

output "installer_function_name" {
  description = "Lambda function that tells how the cluster is: invoke it with {\"action\":\"status\"}."
  value       = module.gpu_cluster.installer_function_name
}
