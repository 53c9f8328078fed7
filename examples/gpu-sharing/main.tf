# Three ways to share GPUs, a group for each, and what watches them. Every way keeps pods apart differently: choose by who
# shares, see docs/module/sharing.md.
module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-sharing"
  cluster_version = "1.36"

  gpu_node_groups = {
    # Notebooks and tests: four pods take turns on each GPU and see all of its memory.
    notebooks = {
      instance_types = ["g5.xlarge"]
      min_size       = 0
      max_size       = 4
      desired_size   = 1
      labels         = { "workload-type" = "notebook" }

      sharing = {
        time_slicing = { replicas = 4 }
      }
    }

    # Small models of one team: six at once on each GPU, each with a sixth of its memory.
    inference = {
      instance_types = ["g6.xlarge", "g6.2xlarge"]
      min_size       = 0
      max_size       = 4
      desired_size   = 1
      labels         = { "workload-type" = "inference" }

      sharing = {
        mps = { replicas = 6 }
      }
    }

    # Tenants: the hardware keeps them apart. Each H100 becomes one device of 40 GB and three of 10 GB.
    tenants = {
      instance_types = ["p5.4xlarge"]
      min_size       = 0
      max_size       = 2
      desired_size   = 1
      labels         = { "workload-type" = "tenants" }

      sharing = {
        mig = { devices = { "3g.40gb" = 1, "1g.10gb" = 3 } }
      }
    }
  }

  # Metrics for Prometheus; profiling is the only utilization that MIG devices have.
  dcgm_exporter = { profiling = true }

  # Finds broken GPUs. Its DCGM server tolerates the taints of the groups above.
  node_monitoring_agent = {}
}
