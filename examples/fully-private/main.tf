# Nodes, pods and installer reach AWS through VPC endpoints and nothing else: there is no NAT gateway, no internet gateway and
# no public endpoint. What the module installs comes from a registry of the account, filled beforehand.
module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-fully-private"
  cluster_version = "1.36"

  availability_zone_count = 2
  nat                     = "none"
  image_mirror            = var.image_mirror

  gpu_node_groups = {
    inference = {
      instance_types = ["g5.xlarge", "g5.2xlarge"]
      min_size       = 0
      max_size       = 4
      desired_size   = 1
    }
  }
}
