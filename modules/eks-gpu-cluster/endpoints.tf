# What a cluster without internet reaches AWS by: interface endpoints, and S3 by a gateway.

locals {
  create_endpoints = var.vpc_endpoints.create != null ? var.vpc_endpoints.create : local.create_vpc && var.nat == "none"

  # ec2: nodes and CNI. ecr.api, ecr.dkr: images. sts: roles of service accounts. eks-auth: Pod Identity. eks, autoscaling:
  # the Cluster Autoscaler. elasticloadbalancing, kms, logs: controllers and agents that most clusters get.
  private_services = [
    "autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "kms", "logs", "sts",
  ]

  endpoint_services = setsubtract(
    !local.create_endpoints && !local.create_vpc ? [] : concat(local.create_endpoints ? local.private_services : [], var.additional_vpc_endpoints),
    var.vpc_endpoints.existing_services,
  )

  # A gateway costs nothing and takes most of a GPU cluster's traffic off the NAT gateway, so a created VPC always has one.
  s3_endpoint = !contains(var.vpc_endpoints.existing_services, "s3") && (local.create_vpc || local.create_endpoints)

  endpoint_subnet_ids = length(var.vpc_endpoints.subnet_ids) > 0 ? var.vpc_endpoints.subnet_ids : local.subnet_ids

  # In China some services are named with another prefix. Source: aws-cdk-lib, aws-ec2/lib/vpc-endpoint.ts, the list of
  # both regions, as of 2024-10; eks-auth is on no list.
  china_prefixed_services = [
    "application-autoscaling", "athena", "autoscaling", "backup", "batch", "cloudformation", "ebs", "ec2", "ecr.api", "ecr.dkr",
    "eks", "elasticfilesystem", "fsx", "kinesis-streams", "lambda", "monitoring", "rds", "s3", "sagemaker.api",
    "sagemaker.runtime", "sqs", "states", "sts", "xray",
  ]

  endpoint_service_names = {
    for service in local.endpoint_services : service => join(".", [
      local.partition == "aws-cn" && contains(local.china_prefixed_services, service) ? "cn.com.amazonaws" : "com.amazonaws",
      local.region,
      service,
    ])
  }
}

# ---------------------------------------------------------------------------
# Policies: this account's principals, and what comes without one
# ---------------------------------------------------------------------------

locals {
  own_principals = {
    Sid       = "PrincipalsOfThisAccount"
    Effect    = "Allow"
    Principal = "*"
    Resource  = "*"
    Condition = { StringEquals = { "aws:PrincipalAccount" = local.account_id } }
  }

  # Each allows only its own service's actions; resources are left to IAM, for images of EKS add-ons are in AWS's accounts.
  # eks-auth is not among them: whether it takes a policy is not documented, and its tokens decide for themselves.
  endpoint_statements = merge(
    {
      for service, action in {
        "autoscaling"          = "autoscaling:*"
        "ec2"                  = "ec2:*"
        "ecr.api"              = "ecr:*"
        "ecr.dkr"              = "ecr:*"
        "eks"                  = "eks:*"
        "elasticloadbalancing" = "elasticloadbalancing:*"
        "kms"                  = "kms:*"
        "logs"                 = "logs:*"
      } : service => [merge(local.own_principals, { Action = action })]
    },
    {
      "sts" = [
        merge(local.own_principals, { Action = "sts:*" }),
        # Who comes with the token of a service account has no principal yet.
        {
          Sid       = "RolesOfServiceAccounts"
          Effect    = "Allow"
          Principal = "*"
          Action    = "sts:AssumeRoleWithWebIdentity"
          Resource  = "arn:${local.partition}:iam::${local.account_id}:role/*"
        },
      ]
    },
  )

  endpoint_policies = {
    for service, statements in local.endpoint_statements : service => jsonencode({ Version = "2012-10-17", Statement = statements })
  }

  s3_endpoint_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      merge(local.own_principals, { Action = "s3:*" }),
      # ECR and the package manager hand out addresses that AWS or nobody signed.
      # Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html and
      # https://docs.aws.amazon.com/linux/al2023/ug/repos-and-buckets.html
      {
        Sid       = "ImageLayersAndPackages"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource = [
          "arn:${local.partition}:s3:::prod-${local.region}-starport-layer-bucket/*",
          "arn:${local.partition}:s3:::al2023-repos-${local.region}-de612dc2/*",
        ]
      },
    ]
  })
}

# ---------------------------------------------------------------------------
# Endpoints
# ---------------------------------------------------------------------------

resource "aws_vpc_endpoint" "s3" {
  count = local.s3_endpoint ? 1 : 0

  vpc_id            = local.vpc_id
  service_name      = "com.amazonaws.${local.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.create_vpc ? aws_route_table.private[*].id : var.vpc_endpoints.route_table_ids
  policy            = lookup(var.vpc_endpoints.policies, "s3", local.create_endpoints ? local.s3_endpoint_policy : null)
  tags              = merge({ Name = "${var.cluster_name}-s3" }, var.tags)
}

resource "aws_security_group" "endpoints" {
  count = length(local.endpoint_services) > 0 ? 1 : 0

  name_prefix = "${local.short_cluster_name}-endpoints-"
  description = "VPC endpoints of EKS cluster ${var.cluster_name}"
  vpc_id      = local.vpc_id
  tags        = merge({ Name = "${var.cluster_name}-endpoints" }, var.tags)

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  count = local.create_vpc && length(local.endpoint_services) > 0 ? 1 : 0

  security_group_id = aws_security_group.endpoints[0].id
  description       = "HTTPS from nodes and pods"
  cidr_ipv4         = var.vpc_cidr
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = var.tags
}

# In a VPC of the caller's own others live too, so that there only the cluster's group is let in, which nodes and pods carry.
resource "aws_vpc_security_group_ingress_rule" "endpoints_nodes" {
  count = !local.create_vpc && length(local.endpoint_services) > 0 ? 1 : 0

  security_group_id            = aws_security_group.endpoints[0].id
  description                  = "HTTPS from nodes and pods"
  referenced_security_group_id = local.cluster_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  tags                         = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "endpoints_allowed" {
  count = length(local.endpoint_services) > 0 ? length(var.vpc_endpoints.allowed_cidrs) : 0

  security_group_id = aws_security_group.endpoints[0].id
  description       = "HTTPS from ${var.vpc_endpoints.allowed_cidrs[count.index]}"
  cidr_ipv4         = var.vpc_endpoints.allowed_cidrs[count.index]
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = var.tags
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.endpoint_services

  vpc_id              = local.vpc_id
  service_name        = local.endpoint_service_names[each.value]
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = local.endpoint_subnet_ids
  security_group_ids  = [aws_security_group.endpoints[0].id]
  policy              = lookup(var.vpc_endpoints.policies, each.value, lookup(local.endpoint_policies, each.value, null))
  tags                = merge({ Name = "${var.cluster_name}-${each.value}" }, var.tags)
}
