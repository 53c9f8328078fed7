# A caller whose every id is unknown at plan, and who has a depends_on on the module call.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "owner" {
  type    = string
  default = "first"
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
  tags       = { Owner = var.owner }
}

resource "aws_subnet" "this" {
  count = 2

  vpc_id     = aws_vpc.this.id
  cidr_block = cidrsubnet("10.0.0.0/16", 8, count.index)
}

resource "aws_iam_policy" "this" {
  name   = "models"
  policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_ami_copy" "this" {
  name              = "gpu"
  source_ami_id     = "ami-0123456789abcdef0"
  source_ami_region = "us-east-1"
}

resource "aws_kms_key" "this" {}

resource "aws_s3_bucket" "this" {}

resource "aws_efs_file_system" "this" {}

resource "aws_fsx_lustre_file_system" "this" {
  subnet_ids = [aws_subnet.this[0].id]
}

resource "aws_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_ec2_capacity_reservation" "this" {
  instance_type     = "p5.48xlarge"
  instance_platform = "Linux/UNIX"
  availability_zone = "us-east-1a"
  instance_count    = 1
}

resource "aws_iam_role" "person" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

module "gpu_cluster" {
  source = "../.."

  cluster_name                  = "ai-workloads-prod"
  vpc_id                        = aws_vpc.this.id
  subnet_ids                    = aws_subnet.this[*].id
  kms_key                       = { arn = aws_kms_key.this.arn }
  additional_security_group_ids = [aws_security_group.this.id]
  iam_role_permissions_boundary = aws_iam_policy.this.arn

  access_entries = {
    person = {
      principal_arn = aws_iam_role.person.arn
      policies      = [{ policy = "AmazonEKSViewPolicy", namespaces = ["default"] }]
    }
  }

  gpu_node_groups = {
    reserved = {
      instance_types       = ["p5.48xlarge"]
      capacity_reservation = { id = aws_ec2_capacity_reservation.this.id }
      subnet_ids           = [aws_subnet.this[0].id]
      efa                  = true
    }
    block = {
      instance_types       = ["p5.48xlarge"]
      capacity_type        = "CAPACITY_BLOCK"
      capacity_reservation = { id = aws_ec2_capacity_reservation.this.id }
      subnet_ids           = [aws_subnet.this[0].id]
      schedule             = { start = "2098-01-01T11:30:00Z", end = "2098-01-02T11:30:00Z" }
    }
    inference = {
      ami_id                        = aws_ami_copy.this.id
      additional_iam_policies       = [aws_iam_policy.this.arn]
      additional_security_group_ids = [aws_security_group.this.id]
      subnet_ids                    = [aws_subnet.this[0].id]
    }
    plain = {}
  }

  depends_on = [aws_vpc.this, aws_iam_policy.this]
}

# As above, with a list whose length nobody knows at plan.
module "unknown_length" {
  source = "../.."

  cluster_name = "unknown-length"
  create_vpc   = false
  vpc_id       = aws_vpc.this.id
  subnet_ids   = split(",", "${aws_subnet.this[0].id},${aws_subnet.this[1].id}")

  gpu_node_groups = { plain = {} }

  cluster_admins = { person = aws_iam_role.person.arn }
  autoscaler     = "none"
  karpenter      = { additional_iam_policies = [aws_iam_policy.this.arn] }
  enable_irsa    = true

  storage_drivers = {
    ebs = { kms_key_arns = [aws_kms_key.this.arn] }
    efs = { file_system_arns = [aws_efs_file_system.this.arn] }
    fsx = { file_system_arns = [aws_fsx_lustre_file_system.this.arn] }
    s3  = { bucket_arns = [aws_s3_bucket.this.arn], kms_key_arns = [aws_kms_key.this.arn] }
  }
}

output "manifests" {
  value = module.gpu_cluster.manifests
}

output "region" {
  value = module.gpu_cluster.region
}
