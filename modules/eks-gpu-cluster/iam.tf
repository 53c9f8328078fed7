# Policies are jsonencode, not data sources: nothing to read, and a mocked test keeps them. Roles have name prefixes, so that
# a replacement can exist beside what it replaces.

# ---------------------------------------------------------------------------
# Control plane
# ---------------------------------------------------------------------------

resource "aws_iam_role" "cluster" {
  name_prefix          = local.role_name_prefixes["cluster"]
  description          = "Control plane of EKS cluster ${var.cluster_name}"
  path                 = var.iam_role_path
  permissions_boundary = var.iam_role_permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "eks.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "cluster" {
  role       = aws_iam_role.cluster.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AmazonEKSClusterPolicy"
}

resource "aws_iam_role_policy" "cluster_kms" {
  name_prefix = "secrets-encryption-"
  role        = aws_iam_role.cluster.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "EncryptSecrets"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ListGrants"]
      Resource = local.kms_key_arn
    }]
  })
}

# ---------------------------------------------------------------------------
# Nodes: one role for each group, so that additional policies stay with their group
# ---------------------------------------------------------------------------

locals {
  node_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  # No CNI policy: the CNI has a role of its own. AmazonEKSWorkerNodeMinimalPolicy is Auto Mode's, and nodes would not join.
  node_policies = toset(["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"])
}

resource "aws_iam_role" "system" {
  name_prefix          = local.role_name_prefixes["system"]
  description          = "System nodes of EKS cluster ${var.cluster_name}"
  path                 = var.iam_role_path
  permissions_boundary = var.iam_role_permissions_boundary
  assume_role_policy   = local.node_trust
  tags                 = var.tags
}

resource "aws_iam_role_policy_attachment" "system" {
  for_each = local.node_policies

  role       = aws_iam_role.system.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.value}"
}

resource "aws_iam_role_policy_attachment" "system_additional" {
  count = length(var.system_node_group.additional_iam_policies)

  role       = aws_iam_role.system.name
  policy_arn = var.system_node_group.additional_iam_policies[count.index]
}

resource "aws_iam_role" "gpu" {
  for_each = var.gpu_node_groups

  name_prefix          = local.role_name_prefixes["gpu/${each.key}"]
  description          = "GPU nodes ${each.key} of EKS cluster ${var.cluster_name}"
  path                 = var.iam_role_path
  permissions_boundary = var.iam_role_permissions_boundary
  assume_role_policy   = local.node_trust
  tags                 = merge(var.tags, each.value.tags)
}

resource "aws_iam_role_policy_attachment" "gpu" {
  for_each = merge([
    for name, g in var.gpu_node_groups : { for policy in local.node_policies : "${name}/${policy}" => { group = name, policy = policy } }
  ]...)

  role       = aws_iam_role.gpu[each.value.group].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.value.policy}"
}

# Keyed by group and position: the ARN may come from a resource of the same plan.
resource "aws_iam_role_policy_attachment" "gpu_additional" {
  for_each = merge([
    for name, g in var.gpu_node_groups : { for index, arn in g.additional_iam_policies : "${name}/${index}" => { group = name, index = index } }
  ]...)

  role       = aws_iam_role.gpu[each.value.group].name
  policy_arn = var.gpu_node_groups[each.value.group].additional_iam_policies[each.value.index]
}

# ---------------------------------------------------------------------------
# Pods, by EKS Pod Identity
# ---------------------------------------------------------------------------

locals {
  # Only the one service account of this cluster may take the role.
  pod_trust = {
    for name, account in merge(
      {
        cni        = { namespace = "kube-system", service_account = "aws-node" }
        autoscaler = { namespace = "kube-system", service_account = "cluster-autoscaler" }
      },
      { for driver, addon in local.storage_drivers : "storage/${driver}" => { namespace = "kube-system", service_account = addon.service_account } },
      local.karpenter_controller ? { karpenter_controller = { namespace = var.karpenter.namespace, service_account = var.karpenter.service_account } } : {},
      ) : name => jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "pods.eks.amazonaws.com" }
          Action    = ["sts:AssumeRole", "sts:TagSession"]
          Condition = {
            StringEquals = {
              "aws:RequestTag/eks-cluster-arn"            = local.cluster_arn
              "aws:RequestTag/kubernetes-namespace"       = account.namespace
              "aws:RequestTag/kubernetes-service-account" = account.service_account
            }
          }
        }]
    })
  }
}

# For pods that take roles by their service account's token instead (IRSA). IAM finds the certificate's thumbprint itself.
resource "aws_iam_openid_connect_provider" "this" {
  count = var.enable_irsa ? 1 : 0

  url            = aws_eks_cluster.this.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
  tags           = var.tags
}

