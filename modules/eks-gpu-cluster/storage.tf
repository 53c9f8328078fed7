# CSI drivers: EKS add-ons, each with a role that its own service account alone can take, limited to what it is given.

locals {
  # Names as the add-ons have them: src/catalog/data/addons.json.
  storage_addons = {
    ebs = { addon = "aws-ebs-csi-driver", service_account = "ebs-csi-controller-sa" }
    efs = { addon = "aws-efs-csi-driver", service_account = "efs-csi-controller-sa" }
    fsx = { addon = "aws-fsx-csi-driver", service_account = "fsx-csi-controller-sa" }
    s3  = { addon = "aws-mountpoint-s3-csi-driver", service_account = "s3-csi-driver-sa" }
  }

  storage_drivers = { for driver, settings in var.storage_drivers : driver => local.storage_addons[driver] if settings != null }

  # What the module says to an add-on. The caller's values replace these by their first key.
  storage_configuration = {
    ebs = try(var.storage_drivers.ebs.default_storage_class, false) ? jsonencode({ defaultStorageClass = { enabled = true } }) : null
    efs = null
    fsx = null
    # The node part of older releases tolerates critical add-ons' taint only, and would be missing on GPU nodes.
    s3 = jsonencode({ node = { tolerateAllTaints = true } })
  }

  storage_settings = {
    for driver in keys(local.storage_drivers) : driver => {
      version = try(var.storage_drivers[driver].version, null)
      configuration_values = (
        try(var.storage_drivers[driver].configuration_values, null) == null
        ? local.storage_configuration[driver]
        : jsonencode(merge(jsondecode(coalesce(local.storage_configuration[driver], "{}")), jsondecode(var.storage_drivers[driver].configuration_values)))
      )
    }
  }

  # No try(): it makes a list with unknown ARNs unknown as a whole.
  ebs_keys     = var.storage_drivers.ebs == null ? [] : var.storage_drivers.ebs.kms_key_arns
  efs_systems  = var.storage_drivers.efs == null ? [] : var.storage_drivers.efs.file_system_arns
  fsx_systems  = var.storage_drivers.fsx == null ? [] : var.storage_drivers.fsx.file_system_arns
  fsx_dynamic  = var.storage_drivers.fsx == null ? false : var.storage_drivers.fsx.dynamic_provisioning
  fsx_buckets  = var.storage_drivers.fsx == null ? [] : var.storage_drivers.fsx.data_repository_bucket_arns
  s3_buckets   = var.storage_drivers.s3 == null ? [] : var.storage_drivers.s3.bucket_arns
  s3_read_only = var.storage_drivers.s3 == null ? false : var.storage_drivers.s3.read_only
  s3_keys      = var.storage_drivers.s3 == null ? [] : var.storage_drivers.s3.kms_key_arns

  # EFS and FSx have something to read at least.
  storage_with_policy = toset([
    for driver in keys(local.storage_drivers) : driver
    if driver == "ebs" ? length(local.ebs_keys) > 0 : driver == "s3" ? length(local.s3_buckets) + length(local.s3_keys) > 0 : true
  ])

  storage_statements = {
    # The rest comes by AmazonEBSCSIDriverPolicy, whose writes hang on the driver's own tags.
    ebs = [for statement in [
      {
        Sid      = "UseKeys"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = local.ebs_keys
      },
      {
        Sid       = "GrantKeysToVolumes"
        Effect    = "Allow"
        Action    = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]
        Resource  = local.ebs_keys
        Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
      },
    ] : statement if length(local.ebs_keys) > 0]

    # As AmazonEFSCSIDriverPolicy, for the given file systems.
    efs = concat(
      [{
        Sid    = "Read"
        Effect = "Allow"
        Action = [
          "ec2:DescribeAvailabilityZones",
          "elasticfilesystem:DescribeAccessPoints",
          "elasticfilesystem:DescribeFileSystems",
          "elasticfilesystem:DescribeMountTargets",
        ]
        Resource = "*"
      }],
      [for statement in [
        {
          Sid      = "CreateAccessPoints"
          Effect   = "Allow"
          Action   = "elasticfilesystem:CreateAccessPoint"
          Resource = local.efs_systems
          Condition = {
            Null                        = { "aws:RequestTag/efs.csi.aws.com/cluster" = "false" }
            "ForAllValues:StringEquals" = { "aws:TagKeys" = "efs.csi.aws.com/cluster" }
          }
        },
        {
          Sid      = "TagNewAccessPoints"
          Effect   = "Allow"
          Action   = "elasticfilesystem:TagResource"
          Resource = concat(local.efs_systems, ["arn:${local.partition}:elasticfilesystem:${local.region}:${local.account_id}:access-point/*"])
          Condition = {
            StringEquals                = { "elasticfilesystem:CreateAction" = "CreateAccessPoint" }
            Null                        = { "aws:RequestTag/efs.csi.aws.com/cluster" = "false" }
            "ForAllValues:StringEquals" = { "aws:TagKeys" = "efs.csi.aws.com/cluster" }
          }
        },
        {
          Sid       = "DeleteOwnAccessPoints"
          Effect    = "Allow"
          Action    = "elasticfilesystem:DeleteAccessPoint"
          Resource  = "arn:${local.partition}:elasticfilesystem:${local.region}:${local.account_id}:access-point/*"
          Condition = { Null = { "aws:ResourceTag/efs.csi.aws.com/cluster" = "false" } }
        },
      ] : statement if length(local.efs_systems) > 0],
    )

    fsx = concat(
      [{
        Sid      = "Read"
        Effect   = "Allow"
        Action   = "fsx:DescribeFileSystems"
        Resource = "*"
      }],
      [for statement in [{
        Sid      = "GrowGivenFileSystems"
        Effect   = "Allow"
        Action   = "fsx:UpdateFileSystem"
        Resource = local.fsx_systems
      }] : statement if length(local.fsx_systems) > 0],
      # The driver tags what it makes with the name of the volume.
      [for statement in [
        {
          Sid       = "CreateFileSystems"
          Effect    = "Allow"
          Action    = ["fsx:CreateFileSystem", "fsx:TagResource"]
          Resource  = "arn:${local.partition}:fsx:${local.region}:${local.account_id}:file-system/*"
          Condition = { Null = { "aws:RequestTag/CSIVolumeName" = "false" } }
        },
        {
          Sid       = "ChangeOwnFileSystems"
          Effect    = "Allow"
          Action    = ["fsx:DeleteFileSystem", "fsx:UpdateFileSystem"]
          Resource  = "arn:${local.partition}:fsx:${local.region}:${local.account_id}:file-system/*"
          Condition = { Null = { "aws:ResourceTag/CSIVolumeName" = "false" } }
        },
        {
          Sid       = "LetFsxHaveItsRole"
          Effect    = "Allow"
          Action    = "iam:CreateServiceLinkedRole"
          Resource  = "arn:${local.partition}:iam::${local.account_id}:role/aws-service-role/*"
          Condition = { StringEquals = { "iam:AWSServiceName" = ["fsx.amazonaws.com", "s3.data-source.lustre.fsx.amazonaws.com"] } }
        },
      ] : statement if local.fsx_dynamic],
      [for statement in [
        {
          Sid      = "ListDataRepositories"
          Effect   = "Allow"
          Action   = ["s3:GetBucketLocation", "s3:ListBucket"]
          Resource = local.fsx_buckets
        },
        {
          # FSx asks for these when a file system is linked to a bucket.
          Sid      = "LinkDataRepositories"
          Effect   = "Allow"
          Action   = ["iam:AttachRolePolicy", "iam:PutRolePolicy"]
          Resource = "arn:${local.partition}:iam::${local.account_id}:role/aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/*"
        },
      ] : statement if length(local.fsx_buckets) > 0],
    )

    s3 = concat(
      [for statement in [
        {
          Sid      = "ListBuckets"
          Effect   = "Allow"
          Action   = "s3:ListBucket"
          Resource = local.s3_buckets
        },
        {
          Sid      = local.s3_read_only ? "ReadObjects" : "ReadAndWriteObjects"
          Effect   = "Allow"
          Action   = local.s3_read_only ? ["s3:GetObject"] : ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
          Resource = [for arn in local.s3_buckets : "${arn}/*"]
        },
      ] : statement if length(local.s3_buckets) > 0],
      [for statement in [{
        Sid      = "UseKeys"
        Effect   = "Allow"
        Action   = local.s3_read_only ? ["kms:Decrypt"] : ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = local.s3_keys
      }] : statement if length(local.s3_keys) > 0],
    )
  }
}

