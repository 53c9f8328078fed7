# What an instance learns at boot: NodeConfig documents for AL2023, TOML for Bottlerocket.

locals {
  # What the kubelet of a custom AMI registers with: EKS merges nothing into its user data, and taints that come late leave
  # a window in which any pod lands on the node. The capacity type is a label that EKS gives nodes with images of its own;
  # the one with EKS's name of the group cannot be had here, for the name is made after the template, so the key stands in.
  group_kubelet_labels = {
    for name, g in var.gpu_node_groups : name => merge(
      { "eks.amazonaws.com/capacityType" = g.capacity_type, "eks-gpu-clusters/node-group" = name }, local.group_labels[name],
    )
  }
  group_node_labels = {
    for name, labels in local.group_kubelet_labels : name => join(",", [for key, value in labels : "${key}=${value}"])
  }
  group_node_taints = {
    for name, taints in local.group_taints : name => join(",", [for t in taints : "${t.key}=${t.value == null ? "" : t.value}:${lookup(local.kubernetes_effects, t.effect, t.effect)}"])
  }

  service_ipv4_cidr = aws_eks_cluster.this.kubernetes_network_config[0].service_ipv4_cidr

  # AL2023: NodeConfig documents. With an image of EKS's the disks are all that is to be said; EKS adds the rest.
  node_config_custom = {
    for name, g in var.gpu_node_groups : name => {
      apiVersion = "node.eks.aws/v1alpha1"
      kind       = "NodeConfig"
      spec = merge(
        {
          cluster = {
            name                 = aws_eks_cluster.this.name
            apiServerEndpoint    = aws_eks_cluster.this.endpoint
            certificateAuthority = aws_eks_cluster.this.certificate_authority[0].data
            cidr                 = local.service_ipv4_cidr
          }
          kubelet = {
            flags = compact([
              "--node-labels=${local.group_node_labels[name]}",
              local.group_node_taints[name] == "" ? "" : "--register-with-taints=${local.group_node_taints[name]}",
            ])
          }
        },
        local.group_disks[name] == null ? {} : { instance = { localStorage = { strategy = local.group_disks[name] } } },
      )
    }
  }

  # nodeadm's word for what local_storage says.
  group_disks = {
    for name, g in var.gpu_node_groups : name => local.group_raid0[name] ? "RAID0" : try(g.local_storage == "mount", false) ? "Mount" : null
  }

  node_config_disks = {
    for name, disks in local.group_disks : name => {
      apiVersion = "node.eks.aws/v1alpha1"
      kind       = "NodeConfig"
      spec       = { instance = { localStorage = { strategy = disks } } }
    }
  }

  mime_head = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"BOUNDARY\"\n\n--BOUNDARY\n"
  mime_tail = "\n--BOUNDARY--\n"

  # Bottlerocket: TOML. JSON strings are valid TOML strings.
  toml_disks = join("\n", [
    "[settings.bootstrap-commands.000-local-storage]",
    "commands = [[\"apiclient\", \"ephemeral-storage\", \"init\"], [\"apiclient\", \"ephemeral-storage\", \"bind\", \"--dirs\", \"/var/lib/containerd\", \"/var/lib/kubelet\", \"/var/log/pods\"]]",
    "mode = \"always\"",
    "essential = true",
    "",
  ])
  # What a Bottlerocket node is told whatever its image: disks, huge pages and shared GPUs.
  toml_node = {
    for name, pages in local.toml_huge_pages : name => join("\n", compact([local.group_raid0[name] ? local.toml_disks : null, pages, local.toml_sharing[name]]))
  }
  toml_custom = {
    for name, g in var.gpu_node_groups : name => join("\n", concat(
      [
        "[settings.kubernetes]",
        "cluster-name = ${jsonencode(aws_eks_cluster.this.name)}",
        "api-server = ${jsonencode(aws_eks_cluster.this.endpoint)}",
        "cluster-certificate = ${jsonencode(aws_eks_cluster.this.certificate_authority[0].data)}",
        # CoreDNS has the tenth address of the service range on EKS.
        "cluster-dns-ip = ${jsonencode(try(cidrhost(local.service_ipv4_cidr, 10), ""))}",
        "",
        "[settings.kubernetes.node-labels]",
      ],
      [for key, value in local.group_kubelet_labels[name] : "${jsonencode(key)} = ${jsonencode(value)}"],
      length(local.group_taints[name]) == 0 ? [] : ["", "[settings.kubernetes.node-taints]"],
      [for t in local.group_taints[name] : "${jsonencode(t.key)} = [${jsonencode("${t.value == null ? "" : t.value}:${lookup(local.kubernetes_effects, t.effect, t.effect)}")}]"],
      [""],
      compact([local.toml_node[name]]),
    ))
  }

  # Each document is a part of its own.
  mime_parts = {
    for name, g in var.gpu_node_groups : name => compact([
      local.group_custom[name] ? "Content-Type: application/node.eks.aws\n\n---\n${yamlencode(local.node_config_custom[name])}" : local.group_disks[name] != null ? "Content-Type: application/node.eks.aws\n\n---\n${yamlencode(local.node_config_disks[name])}" : null,
      local.script_huge_pages[name] == null ? null : "Content-Type: text/x-shellscript; charset=\"us-ascii\"\n\n${local.script_huge_pages[name]}",
      local.script_mig[name] == null ? null : "Content-Type: text/x-shellscript; charset=\"us-ascii\"\n\n${local.script_mig[name]}",
    ])
  }

  group_user_data = {
    for name, g in var.gpu_node_groups : name => (
      g.user_data == "none"
      ? null
      : local.group_family[name] == "bottlerocket"
      ? (local.group_custom[name] ? local.toml_custom[name] : local.toml_node[name] == "" ? null : local.toml_node[name])
      : (length(local.mime_parts[name]) == 0
        ? null
        : "${local.mime_head}${join("\n--BOUNDARY\n", local.mime_parts[name])}${local.mime_tail}"
      )
    )
  }
}
