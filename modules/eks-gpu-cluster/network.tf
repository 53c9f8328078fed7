locals {
  create_vpc = var.create_vpc != null ? var.create_vpc : length(var.subnet_ids) == 0

  zone_count = length(var.availability_zones) > 0 ? length(var.availability_zones) : var.availability_zone_count
  zones      = length(var.availability_zones) > 0 ? var.availability_zones : try([for zone in terraform_data.place.input.availability_zones : zone], [])

  # A zone more must not move the subnets of the others, so there are two layouts only: quarters for up to three zones.
  private_subnet_newbits = local.zone_count <= 3 ? 2 : 3
  private_subnet_cidrs = (
    length(var.private_subnet_cidrs) > 0
    ? var.private_subnet_cidrs
    : [for index in range(local.zone_count) : cidrsubnet(var.vpc_cidr, local.private_subnet_newbits, index)]
  )
  # The last eighth of the range, which no derived private subnet takes, is for public ones.
  public_cidr = cidrsubnet(var.vpc_cidr, 3, 7)

  vpc_id     = local.create_vpc ? one(aws_vpc.this[*].id) : var.vpc_id
  subnet_ids = local.create_vpc ? aws_subnet.private[*].id : var.subnet_ids
}

# ---------------------------------------------------------------------------
# Existing VPC
# ---------------------------------------------------------------------------

data "aws_vpc" "existing" {
  count = local.create_vpc ? 0 : 1 # Unknown at plan? Set create_vpc = false (or true) in the module block.

  id = var.vpc_id

  lifecycle {
    precondition {
      condition     = var.vpc_id != null
      error_message = "vpc_id is missing: a VPC that is there already needs both vpc_id and subnet_ids."
    }

    postcondition {
      condition     = self.enable_dns_support && self.enable_dns_hostnames
      error_message = "VPC ${self.id} has DNS support or DNS hostnames off, so nodes cannot resolve the private endpoint and never join. Set enable_dns_support = true and enable_dns_hostnames = true on the VPC."
    }
  }
}

# ---------------------------------------------------------------------------
# Created VPC
# ---------------------------------------------------------------------------

data "aws_availability_zones" "supported" {
  count = local.create_vpc && length(var.availability_zones) == 0 ? 1 : 0

  state = "available"

  # No local or wavelength zones.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }

  # EKS does not place control planes here (its network requirements page).
  exclude_zone_ids = ["use1-az3", "usw1-az2", "cac1-az3"]
}

resource "aws_vpc" "this" {
  count = local.create_vpc ? 1 : 0 # Unknown at plan? Set create_vpc = false (or true) in the module block.

  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = merge({ Name = var.cluster_name }, var.tags)
}

# Nothing uses the default group; without rules nothing can.
resource "aws_default_security_group" "this" {
  count = local.create_vpc ? 1 : 0

  vpc_id = aws_vpc.this[0].id
  tags   = merge({ Name = "${var.cluster_name}-unused" }, var.tags)
}

resource "aws_subnet" "private" {
  count = local.create_vpc ? local.zone_count : 0

  vpc_id            = aws_vpc.this[0].id
  cidr_block        = try(local.private_subnet_cidrs[count.index], null)
  availability_zone = try(element(local.zones, count.index), null)

  tags = merge({
    Name                              = "${var.cluster_name}-private-${count.index}"
    "kubernetes.io/role/internal-elb" = "1"
  }, local.discovery_tags, var.tags)

  # The interfaces of a deleted Lambda function stay in their subnet for up to 45 minutes.
  timeouts {
    delete = "60m"
  }
}

resource "aws_route_table" "private" {
  count = local.create_vpc ? local.zone_count : 0

  vpc_id = aws_vpc.this[0].id
  tags   = merge({ Name = "${var.cluster_name}-private-${count.index}" }, var.tags)
}

resource "aws_route_table_association" "private" {
  count = local.create_vpc ? local.zone_count : 0

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[count.index].id
}

# ---------------------------------------------------------------------------
# The way out
# ---------------------------------------------------------------------------

locals {
  nat_count    = !local.create_vpc || var.nat == "none" ? 0 : var.nat == "single" ? 1 : local.zone_count
  public_count = local.nat_count == 0 ? 0 : local.zone_count
}

resource "aws_internet_gateway" "this" {
  count = local.nat_count > 0 ? 1 : 0

  vpc_id = aws_vpc.this[0].id
  tags   = merge({ Name = var.cluster_name }, var.tags)
}

resource "aws_subnet" "public" {
  count = local.public_count

  vpc_id            = aws_vpc.this[0].id
  cidr_block        = cidrsubnet(local.public_cidr, 5, count.index)
  availability_zone = try(element(local.zones, count.index), null)

  tags = merge({
    Name                     = "${var.cluster_name}-public-${count.index}"
    "kubernetes.io/role/elb" = "1"
  }, var.tags)
}

resource "aws_route_table" "public" {
  count = local.nat_count > 0 ? 1 : 0

  vpc_id = aws_vpc.this[0].id
  tags   = merge({ Name = "${var.cluster_name}-public" }, var.tags)
}

resource "aws_route" "public_internet" {
  count = local.nat_count > 0 ? 1 : 0

  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_route_table_association" "public" {
  count = local.public_count

  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public[0].id
}

resource "aws_eip" "nat" {
  count = local.nat_count

  domain = "vpc"
  tags   = merge({ Name = "${var.cluster_name}-nat-${count.index}" }, var.tags)

  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  count = local.nat_count

  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id
  tags          = merge({ Name = "${var.cluster_name}-${count.index}" }, var.tags)

  depends_on = [aws_route.public_internet]
}

resource "aws_route" "private_internet" {
  count = local.nat_count > 0 ? local.zone_count : 0

  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[var.nat == "single" ? 0 : count.index].id
}

# ---------------------------------------------------------------------------
# Who else may reach the private API endpoint
# ---------------------------------------------------------------------------

resource "aws_vpc_security_group_ingress_rule" "private_access" {
  count = length(var.private_access_cidrs)

  security_group_id = local.cluster_security_group_id
  description       = "Kubernetes API from ${var.private_access_cidrs[count.index]}"
  cidr_ipv4         = var.private_access_cidrs[count.index]
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = var.tags
}
