# Time-slicing, MPS and MIG: names, counts, plugins, boot, and what is refused.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  cluster_name = "ai-workloads"
}

run "shared" {
  variables {
    gpu_node_groups = {
      plain        = {}
      sliced       = { sharing = { time_slicing = { replicas = 4 } }, max_size = 2 }
      Renamed_GPUs = { instance_types = ["g5.12xlarge"], sharing = { time_slicing = { replicas = 2, rename = true, fail_requests_greater_than_one = false } } }
      mps          = { instance_types = ["g6.xlarge", "g6.2xlarge"], sharing = { mps = { replicas = 8 } } }
      mig          = { instance_types = ["p4d.24xlarge"], local_storage = "none", sharing = { mig = { devices = { "1g.5gb" = 3, "3g.20gb" = 1, "1g.5gb+me" = 1 } } } }
      mig-single   = { instance_types = ["p5.4xlarge"], sharing = { mig = { devices = { "1g.10gb" = 7 }, strategy = "single" }, time_slicing = { replicas = 2 } } }
      mig-custom   = { instance_types = ["g7e.2xlarge"], ami_id = "ami-1", sharing = { mig = { devices = { "2g.48gb" = 2 } } } }
      br-sliced    = { ami_family = "bottlerocket", local_storage = "none", sharing = { time_slicing = { replicas = 10, rename = true } } }
      br-mps       = { ami_family = "bottlerocket", sharing = { mps = { replicas = 3 } } }
      br-mig       = { ami_family = "bottlerocket", instance_types = ["p4d.24xlarge"], local_storage = "none", sharing = { mig = { devices = { "2g.10gb" = 3 } } } }
    }
  }

  assert {
    condition = { for name, group in output.gpu_capacity : name => group.devices } == {
      plain        = { "nvidia.com/gpu" = 1 }
      sliced       = { "nvidia.com/gpu" = 4 }
      Renamed_GPUs = { "nvidia.com/gpu.shared" = 8 }
      mps          = { "nvidia.com/gpu" = 8 }
      mig          = { "nvidia.com/mig-1g.5gb" = 24, "nvidia.com/mig-1g.5gb.me" = 8, "nvidia.com/mig-3g.20gb" = 8 }
      mig-single   = { "nvidia.com/gpu" = 14 }
      mig-custom   = { "nvidia.com/mig-2g.48gb" = 2 }
      br-sliced    = { "nvidia.com/gpu.shared" = 10 }
      br-mps       = { "nvidia.com/gpu" = 3 }
      br-mig       = { "nvidia.com/gpu" = 24 }
    }
    error_message = "What pods can ask: ${jsonencode({ for name, group in output.gpu_capacity : name => group.devices })}"
  }

  # EC2's count would stand where a name vanishes.
  assert {
    condition = { for key, tag in aws_autoscaling_group_tag.gpu : key => tag.tag[0].value if strcontains(key, "/resources/nvidia.com/") } == {
      "plain/resources/nvidia.com/gpu"               = "1"
      "sliced/resources/nvidia.com/gpu"              = "4"
      "Renamed_GPUs/resources/nvidia.com/gpu"        = "0"
      "Renamed_GPUs/resources/nvidia.com/gpu.shared" = "8"
      "mps/resources/nvidia.com/gpu"                 = "8"
      "mig/resources/nvidia.com/gpu"                 = "0"
      "mig/resources/nvidia.com/mig-1g.5gb"          = "24"
      "mig/resources/nvidia.com/mig-1g.5gb.me"       = "8"
      "mig/resources/nvidia.com/mig-3g.20gb"         = "8"
      "mig-single/resources/nvidia.com/gpu"          = "14"
      "mig-custom/resources/nvidia.com/gpu"          = "0"
      "mig-custom/resources/nvidia.com/mig-2g.48gb"  = "2"
      "br-sliced/resources/nvidia.com/gpu"           = "0"
      "br-sliced/resources/nvidia.com/gpu.shared"    = "10"
      "br-mps/resources/nvidia.com/gpu"              = "3"
      "br-mig/resources/nvidia.com/gpu"              = "24"
    }
    error_message = "The autoscaler's tags: ${jsonencode({ for key, tag in aws_autoscaling_group_tag.gpu : key => tag.tag[0].value if strcontains(key, "/resources/nvidia.com/") })}"
  }

  assert {
    condition = (
      lookup(aws_eks_node_group.gpu["sliced"].labels, "nvidia.com/device-plugin.config", "") == "sliced"
      && aws_eks_node_group.gpu["sliced"].labels["k8s.amazonaws.com/accelerator"] == "nvidia-a10g"
      && aws_eks_node_group.gpu["sliced"].labels["nvidia.com/gpu.sharing-strategy"] == "time-slicing"
      && aws_eks_node_group.gpu["Renamed_GPUs"].labels["nvidia.com/device-plugin.config"] == "renamed-gpus-${substr(sha256("Renamed_GPUs"), 0, 8)}"
      && aws_eks_node_group.gpu["mps"].labels["nvidia.com/mps.capable"] == "true"
      && aws_eks_node_group.gpu["mig"].labels["nvidia.com/mig.config"] == "1g.5gb-3_1g.5gb.me-1_3g.20gb-1"
      && aws_eks_node_group.gpu["mig-single"].labels["nvidia.com/mig.config"] == "all-1g.10gb"
      && aws_eks_node_group.gpu["mig-single"].labels["nvidia.com/mig.strategy"] == "single"
      && !contains(keys(aws_eks_node_group.gpu["br-mps"].labels), "nvidia.com/device-plugin.config")
      && !contains(keys(aws_eks_node_group.gpu["plain"].labels), "nvidia.com/device-plugin.config")
      && alltrue([for name in ["Renamed_GPUs", "mig", "mig-custom", "br-sliced"] : !contains(keys(aws_eks_node_group.gpu[name].labels), "k8s.amazonaws.com/accelerator")])
    )
    error_message = "Labels: ${jsonencode({ for name, group in aws_eks_node_group.gpu : name => group.labels })}"
  }

  assert {
    condition = { for document in local.manifest_documents : "${document.kind}/${document.metadata.name}" => try(yamldecode(document.data["config.yaml"]), null) if strcontains(document.metadata.name, "nvidia-") } == {
      "DaemonSet/nvidia-device-plugin-daemonset"                                            = null
      "DaemonSet/nvidia-device-plugin-sliced"                                               = null
      "DaemonSet/nvidia-device-plugin-mps"                                                  = null
      "DaemonSet/nvidia-mps-control-daemon-mps"                                             = null
      "DaemonSet/nvidia-device-plugin-mig"                                                  = null
      "DaemonSet/nvidia-device-plugin-mig-custom"                                           = null
      "DaemonSet/nvidia-device-plugin-mig-single"                                           = null
      "DaemonSet/nvidia-device-plugin-renamed-gpus-${substr(sha256("Renamed_GPUs"), 0, 8)}" = null
      "ConfigMap/nvidia-device-plugin-sliced" = {
        version = "v1", flags = { migStrategy = "none" }
        sharing = { timeSlicing = { renameByDefault = false, failRequestsGreaterThanOne = true, resources = [{ name = "nvidia.com/gpu", replicas = 4 }] } }
      }
      "ConfigMap/nvidia-device-plugin-renamed-gpus-${substr(sha256("Renamed_GPUs"), 0, 8)}" = {
        version = "v1", flags = { migStrategy = "none" }
        sharing = { timeSlicing = { renameByDefault = true, failRequestsGreaterThanOne = false, resources = [{ name = "nvidia.com/gpu", replicas = 2 }] } }
      }
      "ConfigMap/nvidia-device-plugin-mps" = {
        version = "v1", flags = { migStrategy = "none" }
        sharing = { mps = { renameByDefault = false, resources = [{ name = "nvidia.com/gpu", replicas = 8 }] } }
      }
      "ConfigMap/nvidia-device-plugin-mig"        = { version = "v1", flags = { migStrategy = "mixed" } }
      "ConfigMap/nvidia-device-plugin-mig-custom" = { version = "v1", flags = { migStrategy = "mixed" } }
      "ConfigMap/nvidia-device-plugin-mig-single" = {
        version = "v1", flags = { migStrategy = "single" }
        sharing = { timeSlicing = { renameByDefault = false, failRequestsGreaterThanOne = true, resources = [{ name = "nvidia.com/gpu", replicas = 2 }] } }
      }
    }
    error_message = "Each group's plugin reads its own configuration: ${jsonencode({ for document in local.manifest_documents : "${document.kind}/${document.metadata.name}" => try(yamldecode(document.data["config.yaml"]), null) if strcontains(document.metadata.name, "nvidia-") })}"
  }

  # What one plugin may, and where it runs.
  assert {
    condition = alltrue([
      for document in local.manifest_documents : (
        can(document.spec.template.spec.containers[0].securityContext.capabilities.add) == startswith(document.metadata.name, "nvidia-device-plugin-mig")
        && length([for term in document.spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions : term if term.key == "nvidia.com/device-plugin.config"]) == 1
      ) if document.kind == "DaemonSet" && startswith(document.metadata.name, "nvidia-device-plugin")
    ])
    error_message = "Only the plugins of MIG groups need a capability, and each node has one plugin."
  }

  # Big devices first; the script stands after nodeadm's part, or alone.
  assert {
    condition = (
      strcontains(base64decode(aws_launch_template.gpu["mig"].user_data), "nvidia-smi mig -cgi 3g.20gb,1g.5gb+me,1g.5gb,1g.5gb,1g.5gb -C")
      && !strcontains(base64decode(aws_launch_template.gpu["mig"].user_data), "NodeConfig")
      && startswith(base64decode(aws_launch_template.gpu["mig"].user_data), "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"BOUNDARY\"\n\n--BOUNDARY\nContent-Type: text/x-shellscript")
      && strcontains(base64decode(aws_launch_template.gpu["mig-single"].user_data), "RAID0")
      && strcontains(base64decode(aws_launch_template.gpu["mig-single"].user_data), "-cgi 1g.10gb,1g.10gb,1g.10gb,1g.10gb,1g.10gb,1g.10gb,1g.10gb -C")
      && strcontains(base64decode(aws_launch_template.gpu["mig-custom"].user_data), "-cgi 2g.48gb,2g.48gb -C")
      && !strcontains(base64decode(aws_launch_template.gpu["sliced"].user_data), "nvidia-smi")
    )
    error_message = "MIG at boot: ${base64decode(aws_launch_template.gpu["mig"].user_data)}"
  }

  assert {
    condition = (
      base64decode(aws_launch_template.gpu["br-sliced"].user_data) == "[settings.kubelet-device-plugins.nvidia]\ndevice-sharing-strategy = \"time-slicing\"\n\n[settings.kubelet-device-plugins.nvidia.time-slicing]\nreplicas = 10\nrename-by-default = true\nfail-requests-greater-than-one = true\n"
      && strcontains(base64decode(aws_launch_template.gpu["br-mps"].user_data), "ephemeral-storage")
      && endswith(base64decode(aws_launch_template.gpu["br-mps"].user_data), "[settings.kubelet-device-plugins.nvidia]\ndevice-sharing-strategy = \"mps\"\n\n[settings.kubelet-device-plugins.nvidia.mps]\nreplicas = 3\nrename-by-default = false\n")
      && base64decode(aws_launch_template.gpu["br-mig"].user_data) == "[settings.kubelet-device-plugins.nvidia]\ndevice-partitioning-strategy = \"mig\"\n\n[settings.kubelet-device-plugins.nvidia.mig.profile]\n\"a100.40gb\" = \"2g.10gb\"\n"
    )
    error_message = "Bottlerocket's settings: ${base64decode(aws_launch_template.gpu["br-mig"].user_data)}"
  }
}

