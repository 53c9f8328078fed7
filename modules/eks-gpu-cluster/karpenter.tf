# What Karpenter needs from AWS. Karpenter itself is installed by the caller, with the outputs `karpenter`.

locals {
  karpenter_events = var.karpenter == null ? {} : {
    health               = { source = "aws.health", type = "AWS Health Event" }
    spot                 = { source = "aws.ec2", type = "EC2 Spot Instance Interruption Warning" }
    rebalance            = { source = "aws.ec2", type = "EC2 Instance Rebalance Recommendation" }
    state                = { source = "aws.ec2", type = "EC2 Instance State-change Notification" }
    capacity_reservation = { source = "aws.ec2", type = "EC2 Capacity Reservation Instance Interruption Warning" }
  }

  # Karpenter finds subnets and the security group by this tag.
  discovery_tags = var.karpenter == null ? {} : { "karpenter.sh/discovery" = var.cluster_name }

  karpenter_controller = var.karpenter == null ? false : var.karpenter.controller_role
}

# ---------------------------------------------------------------------------
# Nodes that Karpenter starts
# ---------------------------------------------------------------------------

resource "aws_iam_role" "karpenter_node" {
  count = var.karpenter == null ? 0 : 1

  name_prefix          = local.role_name_prefixes["karpenter_node"]
  description          = "Nodes that Karpenter starts in EKS cluster ${var.cluster_name}"
  path                 = var.iam_role_path
  permissions_boundary = var.iam_role_permissions_boundary
  assume_role_policy   = local.node_trust
  tags                 = var.tags
}

resource "aws_iam_role_policy_attachment" "karpenter_node" {
  for_each = var.karpenter == null ? toset([]) : local.node_policies

  role       = aws_iam_role.karpenter_node[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.value}"
}

resource "aws_iam_role_policy_attachment" "karpenter_node_additional" {
  count = var.karpenter == null ? 0 : length(var.karpenter.additional_iam_policies)

  role       = aws_iam_role.karpenter_node[0].name
  policy_arn = var.karpenter.additional_iam_policies[count.index]
}

# Made here, so that the controller needs no right to make profiles.
resource "aws_iam_instance_profile" "karpenter_node" {
  count = var.karpenter == null ? 0 : 1

  name_prefix = local.role_name_prefixes["karpenter_node"]
  path        = var.iam_role_path
  role        = aws_iam_role.karpenter_node[0].name
  tags        = var.tags
}

# EKS makes such an entry for managed node groups only.
resource "aws_eks_access_entry" "karpenter_node" {
  count = var.karpenter == null ? 0 : 1

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_iam_role.karpenter_node[0].arn
  type          = "EC2_LINUX"
  tags          = var.tags
}

resource "aws_ec2_tag" "karpenter_security_group" {
  for_each = local.discovery_tags

  resource_id = local.cluster_security_group_id
  key         = each.key
  value       = each.value
}

# ---------------------------------------------------------------------------
# What AWS tells about instances that will go away
# ---------------------------------------------------------------------------

resource "aws_sqs_queue" "karpenter" {
  count = var.karpenter == null ? 0 : 1

  name                      = "${local.short_cluster_name}-karpenter"
  message_retention_seconds = 300
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
}

