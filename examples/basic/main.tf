# The smallest useful cluster: a VPC of its own, two system nodes, and one GPU group that costs nothing until a pod asks for
# a GPU.
module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-basic"
  cluster_version = "1.36"

  gpu_node_groups = {
    inference = {
      instance_types = ["g5.xlarge"]
      min_size       = 0
      max_size       = 2
    }
  }

  tags = {
    Project = "gpu-basic"
  }
}
