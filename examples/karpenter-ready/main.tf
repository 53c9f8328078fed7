# A cluster for Karpenter: no Cluster Autoscaler, and all that Karpenter needs from AWS. The system group carries Karpenter
# itself. The GPU group keeps its size; Karpenter starts further nodes by the node class that it is given (README.md).
module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-karpenter"
  cluster_version = "1.36"

  autoscaler = "none"
  karpenter  = {}

  gpu_node_groups = {
    always = {
      instance_types = ["g6.xlarge"]
      min_size       = 1
      max_size       = 1
    }
  }
}
