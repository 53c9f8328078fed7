# The smallest useful cluster: a VPC of its own, two system nodes, and one GPU group. It starts with one GPU node to look at;
# the autoscaler takes the node away when nothing has used it for ten minutes, and brings it back when a pod asks for a GPU.
module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-basic"
  cluster_version = "1.36"

  gpu_node_groups = {
    inference = {
      instance_types = ["g5.xlarge"]
      min_size       = 0
      max_size       = 2
      desired_size   = 1
    }
  }

  tags = {
    Project = "gpu-basic"
  }
}
