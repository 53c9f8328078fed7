# Rights for the nodes of one group only. Each group has a role of its own, so the training nodes can write checkpoints
# while the inference nodes can only read models. (For rights of single pods rather than whole nodes, use EKS Pod Identity;
# its agent is installed.)
variable "bucket_name" {
  description = "S3 bucket that holds models and takes checkpoints."
  type        = string
  default     = "example-models"
}

resource "aws_iam_policy" "write_checkpoints" {
  name_prefix = "gpu-extra-iam-checkpoints-"
  description = "Write below checkpoints/ in the bucket of models"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
      Resource = "arn:aws:s3:::${var.bucket_name}/checkpoints/*"
    }]
  })
}

module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-extra-iam"
  cluster_version = "1.36"

  gpu_node_groups = {
    inference = {
      instance_types          = ["g6.xlarge"]
      max_size                = 2
      additional_iam_policies = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
    }

    training = {
      instance_types = ["g6.12xlarge"]
      max_size       = 2
      additional_iam_policies = [
        "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
        aws_iam_policy.write_checkpoints.arn,
      ]
    }
  }
}
