# A Capacity Block for ML: GPUs that were bought for certain hours. The group has no nodes before, `size` nodes while the block
# lasts, and none again before EC2 takes them. Buy the block first, then write down here what its reservation says.
module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-capacity-block"
  cluster_version = "1.36"

  availability_zones = ["us-east-1a", "us-east-1b"]

  gpu_node_groups = {
    training = {
      instance_types       = ["p5.48xlarge"]
      capacity_type        = "CAPACITY_BLOCK"
      capacity_reservation = { id = var.capacity_block_id }
      availability_zones   = ["us-east-1a"]
      max_size             = 2
      efa                  = true

      schedule = {
        start = "2030-01-07T11:30:00Z"
        end   = "2030-01-09T11:30:00Z"
        size  = 2
      }
    }
  }
}

variable "capacity_block_id" {
  description = "Reservation of the Capacity Block, as aws ec2 purchase-capacity-block answers it."
  type        = string
  default     = "cr-0123456789abcdef0"
}
