# DCGM exporter and node monitoring agent: where they run, what they may, and what is warned of.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  cluster_name = "ai-workloads"
}

run "off_by_default" {
  command = plan

  variables {
    gpu_node_groups = { plain = {} }
  }

  assert {
    condition     = !strcontains(output.manifests, "dcgm") && !contains(keys(aws_eks_addon.after_nodes), "eks-node-monitoring-agent")
    error_message = "Neither is installed unless asked for."
  }
}

run "on" {
  variables {
    image_mirror          = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror"
    dcgm_exporter         = { profiling = true, service_monitor = { labels = { release = "prometheus" } } }
    node_monitoring_agent = {}

    gpu_node_groups = {
      plain = {}
      own   = { taints = [{ key = "team", value = "ml", effect = "NO_EXECUTE" }] }
      br    = { ami_family = "bottlerocket" }
    }
  }

  assert {
    condition = [for document in local.manifest_documents : "${document.kind}/${document.metadata.name}" if strcontains(document.metadata.name, "dcgm")] == [
      "ConfigMap/dcgm-exporter-metrics", "Service/dcgm-exporter", "DaemonSet/dcgm-exporter", "ServiceMonitor/dcgm-exporter",
    ]
    error_message = "Its parts: ${jsonencode([for document in local.manifest_documents : "${document.kind}/${document.metadata.name}"])}"
  }

  # On Bottlerocket too, by its taints and labels; from the mirror.
  assert {
    condition = alltrue([
      for document in local.manifest_documents : (
        document.spec.template.spec.tolerations == [
          { key = "CriticalAddonsOnly", operator = "Exists" },
          { key = "nvidia.com/gpu", operator = "Exists", effect = "NoSchedule" },
          { key = "team", operator = "Exists", effect = "NoExecute" },
        ]
        && document.spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms == [
          { matchExpressions = [{ key = "nvidia.com/gpu.present", operator = "In", values = ["true"] }] },
        ]
        && startswith(document.spec.template.spec.containers[0].image, "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror/nvidia/k8s/dcgm-exporter:")
        && document.spec.template.spec.containers[0].securityContext.capabilities == { drop = ["ALL"], add = ["SYS_ADMIN"] }
      ) if document.kind == "DaemonSet" && document.metadata.name == "dcgm-exporter"
    ])
    error_message = "The exporter: ${jsonencode([for document in local.manifest_documents : document if document.kind == "DaemonSet" && document.metadata.name == "dcgm-exporter"])}"
  }

  assert {
    condition = alltrue([
      for document in local.manifest_documents : (
        document.kind == "ServiceMonitor"
        ? document.metadata.labels["release"] == "prometheus" && document.spec.endpoints[0].interval == "30s"
        : strcontains(document.data["metrics.csv"], "DCGM_FI_DEV_XID_ERRORS") && strcontains(document.data["metrics.csv"], "DCGM_FI_PROF_GR_ENGINE_ACTIVE")
      ) if document.kind == "ServiceMonitor" || document.metadata.name == "dcgm-exporter-metrics"
    ])
    error_message = "Metrics and ServiceMonitor: ${output.manifests}"
  }

  assert {
    condition = jsondecode(aws_eks_addon.after_nodes["eks-node-monitoring-agent"].configuration_values) == {
      dcgmAgent = {
        tolerations = [
          { key = "nvidia.com/gpu", operator = "Exists", effect = "NoSchedule" },
          { key = "team", operator = "Exists", effect = "NoExecute" },
        ]
      }
    }
    error_message = "The agent's DCGM server tolerates the groups' taints: ${aws_eks_addon.after_nodes["eks-node-monitoring-agent"].configuration_values}"
  }
}

run "plain_exporter" {
  command = plan

  variables {
    dcgm_exporter         = { image = "example.com/dcgm:1" }
    node_monitoring_agent = { version = "v1.7.0-eksbuild.1", configuration_values = "{}" }
    gpu_node_groups       = { plain = {} }
  }

  assert {
    condition = alltrue([
      for document in local.manifest_documents : (
        document.spec.template.spec.containers[0].image == "example.com/dcgm:1"
        && document.spec.template.spec.containers[0].securityContext.capabilities == { drop = ["ALL"] }
      ) if document.kind == "DaemonSet" && document.metadata.name == "dcgm-exporter"
    ]) && !strcontains(output.manifests, "PROF_") && !strcontains(output.manifests, "ServiceMonitor")
    error_message = "Without profiling it needs no capability."
  }

  assert {
    condition     = aws_eks_addon.after_nodes["eks-node-monitoring-agent"].configuration_values == "{}" && aws_eks_addon.after_nodes["eks-node-monitoring-agent"].addon_version == "v1.7.0-eksbuild.1"
    error_message = "The caller's configuration stands."
  }
}

run "warned_and_refused" {
  command = plan

  variables {
    node_monitoring_agent = {}
    addons                = { eks-node-monitoring-agent = {} }
    gpu_node_groups       = { arm = { instance_types = ["g5g.xlarge"], node_repair = true } }
  }

  expect_failures = [
    terraform_data.guard_cluster,
    check.monitoring_agent_sees_tainted_gpus,
    check.monitoring_agent_sees_arm_gpus,
  ]
}

run "wrong_interval" {
  command = plan

  variables {
    gpu_node_groups = {}
    dcgm_exporter   = { service_monitor = { interval = "often" } }
  }

  expect_failures = [var.dcgm_exporter]
}
