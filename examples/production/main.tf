# Inference on Spot with On-Demand to fall back on, training on eight-GPU nodes in a single zone, and a Bottlerocket group.
module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "ai-workloads-prod"
  cluster_version = "1.36"

  vpc_cidr           = "10.40.0.0/16"
  availability_zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
  nat                = "per_az"

  # Who may reach the private endpoint besides the cluster itself: the company's VPN.
  private_access_cidrs = ["10.200.0.0/16"]

  control_plane_log_types = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
  log_retention_days      = 365

  system_node_group = {
    instance_types = ["m7i.xlarge", "m6i.xlarge"]
    min_size       = 3
    max_size       = 6
  }

  gpu_node_groups = {
    # A group has one GPU count, so that the autoscaler's picture of it is right.
    inference-spot = {
      instance_types = ["g5.xlarge", "g5.2xlarge", "g5.4xlarge"]
      capacity_type  = "SPOT"
      min_size       = 0
      max_size       = 10
      desired_size   = 2
      labels         = { "workload-type" = "inference" }
    }

    inference = {
      instance_types = ["g5.xlarge", "g5.2xlarge"]
      min_size       = 1
      max_size       = 4
      labels         = { "workload-type" = "inference" }
    }

    training = {
      instance_types = ["p4d.24xlarge"]
      min_size       = 0
      max_size       = 4
      labels         = { "workload-type" = "training" }
      taints = [
        { key = "nvidia.com/gpu", value = "true", effect = "NO_SCHEDULE" },
        { key = "workload-type", value = "training", effect = "NO_SCHEDULE" },
      ]
      root_volume = { size_gib = 500, throughput = 500, iops = 6000 }
    }

    batch = {
      instance_types = ["g6.12xlarge"]
      capacity_type  = "SPOT"
      ami_family     = "bottlerocket"
      min_size       = 0
      max_size       = 4
      labels         = { "workload-type" = "batch" }
    }
  }

  addons = {
    metrics-server = {}
  }

  tags = {
    Environment = "production"
    Team        = "ml-platform"
  }
}