resource "aws_iam_role" "storage" {
  for_each = local.storage_drivers

  name_prefix          = local.role_name_prefixes["storage/${each.key}"]
  description          = "Add-on ${each.value.addon} of EKS cluster ${var.cluster_name}"
  path                 = var.iam_role_path
  permissions_boundary = var.iam_role_permissions_boundary
  assume_role_policy   = local.pod_trust["storage/${each.key}"]
  tags                 = var.tags
}

resource "aws_iam_role_policy" "storage" {
  for_each = local.storage_with_policy

  name_prefix = "${local.storage_addons[each.key].addon}-"
  role        = aws_iam_role.storage[each.key].name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.storage_statements[each.key]
  })
}

resource "aws_iam_role_policy_attachment" "storage_ebs" {
  count = var.storage_drivers.ebs == null ? 0 : 1

  role       = aws_iam_role.storage["ebs"].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
}

# Before the add-on's pods: Pod Identity is injected when a pod is admitted.
resource "aws_eks_pod_identity_association" "storage" {
  for_each = local.storage_drivers

  cluster_name    = aws_eks_cluster.this.name
  namespace       = "kube-system"
  service_account = each.value.service_account
  role_arn        = aws_iam_role.storage[each.key].arn
  tags            = var.tags

  depends_on = [aws_iam_role_policy.storage, aws_iam_role_policy_attachment.storage_ebs]
}

resource "aws_eks_addon" "storage" {
  for_each = local.storage_drivers

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.value.addon
  addon_version               = local.storage_settings[each.key].version
  configuration_values        = local.storage_settings[each.key].configuration_values
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  tags                        = var.tags

  depends_on = [aws_eks_node_group.system, aws_eks_pod_identity_association.storage]
}