resource "aws_iam_role" "cni" {
  name_prefix          = local.role_name_prefixes["cni"]
  description          = "VPC CNI of EKS cluster ${var.cluster_name}"
  path                 = var.iam_role_path
  permissions_boundary = var.iam_role_permissions_boundary
  assume_role_policy   = local.pod_trust["cni"]
  tags                 = var.tags
}

resource "aws_iam_role_policy_attachment" "cni" {
  role       = aws_iam_role.cni.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AmazonEKS_CNI_Policy"
}

resource "aws_iam_role" "autoscaler" {
  count = local.install_autoscaler ? 1 : 0

  name_prefix          = local.role_name_prefixes["autoscaler"]
  description          = "Cluster Autoscaler of EKS cluster ${var.cluster_name}"
  path                 = var.iam_role_path
  permissions_boundary = var.iam_role_permissions_boundary
  assume_role_policy   = local.pod_trust["autoscaler"]
  tags                 = var.tags
}

resource "aws_iam_role_policy" "autoscaler" {
  count = local.install_autoscaler ? 1 : 0

  name_prefix = "cluster-autoscaler-"
  role        = aws_iam_role.autoscaler[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # These have no resource-level control.
        Sid    = "Read"
        Effect = "Allow"
        Action = [
          "autoscaling:DescribeAutoScalingGroups",
          "autoscaling:DescribeAutoScalingInstances",
          "autoscaling:DescribeLaunchConfigurations",
          "autoscaling:DescribeScalingActivities",
          "autoscaling:DescribeTags",
          "ec2:DescribeImages",
          "ec2:DescribeInstanceTypes",
          "ec2:DescribeLaunchTemplateVersions",
          "ec2:GetInstanceTypesFromInstanceRequirements",
        ]
        Resource = "*"
      },
      {
        Sid      = "ReadNodeGroups"
        Effect   = "Allow"
        Action   = "eks:DescribeNodegroup"
        Resource = "arn:${local.partition}:eks:${local.region}:${local.account_id}:nodegroup/${var.cluster_name}/*/*"
      },
      {
        # EKS puts this tag on the Auto Scaling groups of the cluster's own node groups.
        Sid      = "ScaleThisCluster"
        Effect   = "Allow"
        Action   = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
        Resource = "arn:${local.partition}:autoscaling:${local.region}:${local.account_id}:autoScalingGroup:*:autoScalingGroupName/*"
        Condition = {
          StringEquals = { "autoscaling:ResourceTag/k8s.io/cluster-autoscaler/${var.cluster_name}" = "owned" }
        }
      },
    ]
  })
}

# ---------------------------------------------------------------------------
# Installer
# ---------------------------------------------------------------------------

resource "aws_iam_role" "installer" {
  count = var.install_manifests ? 1 : 0

  name_prefix          = local.role_name_prefixes["installer"]
  description          = "In-VPC installer of EKS cluster ${var.cluster_name}"
  path                 = var.iam_role_path
  permissions_boundary = var.iam_role_permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "installer" {
  count = var.install_manifests ? 1 : 0

  name_prefix = "in-vpc-installer-"
  role        = aws_iam_role.installer[0].name

  # The function itself calls no AWS API (its cluster token is signed locally). Lambda uses the role to place it in the VPC
  # and to write its log; the last statement keeps those network rights from the function's code.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "WriteLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.installer[0].arn}:*"
      },
      {
        # These have no resource-level control.
        Sid      = "FindInterfaces"
        Effect   = "Allow"
        Action   = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"]
        Resource = "*"
      },
      {
        Sid    = "PlaceInVpc"
        Effect = "Allow"
        Action = "ec2:CreateNetworkInterface"
        Resource = concat(
          # A shared VPC's subnets belong to another account.
          [for id in local.subnet_ids : "arn:${local.partition}:ec2:${local.region}:*:subnet/${id}"],
          [
            "arn:${local.partition}:ec2:${local.region}:${local.account_id}:security-group/${aws_security_group.installer[0].id}",
            "arn:${local.partition}:ec2:${local.region}:${local.account_id}:network-interface/*",
          ],
        )
      },
      {
        # Lambda checks these against a bare wildcard when the function is made, so the resource cannot be narrower.
        Sid      = "LeaveVpc"
        Effect   = "Allow"
        Action   = ["ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"]
        Resource = "arn:${local.partition}:ec2:${local.region}:${local.account_id}:*/*"
      },
      {
        Sid    = "NotByTheCode"
        Effect = "Deny"
        Action = [
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeSubnets",
          "ec2:DescribeVpcs",
          "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = "*"
        Condition = {
          ArnEquals = { "lambda:SourceFunctionArn" = "arn:${local.partition}:lambda:${local.region}:${local.account_id}:function:${local.installer_name}" }
        }
      },
    ]
  })
}
