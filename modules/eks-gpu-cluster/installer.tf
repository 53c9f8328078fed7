locals {
  # Every rendered file of manifests/, in the order in which they are applied.
  manifest_files = concat(compact([local.autoscaler_yaml, local.device_plugin_yaml]), local.efa_yaml, local.dcgm_yaml, local.preload_yaml)

  manifest_documents = [
    for document in split("\n---\n", join("\n---\n", local.manifest_files)) : yamldecode(document)
  ]

  # Of the pods in them, image volumes among them.
  manifest_images = sort(distinct(flatten([
    for document in local.manifest_documents : [
      [for container in concat(try(document.spec.template.spec.initContainers, []), try(document.spec.template.spec.containers, [])) : container.image],
      [for volume in try(document.spec.template.spec.volumes, []) : volume.image.reference if can(volume.image.reference)],
    ]
  ])))

  # One string from here to the cluster: whoever hashes an object hashes somebody's serialisation of it.
  bundle        = jsonencode(local.manifest_documents)
  bundle_digest = sha256(local.bundle)

  installer_zip = "${path.module}/installer/installer.zip"
}

resource "aws_cloudwatch_log_group" "installer" {
  count = var.install_manifests ? 1 : 0

  name              = "/aws/lambda/${local.installer_name}"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_security_group" "installer" {
  count = var.install_manifests ? 1 : 0

  name_prefix = "${local.short_cluster_name}-installer-"
  description = "In-VPC installer of EKS cluster ${var.cluster_name}"
  vpc_id      = local.vpc_id
  tags        = merge({ Name = "${var.cluster_name}-installer" }, var.tags)

  # The interfaces of a deleted Lambda function hold their group for up to 45 minutes.
  timeouts {
    delete = "60m"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "installer" {
  count = var.install_manifests ? 1 : 0

  security_group_id            = aws_security_group.installer[0].id
  description                  = "Kubernetes API of the cluster"
  referenced_security_group_id = local.cluster_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  tags                         = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "installer" {
  count = var.install_manifests ? 1 : 0

  security_group_id            = local.cluster_security_group_id
  description                  = "Kubernetes API from the in-VPC installer"
  referenced_security_group_id = aws_security_group.installer[0].id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  tags                         = var.tags
}

resource "aws_eks_access_entry" "installer" {
  count = var.install_manifests ? 1 : 0

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_iam_role.installer[0].arn
  tags          = var.tags
}

# Administrator, because it creates roles: Kubernetes lets nobody grant more than they have.
resource "aws_eks_access_policy_association" "installer" {
  count = var.install_manifests ? 1 : 0

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.installer[0].principal_arn
  policy_arn    = "arn:${local.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }
}

resource "aws_lambda_function" "installer" {
  count = var.install_manifests ? 1 : 0

  function_name    = local.installer_name
  description      = "Applies the in-cluster parts of EKS cluster ${var.cluster_name} through its private endpoint"
  role             = aws_iam_role.installer[0].arn
  filename         = local.installer_zip
  source_code_hash = filebase64sha256(local.installer_zip)
  handler          = "index.handler"
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  timeout          = 900
  memory_size      = 256
  tags             = var.tags

  vpc_config {
    subnet_ids         = local.subnet_ids
    security_group_ids = [aws_security_group.installer[0].id]
  }

  # The function trusts these and nothing in a payload.
  environment {
    variables = {
      CLUSTER_NAME     = aws_eks_cluster.this.name
      CLUSTER_ENDPOINT = aws_eks_cluster.this.endpoint
      CLUSTER_CA       = aws_eks_cluster.this.certificate_authority[0].data
      BUNDLE_DIGEST    = local.bundle_digest
    }
  }

  timeouts {
    delete = "60m"
  }

  # The log group has the name that Lambda logs to by default, and must be there first: the role may not create one.
  depends_on = [
    aws_cloudwatch_log_group.installer,
    aws_iam_role_policy.installer,
    aws_vpc_security_group_egress_rule.installer,
  ]
}

# A change is a new invocation, then a delete of the old one, which the function answers with nothing done because its
# digest is no longer the environment's. An update in place would be recorded as done even when it failed.
resource "aws_lambda_invocation" "manifests" {
  count = var.install_manifests ? 1 : 0

  function_name   = aws_lambda_function.installer[0].function_name
  lifecycle_scope = "CRUD"
  input           = jsonencode({ bundle = local.bundle })
  triggers        = { digest = local.bundle_digest }

  lifecycle {
    create_before_destroy = true
  }

  # Everything that the function, and what it installs, needs to work: on destroy this goes first.
  depends_on = [
    aws_eks_access_policy_association.installer,
    aws_eks_addon.before_nodes,
    aws_eks_node_group.system,
    aws_eks_pod_identity_association.autoscaler,
    aws_iam_role_policy.autoscaler,
    aws_vpc_security_group_egress_rule.installer,
    aws_vpc_security_group_ingress_rule.installer,
  ]
}
