# The Cluster Autoscaler: its flags, priorities and scale-down, and a cluster without one.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "every_setting" {
  command = plan

  variables {
    cluster_name       = "ai-workloads"
    availability_zones = ["us-east-1a", "us-east-1b"]

    gpu_node_groups = {
      reserved = { scale_down = { unneeded_time = "2h", gpu_utilization_threshold = 0.25, ignore_daemonsets_utilization = false } }
      mpi      = { instance_types = ["p4d.24xlarge"], efa = true, availability_zones = ["us-east-1a"] }
      spot     = { capacity_type = "SPOT", per_zone = true, scale_down = { unready_time = "5m", utilization_threshold = 0 } }
    }

    cluster_autoscaler = {
      expander_priorities = [
        { priority = 10, groups = ["spot"] },
        { priority = 50, groups = ["reserved"], patterns = ["^edge-.*"] },
        { priority = 10, patterns = [".*\\.large"] },
      ]
      balancing_ignore_labels = ["team", "stage"]
      scan_interval           = "30s"
      max_nodes_total         = 100
      cores_total             = { max = 1000 }
      gpu_total               = { "nvidia-a10g" = { max = 8 }, "nvidia-l4" = { min = 1, max = 4 } }
      startup_taints          = ["node.cilium.io/agent-not-ready"]
      scale_down = {
        unneeded_time             = "1h30m"
        gpu_utilization_threshold = 0.4
      }
      metrics    = { service_monitor = true, service_monitor_labels = { release = "prometheus" } }
      extra_args = { v = "2", "scale-down-unneeded-time" = "1h" }
    }
  }

  assert {
    condition = toset(terraform_data.guard_cluster.input.cluster_autoscaler.flags) == toset([
      "--balance-similar-node-groups=true",
      "--balancing-ignore-label=team",
      "--balancing-ignore-label=stage",
      "--balancing-label=eks-gpu-clusters/node-group",
      "--cloud-provider=aws",
      "--cores-total=0:1000",
      "--expander=priority,least-waste",
      "--gpu-total=nvidia-a10g:0:8",
      "--gpu-total=nvidia-l4:1:4",
      "--ignore-daemonsets-utilization=true",
      "--max-node-provision-time=20m",
      "--max-nodes-total=100",
      "--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/ai-workloads",
      "--scale-down-gpu-utilization-threshold=0.4",
      "--scale-down-unneeded-time=1h",
      "--scan-interval=30s",
      "--skip-nodes-with-system-pods=false",
      "--startup-taint=node.cilium.io/agent-not-ready",
      "--stderrthreshold=info",
      "--v=2",
    ])
    error_message = "Wrong flags: ${jsonencode(terraform_data.guard_cluster.input.cluster_autoscaler.flags)}"
  }

  assert {
    condition = yamldecode([
      for document in split("\n---\n", output.manifests) : document if strcontains(document, "kind: ConfigMap")
      ][0]).data.priorities == join("\n", [
      "10:",
      "  - \"^(eks-)?(spot-0|spot/0)(-[0-9a-f]{26}-.*)?$\"",
      "  - \"^(eks-)?(spot-1|spot/1)(-[0-9a-f]{26}-.*)?$\"",
      "  - \".*\\\\.large\"",
      "50:",
      "  - \"^(eks-)?(reserved)(-[0-9a-f]{26}-.*)?$\"",
      "  - \"^edge-.*\"",
    ])
    error_message = "Wrong priorities: ${output.manifests}"
  }

  # As Terraform and EKS name an Auto Scaling group, and not one whose name only begins alike.
  assert {
    condition = (
      can(regex(terraform_data.guard_cluster.input.cluster_autoscaler.priorities["10"][0], "eks-spot-0-20261126053503424000000003-52c8f1a6-7d3e"))
      && !can(regex(terraform_data.guard_cluster.input.cluster_autoscaler.priorities["10"][0], "eks-spot-0-large-20261126053503424000000003-52c8f1a6-7d3e"))
    )
    error_message = "A pattern must match the names of its own group only."
  }

  assert {
    condition = { for key, tag in aws_autoscaling_group_tag.gpu : key => tag.tag[0] if strcontains(key, "/options/") } == {
      for key, value in {
        "reserved/options/scaledownunneededtime"            = "2h"
        "reserved/options/scaledowngpuutilizationthreshold" = "0.25"
        "reserved/options/ignoredaemonsetsutilization"      = "false"
        "spot/0/options/scaledownunreadytime"               = "5m"
        "spot/0/options/scaledownutilizationthreshold"      = "0"
        "spot/1/options/scaledownunreadytime"               = "5m"
        "spot/1/options/scaledownutilizationthreshold"      = "0"
        } : key => {
        key                 = "k8s.io/cluster-autoscaler/node-template/autoscaling-options/${reverse(split("/", key))[0]}"
        value               = value
        propagate_at_launch = false
      }
    }
    error_message = "Wrong options: ${jsonencode({ for key, tag in aws_autoscaling_group_tag.gpu : key => tag.tag[0] if strcontains(key, "/options/") })}"
  }

  # Whatever is balanced, a group with EFA is like no other.
  assert {
    condition     = aws_eks_node_group.gpu["mpi"].labels["eks-gpu-clusters/node-group"] == "mpi" && aws_eks_node_group.gpu["spot/1"].labels["eks-gpu-clusters/node-group"] == "spot"
    error_message = "The label tells groups apart."
  }

  assert {
    condition = (
      strcontains(output.manifests, "kind: ServiceMonitor")
      && strcontains(output.manifests, "kind: Service\n")
      && strcontains(output.manifests, "\"release\":\"prometheus\"")
    )
    error_message = "The metrics are served and found."
  }
}

run "none" {
  command = plan

  variables {
    cluster_name    = "ai-workloads"
    autoscaler      = "none"
    gpu_node_groups = { inference = {} }
  }

  assert {
    condition = (
      length(aws_iam_role.autoscaler) == 0
      && length(aws_eks_pod_identity_association.autoscaler) == 0
      && output.cluster_autoscaler_role_arn == null
      && !strcontains(output.manifests, "cluster-autoscaler")
      && strcontains(output.manifests, "nvidia-device-plugin")
      && terraform_data.guard_cluster.input.cluster_autoscaler == null
    )
    error_message = "Without an autoscaler nothing of it is made."
  }
}

run "contradictions_are_refused" {
  command = plan

  variables {
    cluster_name    = "ai-workloads"
    gpu_node_groups = { inference = {} }

    cluster_autoscaler = {
      expander_priorities = [{ priority = 10, groups = ["inferense"] }]
    }
  }

  expect_failures = [terraform_data.guard_cluster]
}

run "settings_of_no_autoscaler_are_refused" {
  command = plan

  variables {
    cluster_name       = "ai-workloads"
    autoscaler         = "none"
    cluster_autoscaler = { scan_interval = "30s" }
  }

  expect_failures = [terraform_data.guard_cluster]
}

run "wrong_values_are_refused" {
  command = plan

  variables {
    cluster_name    = "ai-workloads"
    autoscaler      = "karpenter"
    gpu_node_groups = { inference = { scale_down = { unneeded_time = "10 minutes", gpu_utilization_threshold = 50 } } }

    cluster_autoscaler = {
      expanders           = ["price"]
      expander_priorities = [{ priority = 1.5 }]
      scan_interval       = "30"
      cores_total         = { min = 10, max = 1 }
      scale_down          = { utilization_threshold = 2 }
    }
  }

  expect_failures = [var.autoscaler, var.cluster_autoscaler, var.gpu_node_groups]
}
