# A cluster in a VPC that is there already. Here the VPC is made by the same configuration, so that the example applies by
# itself and its ids are unknown at plan; with your own VPC, give its ids as strings.
data "aws_availability_zones" "available" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

resource "aws_vpc" "shared" {
  cidr_block           = "10.60.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = "shared" }
}

resource "aws_internet_gateway" "shared" {
  vpc_id = aws_vpc.shared.id
}

resource "aws_subnet" "public" {
  vpc_id            = aws_vpc.shared.id
  cidr_block        = "10.60.240.0/24"
  availability_zone = data.aws_availability_zones.available.names[0]

  tags = { Name = "shared-public" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.shared.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.shared.id
  }
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_eip" "nat" {
  domain = "vpc"

  depends_on = [aws_internet_gateway.shared]
}

resource "aws_nat_gateway" "shared" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.public.id

  depends_on = [aws_route_table_association.public]
}

resource "aws_subnet" "private" {
  count = 2

  vpc_id            = aws_vpc.shared.id
  cidr_block        = cidrsubnet("10.60.0.0/16", 3, count.index)
  availability_zone = data.aws_availability_zones.available.names[count.index]

  tags = {
    Name                              = "shared-private-${count.index}"
    "kubernetes.io/role/internal-elb" = "1"
  }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.shared.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.shared.id
  }
}

resource "aws_route_table_association" "private" {
  count = 2

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private.id
}

module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-existing-vpc"
  cluster_version = "1.36"

  vpc_id     = aws_vpc.shared.id
  subnet_ids = aws_subnet.private[*].id

  gpu_node_groups = {
    inference = {
      instance_types = ["g6.xlarge"]
      max_size       = 2
    }

    # Its pods have EBS volumes, which are in one zone each: so a group of EKS for each subnet, of 0 to 2 nodes.
    stateful = {
      instance_types = ["g6.xlarge"]
      per_zone       = true
      max_size       = 2
      labels         = { "workload-type" = "stateful" }
    }
  }

  # Nodes need the way out before they can join.
  depends_on = [aws_route_table_association.private]
}
