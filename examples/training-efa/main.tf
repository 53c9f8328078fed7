# Training over several nodes: EFA on all network cards, nodes close together in one zone, from zero. A job that asks for the
# EFA interfaces and huge pages that its nodes will have starts them: see train.yaml.
module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-training-efa"
  cluster_version = "1.36"

  # The first is the zone of the training nodes: choose one in which you can have them.
  availability_zones = ["us-east-1a", "us-east-1b"]

  gpu_node_groups = {
    training = {
      instance_types     = ["p4d.24xlarge"]
      availability_zones = ["us-east-1a"]
      min_size           = 0
      max_size           = 4
      efa                = true
      placement_group    = true
      labels             = { "workload-type" = "training" }
    }
  }
}
