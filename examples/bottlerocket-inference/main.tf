# Nodes that start quickly. Bottlerocket and Amazon Linux 2023 side by side: both pull layers in parallel, onto the instance's
# NVMe disks or onto a root volume that is fast enough, and pull the images of the workload before its pods come.
locals {
  images = ["vllm/vllm-openai:v0.11.0"]
}

module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-bottlerocket"
  cluster_version = "1.36"

  gpu_node_groups = {
    rocket = {
      instance_types  = ["g6.xlarge", "g6.2xlarge"]
      ami_family      = "bottlerocket"
      min_size        = 1
      max_size        = 4
      fast_image_pull = true
      preload_images  = local.images
      # Few big pods: addresses for more would only be kept from others.
      max_pods = 29
      kubelet = {
        image_gc_high_threshold_percent = 90
        image_gc_low_threshold_percent  = 80
        kube_reserved                   = { memory = "1500Mi" }
      }
    }

    # The NVMe disk is left to pods that mount it by hostPath, below /mnt/k8s-disks. Images are on the root volume.
    scratch = {
      instance_types  = ["g5.xlarge"]
      max_size        = 2
      local_storage   = "mount"
      root_volume     = { size_gib = 300, throughput = 700 }
      fast_image_pull = true
      preload_images  = local.images
      max_unavailable = 2
      kubelet = {
        max_parallel_image_pulls = 4
        topology_manager_policy  = "best-effort"
        eviction_hard            = { "nodefs.available" = "15%" }
      }
    }
  }
}
