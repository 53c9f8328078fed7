# ---------------------------------------------------------------------------
# Cluster
# ---------------------------------------------------------------------------

variable "cluster_name" {
  description = "Name of the EKS cluster, 1 to 100 letters, digits, hyphens and underscores. Names of roles, functions and groups are made from it and cut with a hash where AWS allows less."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$", var.cluster_name))
    error_message = "cluster_name must start with a letter or digit and hold 1 to 100 letters, digits, hyphens and underscores, as EKS demands."
  }
}

variable "cluster_version" {
  description = "Kubernetes minor version, as in \"1.36\". A version that EKS no longer offers still plans, with a warning that says since when."
  type        = string
  default     = "1.36"
  nullable    = false

  validation {
    condition     = can(regex("^1\\.[0-9]{1,2}$", var.cluster_version))
    error_message = "cluster_version must be a Kubernetes minor version such as \"1.36\": EKS chooses the patch release itself."
  }
}

variable "support_type" {
  description = "What EKS does when standard support of the version ends: `EXTENDED` keeps it for twelve more months at an extra charge per cluster hour, `STANDARD` upgrades the cluster by itself."
  type        = string
  default     = "EXTENDED"
  nullable    = false

  validation {
    condition     = contains(["EXTENDED", "STANDARD"], var.support_type)
    error_message = "support_type must be \"EXTENDED\" or \"STANDARD\"."
  }
}

variable "public_access_cidrs" {
  description = "CIDR blocks that may reach the public API endpoint. Empty (the default) keeps the public endpoint off; the private endpoint is always on."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.public_access_cidrs : can(cidrnetmask(cidr))])
    error_message = "public_access_cidrs must be IPv4 CIDR blocks such as \"203.0.113.0/24\"."
  }
}

variable "private_access_cidrs" {
  description = "CIDR blocks outside the cluster's own security group, such as a VPN or a peered network, that may reach the private API endpoint on port 443. They must be routed to the VPC."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.private_access_cidrs : can(cidrnetmask(cidr))])
    error_message = "private_access_cidrs must be IPv4 CIDR blocks such as \"10.20.0.0/16\"."
  }
}

variable "service_ipv4_cidr" {
  description = "Range of the Kubernetes Service addresses. Null lets EKS take 10.100.0.0/16 or 172.20.0.0/16, whichever does not collide with the VPC. Changing it replaces the cluster."
  type        = string
  default     = null
}

variable "kms_key" {
  description = "KMS key for the envelope encryption of Kubernetes Secrets, as `{ arn = aws_kms_key.example.arn }`; the ARN may be unknown at plan. Null (the default) makes a key of its own, with rotation on. Changing it later replaces the cluster."
  type = object({
    arn = string
  })
  default = null

  validation {
    condition     = var.kms_key == null ? true : var.kms_key.arn != null
    error_message = "kms_key.arn is null: give the ARN of a key, or leave kms_key out to have one made."
  }
}

variable "control_plane_log_types" {
  description = "Control plane logs sent to CloudWatch: any of api, audit, authenticator, controllerManager, scheduler. Empty sends none."
  type        = list(string)
  default     = ["api", "audit", "authenticator"]
  nullable    = false

  validation {
    condition     = alltrue([for t in var.control_plane_log_types : contains(["api", "audit", "authenticator", "controllerManager", "scheduler"], t)])
    error_message = "control_plane_log_types may hold api, audit, authenticator, controllerManager and scheduler only."
  }
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the control plane's and the installer's logs. 0 keeps them for ever."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a value that CloudWatch knows: 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "addons" {
  description = "EKS add-ons by name. vpc-cni, kube-proxy, eks-pod-identity-agent and coredns are always installed; name one here to set its version or configuration, name another (such as metrics-server) to add it. `version` null takes EKS's default for the cluster version; `configuration_values` is JSON."
  type = map(object({
    version              = optional(string)
    configuration_values = optional(string)
  }))
  default  = {}
  nullable = false
}

# ---------------------------------------------------------------------------
# Network
# ---------------------------------------------------------------------------

variable "create_vpc" {
  description = "Whether to create a VPC. Null (the default) creates one exactly when `subnet_ids` is empty. Set it to false together with `vpc_id` and `subnet_ids` when the length of `subnet_ids` is not known at plan."
  type        = bool
  default     = null
}

variable "vpc_id" {
  description = "VPC to use. Needed with `subnet_ids`; leave it out to have a VPC created. May be unknown at plan."
  type        = string
  default     = null
}

variable "subnet_ids" {
  description = "Private subnets of `vpc_id`, in at least two availability zones, for the control plane's interfaces, all nodes and the installer. Empty (the default) has a VPC created. The ids may be unknown at plan."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "vpc_cidr" {
  description = "Range of the created VPC, /16 to /20. Each zone gets a quarter of it as a private subnet, of four or more zones an eighth; public subnets are a 256th each, in the last eighth. A range that cannot hold the groups at max_size is refused."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) ? tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 20 : false
    error_message = "vpc_cidr must be an IPv4 CIDR block of /16 to /20, such as \"10.0.0.0/16\"."
  }
}

variable "private_subnet_cidrs" {
  description = "Ranges of the created VPC's private subnets, one for each zone, in place of the derived ones. Give the present ones before you go from three zones to four: derived ranges would get smaller, and every subnet be replaced."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.private_subnet_cidrs : can(cidrnetmask(cidr))])
    error_message = "private_subnet_cidrs must be IPv4 CIDR blocks such as \"10.0.64.0/18\"."
  }
}

variable "availability_zones" {
  description = "Zones of the created VPC, by name, two to six. Choose those that offer your GPU instance types. Empty takes the first `availability_zone_count` zones that EKS supports, once, when the cluster is made."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.availability_zones) == 0 || (length(var.availability_zones) >= 2 && length(var.availability_zones) <= 6)
    error_message = "availability_zones must name two to six zones (EKS needs two), or be empty."
  }
}

variable "availability_zone_count" {
  description = "How many zones the created VPC spans when `availability_zones` is empty, two to six."
  type        = number
  default     = 3
  nullable    = false

  validation {
    condition     = var.availability_zone_count >= 2 && var.availability_zone_count <= 6 && floor(var.availability_zone_count) == var.availability_zone_count
    error_message = "availability_zone_count must be a whole number from 2 to 6 (EKS needs two zones)."
  }
}

variable "nat" {
  description = "How nodes of the created VPC reach the internet: `single` NAT gateway, one `per_az`, or `none`, which creates the VPC endpoints that a cluster without internet needs (images must then come from `image_mirror`)."
  type        = string
  default     = "single"
  nullable    = false

  validation {
    condition     = contains(["single", "per_az", "none"], var.nat)
    error_message = "nat must be \"single\", \"per_az\" or \"none\"."
  }
}

variable "vpc_endpoints" {
  description = <<-EOT
    VPC endpoints of a cluster without internet: autoscaling, ec2, ecr.api, ecr.dkr, eks, eks-auth, elasticloadbalancing, kms, logs, sts, and S3 as a gateway.
    - `create`: whether to make them. Null makes them in a created VPC with `nat = "none"`; true makes them in any VPC, yours as well.
    - `subnet_ids`: in a VPC of your own, subnets for the interface endpoints, one in each zone; empty takes the cluster's. May be unknown at plan.
    - `route_table_ids`: in a VPC of your own, route tables of the private subnets, for the S3 gateway endpoint, which ECR's image layers come through. May be unknown at plan.
    - `existing_services`: services that the VPC has an endpoint for already, such as `ec2` or `s3`; none is made for them.
    - `allowed_cidrs`: further ranges that may use the interface endpoints; nodes and pods always may.
    - `policies`: policies by service, as JSON, in place of the module's own, which let in principals of this account and what needs no principal: image layers of ECR, packages of AL2023, tokens of service accounts. May be unknown at plan.
  EOT
  type = object({
    create            = optional(bool)
    subnet_ids        = optional(list(string), [])
    route_table_ids   = optional(list(string), [])
    existing_services = optional(list(string), [])
    allowed_cidrs     = optional(list(string), [])
    policies          = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for cidr in var.vpc_endpoints.allowed_cidrs : can(cidrnetmask(cidr))])
    error_message = "vpc_endpoints.allowed_cidrs must be IPv4 CIDR blocks such as \"10.20.0.0/16\"."
  }
}

