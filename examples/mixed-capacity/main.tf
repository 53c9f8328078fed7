# Spot and On-Demand side by side. They are separate groups, because the autoscaler turns from one to the other only when a
# whole group cannot grow. Pods that ask for no capacity type go to Spot first; those that must not be interrupted select the
# label eks.amazonaws.com/capacityType = ON_DEMAND.
module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-mixed-capacity"
  cluster_version = "1.36"

  gpu_node_groups = {
    spot = {
      instance_types = ["g5.xlarge", "g5.2xlarge", "g5.4xlarge"]
      capacity_type  = "SPOT"
      min_size       = 0
      max_size       = 8
      labels         = { "workload-type" = "inference" }
    }

    on-demand = {
      instance_types = ["g5.xlarge", "g5.2xlarge"]
      capacity_type  = "ON_DEMAND"
      min_size       = 1
      max_size       = 4
      labels         = { "workload-type" = "inference" }
    }
  }

  cluster_autoscaler = {
    expander_priorities = [
      { priority = 20, groups = ["spot"] },
      { priority = 10, groups = ["on-demand"] },
    ]
  }
}