run "contradictions" {
  command = plan

  variables {
    gpu_node_groups = {
      unknown-type    = { instance_types = ["g9.xlarge"], ami_type = "AL2023_x86_64_NVIDIA", sharing = { time_slicing = { replicas = 2 } } }
      mixed-models    = { instance_types = ["g5.xlarge", "g6.xlarge"], sharing = { mps = { replicas = 2 } } }
      mixed-memory    = { instance_types = ["p4d.24xlarge", "p4de.24xlarge"], sharing = { time_slicing = { replicas = 2 } } }
      no-mig          = { instance_types = ["g5.xlarge"], sharing = { mig = { devices = { "1g.5gb" = 7 } } } }
      no-such-profile = { instance_types = ["p4d.24xlarge"], sharing = { mig = { devices = { "1g.18gb" = 7 } } } }
      too-many        = { instance_types = ["p4d.24xlarge"], sharing = { mig = { devices = { "2g.10gb" = 4 } } } }
      too-much        = { instance_types = ["p5.48xlarge"], sharing = { mig = { devices = { "3g.40gb" = 2, "1g.10gb" = 1 } } } }
      single-of-two   = { instance_types = ["p4d.24xlarge"], sharing = { mig = { devices = { "3g.20gb" = 1, "1g.5gb" = 1 }, strategy = "single" } } }
      br-part         = { instance_types = ["p4d.24xlarge"], ami_family = "bottlerocket", sharing = { mig = { devices = { "1g.5gb" = 3 } } } }
      br-mixed        = { instance_types = ["p4d.24xlarge"], ami_family = "bottlerocket", sharing = { mig = { devices = { "1g.5gb" = 7 }, strategy = "mixed" } } }
      br-me           = { instance_types = ["p4d.24xlarge"], ami_family = "bottlerocket", sharing = { mig = { devices = { "1g.5gb+me" = 1 } } } }
      own-bootstrap   = { instance_types = ["p4d.24xlarge"], ami_id = "ami-1", user_data = "none", sharing = { mig = { devices = { "1g.5gb" = 7 } } } }
      accelerator     = { sharing = { time_slicing = { replicas = 2, rename = true } }, labels = { "k8s.amazonaws.com/accelerator" = "nvidia-a10g" } }
      fine            = { sharing = { time_slicing = { replicas = 2 } }, labels = { "k8s.amazonaws.com/accelerator" = "a10" } }
    }
  }

  expect_failures = [
    terraform_data.guard["unknown-type"],
    terraform_data.guard["mixed-models"],
    terraform_data.guard["mixed-memory"],
    terraform_data.guard["no-mig"],
    terraform_data.guard["no-such-profile"],
    terraform_data.guard["too-many"],
    terraform_data.guard["too-much"],
    terraform_data.guard["single-of-two"],
    terraform_data.guard["br-part"],
    terraform_data.guard["br-mixed"],
    terraform_data.guard["br-me"],
    terraform_data.guard["own-bootstrap"],
    terraform_data.guard["accelerator"],
    check.gpu_models_agree,
  ]
}

run "wrong_values" {
  command = plan

  variables {
    gpu_node_groups = {
      empty      = { sharing = {} }
      mps-on-mig = { sharing = { mps = { replicas = 2 }, mig = { devices = { "1g.5gb" = 7 } } } }
      both       = { sharing = { mps = { replicas = 2 }, time_slicing = { replicas = 2 } } }
      one        = { sharing = { time_slicing = { replicas = 1 } } }
      half       = { sharing = { mps = { replicas = 2.5 } } }
      many       = { sharing = { mps = { replicas = 49 } } }
      none       = { sharing = { mig = { devices = {} } } }
      zero       = { sharing = { mig = { devices = { "1g.5gb" = 0 } } } }
      strategy   = { sharing = { mig = { devices = { "1g.5gb" = 1 }, strategy = "none" } } }
    }
  }

  expect_failures = [var.gpu_node_groups]
}