variable "additional_vpc_endpoints" {
  description = "Further interface endpoints by service, such as `ssm`, `ssmmessages` and `ec2messages` for Session Manager; in a VPC of your own only with `vpc_endpoints = { create = true }`. AWS's own policy, which allows everything, holds for them, or one of `vpc_endpoints.policies`."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "vpc_cni" {
  description = <<-EOT
    How the VPC CNI takes addresses for pods. Without anything, a node holds addresses for 12 pods and keeps 4 free, where AWS's default keeps a whole network interface warm: up to 98 addresses on a large GPU node.
    - `prefix_delegation`: takes /28 prefixes in place of single addresses: fewer calls to EC2 and more pods on a node, if the group's max pods are raised too. Needs unbroken /28 blocks in the subnets.
    - `warm_ip_target`: free addresses that a node keeps for the next pods; 4 when left out.
    - `minimum_ip_target`: addresses that a node takes at once; 12 when left out.
    - `warm_prefix_target`: free prefixes that a node keeps, with prefix_delegation and without the other two targets, which would override it.
  EOT
  type = object({
    prefix_delegation  = optional(bool, false)
    warm_ip_target     = optional(number)
    minimum_ip_target  = optional(number)
    warm_prefix_target = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for target in [var.vpc_cni.warm_ip_target, var.vpc_cni.minimum_ip_target, var.vpc_cni.warm_prefix_target] :
      target == null ? true : target >= 1 && floor(target) == target
    ])
    error_message = "The targets of vpc_cni must be whole numbers from 1: the CNI takes 0 for not given."
  }

  validation {
    condition     = var.vpc_cni.warm_prefix_target == null ? true : var.vpc_cni.prefix_delegation
    error_message = "vpc_cni.warm_prefix_target counts prefixes, which there are only with prefix_delegation = true: set it, or give warm_ip_target."
  }

  validation {
    condition     = var.vpc_cni.warm_prefix_target == null ? true : var.vpc_cni.warm_ip_target == null && var.vpc_cni.minimum_ip_target == null
    error_message = "vpc_cni has warm_prefix_target beside warm_ip_target or minimum_ip_target, which override it: keep one kind."
  }
}

variable "additional_security_group_ids" {
  description = "Security groups that all nodes carry besides the cluster security group. May be unknown at plan."
  type        = list(string)
  default     = []
  nullable    = false
}

# ---------------------------------------------------------------------------
# Nodes
# ---------------------------------------------------------------------------

