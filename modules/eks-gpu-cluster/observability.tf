# What is seen of the GPUs: DCGM's metrics for Prometheus, and EKS's node monitoring agent.

locals {
  catalog_dcgm = jsondecode(file("${path.module}/catalog/dcgm-exporter.json"))

  dcgm_exporter_image = (
    try(var.dcgm_exporter.image, null) != null
    ? var.dcgm_exporter.image
    : "${replace(local.catalog_dcgm.repository, "nvcr.io", local.image_registries["nvcr.io"])}:${local.catalog_dcgm.tag}"
  )

  # MIG devices have no utilization but the profiling metric.
  dcgm_profiling = try(var.dcgm_exporter.profiling, false)

  dcgm_yaml = var.dcgm_exporter == null ? [] : [
    templatefile("${path.module}/manifests/dcgm-exporter.yaml.tftpl", {
      image           = local.dcgm_exporter_image
      tolerations     = local.gpu_tolerations
      metrics         = "${join("\n", concat(local.catalog_dcgm.metrics, local.dcgm_profiling ? local.catalog_dcgm.profilingMetrics : []))}\n"
      profiling       = local.dcgm_profiling
      mig             = anytrue([for name, devices in local.group_mig_devices : length(devices) > 0])
      service_monitor = var.dcgm_exporter.service_monitor
    })
  ]

  # The agent judges GPUs by a DCGM server of its own, a DaemonSet that by default tolerates nothing: on tainted nodes it does
  # not run, the agent calls their GPUs broken, and node repair replaces them for ever.
  # Source: github.com/aws/eks-node-monitoring-agent v1.7.0, charts/eks-node-monitoring-agent/values.yaml
  monitoring_agent = "eks-node-monitoring-agent"
  monitoring_agent_configuration = jsonencode({
    dcgmAgent = { tolerations = [for t in local.gpu_tolerations : { key = t.key, operator = "Exists", effect = t.effect }] }
  })
  managed_addons = var.node_monitoring_agent == null ? {} : {
    (local.monitoring_agent) = {
      version              = var.node_monitoring_agent.version
      configuration_values = var.node_monitoring_agent.configuration_values != null ? var.node_monitoring_agent.configuration_values : local.monitoring_agent_configuration
    }
  }
}

check "monitoring_agent_sees_tainted_gpus" {
  assert {
    condition = !contains(keys(var.addons), local.monitoring_agent) || alltrue([for name, taints in local.group_taints : length(taints) == 0]) ? true : try(
      length(jsondecode(var.addons[local.monitoring_agent].configuration_values).dcgmAgent.tolerations) > 0, false
    )
    error_message = "The add-on ${local.monitoring_agent} runs its DCGM server on no tainted node unless dcgmAgent.tolerations of its configuration says so; without it the agent calls the GPUs broken, and node repair replaces the nodes for ever. Use node_monitoring_agent = {} instead of addons: it tolerates the taints of all groups."
  }
}

check "monitoring_agent_sees_arm_gpus" {
  assert {
    condition     = var.node_monitoring_agent == null ? true : length([for name, arch in local.group_arch : name if arch == "arm64" && try(var.gpu_node_groups[name].node_repair, null) == true]) == 0
    error_message = "The node monitoring agent has no DCGM server for arm64, so it may call healthy GPUs broken, and node_repair would replace their nodes: ${join(", ", [for name, arch in local.group_arch : name if arch == "arm64" && try(var.gpu_node_groups[name].node_repair, null) == true])}. Remove node_repair from these groups."
  }
}
