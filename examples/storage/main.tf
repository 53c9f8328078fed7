# Volumes for models and checkpoints from EBS, EFS, FSx for Lustre and S3. Each driver is an EKS add-on whose role may do
# what is said here and nothing else. Who may use the cluster, and what their roles and ours are bounded by, is said too.
variable "bucket_name" {
  description = "S3 bucket that holds models."
  type        = string
  default     = "example-models"
}

resource "aws_kms_key" "volumes" {
  description             = "Volumes of gpu-storage"
  enable_key_rotation     = true
  deletion_window_in_days = 7
}

resource "aws_efs_file_system" "home" {
  encrypted = true
  tags      = { Name = "gpu-storage-home" }
}

# The organisation's limit on every role, the module's among them.
resource "aws_iam_policy" "boundary" {
  name_prefix = "gpu-storage-boundary-"
  description = "Whatever a role is given, it makes no users and no keys for them"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "*", Resource = "*" },
      { Effect = "Deny", Action = ["iam:CreateAccessKey", "iam:CreateUser"], Resource = "*" },
    ]
  })
}

# People come in by roles, whose ARNs the plan does not know yet.
resource "aws_iam_role" "people" {
  for_each = toset(["on-call", "support", "research"])

  name_prefix          = "gpu-storage-${each.key}-"
  permissions_boundary = aws_iam_policy.boundary.arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = data.aws_caller_identity.current.account_id }
      Action    = "sts:AssumeRole"
    }]
  })
}

data "aws_caller_identity" "current" {}

module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-storage"
  cluster_version = "1.36"

  # A volume of EBS stays in its zone, so the group is one for each zone.
  gpu_node_groups = {
    training = {
      instance_types = ["g6.12xlarge"]
      max_size       = 1
      per_zone       = true
    }
  }
  availability_zone_count = 2

  storage_drivers = {
    ebs = { kms_key_arns = [aws_kms_key.volumes.arn] }
    efs = { file_system_arns = [aws_efs_file_system.home.arn] }
    fsx = { dynamic_provisioning = true, data_repository_bucket_arns = ["arn:aws:s3:::${var.bucket_name}"] }
    s3  = { bucket_arns = ["arn:aws:s3:::${var.bucket_name}"], read_only = true }
  }

  cluster_admins    = { on_call = aws_iam_role.people["on-call"].arn }
  cluster_viewers   = { support = aws_iam_role.people["support"].arn }
  namespace_editors = { research = { principal_arn = aws_iam_role.people["research"].arn, namespaces = ["research"] } }
  enable_irsa       = true

  iam_role_path                 = "/gpu-storage/"
  iam_role_permissions_boundary = aws_iam_policy.boundary.arn
}