resource "aws_sqs_queue_policy" "karpenter" {
  count = var.karpenter == null ? 0 : 1

  queue_url = aws_sqs_queue.karpenter[0].url

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "EventsOfThisCluster"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.karpenter[0].arn
        Condition = { ArnEquals = { "aws:SourceArn" = [for key in sort(keys(local.karpenter_events)) : aws_cloudwatch_event_rule.karpenter[key].arn] } }
      },
      {
        Sid       = "EncryptedOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.karpenter[0].arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_cloudwatch_event_rule" "karpenter" {
  for_each = local.karpenter_events

  name_prefix   = local.role_name_prefixes["karpenter_events"]
  description   = "${each.value.type}, for Karpenter in EKS cluster ${var.cluster_name}"
  event_pattern = jsonencode({ source = [each.value.source], "detail-type" = [each.value.type] })
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "karpenter" {
  for_each = local.karpenter_events

  rule      = aws_cloudwatch_event_rule.karpenter[each.key].name
  target_id = "karpenter-interruption-queue"
  arn       = aws_sqs_queue.karpenter[0].arn

  depends_on = [aws_sqs_queue_policy.karpenter]
}

# ---------------------------------------------------------------------------
# The controller
# ---------------------------------------------------------------------------

resource "aws_iam_role" "karpenter_controller" {
  count = local.karpenter_controller ? 1 : 0

  name_prefix          = local.role_name_prefixes["karpenter_controller"]
  description          = "Karpenter of EKS cluster ${var.cluster_name}"
  path                 = var.iam_role_path
  permissions_boundary = var.iam_role_permissions_boundary
  assume_role_policy   = local.pod_trust["karpenter_controller"]
  tags                 = var.tags
}

# As Karpenter's own reference for 1.14, without the rights to make instance profiles: the node class names the one above.
# https://karpenter.sh/v1.14/reference/cloudformation/
resource "aws_iam_role_policy" "karpenter_controller" {
  count = local.karpenter_controller ? 1 : 0

  name_prefix = "karpenter-"
  role        = aws_iam_role.karpenter_controller[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "LaunchFrom"
        Effect = "Allow"
        Action = ["ec2:CreateFleet", "ec2:RunInstances"]
        Resource = [
          "arn:${local.partition}:ec2:${local.region}::image/*",
          "arn:${local.partition}:ec2:${local.region}::snapshot/*",
          "arn:${local.partition}:ec2:${local.region}:*:capacity-reservation/*",
          "arn:${local.partition}:ec2:${local.region}:*:placement-group/*",
          "arn:${local.partition}:ec2:${local.region}:*:security-group/*",
          "arn:${local.partition}:ec2:${local.region}:*:subnet/*",
        ]
      },
      {
        Sid      = "LaunchFromOwnTemplates"
        Effect   = "Allow"
        Action   = ["ec2:CreateFleet", "ec2:RunInstances"]
        Resource = "arn:${local.partition}:ec2:${local.region}:*:launch-template/*"
        Condition = {
          StringEquals = { "aws:ResourceTag/kubernetes.io/cluster/${var.cluster_name}" = "owned" }
          StringLike   = { "aws:ResourceTag/karpenter.sh/nodepool" = "*" }
        }
      },
      {
        Sid      = "LaunchTagged"
        Effect   = "Allow"
        Action   = ["ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"]
        Resource = local.karpenter_made
        Condition = {
          StringEquals = {
            "aws:RequestTag/eks:eks-cluster-name"                      = var.cluster_name
            "aws:RequestTag/kubernetes.io/cluster/${var.cluster_name}" = "owned"
          }
          StringLike = { "aws:RequestTag/karpenter.sh/nodepool" = "*" }
        }
      },
      {
        Sid      = "TagAtLaunch"
        Effect   = "Allow"
        Action   = "ec2:CreateTags"
        Resource = local.karpenter_made
        Condition = {
          StringEquals = {
            "aws:RequestTag/eks:eks-cluster-name"                      = var.cluster_name
            "aws:RequestTag/kubernetes.io/cluster/${var.cluster_name}" = "owned"
            "ec2:CreateAction"                                         = ["CreateFleet", "CreateLaunchTemplate", "RunInstances"]
          }
          StringLike = { "aws:RequestTag/karpenter.sh/nodepool" = "*" }
        }
      },
      {
        Sid      = "TagOwnInstances"
        Effect   = "Allow"
        Action   = "ec2:CreateTags"
        Resource = "arn:${local.partition}:ec2:${local.region}:*:instance/*"
        Condition = {
          StringEquals                = { "aws:ResourceTag/kubernetes.io/cluster/${var.cluster_name}" = "owned" }
          StringLike                  = { "aws:ResourceTag/karpenter.sh/nodepool" = "*" }
          StringEqualsIfExists        = { "aws:RequestTag/eks:eks-cluster-name" = var.cluster_name }
          "ForAllValues:StringEquals" = { "aws:TagKeys" = ["Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"] }
        }
      },
      {
        Sid    = "EndOwn"
        Effect = "Allow"
        Action = ["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"]
        Resource = [
          "arn:${local.partition}:ec2:${local.region}:*:instance/*",
          "arn:${local.partition}:ec2:${local.region}:*:launch-template/*",
        ]
        Condition = {
          StringEquals = { "aws:ResourceTag/kubernetes.io/cluster/${var.cluster_name}" = "owned" }
          StringLike   = { "aws:ResourceTag/karpenter.sh/nodepool" = "*" }
        }
      },
      {
        # These have no resource-level control.
        Sid    = "ReadRegion"
        Effect = "Allow"
        Action = [
          "ec2:DescribeCapacityReservations",
          "ec2:DescribeImages",
          "ec2:DescribeInstanceStatus",
          "ec2:DescribeInstanceTypeOfferings",
          "ec2:DescribeInstanceTypes",
          "ec2:DescribeInstances",
          "ec2:DescribeLaunchTemplates",
          "ec2:DescribePlacementGroups",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeSpotPriceHistory",
          "ec2:DescribeSubnets",
        ]
        Resource  = "*"
        Condition = { StringEquals = { "aws:RequestedRegion" = local.region } }
      },
      {
        Sid      = "ReadImages"
        Effect   = "Allow"
        Action   = "ssm:GetParameter"
        Resource = "arn:${local.partition}:ssm:${local.region}::parameter/aws/service/*"
      },
      {
        Sid      = "ReadPricesAndProfiles"
        Effect   = "Allow"
        Action   = ["iam:ListInstanceProfiles", "pricing:GetProducts"]
        Resource = "*"
      },
      {
        Sid      = "ReadCluster"
        Effect   = "Allow"
        Action   = "eks:DescribeCluster"
        Resource = local.cluster_arn
      },
      {
        Sid      = "ReadProfile"
        Effect   = "Allow"
        Action   = "iam:GetInstanceProfile"
        Resource = aws_iam_instance_profile.karpenter_node[0].arn
      },
      {
        Sid       = "PassNodeRole"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = aws_iam_role.karpenter_node[0].arn
        Condition = { StringEquals = { "iam:PassedToService" = ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] } }
      },
      {
        Sid      = "HearOfInterruptions"
        Effect   = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
        Resource = aws_sqs_queue.karpenter[0].arn
      },
    ]
  })
}

locals {
  karpenter_made = [
    for kind in ["fleet", "instance", "launch-template", "network-interface", "spot-instances-request", "volume"] :
    "arn:${local.partition}:ec2:${local.region}:*:${kind}/*"
  ]
}

resource "aws_eks_pod_identity_association" "karpenter_controller" {
  count = local.karpenter_controller ? 1 : 0

  cluster_name    = aws_eks_cluster.this.name
  namespace       = var.karpenter.namespace
  service_account = var.karpenter.service_account
  role_arn        = aws_iam_role.karpenter_controller[0].arn
  tags            = var.tags

  depends_on = [aws_iam_role_policy.karpenter_controller]
}