variable "system_node_group" {
  description = "The untainted group without GPUs that CoreDNS, the Cluster Autoscaler and other system pods run on. `ami_type` null is derived from the instance types; `kubernetes_version` null follows the cluster; `release_version` null never pins one, `latest` takes EKS's newest at each plan."
  type = object({
    instance_types          = optional(list(string), ["m7i.large"])
    min_size                = optional(number, 2)
    max_size                = optional(number, 4)
    desired_size            = optional(number)
    ami_type                = optional(string)
    kubernetes_version      = optional(string)
    release_version         = optional(string)
    root_volume_gib         = optional(number, 50)
    labels                  = optional(map(string), {})
    subnet_ids              = optional(list(string), [])
    additional_iam_policies = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(var.system_node_group.instance_types) > 0
    error_message = "system_node_group.instance_types is empty: name at least one type, or leave it out to have m7i.large."
  }

  validation {
    condition     = var.system_node_group.min_size >= 2
    error_message = "system_node_group.min_size must be at least 2: CoreDNS and the autoscaler have nowhere else to run when a node goes away."
  }

  validation {
    condition     = var.system_node_group.max_size >= var.system_node_group.min_size
    error_message = "system_node_group.max_size is below min_size: raise max_size or lower min_size."
  }

  validation {
    condition     = var.system_node_group.desired_size == null ? true : var.system_node_group.desired_size >= var.system_node_group.min_size && var.system_node_group.desired_size <= var.system_node_group.max_size
    error_message = "system_node_group.desired_size must lie between min_size and max_size."
  }

  validation {
    condition     = var.system_node_group.kubernetes_version == null ? true : can(regex("^1\\.[0-9]{1,2}$", var.system_node_group.kubernetes_version))
    error_message = "system_node_group.kubernetes_version must be a Kubernetes minor version such as \"1.36\", or left out to follow the cluster."
  }

  validation {
    condition     = length(distinct([for t in var.system_node_group.instance_types : can(regex("^[a-z]+[0-9]+g", t))])) <= 1
    error_message = "system_node_group.instance_types mixes arm64 (Graviton) and x86_64 types: one group has one AMI, so use one architecture."
  }
}

variable "gpu_node_groups" {
  description = <<-EOT
    GPU node groups by name. Every attribute is optional:
    - `instance_types`: EC2 types, up to 20, all with the same GPU count and architecture.
    - `capacity_type`: `ON_DEMAND`, `SPOT`, or `CAPACITY_BLOCK` for a Capacity Block for ML, which needs `capacity_reservation.id`, one instance type and one subnet.
    - `min_size`, `max_size`, `desired_size`: nodes. desired_size (null: min_size) counts at creation only, then the autoscaler owns it.
    - `labels`: merged over the module's own (nvidia.com/gpu, nvidia.com/gpu.present, k8s.amazonaws.com/accelerator, eks-gpu-clusters/ami-family).
    - `taints`: null gives `nvidia.com/gpu=true:NO_SCHEDULE`; a list replaces it; `[]` leaves the group untainted.
    - `ami_family`: `al2023` (default) or `bottlerocket`.
    - `ami_type`: EKS AMI type; null derives it from family and instance types.
    - `ami_id`: custom AMI of that family; its user data then joins the node to the cluster. May be unknown at plan.
    - `user_data`: `none` leaves user data out, for an AMI that brings its own bootstrap.
    - `kubernetes_version`: minor of this group's nodes, up to three behind the cluster; null follows the cluster. Holds a group back while the control plane is upgraded.
    - `release_version`: AMI release to pin; null never pins one; `latest` takes EKS's newest at each plan, so that a new release rolls the group with the next apply.
    - `max_unavailable`, `max_unavailable_percentage`: nodes that an update replaces at once, in number or per cent, one of the two; null is one node.
    - `node_repair`: whether EKS replaces nodes that stay unhealthy; null leaves EKS's default (off).
    - `additional_iam_policies`: policy ARNs for this group's role only. May be unknown at plan.
    - `additional_security_group_ids`: further security groups. May be unknown at plan.
    - `subnet_ids`: subnets of this group; empty takes the cluster's.
    - `availability_zones`: zones of the created VPC that this group stays in, by name; empty takes all.
    - `per_zone`: makes a node group of EKS for each subnet, which the autoscaler balances and scales by zone, as pods with zonal volumes need. Sizes then count for each zone.
    - `capacity_reservation`: reserved capacity that the nodes run in: `id` of an On-Demand Capacity Reservation or a Capacity Block, or `resource_group_arn` of several reservations. Or `preference` without either: `open`, `none`, or `capacity-reservations-only`. May be unknown at plan.
    - `schedule`: hours of a Capacity Block, in UTC as its reservation says: from `start` the group has `size` nodes (null: max_size), 45 minutes before `end` (75 for UltraServers) none; the autoscaler leaves it alone. Must be known at plan.
    - `placement_group`: puts the nodes of the group close together, in a cluster placement group of its own. Needs one subnet.
    - `efa`: Elastic Fabric Adapter on every network card that has it, with security group, device plugin and huge pages. Needs one subnet and types with EFA.
    - `root_volume`: size in GiB (to 64 TiB), gp3 throughput (MiB/s) and IOPS (null: AWS's 125 and 3000), `kms_key_arn` of a key of your own (null: the account's default key for EBS; may be unknown at plan), `device_name` for a custom AMI whose root is elsewhere.
    - `local_storage`: `raid0` joins the instance's NVMe disks for images and pods; `mount` gives each a file system of its own below /mnt/k8s-disks for pods that ask for it by hostPath, and leaves images and pods on the root volume (AL2023 only); `none` leaves them alone; null is raid0 where the type has NVMe.
    - `max_pods`: pods that a node takes; null lets EKS compute it from the addresses of the type. The module refuses more than there are addresses for (prefix delegation of vpc-cni counts).
    - `kubelet`: kubelet settings under the same names for both operating systems. `max_parallel_image_pulls` (AL2023 only), `registry_pull_qps`, `registry_burst`, `image_gc_high_threshold_percent`, `image_gc_low_threshold_percent`, `kube_reserved` and `system_reserved` (each `{ cpu, memory, ephemeral_storage }`), `eviction_hard`, `eviction_soft` and `eviction_soft_grace_period` by signal such as `memory.available`, `cpu_manager_policy`, `topology_manager_policy`, `topology_manager_scope`, `pod_pids_limit`, `container_log_max_size`, `container_log_max_files`. What is left out stays as the image has it.
    - `containerd`: `max_concurrent_downloads` layers of one image at once, or `config`, TOML that nodeadm merges into containerd's configuration (AL2023 only).
    - `fast_image_pull`: pulls and unpacks layers in parallel by the SOCI snapshotter of EKS's images. Wants 4 vCPUs, 7 GiB of memory and a volume of 600 MiB/s.
    - `preload_images`: container images that each node pulls as soon as it joins, by a DaemonSet with image volumes; Kubernetes 1.35 or newer. Nothing of the images runs.
    - `extra_user_data`: more for the node's first boot: `node_config` (a NodeConfig document, AL2023), `shell` (a script, AL2023), `toml` (settings, Bottlerocket).
    - `metadata_hop_limit`: 1 keeps pods away from the node's credentials; 2 lets them in.
    - `sharing`: how pods share the GPUs: `time_slicing`, `mps` or `mig`; time_slicing may also share MIG devices. Null gives each pod whole GPUs.
    - `tags`: AWS tags of this group's resources.
    - `scale_down`: when the Cluster Autoscaler takes nodes of this group away; what is left out is as in `cluster_autoscaler.scale_down`.
    - `scale_down.unneeded_time`, `scale_down.unready_time`: how long a node is not needed, or not ready, before it goes, as in `30m`.
    - `scale_down.utilization_threshold`, `scale_down.gpu_utilization_threshold`: share of requested vCPU or memory, and of GPUs (which is what counts on GPU nodes), up to which a node is not needed.
    - `scale_down.ignore_daemonsets_utilization`: whether pods of DaemonSets do not count when it is asked how full a node is.
  EOT
  type = map(object({
    instance_types = optional(list(string), ["g5.xlarge"])
    capacity_type  = optional(string, "ON_DEMAND")
    min_size       = optional(number, 0)
    max_size       = optional(number, 1)
    desired_size   = optional(number)
    labels         = optional(map(string), {})
    taints = optional(list(object({
      key    = string
      value  = optional(string)
      effect = optional(string, "NO_SCHEDULE")
    })))
    ami_id                        = optional(string)
    ami_family                    = optional(string)
    ami_type                      = optional(string)
    user_data                     = optional(string)
    kubernetes_version            = optional(string)
    release_version               = optional(string)
    max_unavailable               = optional(number)
    max_unavailable_percentage    = optional(number)
    node_repair                   = optional(bool)
    additional_iam_policies       = optional(list(string), [])
    additional_security_group_ids = optional(list(string), [])
    subnet_ids                    = optional(list(string), [])
    availability_zones            = optional(list(string), [])
    per_zone                      = optional(bool, false)
    capacity_reservation = optional(object({
      id                 = optional(string)
      resource_group_arn = optional(string)
      preference         = optional(string)
    }))
    schedule = optional(object({
      start = string
      end   = string
      size  = optional(number)
    }))
    placement_group = optional(bool, false)
    efa             = optional(bool, false)
    root_volume = optional(object({
      size_gib    = optional(number, 200)
      throughput  = optional(number)
      iops        = optional(number)
      kms_key_arn = optional(string)
      device_name = optional(string)
    }), {})
    local_storage = optional(string)
    max_pods      = optional(number)
    kubelet = optional(object({
      max_parallel_image_pulls        = optional(number)
      registry_pull_qps               = optional(number)
      registry_burst                  = optional(number)
      image_gc_high_threshold_percent = optional(number)
      image_gc_low_threshold_percent  = optional(number)
      kube_reserved = optional(object({
        cpu               = optional(string)
        memory            = optional(string)
        ephemeral_storage = optional(string)
      }), {})
      system_reserved = optional(object({
        cpu               = optional(string)
        memory            = optional(string)
        ephemeral_storage = optional(string)
      }), {})
      eviction_hard              = optional(map(string), {})
      eviction_soft              = optional(map(string), {})
      eviction_soft_grace_period = optional(map(string), {})
      cpu_manager_policy         = optional(string)
      topology_manager_policy    = optional(string)
      topology_manager_scope     = optional(string)
      pod_pids_limit             = optional(number)
      container_log_max_size     = optional(string)
      container_log_max_files    = optional(number)
    }), {})
    containerd = optional(object({
      config                   = optional(string)
      max_concurrent_downloads = optional(number)
    }), {})
    fast_image_pull = optional(bool, false)
    preload_images  = optional(list(string), [])
    extra_user_data = optional(object({
      node_config = optional(string)
      shell       = optional(string)
      toml        = optional(string)
    }), {})
    metadata_hop_limit = optional(number, 1)
    sharing = optional(object({
      time_slicing = optional(object({
        replicas                       = number
        rename                         = optional(bool, false)
        fail_requests_greater_than_one = optional(bool, true)
      }))
      mps = optional(object({
        replicas = number
        rename   = optional(bool, false)
      }))
      mig = optional(object({
        devices  = map(number)
        strategy = optional(string)
      }))
    }))
    tags = optional(map(string), {})
    scale_down = optional(object({
      unneeded_time                 = optional(string)
      unready_time                  = optional(string)
      utilization_threshold         = optional(number)
      gpu_utilization_threshold     = optional(number)
      ignore_daemonsets_utilization = optional(bool)
    }), {})
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,62}$", name))])
    error_message = "Group names must start with a letter or digit and hold 1 to 63 letters, digits, hyphens and underscores. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,62}$", name))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : length(g.instance_types) >= 1 && length(g.instance_types) <= 20])
    error_message = "instance_types must name 1 to 20 types (leave it out for g5.xlarge). Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if length(g.instance_types) < 1 || length(g.instance_types) > 20])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : contains(["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"], g.capacity_type)])
    error_message = "capacity_type must be \"ON_DEMAND\", \"SPOT\" or \"CAPACITY_BLOCK\". Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${g.capacity_type})" if !contains(["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"], g.capacity_type)])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.capacity_reservation == null ? true : g.capacity_reservation.preference == null ? true : contains(["open", "none", "capacity-reservations-only"], g.capacity_reservation.preference)])
    error_message = "capacity_reservation.preference must be \"open\", \"none\" or \"capacity-reservations-only\", or left out with an id or a resource_group_arn. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(g.capacity_reservation == null ? true : g.capacity_reservation.preference == null ? true : contains(["open", "none", "capacity-reservations-only"], g.capacity_reservation.preference))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.schedule == null ? true : can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", g.schedule.start)) && can(timecmp(g.schedule.start, g.schedule.end)) && can(regex("Z$", g.schedule.end))])
    error_message = "schedule.start and schedule.end must be moments in UTC such as \"2030-01-07T11:30:00Z\". Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (start ${g.schedule.start}, end ${g.schedule.end})" if !(g.schedule == null ? true : can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", g.schedule.start)) && can(timecmp(g.schedule.start, g.schedule.end)) && can(regex("Z$", g.schedule.end)))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.min_size >= 0 && g.max_size >= 1 && g.min_size <= g.max_size])
    error_message = "min_size must not be negative nor above max_size, and max_size (1 when left out) at least 1: raise max_size or lower min_size. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (min_size ${g.min_size}, max_size ${g.max_size})" if !(g.min_size >= 0 && g.max_size >= 1 && g.min_size <= g.max_size)])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.desired_size == null ? true : g.desired_size >= g.min_size && g.desired_size <= g.max_size])
    error_message = "desired_size must lie between min_size (0 when left out) and max_size (1 when left out): raise max_size or lower desired_size. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (min_size ${g.min_size}, desired_size ${coalesce(g.desired_size, g.min_size)}, max_size ${g.max_size})" if !(g.desired_size == null ? true : g.desired_size >= g.min_size && g.desired_size <= g.max_size)])}."
  }

  validation {
    condition     = alltrue(flatten([for name, g in var.gpu_node_groups : [for t in coalesce(g.taints, []) : contains(["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"], t.effect)]]))
    error_message = "A taint's effect must be NO_SCHEDULE, NO_EXECUTE or PREFER_NO_SCHEDULE (EKS's spelling, not Kubernetes's NoSchedule). Wrong: ${join(", ", flatten([for name, g in var.gpu_node_groups : [for t in coalesce(g.taints, []) : "${name} (${t.key}: ${t.effect})" if !contains(["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"], t.effect)]]))}."
  }

  validation {
    condition     = alltrue(flatten([for name, g in var.gpu_node_groups : [for t in coalesce(g.taints, []) : t.value == null ? false : length(t.value) > 0]]))
    error_message = "A taint without a value is not seen by the Cluster Autoscaler at zero nodes, which then buys nodes that help nobody: give every taint a value, such as \"true\". Wrong: ${join(", ", flatten([for name, g in var.gpu_node_groups : [for t in coalesce(g.taints, []) : "${name} (${t.key})" if t.value == null ? true : length(t.value) == 0]]))}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : length(distinct([for t in coalesce(g.taints, []) : t.key])) == length(coalesce(g.taints, []))])
    error_message = "A taint key occurs twice in one group; the Auto Scaling group's tag can hold one value and effect for each key, so keep one of them. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if length(distinct([for t in coalesce(g.taints, []) : t.key])) != length(coalesce(g.taints, []))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.ami_family == null ? true : contains(["al2023", "bottlerocket"], g.ami_family)])
    error_message = "ami_family must be \"al2023\" or \"bottlerocket\". Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${coalesce(g.ami_family, "al2023")})" if !(g.ami_family == null ? true : contains(["al2023", "bottlerocket"], g.ami_family))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.user_data == null ? true : g.user_data == "none"])
    error_message = "user_data must be left out (the module writes it) or \"none\" (the custom AMI brings its own bootstrap). Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(g.user_data == null ? true : g.user_data == "none")])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.local_storage == null ? true : contains(["raid0", "mount", "none"], g.local_storage)])
    error_message = "local_storage must be \"raid0\", \"mount\", \"none\" or left out. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(g.local_storage == null ? true : contains(["raid0", "mount", "none"], g.local_storage))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.metadata_hop_limit >= 1 && g.metadata_hop_limit <= 64])
    error_message = "metadata_hop_limit must lie between 1 and 64. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(g.metadata_hop_limit >= 1 && g.metadata_hop_limit <= 64)])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.root_volume.size_gib >= 20 && g.root_volume.size_gib <= 65536])
    error_message = "root_volume.size_gib must lie between 20 and 65536. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${g.root_volume.size_gib})" if !(g.root_volume.size_gib >= 20 && g.root_volume.size_gib <= 65536)])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.root_volume.throughput == null ? true : g.root_volume.throughput >= 125 && g.root_volume.throughput <= 2000])
    error_message = "root_volume.throughput must lie between 125 and 2000 MiB/s, which is what a gp3 volume can have; above 1000 MiB/s hashicorp/aws 5 refuses it, and 6 takes it in releases since October 2025. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${coalesce(g.root_volume.throughput, 125)})" if !(g.root_volume.throughput == null ? true : g.root_volume.throughput >= 125 && g.root_volume.throughput <= 2000)])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.root_volume.iops == null ? true : g.root_volume.iops >= 3000 && g.root_volume.iops <= min(80000, 500 * g.root_volume.size_gib)])
    error_message = "root_volume.iops must lie between 3000 and 80000, and a gp3 volume takes no more than 500 for each GiB: lower iops or raise size_gib. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${coalesce(g.root_volume.iops, 3000)} on ${g.root_volume.size_gib} GiB)" if !(g.root_volume.iops == null ? true : g.root_volume.iops >= 3000 && g.root_volume.iops <= min(80000, 500 * g.root_volume.size_gib))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : coalesce(g.root_volume.throughput, 125) <= coalesce(g.root_volume.iops, 3000) / 4])
    error_message = "A gp3 volume has at most 0.25 MiB/s of throughput for each of its IOPS: raise root_volume.iops (3000 when left out, enough for 750 MiB/s) to four times the throughput. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${coalesce(g.root_volume.throughput, 125)} MiB/s with ${coalesce(g.root_volume.iops, 3000)} IOPS)" if !(coalesce(g.root_volume.throughput, 125) <= coalesce(g.root_volume.iops, 3000) / 4)])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.kubernetes_version == null ? true : can(regex("^1\\.[0-9]{1,2}$", g.kubernetes_version))])
    error_message = "kubernetes_version must be a Kubernetes minor version such as \"1.36\", or left out to follow the cluster. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${coalesce(g.kubernetes_version, "-")})" if !(g.kubernetes_version == null ? true : can(regex("^1\\.[0-9]{1,2}$", g.kubernetes_version)))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.max_unavailable == null || g.max_unavailable_percentage == null])
    error_message = "max_unavailable and max_unavailable_percentage are two ways to say the same: EKS takes one of them, so remove the other. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(g.max_unavailable == null || g.max_unavailable_percentage == null)])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : coalesce(g.max_unavailable, 1) >= 1 && coalesce(g.max_unavailable, 1) <= 100 && floor(coalesce(g.max_unavailable, 1)) == coalesce(g.max_unavailable, 1)])
    error_message = "max_unavailable must be a whole number from 1 to 100. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${coalesce(g.max_unavailable, 1)})" if !(coalesce(g.max_unavailable, 1) >= 1 && coalesce(g.max_unavailable, 1) <= 100 && floor(coalesce(g.max_unavailable, 1)) == coalesce(g.max_unavailable, 1))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : coalesce(g.max_unavailable_percentage, 1) >= 1 && coalesce(g.max_unavailable_percentage, 1) <= 100 && floor(coalesce(g.max_unavailable_percentage, 1)) == coalesce(g.max_unavailable_percentage, 1)])
    error_message = "max_unavailable_percentage must be a whole number from 1 to 100. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${coalesce(g.max_unavailable_percentage, 1)})" if !(coalesce(g.max_unavailable_percentage, 1) >= 1 && coalesce(g.max_unavailable_percentage, 1) <= 100 && floor(coalesce(g.max_unavailable_percentage, 1)) == coalesce(g.max_unavailable_percentage, 1))])}."
  }

  validation {
    condition     = alltrue(flatten([for name, g in var.gpu_node_groups : [for duration in compact([g.scale_down.unneeded_time, g.scale_down.unready_time]) : can(regex("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$", duration))]]))
    error_message = "scale_down.unneeded_time and unready_time must be of the form 90s, 10m or 1h30m: the autoscaler drops any other without a word. Wrong: ${join(", ", flatten([for name, g in var.gpu_node_groups : [for duration in compact([g.scale_down.unneeded_time, g.scale_down.unready_time]) : "${name} (${duration})" if !can(regex("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$", duration))]]))}."
  }

  validation {
    condition     = alltrue(flatten([for name, g in var.gpu_node_groups : [for share in [g.scale_down.utilization_threshold, g.scale_down.gpu_utilization_threshold] : share == null ? true : share >= 0 && share <= 1]]))
    error_message = "scale_down.utilization_threshold and gpu_utilization_threshold are shares from 0 to 1. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !alltrue([for share in [g.scale_down.utilization_threshold, g.scale_down.gpu_utilization_threshold] : share == null ? true : share >= 0 && share <= 1])])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.sharing == null ? true : length([for way in [g.sharing.time_slicing, g.sharing.mps, g.sharing.mig] : true if way != null]) >= 1 && (g.sharing.mps == null || (g.sharing.time_slicing == null && g.sharing.mig == null))])
    error_message = "sharing must hold time_slicing, mps or mig; of two together the device plugin takes time_slicing with mig only (MPS does not work on MIG devices). Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(g.sharing == null ? true : length([for way in [g.sharing.time_slicing, g.sharing.mps, g.sharing.mig] : true if way != null]) >= 1 && (g.sharing.mps == null || (g.sharing.time_slicing == null && g.sharing.mig == null)))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : try(g.sharing.time_slicing.replicas, 2) >= 2 && floor(try(g.sharing.time_slicing.replicas, 2)) == try(g.sharing.time_slicing.replicas, 2)])
    error_message = "sharing.time_slicing.replicas must be a whole number of at least 2: with 1 nothing is shared, so leave sharing out. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${try(g.sharing.time_slicing.replicas, 2)})" if !(try(g.sharing.time_slicing.replicas, 2) >= 2 && floor(try(g.sharing.time_slicing.replicas, 2)) == try(g.sharing.time_slicing.replicas, 2))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : try(g.sharing.mps.replicas, 2) >= 2 && try(g.sharing.mps.replicas, 2) <= 48 && floor(try(g.sharing.mps.replicas, 2)) == try(g.sharing.mps.replicas, 2)])
    error_message = "sharing.mps.replicas must be a whole number from 2 to 48: an MPS server takes 48 clients, and with 1 nothing is shared. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${try(g.sharing.mps.replicas, 2)})" if !(try(g.sharing.mps.replicas, 2) >= 2 && try(g.sharing.mps.replicas, 2) <= 48 && floor(try(g.sharing.mps.replicas, 2)) == try(g.sharing.mps.replicas, 2))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : try(g.sharing.mig, null) == null ? true : length(g.sharing.mig.devices) > 0 && alltrue([for profile, count in g.sharing.mig.devices : count >= 1 && floor(count) == count])])
    error_message = "sharing.mig.devices must name at least one MIG profile, each with how many of it every GPU becomes, such as { \"1g.10gb\" = 7 }. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(try(g.sharing.mig, null) == null ? true : length(g.sharing.mig.devices) > 0 && alltrue([for profile, count in g.sharing.mig.devices : count >= 1 && floor(count) == count]))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : try(g.sharing.mig.strategy, null) == null ? true : contains(["mixed", "single"], g.sharing.mig.strategy)])
    error_message = "sharing.mig.strategy must be \"mixed\" (each profile is a resource of its own), \"single\" (all are nvidia.com/gpu) or left out. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(try(g.sharing.mig.strategy, null) == null ? true : contains(["mixed", "single"], g.sharing.mig.strategy))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.max_pods == null ? true : g.max_pods >= 8 && g.max_pods <= 1000 && floor(g.max_pods) == g.max_pods])
    error_message = "max_pods must be a whole number from 8 (the pods of the cluster itself need some) to 1000. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${coalesce(g.max_pods, 0)})" if !(g.max_pods == null ? true : g.max_pods >= 8 && g.max_pods <= 1000 && floor(g.max_pods) == g.max_pods)])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.kubelet.cpu_manager_policy == null ? true : contains(["none", "static"], g.kubelet.cpu_manager_policy)])
    error_message = "kubelet.cpu_manager_policy must be \"none\" or \"static\". Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${coalesce(g.kubelet.cpu_manager_policy, "-")})" if !(g.kubelet.cpu_manager_policy == null ? true : contains(["none", "static"], g.kubelet.cpu_manager_policy))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.kubelet.topology_manager_policy == null ? true : contains(["none", "best-effort", "restricted", "single-numa-node"], g.kubelet.topology_manager_policy)])
    error_message = "kubelet.topology_manager_policy must be \"none\", \"best-effort\", \"restricted\" or \"single-numa-node\". Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${coalesce(g.kubelet.topology_manager_policy, "-")})" if !(g.kubelet.topology_manager_policy == null ? true : contains(["none", "best-effort", "restricted", "single-numa-node"], g.kubelet.topology_manager_policy))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.kubelet.topology_manager_scope == null ? true : contains(["container", "pod"], g.kubelet.topology_manager_scope)])
    error_message = "kubelet.topology_manager_scope must be \"container\" or \"pod\". Wrong: ${join(", ", [for name, g in var.gpu_node_groups : "${name} (${coalesce(g.kubelet.topology_manager_scope, "-")})" if !(g.kubelet.topology_manager_scope == null ? true : contains(["container", "pod"], g.kubelet.topology_manager_scope))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : alltrue([for signal in concat(keys(g.kubelet.eviction_hard), keys(g.kubelet.eviction_soft), keys(g.kubelet.eviction_soft_grace_period)) : contains(["memory.available", "nodefs.available", "nodefs.inodesFree", "imagefs.available", "imagefs.inodesFree", "pid.available"], signal)])])
    error_message = "An eviction signal of kubelet must be memory.available, nodefs.available, nodefs.inodesFree, imagefs.available, imagefs.inodesFree or pid.available. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(alltrue([for signal in concat(keys(g.kubelet.eviction_hard), keys(g.kubelet.eviction_soft), keys(g.kubelet.eviction_soft_grace_period)) : contains(["memory.available", "nodefs.available", "nodefs.inodesFree", "imagefs.available", "imagefs.inodesFree", "pid.available"], signal)]))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : alltrue([for value in concat(values(g.kubelet.eviction_hard), values(g.kubelet.eviction_soft)) : can(regex("^([0-9]{1,2}%|[0-9]+(Mi|Gi))$", value))])])
    error_message = "An eviction threshold must be a share such as \"10%\" or an amount such as \"500Mi\" or \"20Gi\". Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(alltrue([for value in concat(values(g.kubelet.eviction_hard), values(g.kubelet.eviction_soft)) : can(regex("^([0-9]{1,2}%|[0-9]+(Mi|Gi))$", value))]))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : length(setsubtract(keys(g.kubelet.eviction_soft), keys(g.kubelet.eviction_soft_grace_period))) == 0 && length(setsubtract(keys(g.kubelet.eviction_soft_grace_period), keys(g.kubelet.eviction_soft))) == 0])
    error_message = "The kubelet wants a grace period for each soft threshold and no other: give kubelet.eviction_soft and kubelet.eviction_soft_grace_period the same signals. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(length(setsubtract(keys(g.kubelet.eviction_soft), keys(g.kubelet.eviction_soft_grace_period))) == 0 && length(setsubtract(keys(g.kubelet.eviction_soft_grace_period), keys(g.kubelet.eviction_soft))) == 0)])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : alltrue([for cpu in compact([g.kubelet.kube_reserved.cpu, g.kubelet.system_reserved.cpu]) : can(regex("^[0-9]+m?$", cpu))])])
    error_message = "Reserved cpu must be cores or millicores, such as \"1\" or \"500m\". Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(alltrue([for cpu in compact([g.kubelet.kube_reserved.cpu, g.kubelet.system_reserved.cpu]) : can(regex("^[0-9]+m?$", cpu))]))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : alltrue([for amount in compact([g.kubelet.kube_reserved.memory, g.kubelet.kube_reserved.ephemeral_storage, g.kubelet.system_reserved.memory, g.kubelet.system_reserved.ephemeral_storage]) : can(regex("^[0-9]+(Mi|Gi)$", amount))])])
    error_message = "Reserved memory and ephemeral_storage must be in Mi or Gi, such as \"2Gi\". Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(alltrue([for amount in compact([g.kubelet.kube_reserved.memory, g.kubelet.kube_reserved.ephemeral_storage, g.kubelet.system_reserved.memory, g.kubelet.system_reserved.ephemeral_storage]) : can(regex("^[0-9]+(Mi|Gi)$", amount))]))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : alltrue([for percent in [for value in [g.kubelet.image_gc_high_threshold_percent, g.kubelet.image_gc_low_threshold_percent] : value if value != null] : percent >= 0 && percent <= 100]) && coalesce(g.kubelet.image_gc_low_threshold_percent, 80) < coalesce(g.kubelet.image_gc_high_threshold_percent, 85)])
    error_message = "kubelet.image_gc_low_threshold_percent (80 when left out) must lie below image_gc_high_threshold_percent (85 when left out), both from 0 to 100. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(alltrue([for percent in [for value in [g.kubelet.image_gc_high_threshold_percent, g.kubelet.image_gc_low_threshold_percent] : value if value != null] : percent >= 0 && percent <= 100]) && coalesce(g.kubelet.image_gc_low_threshold_percent, 80) < coalesce(g.kubelet.image_gc_high_threshold_percent, 85))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : alltrue([for count in [for value in [g.kubelet.max_parallel_image_pulls, g.kubelet.registry_pull_qps, g.kubelet.registry_burst, g.kubelet.pod_pids_limit, g.kubelet.container_log_max_files, g.containerd.max_concurrent_downloads] : value if value != null] : count >= 1 && floor(count) == count])])
    error_message = "kubelet.max_parallel_image_pulls, registry_pull_qps, registry_burst, pod_pids_limit, container_log_max_files and containerd.max_concurrent_downloads must be whole numbers from 1 on. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(alltrue([for count in [for value in [g.kubelet.max_parallel_image_pulls, g.kubelet.registry_pull_qps, g.kubelet.registry_burst, g.kubelet.pod_pids_limit, g.kubelet.container_log_max_files, g.containerd.max_concurrent_downloads] : value if value != null] : count >= 1 && floor(count) == count]))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.containerd.config == null || g.containerd.max_concurrent_downloads == null])
    error_message = "containerd.config and containerd.max_concurrent_downloads end in the same file: write max_concurrent_downloads into config. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(g.containerd.config == null || g.containerd.max_concurrent_downloads == null)])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.extra_user_data.node_config == null ? true : try(yamldecode(g.extra_user_data.node_config).kind, "") == "NodeConfig"])
    error_message = "extra_user_data.node_config must be one YAML document of kind NodeConfig (apiVersion node.eks.aws/v1alpha1). Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(g.extra_user_data.node_config == null ? true : try(yamldecode(g.extra_user_data.node_config).kind, "") == "NodeConfig")])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : g.extra_user_data.shell == null ? true : startswith(g.extra_user_data.shell, "#!")])
    error_message = "extra_user_data.shell must begin with the line that names its interpreter, such as #!/bin/bash: cloud-init does not run it otherwise. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(g.extra_user_data.shell == null ? true : startswith(g.extra_user_data.shell, "#!"))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : alltrue([for text in compact([g.extra_user_data.node_config, g.extra_user_data.shell]) : !can(regex("(?m)^--BOUNDARY", text))])])
    error_message = "No line of extra_user_data may begin with --BOUNDARY, which parts the documents of the user data. Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(alltrue([for text in compact([g.extra_user_data.node_config, g.extra_user_data.shell]) : !can(regex("(?m)^--BOUNDARY", text))]))])}."
  }

  validation {
    condition     = alltrue([for name, g in var.gpu_node_groups : length(g.preload_images) <= 20 && alltrue([for image in g.preload_images : can(regex("^[a-z0-9]\\S*$", image))])])
    error_message = "preload_images must be up to 20 image names, such as \"vllm/vllm-openai:v0.11.0\". Wrong: ${join(", ", [for name, g in var.gpu_node_groups : name if !(length(g.preload_images) <= 20 && alltrue([for image in g.preload_images : can(regex("^[a-z0-9]\\S*$", image))]))])}."
  }
}

