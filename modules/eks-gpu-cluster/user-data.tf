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

  # nodeadm's word for what local_storage says.
  group_disks = {
    for name, g in var.gpu_node_groups : name => local.group_raid0[name] ? "RAID0" : try(g.local_storage == "mount", false) ? "Mount" : null
  }

  # AL2023: a NodeConfig. With an image of EKS's it holds only what the caller chose: EKS adds a document with the rest, and nodeadm
  # merges them, later over earlier, kubelet flags in a row. EKS's has a figure for maxPods, so ours is a flag, which the kubelet
  # ranks above any configuration.
  node_config_flags = {
    for name, g in var.gpu_node_groups : name => compact([
      local.group_custom[name] ? "--node-labels=${local.group_node_labels[name]}" : "",
      local.group_custom[name] && local.group_node_taints[name] != "" ? "--register-with-taints=${local.group_node_taints[name]}" : "",
      g.max_pods == null ? "" : "--max-pods=${g.max_pods}",
    ])
  }
  node_config_containerd = {
    for name, g in var.gpu_node_groups : name => (
      g.containerd.config != null
      ? g.containerd.config
      : g.containerd.max_concurrent_downloads == null ? null : "[plugins.\"io.containerd.cri.v1.images\"]\nmax_concurrent_downloads = ${g.containerd.max_concurrent_downloads}\n"
    )
  }
  node_config_spec = {
    for name, g in var.gpu_node_groups : name => merge(
      local.group_custom[name] ? {
        cluster = {
          name                 = aws_eks_cluster.this.name
          apiServerEndpoint    = aws_eks_cluster.this.endpoint
          certificateAuthority = aws_eks_cluster.this.certificate_authority[0].data
          cidr                 = local.service_ipv4_cidr
        }
      } : {},
      length(local.node_config_flags[name]) + length(local.kubelet_config[name]) == 0 ? {} : {
        kubelet = { for part, value in { flags = local.node_config_flags[name], config = local.kubelet_config[name] } : part => value if length(value) > 0 }
      },
      local.node_config_containerd[name] == null ? {} : { containerd = { config = local.node_config_containerd[name] } },
      g.fast_image_pull ? { featureGates = { FastImagePull = true } } : {},
      local.group_disks[name] == null ? {} : { instance = { localStorage = { strategy = local.group_disks[name] } } },
    )
  }

  # The documents of the user data in their order: what the caller adds comes last, over the module's.
  mime_parts = {
    for name, g in var.gpu_node_groups : name => concat(
      length(local.node_config_spec[name]) == 0 ? [] : [
        "Content-Type: application/node.eks.aws\n\n---\n${yamlencode({ apiVersion = "node.eks.aws/v1alpha1", kind = "NodeConfig", spec = local.node_config_spec[name] })}",
      ],
      local.script_huge_pages[name] == null ? [] : ["Content-Type: text/x-shellscript; charset=\"us-ascii\"\n\n${local.script_huge_pages[name]}"],
      local.script_mig[name] == null ? [] : ["Content-Type: text/x-shellscript; charset=\"us-ascii\"\n\n${local.script_mig[name]}"],
      g.extra_user_data.node_config == null ? [] : ["Content-Type: application/node.eks.aws\n\n${g.extra_user_data.node_config}"],
      g.extra_user_data.shell == null ? [] : ["Content-Type: text/x-shellscript; charset=\"us-ascii\"\n\n${g.extra_user_data.shell}"],
    )
  }
  mime = {
    for name, parts in local.mime_parts : name => length(parts) == 0 ? null : join("", concat(
      ["MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"BOUNDARY\"\n\n"],
      [for part in parts : "--BOUNDARY\n${part}\n"],
      ["--BOUNDARY--\n"],
    ))
  }

  # Bottlerocket: TOML. JSON strings are valid TOML strings. EKS merges it with its own, and takes no header with a quoted key.
  # The snapshotter of fast_image_pull keeps its layers in a folder of its own.
  toml_disks = {
    for name, g in var.gpu_node_groups : name => join("\n", [
      "[settings.bootstrap-commands.000-local-storage]",
      "commands = [[\"apiclient\", \"ephemeral-storage\", \"init\"], [\"apiclient\", \"ephemeral-storage\", \"bind\", \"--dirs\", \"/var/lib/containerd\", \"/var/lib/kubelet\", \"/var/log/pods\"${g.fast_image_pull ? ", \"/var/lib/soci-snapshotter\"" : ""}]]",
      "mode = \"always\"",
      "essential = true",
      "",
    ])
  }
  toml_kubernetes = {
    for name, g in var.gpu_node_groups : name => concat(
      local.group_custom[name] ? [
        "cluster-name = ${jsonencode(aws_eks_cluster.this.name)}",
        "api-server = ${jsonencode(aws_eks_cluster.this.endpoint)}",
        "cluster-certificate = ${jsonencode(aws_eks_cluster.this.certificate_authority[0].data)}",
        # CoreDNS has the tenth address of the service range on EKS.
        "cluster-dns-ip = ${jsonencode(try(cidrhost(local.service_ipv4_cidr, 10), ""))}",
      ] : [],
      [for setting, value in local.bottlerocket_kubernetes[name] : "${setting} = ${jsonencode(value)}"],
    )
  }
  toml = {
    for name, g in var.gpu_node_groups : name => join("\n", concat(
      length(local.toml_kubernetes[name]) == 0 ? [] : concat(["[settings.kubernetes]"], local.toml_kubernetes[name], [""]),
      local.group_custom[name] ? concat(
        ["[settings.kubernetes.node-labels]"],
        [for key, value in local.group_kubelet_labels[name] : "${jsonencode(key)} = ${jsonencode(value)}"],
        length(local.group_taints[name]) == 0 ? [] : ["", "[settings.kubernetes.node-taints]"],
        [for t in local.group_taints[name] : "${jsonencode(t.key)} = [${jsonencode("${t.value == null ? "" : t.value}:${lookup(local.kubernetes_effects, t.effect, t.effect)}")}]"],
        [""],
      ) : [],
      local.group_raid0[name] ? [local.toml_disks[name]] : [],
      compact([local.toml_huge_pages[name], local.toml_sharing[name]]),
      flatten([
        for table, settings in local.bottlerocket_tables[name] : concat(
          ["[${table}]"], [for setting, value in settings : "${jsonencode(setting)} = ${jsonencode(value)}"], [""],
        )
      ]),
      g.extra_user_data.toml == null ? [] : [g.extra_user_data.toml],
    ))
  }

  # The tables that the module writes for a group, which the caller's settings must not open again.
  toml_tables = {
    for name, g in var.gpu_node_groups : name => concat(
      local.group_custom[name] || length(local.bottlerocket_kubernetes[name]) > 0 ? ["settings.kubernetes"] : [],
      local.group_custom[name] ? ["settings.kubernetes.node-labels", "settings.kubernetes.node-taints"] : [],
      local.group_raid0[name] ? ["settings.bootstrap-commands.000-local-storage"] : [],
      local.toml_huge_pages[name] == null ? [] : ["settings.kernel.sysctl"],
      g.sharing == null ? [] : concat(["settings.kubelet-device-plugins.nvidia"], [for way in ["time-slicing", "mps", "mig.profile"] : "settings.kubelet-device-plugins.nvidia.${way}"]),
      keys(local.bottlerocket_tables[name]),
    )
  }

  # Inputs that only the user data carries to the node.
  group_boot_settings = {
    for name, g in var.gpu_node_groups : name => compact([
      g.max_pods == null ? "" : "max_pods",
      length(local.kubelet_config[name]) == 0 ? "" : "kubelet",
      g.containerd.config == null && g.containerd.max_concurrent_downloads == null ? "" : "containerd",
      g.fast_image_pull ? "fast_image_pull" : "",
      g.extra_user_data.node_config == null && g.extra_user_data.shell == null && g.extra_user_data.toml == null ? "" : "extra_user_data",
    ])
  }

  group_user_data = {
    for name, g in var.gpu_node_groups : name => (
      g.user_data == "none"
      ? null
      : local.group_family[name] != "bottlerocket" ? local.mime[name] : local.toml[name] == "" ? null : local.toml[name]
    )
  }
}
