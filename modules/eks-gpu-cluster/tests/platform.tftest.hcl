# Storage drivers, access, IRSA, and what Karpenter needs.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  cluster_name = "ai-workloads"
}

run "everything" {
  command = plan

  variables {
    autoscaler                    = "none"
    karpenter                     = { namespace = "karpenter", additional_iam_policies = ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"] }
    enable_irsa                   = true
    iam_role_path                 = "/platform/"
    iam_role_permissions_boundary = "arn:aws:iam::111122223333:policy/boundary"
    cluster_admins                = { break_glass = "arn:aws:iam::111122223333:role/break-glass" }
    cluster_viewers               = { support = "arn:aws:iam::111122223333:user/support" }
    namespace_editors             = { ml = { principal_arn = "arn:aws:iam::111122223333:role/ml", namespaces = ["training", "serving"] } }

    storage_drivers = {
      ebs = { kms_key_arns = ["arn:aws:kms:us-east-1:111122223333:key/1"], configuration_values = "{\"controller\":{\"extraVolumeTags\":{\"team\":\"ml\"}}}" }
      efs = { file_system_arns = ["arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-1"], version = "v2.1.15-eksbuild.1" }
      fsx = { dynamic_provisioning = true, data_repository_bucket_arns = ["arn:aws:s3:::data"] }
      s3  = { bucket_arns = ["arn:aws:s3:::models"], read_only = true }
    }
  }

  # Of the others EKS's own configuration holds, which no plan knows.
  assert {
    condition = (
      { for driver, addon in aws_eks_addon.storage : driver => addon.addon_name } == {
        ebs = "aws-ebs-csi-driver", efs = "aws-efs-csi-driver", fsx = "aws-fsx-csi-driver", s3 = "aws-mountpoint-s3-csi-driver"
      }
      && aws_eks_addon.storage["efs"].addon_version == "v2.1.15-eksbuild.1"
      && aws_eks_addon.storage["ebs"].configuration_values == "{\"controller\":{\"extraVolumeTags\":{\"team\":\"ml\"}},\"defaultStorageClass\":{\"enabled\":true}}"
      && aws_eks_addon.storage["s3"].configuration_values == "{\"node\":{\"tolerateAllTaints\":true}}"
    )
    error_message = "Wrong add-ons."
  }

  assert {
    condition = { for driver, policy in aws_iam_role_policy.storage : driver => { for s in jsondecode(policy.policy).Statement : s.Sid => s.Resource } } == {
      ebs = {
        UseKeys            = ["arn:aws:kms:us-east-1:111122223333:key/1"]
        GrantKeysToVolumes = ["arn:aws:kms:us-east-1:111122223333:key/1"]
      }
      efs = {
        Read                  = "*"
        CreateAccessPoints    = ["arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-1"]
        TagNewAccessPoints    = ["arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-1", "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/*"]
        DeleteOwnAccessPoints = "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/*"
      }
      fsx = {
        Read                 = "*"
        CreateFileSystems    = "arn:aws:fsx:us-east-1:111122223333:file-system/*"
        ChangeOwnFileSystems = "arn:aws:fsx:us-east-1:111122223333:file-system/*"
        LetFsxHaveItsRole    = "arn:aws:iam::111122223333:role/aws-service-role/*"
        ListDataRepositories = ["arn:aws:s3:::data"]
        LinkDataRepositories = "arn:aws:iam::111122223333:role/aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/*"
      }
      s3 = {
        ListBuckets = ["arn:aws:s3:::models"]
        ReadObjects = ["arn:aws:s3:::models/*"]
      }
    }
    error_message = "Wrong rights: ${jsonencode({ for driver, policy in aws_iam_role_policy.storage : driver => { for s in jsondecode(policy.policy).Statement : s.Sid => s.Resource } })}"
  }

  assert {
    condition = {
      for name, role in merge(aws_iam_role.storage, { karpenter = aws_iam_role.karpenter_controller[0] }) :
      name => [for key in ["namespace", "service-account"] : jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["aws:RequestTag/kubernetes-${key}"]]
      } == {
      ebs       = ["kube-system", "ebs-csi-controller-sa"]
      efs       = ["kube-system", "efs-csi-controller-sa"]
      fsx       = ["kube-system", "fsx-csi-controller-sa"]
      s3        = ["kube-system", "s3-csi-driver-sa"]
      karpenter = ["karpenter", "karpenter"]
    }
    error_message = "A role is for one service account of this cluster."
  }

  assert {
    condition     = alltrue([for role in concat(values(aws_iam_role.storage), aws_iam_role.karpenter_node, aws_iam_role.karpenter_controller, [aws_iam_role.cluster, aws_iam_role.system, aws_iam_role.cni, aws_iam_role.installer[0]]) : role.path == "/platform/" && role.permissions_boundary == "arn:aws:iam::111122223333:policy/boundary" && length(role.name_prefix) <= 38])
    error_message = "Every role has the path and the boundary."
  }

  assert {
    condition = { for name, policy in aws_eks_access_policy_association.listed : name => [policy.principal_arn, reverse(split("/", policy.policy_arn))[0], policy.access_scope[0].type] } == {
      "admin/break_glass" = ["arn:aws:iam::111122223333:role/break-glass", "AmazonEKSClusterAdminPolicy", "cluster"]
      "viewer/support"    = ["arn:aws:iam::111122223333:user/support", "AmazonEKSViewPolicy", "cluster"]
      "editor/ml"         = ["arn:aws:iam::111122223333:role/ml", "AmazonEKSEditPolicy", "namespace"]
    }
    error_message = "Wrong access: ${jsonencode({ for name, policy in aws_eks_access_policy_association.listed : name => [policy.principal_arn, policy.policy_arn, policy.access_scope[0].type] })}"
  }

  assert {
    condition = (
      length(aws_iam_openid_connect_provider.this) == 1
      && aws_eks_access_entry.karpenter_node[0].type == "EC2_LINUX"
      && alltrue([for subnet in aws_subnet.private : subnet.tags["karpenter.sh/discovery"] == "ai-workloads"])
      && aws_ec2_tag.karpenter_security_group["karpenter.sh/discovery"].value == "ai-workloads"
      && length(aws_cloudwatch_event_rule.karpenter) == 5
      && output.karpenter.interruption_queue_name == "ai-workloads-karpenter"
      && length(aws_iam_role_policy_attachment.karpenter_node) == 2
      && length(aws_iam_role_policy_attachment.karpenter_node_additional) == 1
    )
    error_message = "Karpenter has what it needs."
  }
}

run "nothing_by_default" {
  command = plan

  assert {
    condition = (
      length(aws_eks_addon.storage) + length(aws_iam_role.storage) + length(aws_sqs_queue.karpenter) + length(aws_iam_role.karpenter_node) == 0
      && length(aws_cloudwatch_event_rule.karpenter) + length(aws_ec2_tag.karpenter_security_group) + length(aws_iam_openid_connect_provider.this) == 0
      && length(aws_eks_access_entry.listed) == 0
      && output.karpenter == null
      && !contains(keys(aws_subnet.private[0].tags), "karpenter.sh/discovery")
    )
    error_message = "None of it is made unasked."
  }
}

run "contradictions_are_refused" {
  command = plan

  variables {
    karpenter       = {}
    cluster_admins  = { me = "arn:aws:iam::111122223333:role/deployer" }
    addons          = { "aws-ebs-csi-driver" = {} }
    storage_drivers = { ebs = {} }
  }

  expect_failures = [terraform_data.guard_cluster]
}

run "wrong_values_are_refused" {
  command = plan

  variables {
    namespace_editors = { ml = { principal_arn = "arn:aws:iam::111122223333:role/ml", namespaces = [] } }
    storage_drivers   = { fsx = { data_repository_bucket_arns = ["arn:aws:s3:::data"] } }
  }

  expect_failures = [var.namespace_editors, var.storage_drivers]
}