# ---------------------------------------------------------------------------
# Access
# ---------------------------------------------------------------------------

variable "enable_applier_admin" {
  description = "Whether who applies first becomes cluster administrator by an access entry (the role of an assumed-role session). It is recorded then; others come in by `access_entries`."
  type        = bool
  default     = true
  nullable    = false
}

variable "access_entries" {
  description = "Further principals that may use the Kubernetes API, by a name of your choice. `policies` are EKS access policies by name (such as AmazonEKSViewPolicy) or ARN, for the whole cluster or for `namespaces`; `kubernetes_groups` are for your own RBAC. principal_arn may be unknown at plan."
  type = map(object({
    principal_arn     = string
    kubernetes_groups = optional(list(string), [])
    policies = optional(list(object({
      policy     = string
      namespaces = optional(list(string), [])
    })), [])
  }))
  default  = {}
  nullable = false
}

variable "cluster_admins" {
  description = "IAM roles or users that are administrators of the cluster, as ARNs by names of your choice. An ARN may be unknown at plan. Who applies first is one already, with `enable_applier_admin`; another that can get in when that role is gone is a good idea."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "cluster_viewers" {
  description = "IAM roles or users that may look at everything in all namespaces but Secrets, and at no nodes (AmazonEKSViewPolicy), as ARNs by names of your choice. An ARN may be unknown at plan."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "namespace_editors" {
  description = "IAM roles or users that may run what they like in some namespaces (AmazonEKSEditPolicy), by names of your choice. principal_arn may be unknown at plan; the namespaces need not exist yet."
  type = map(object({
    principal_arn = string
    namespaces    = list(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, editor in var.namespace_editors : length(editor.namespaces) > 0])
    error_message = "namespace_editors need namespaces; for the whole cluster use access_entries with AmazonEKSEditPolicy. Wrong: ${join(", ", [for name, editor in var.namespace_editors : name if length(editor.namespaces) == 0])}."
  }
}

variable "enable_irsa" {
  description = "Whether to make the IAM OIDC provider with which pods take roles by their service account's token (IRSA), for software that does not know EKS Pod Identity. The module's own parts need none."
  type        = bool
  default     = false
  nullable    = false
}

variable "iam_role_path" {
  description = "IAM path of every role that the module creates."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([!-~]{1,510}/)?$", var.iam_role_path))
    error_message = "iam_role_path must begin and end with a slash, such as \"/\" or \"/platform/\"."
  }
}

variable "iam_role_permissions_boundary" {
  description = "ARN of the permissions boundary of every role that the module creates. Null sets none. May be unknown at plan."
  type        = string
  default     = null
}

# ---------------------------------------------------------------------------
# In the cluster
# ---------------------------------------------------------------------------

variable "install_manifests" {
  description = "Whether the in-VPC installer applies the device plugin and the Cluster Autoscaler. False leaves the installer out; apply the output `manifests` by other means, such as GitOps."
  type        = bool
  default     = true
  nullable    = false
}

variable "autoscaler" {
  description = "What starts and ends nodes: `cluster-autoscaler` (the module installs it) or `none` (node groups keep their size; for those who bring Karpenter, see `karpenter`)."
  type        = string
  default     = "cluster-autoscaler"
  nullable    = false

  validation {
    condition     = contains(["cluster-autoscaler", "none"], var.autoscaler)
    error_message = "autoscaler must be \"cluster-autoscaler\" or \"none\"."
  }
}

variable "cluster_autoscaler" {
  description = <<-EOT
    Settings of the Cluster Autoscaler. Each is a command line flag of it; one that is left out keeps the autoscaler's own default, but for those whose default is named here. Durations are written as in `10m` or `1h30m`.
    - `image`: image that replaces the one chosen by cluster version.
    - `extra_args`: further command line flags, without their dashes, as in `{ "leader-elect" = "false" }`. They win over everything here.
    - `expanders`: how a group is chosen when several fit, each narrowing what the one before left: `least-waste` (default), `priority`, `most-pods`, `least-nodes`, `random`.
    - `expander_priorities`: which groups to try first, highest priority first; the `priority` expander is then on, before `least-waste`. Groups in none are chosen only when no other fits.
    - `expander_priorities.priority`: number; the highest wins.
    - `expander_priorities.groups`: GPU groups by their name here.
    - `expander_priorities.patterns`: regular expressions (Go's syntax) on names of Auto Scaling groups, for groups made elsewhere.
    - `balance_similar_node_groups`: splits a scale-up over similar groups; on for the zones of groups with `per_zone`.
    - `balancing_ignore_labels`: labels in which similar groups may differ.
    - `balancing_labels`: when given, groups are similar when they have these labels alike, and nothing else is compared.
    - `scale_up_from_zero`: whether the cluster may grow when it has no node that is ready.
    - `aws_use_static_instance_list`: does not ask EC2 for instance types; only for networks without the EC2 endpoint, and then it does not know the newest types.
    - `scan_interval`: time from one look at the cluster to the next.
    - `max_nodes_total`: nodes of the cluster at most; 0 is no limit.
    - `cores_total`, `memory_total`: least and most vCPUs, and GiB of memory, of the whole cluster.
    - `gpu_total`: least and most GPUs of the whole cluster by value of the label k8s.amazonaws.com/accelerator, such as `nvidia-a10g`.
    - `cores_total.min`, `memory_total.min`, `gpu_total.min`: the autoscaler does not go below.
    - `cores_total.max`, `memory_total.max`, `gpu_total.max`: the autoscaler does not go above.
    - `max_nodes_per_scaleup`: nodes that one scale-up adds at most.
    - `max_nodegroup_binpacking_duration`: time for counting the nodes of one group.
    - `expendable_pods_priority_cutoff`: pods of a lower priority start no node and keep none.
    - `new_pod_scale_up_delay`: age that a pod has before a node is started for it.
    - `max_node_provision_time`: time that an instance has to become a node, before another group is tried; default 20m, for large GPU instances.
    - `initial_node_group_backoff_duration`, `max_node_group_backoff_duration`, `node_group_backoff_reset_timeout`: how long a group is left alone after it could not start an instance, at first, at most, and until that is forgotten.
    - `ignore_daemonsets_utilization`: whether pods of DaemonSets do not count when it is asked how full a node is; default true.
    - `ignore_mirror_pods_utilization`: the same for static pods.
    - `force_daemonsets`: counts the pods of all DaemonSets that fit on a new node, also while nodes of the group run.
    - `ignored_taints`, `startup_taints`, `status_taints`: taints by key that new nodes are taken not to have, that they lose once they are ready, and that say how they are.
    - `scale_down`: when nodes are taken away.
    - `scale_down.enabled`: whether they are at all.
    - `scale_down.unneeded_time`: how long a node is not needed before it goes (10m by itself; an idle p5.48xlarge costs about 9 USD in that time). A group's own is in `gpu_node_groups`.
    - `scale_down.unready_time`: how long a node is not ready before it goes.
    - `scale_down.delay_after_add`, `scale_down.delay_after_delete`, `scale_down.delay_after_failure`: rest after nodes came, after one went, and after one could not go.
    - `scale_down.utilization_threshold`: share of requested vCPU or memory up to which a node without GPUs is not needed.
    - `scale_down.gpu_utilization_threshold`: share of requested GPUs up to which a GPU node is not needed; its vCPU and memory do not count. 0.5 by itself: a node with 4 of 8 GPUs in use is emptied when its pods fit elsewhere.
    - `scale_down.non_empty_candidates_count`, `scale_down.candidates_pool_ratio`, `scale_down.candidates_pool_min_count`: how many nodes are looked at.
    - `scale_down.max_parallelism`, `scale_down.max_drain_parallelism`: nodes that go at the same time, and of those the ones that pods are moved from.
    - `scale_down.unremovable_node_recheck_timeout`: time until a node that could not go is looked at again.
    - `scale_down.skip_nodes_with_system_pods`: whether pods of kube-system keep a node; default false.
    - `scale_down.skip_nodes_with_local_storage`: whether pods with emptyDir or hostPath volumes keep a node.
    - `scale_down.skip_nodes_with_custom_controller_pods`: whether pods of controllers that it does not know keep a node.
    - `scale_down.min_replica_count`: pods of a smaller controller keep a node.
    - `metrics`: Prometheus metrics; the pod always serves them on port 8085.
    - `metrics.service`: makes the Service `kube-system/cluster-autoscaler` for them.
    - `metrics.service_monitor`: makes that and a ServiceMonitor; only where the Prometheus Operator's CustomResourceDefinitions are in the cluster already.
    - `metrics.service_monitor_labels`: labels by which your Prometheus chooses ServiceMonitors.
  EOT
  type = object({
    image      = optional(string)
    extra_args = optional(map(string), {})
    expanders  = optional(list(string))
    expander_priorities = optional(list(object({
      priority = number
      groups   = optional(list(string), [])
      patterns = optional(list(string), [])
    })), [])
    balance_similar_node_groups         = optional(bool)
    balancing_ignore_labels             = optional(list(string), [])
    balancing_labels                    = optional(list(string), [])
    scale_up_from_zero                  = optional(bool)
    aws_use_static_instance_list        = optional(bool)
    scan_interval                       = optional(string)
    max_nodes_total                     = optional(number)
    cores_total                         = optional(object({ min = optional(number, 0), max = number }))
    memory_total                        = optional(object({ min = optional(number, 0), max = number }))
    gpu_total                           = optional(map(object({ min = optional(number, 0), max = number })), {})
    max_nodes_per_scaleup               = optional(number)
    max_nodegroup_binpacking_duration   = optional(string)
    expendable_pods_priority_cutoff     = optional(number)
    new_pod_scale_up_delay              = optional(string)
    max_node_provision_time             = optional(string, "20m")
    initial_node_group_backoff_duration = optional(string)
    max_node_group_backoff_duration     = optional(string)
    node_group_backoff_reset_timeout    = optional(string)
    ignore_daemonsets_utilization       = optional(bool, true)
    ignore_mirror_pods_utilization      = optional(bool)
    force_daemonsets                    = optional(bool)
    ignored_taints                      = optional(list(string), [])
    startup_taints                      = optional(list(string), [])
    status_taints                       = optional(list(string), [])
    scale_down = optional(object({
      enabled                                = optional(bool)
      unneeded_time                          = optional(string)
      unready_time                           = optional(string)
      delay_after_add                        = optional(string)
      delay_after_delete                     = optional(string)
      delay_after_failure                    = optional(string)
      utilization_threshold                  = optional(number)
      gpu_utilization_threshold              = optional(number)
      non_empty_candidates_count             = optional(number)
      candidates_pool_ratio                  = optional(number)
      candidates_pool_min_count              = optional(number)
      max_parallelism                        = optional(number)
      max_drain_parallelism                  = optional(number)
      unremovable_node_recheck_timeout       = optional(string)
      skip_nodes_with_system_pods            = optional(bool, false)
      skip_nodes_with_local_storage          = optional(bool)
      skip_nodes_with_custom_controller_pods = optional(bool)
      min_replica_count                      = optional(number)
    }), {})
    metrics = optional(object({
      service                = optional(bool, false)
      service_monitor        = optional(bool, false)
      service_monitor_labels = optional(map(string), {})
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.cluster_autoscaler.expanders == null ? true : alltrue([for e in coalesce(var.cluster_autoscaler.expanders, []) : contains(["random", "most-pods", "least-waste", "least-nodes", "priority"], e)])
    error_message = "cluster_autoscaler.expanders may hold random, most-pods, least-waste, least-nodes and priority (price is not there on AWS; for grpc use extra_args)."
  }

  validation {
    condition     = var.cluster_autoscaler.expanders == null ? true : length(coalesce(var.cluster_autoscaler.expanders, [])) > 0 && length(distinct(coalesce(var.cluster_autoscaler.expanders, []))) == length(coalesce(var.cluster_autoscaler.expanders, []))
    error_message = "cluster_autoscaler.expanders must name at least one expander, and each once; leave it out to have least-waste."
  }

  validation {
    condition     = length(var.cluster_autoscaler.expander_priorities) == 0 || var.cluster_autoscaler.expanders == null ? true : contains(coalesce(var.cluster_autoscaler.expanders, []), "priority")
    error_message = "cluster_autoscaler.expander_priorities are given, but expanders (${join(", ", coalesce(var.cluster_autoscaler.expanders, []))}) lacks \"priority\", which is the one that reads them: add it, or leave expanders out."
  }

  validation {
    condition     = alltrue([for tier in var.cluster_autoscaler.expander_priorities : length(tier.groups) + length(tier.patterns) > 0])
    error_message = "cluster_autoscaler.expander_priorities: a priority needs groups or patterns. Empty: ${join(", ", [for tier in var.cluster_autoscaler.expander_priorities : tostring(tier.priority) if length(tier.groups) + length(tier.patterns) == 0])}."
  }

  validation {
    condition     = alltrue([for tier in var.cluster_autoscaler.expander_priorities : floor(tier.priority) == tier.priority])
    error_message = "cluster_autoscaler.expander_priorities: a priority must be a whole number. Wrong: ${join(", ", [for tier in var.cluster_autoscaler.expander_priorities : tostring(tier.priority) if floor(tier.priority) != tier.priority])}."
  }

  validation {
    condition = alltrue([
      for duration in compact([
        var.cluster_autoscaler.scan_interval, var.cluster_autoscaler.max_nodegroup_binpacking_duration, var.cluster_autoscaler.new_pod_scale_up_delay,
        var.cluster_autoscaler.max_node_provision_time, var.cluster_autoscaler.initial_node_group_backoff_duration,
        var.cluster_autoscaler.max_node_group_backoff_duration, var.cluster_autoscaler.node_group_backoff_reset_timeout,
        var.cluster_autoscaler.scale_down.unneeded_time, var.cluster_autoscaler.scale_down.unready_time, var.cluster_autoscaler.scale_down.delay_after_add,
        var.cluster_autoscaler.scale_down.delay_after_delete, var.cluster_autoscaler.scale_down.delay_after_failure,
        var.cluster_autoscaler.scale_down.unremovable_node_recheck_timeout,
      ]) : can(regex("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$", duration))
    ])
    error_message = "cluster_autoscaler has a duration that is not of the form 90s, 10m or 1h30m: ${join(", ", [for duration in compact([var.cluster_autoscaler.scan_interval, var.cluster_autoscaler.max_nodegroup_binpacking_duration, var.cluster_autoscaler.new_pod_scale_up_delay, var.cluster_autoscaler.max_node_provision_time, var.cluster_autoscaler.initial_node_group_backoff_duration, var.cluster_autoscaler.max_node_group_backoff_duration, var.cluster_autoscaler.node_group_backoff_reset_timeout, var.cluster_autoscaler.scale_down.unneeded_time, var.cluster_autoscaler.scale_down.unready_time, var.cluster_autoscaler.scale_down.delay_after_add, var.cluster_autoscaler.scale_down.delay_after_delete, var.cluster_autoscaler.scale_down.delay_after_failure, var.cluster_autoscaler.scale_down.unremovable_node_recheck_timeout]) : duration if !can(regex("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$", duration))])}."
  }

  validation {
    condition = alltrue([
      for share in [var.cluster_autoscaler.scale_down.utilization_threshold, var.cluster_autoscaler.scale_down.gpu_utilization_threshold, var.cluster_autoscaler.scale_down.candidates_pool_ratio] :
      share == null ? true : share >= 0 && share <= 1
    ])
    error_message = "cluster_autoscaler.scale_down: utilization_threshold, gpu_utilization_threshold and candidates_pool_ratio are shares from 0 to 1."
  }

  validation {
    condition = alltrue([
      for limit in concat([var.cluster_autoscaler.cores_total, var.cluster_autoscaler.memory_total], values(var.cluster_autoscaler.gpu_total)) :
      limit == null ? true : limit.min >= 0 && limit.max >= limit.min
    ])
    error_message = "cluster_autoscaler: cores_total, memory_total and gpu_total need 0 <= min <= max."
  }
}

variable "karpenter" {
  description = <<-EOT
    What Karpenter needs from AWS, for those who install it themselves, with `autoscaler = "none"`: a role and instance profile for its nodes with an access entry, a queue of interruption events, a role for its controller by EKS Pod Identity, and discovery tags on the cluster security group and on created subnets. Null (the default) makes none of it; `{}` makes all. The output `karpenter` has the names.
    - `controller_role`: whether to make the controller's role.
    - `namespace`, `service_account`: of the controller, which alone can take that role.
    - `additional_iam_policies`: policy ARNs for the nodes' role. May be unknown at plan.
  EOT
  type = object({
    controller_role         = optional(bool, true)
    namespace               = optional(string, "kube-system")
    service_account         = optional(string, "karpenter")
    additional_iam_policies = optional(list(string), [])
  })
  default = null
}

variable "dcgm_exporter" {
  description = "NVIDIA's DCGM exporter on every GPU node, for Prometheus: `{}` installs it, null (the default) leaves it out. `profiling` adds metrics of the SMs, tensor cores and memory, and the only utilization of MIG devices; it needs a capability. `service_monitor` adds a ServiceMonitor, for a cluster that has Prometheus Operator's CRDs. `image` replaces the module's."
  type = object({
    image     = optional(string)
    profiling = optional(bool, false)
    service_monitor = optional(object({
      interval = optional(string, "30s")
      labels   = optional(map(string), {})
    }))
  })
  default = null

  validation {
    condition     = can(regex("^[0-9]+(ms|s|m)$", try(coalesce(var.dcgm_exporter.service_monitor.interval, "30s"), "30s")))
    error_message = "dcgm_exporter.service_monitor.interval must be of Prometheus's form, such as \"30s\" or \"1m\"."
  }
}

variable "node_monitoring_agent" {
  description = "EKS's node monitoring agent, which finds broken GPUs, disks and networks: `{}` installs the add-on with a DCGM server that tolerates the taints of all groups, null (the default) leaves it out. `version` null takes EKS's default; `configuration_values` (JSON) replaces the module's."
  type = object({
    version              = optional(string)
    configuration_values = optional(string)
  })
  default = null
}

variable "storage_drivers" {
  description = <<-EOT
    CSI drivers to install, as EKS add-ons, each with a role by EKS Pod Identity that may do no more than is said here; `{}` installs one with nothing further. All ARNs may be unknown at plan.
    - `ebs`: block volumes of one zone. Groups whose pods use them want `per_zone`.
    - `ebs.default_storage_class`: makes the StorageClass `ebs-csi-default-sc` (gp3) the default, which EKS clusters lack.
    - `ebs.kms_key_arns`: your own keys for encrypted volumes.
    - `efs`: files shared by pods of all zones.
    - `efs.file_system_arns`: file systems in which the driver may make access points for new volumes.
    - `fsx`: FSx for Lustre, fast files for training. Volumes of file systems that are there need no more than `{}`.
    - `fsx.dynamic_provisioning`: whether the driver may make file systems, and change and delete those.
    - `fsx.file_system_arns`: file systems made elsewhere that it may enlarge.
    - `fsx.data_repository_bucket_arns`: buckets that new file systems may be linked to.
    - `s3`: buckets as files, by Mountpoint for Amazon S3.
    - `s3.bucket_arns`: buckets that it may read, and write unless read_only.
    - `s3.read_only`: no writing and no deleting.
    - `s3.kms_key_arns`: keys of those buckets.
    - `ebs.version`, `efs.version`, `fsx.version`, `s3.version`: version of the add-on; null takes EKS's default for the cluster version.
    - `ebs.configuration_values`, `efs.configuration_values`, `fsx.configuration_values`, `s3.configuration_values`: JSON for the add-on. Its first keys replace the module's: defaultStorageClass of ebs, node of s3 (which tolerates all taints).
  EOT
  type = object({
    ebs = optional(object({
      default_storage_class = optional(bool, true)
      kms_key_arns          = optional(list(string), [])
      version               = optional(string)
      configuration_values  = optional(string)
    }))
    efs = optional(object({
      file_system_arns     = optional(list(string), [])
      version              = optional(string)
      configuration_values = optional(string)
    }))
    fsx = optional(object({
      dynamic_provisioning        = optional(bool, false)
      file_system_arns            = optional(list(string), [])
      data_repository_bucket_arns = optional(list(string), [])
      version                     = optional(string)
      configuration_values        = optional(string)
    }))
    s3 = optional(object({
      bucket_arns          = optional(list(string), [])
      read_only            = optional(bool, false)
      kms_key_arns         = optional(list(string), [])
      version              = optional(string)
      configuration_values = optional(string)
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.storage_drivers.fsx == null ? true : length(var.storage_drivers.fsx.data_repository_bucket_arns) == 0 || var.storage_drivers.fsx.dynamic_provisioning
    error_message = "storage_drivers.fsx.data_repository_bucket_arns are for file systems that the driver makes: set dynamic_provisioning = true, or remove them."
  }
}

variable "image_mirror" {
  description = "Registry and prefix that replace nvcr.io and registry.k8s.io in image names, as in \"111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror\". Null pulls from the origin. Must be known at plan. `eks-gpu images --mirror` prints what to copy there."
  type        = string
  default     = null

  validation {
    condition     = var.image_mirror == null ? true : can(regex("^[0-9a-z][0-9a-z.-]*(:[0-9]+)?(/[0-9a-z][0-9a-z._-]*)*$", var.image_mirror))
    error_message = "image_mirror must be a registry with an optional prefix, such as \"111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror\": no https:// before it, no slash after it."
  }
}

variable "image_registries" {
  description = "Registries that replace single ones in image names, stronger than `image_mirror`, as in `{ \"registry.k8s.io\" = \"111122223333.dkr.ecr.us-east-1.amazonaws.com/kubernetes\" }` for a pull-through cache. Keys are `nvcr.io` and `registry.k8s.io`."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for origin, registry in var.image_registries : contains(["nvcr.io", "registry.k8s.io"], origin)])
    error_message = "image_registries may name nvcr.io and registry.k8s.io, which the module's images come from. Wrong: ${join(", ", [for origin, registry in var.image_registries : origin if !contains(["nvcr.io", "registry.k8s.io"], origin)])}."
  }

  validation {
    condition     = alltrue([for origin, registry in var.image_registries : can(regex("^[0-9a-z][0-9a-z.-]*(:[0-9]+)?(/[0-9a-z][0-9a-z._-]*)*$", registry))])
    error_message = "image_registries must hold registries with an optional prefix: no https:// before them, no slash after them. Wrong: ${join(", ", [for origin, registry in var.image_registries : "${origin} (${registry})" if !can(regex("^[0-9a-z][0-9a-z.-]*(:[0-9]+)?(/[0-9a-z][0-9a-z._-]*)*$", registry))])}."
  }
}

variable "tags" {
  description = "AWS tags of everything that the module creates, instances and volumes included."
  type        = map(string)
  default     = {}
  nullable    = false
}
