# What a node is: image, version, disks, and how a group is renewed.

mock_provider "aws" {
  source = "./tests/mocks"

  mock_data "aws_ssm_parameter" {
    defaults = {
      insecure_value = "1.36.0-20261003"
    }
  }
}

variables {
  cluster_name    = "ai-workloads"
  cluster_version = "1.36"
}

run "lifecycle_and_disks" {
  variables {
    system_node_group = { kubernetes_version = "1.35", release_version = "latest" }

    gpu_node_groups = {
      plain  = {}
      behind = { kubernetes_version = "1.34", max_unavailable = 2, node_repair = true }
      newest = { release_version = "latest", max_unavailable_percentage = 25, node_repair = false }
      rocket = { ami_family = "bottlerocket", release_version = "latest" }
      disks = {
        local_storage = "mount"
        root_volume   = { size_gib = 300, throughput = 1000, iops = 4000, kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1" }
      }
    }
  }

  assert {
    condition = { for name, group in aws_eks_node_group.gpu : name => group.version } == {
      plain = "1.36", behind = "1.34", newest = "1.36", rocket = "1.36", disks = "1.36"
    } && aws_eks_node_group.system.version == "1.35"
    error_message = "Wrong versions: ${jsonencode({ for name, group in aws_eks_node_group.gpu : name => group.version })}"
  }

  assert {
    condition = { for key, parameter in data.aws_ssm_parameter.release : key => parameter.name } == {
      "AL2023_x86_64_NVIDIA/1.36"       = "/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/nvidia/recommended/release_version"
      "AL2023_x86_64_STANDARD/1.35"     = "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/standard/recommended/release_version"
      "BOTTLEROCKET_x86_64_NVIDIA/1.36" = "/aws/service/bottlerocket/aws-k8s-1.36-nvidia/x86_64/latest/image_version"
    } && aws_eks_node_group.gpu["newest"].release_version == "1.36.0-20261003" && aws_eks_node_group.system.release_version == "1.36.0-20261003"
    error_message = "Wrong releases: ${jsonencode({ for key, parameter in data.aws_ssm_parameter.release : key => parameter.name })}"
  }

  assert {
    condition = jsonencode([for name in ["plain", "behind", "newest"] : aws_eks_node_group.gpu[name].update_config[0]]) == jsonencode([
      { max_unavailable = 1, max_unavailable_percentage = null },
      { max_unavailable = 2, max_unavailable_percentage = null },
      { max_unavailable = null, max_unavailable_percentage = 25 },
    ])
    error_message = "Wrong update settings: ${jsonencode({ for name, group in aws_eks_node_group.gpu : name => group.update_config })}"
  }

  assert {
    condition     = jsonencode([for name in ["plain", "behind", "newest"] : aws_eks_node_group.gpu[name].node_repair_config[*].enabled]) == "[[],[true],[false]]"
    error_message = "Node repair is said only where the caller says something."
  }

  assert {
    condition = (
      aws_launch_template.gpu["disks"].block_device_mappings[0].ebs[0].kms_key_id == "arn:aws:kms:us-east-1:111122223333:key/1"
      && strcontains(base64decode(aws_launch_template.gpu["disks"].user_data), "\"strategy\": \"Mount\"")
      && aws_autoscaling_group_tag.gpu["disks/resources/ephemeral-storage"].tag[0].value == "266Gi"
      && aws_autoscaling_group_tag.gpu["plain/resources/ephemeral-storage"].tag[0].value == "206Gi"
    )
    error_message = "Disks that are mounted one by one leave images and pods on the root volume: ${base64decode(aws_launch_template.gpu["disks"].user_data)}"
  }
}

run "refused" {
  command = plan

  variables {
    system_node_group = { kubernetes_version = "1.37" }

    gpu_node_groups = {
      ahead            = { kubernetes_version = "1.37" }
      too-far-behind   = { kubernetes_version = "1.32" }
      own-and-version  = { ami_id = "ami-1", kubernetes_version = "1.36" }
      foreign-release  = { release_version = "1.35.0-20261003" }
      mount-on-rocket  = { ami_family = "bottlerocket", local_storage = "mount" }
      fips             = { ami_type = "BOTTLEROCKET_x86_64_NVIDIA_FIPS" }
      grace-on-rocket  = { instance_types = ["p6e-gb200.36xlarge"], ami_family = "bottlerocket" }
      scarce-and-rolls = { instance_types = ["p5.48xlarge"], max_unavailable = 2 }
      fine             = { kubernetes_version = "1.33", release_version = "1.33.0-20261003" }
    }
  }

  expect_failures = [
    terraform_data.guard["ahead"],
    terraform_data.guard["too-far-behind"],
    terraform_data.guard["own-and-version"],
    terraform_data.guard["foreign-release"],
    terraform_data.guard["mount-on-rocket"],
    terraform_data.guard_cluster,
    check.ami_types_are_certain,
    check.ami_types_are_documented_for_their_instances,
    check.updates_find_capacity,
  ]
}

# Every rule over one variable; each group breaks another.
run "invalid" {
  command = plan

  variables {
    gpu_node_groups = {
      slow      = { root_volume = { throughput = 100 } }
      fast      = { root_volume = { throughput = 1000 } }
      ratio     = { root_volume = { size_gib = 20, iops = 16000 } }
      version   = { kubernetes_version = "1.36.1" }
      two-ways  = { max_unavailable = 1, max_unavailable_percentage = 50 }
      too-many  = { max_unavailable = 101 }
      no-share  = { max_unavailable_percentage = 0 }
      no-policy = { local_storage = "raid10" }
    }
  }

  expect_failures = [var.gpu_node_groups]
}

run "settings_at_boot" {
  variables {
    gpu_node_groups = {
      al2023 = {
        local_storage   = "none"
        max_pods        = 40
        fast_image_pull = true
        root_volume     = { throughput = 700 }
        containerd      = { max_concurrent_downloads = 8 }
        kubelet = {
          max_parallel_image_pulls = 4
          registry_pull_qps        = 20
          kube_reserved            = { memory = "2Gi", ephemeral_storage = "3Gi" }
          system_reserved          = { ephemeral_storage = "512Mi" }
          eviction_hard            = { "nodefs.available" = "15%" }
          topology_manager_policy  = "single-numa-node"
        }
        extra_user_data = {
          node_config = "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  featureGates:\n    InstanceIdNodeName: false\n"
          shell       = "#!/bin/bash\nsysctl -w vm.dirty_ratio=80\n"
        }
      }
      rocket = {
        instance_types  = ["g5.xlarge"]
        ami_family      = "bottlerocket"
        max_pods        = 40
        fast_image_pull = true
        containerd      = { max_concurrent_downloads = 8 }
        kubelet = {
          registry_pull_qps       = 20
          kube_reserved           = { memory = "2Gi" }
          eviction_hard           = { "memory.available" = "1Gi" }
          topology_manager_policy = "single-numa-node"
        }
        preload_images  = ["vllm/vllm-openai:v0.11.0", "nvcr.io/nvidia/pytorch:25.09-py3"]
        extra_user_data = { toml = "[settings.kernel.sysctl]\n\"vm.dirty_ratio\" = \"80\"\n" }
      }
      own-rocket = { ami_id = "ami-1", ami_family = "bottlerocket", kubelet = { image_gc_high_threshold_percent = 90 } }
    }
  }

  assert {
    condition     = base64decode(aws_launch_template.gpu["al2023"].user_data) == <<-EOT
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary="BOUNDARY"

      --BOUNDARY
      Content-Type: application/node.eks.aws

      ---
      "apiVersion": "node.eks.aws/v1alpha1"
      "kind": "NodeConfig"
      "spec":
        "containerd":
          "config": |
            [plugins."io.containerd.cri.v1.images"]
            max_concurrent_downloads = 8
        "featureGates":
          "FastImagePull": true
        "kubelet":
          "config":
            "evictionHard":
              "memory.available": "100Mi"
              "nodefs.available": "15%"
              "nodefs.inodesFree": "5%"
            "kubeReserved":
              "ephemeral-storage": "3Gi"
              "memory": "2Gi"
            "maxParallelImagePulls": 4
            "registryPullQPS": 20
            "systemReserved":
              "ephemeral-storage": "512Mi"
            "topologyManagerPolicy": "single-numa-node"
          "flags":
          - "--max-pods=40"

      --BOUNDARY
      Content-Type: application/node.eks.aws

      apiVersion: node.eks.aws/v1alpha1
      kind: NodeConfig
      spec:
        featureGates:
          InstanceIdNodeName: false

      --BOUNDARY
      Content-Type: text/x-shellscript; charset="us-ascii"

      #!/bin/bash
      sysctl -w vm.dirty_ratio=80

      --BOUNDARY--
    EOT
    error_message = "Wrong user data for AL2023:\n${base64decode(aws_launch_template.gpu["al2023"].user_data)}"
  }

  assert {
    condition     = base64decode(aws_launch_template.gpu["rocket"].user_data) == <<-EOT
      [settings.kubernetes]
      max-pods = 40
      registry-qps = 20
      topology-manager-policy = "single-numa-node"

      [settings.bootstrap-commands.000-local-storage]
      commands = [["apiclient", "ephemeral-storage", "init"], ["apiclient", "ephemeral-storage", "bind", "--dirs", "/var/lib/containerd", "/var/lib/kubelet", "/var/log/pods", "/var/lib/soci-snapshotter"]]
      mode = "always"
      essential = true

      [settings.container-runtime]
      "max-concurrent-downloads" = 8
      "snapshotter" = "soci"

      [settings.container-runtime-plugins.soci-snapshotter]
      "pull-mode" = "parallel-pull-unpack"

      [settings.kubernetes.eviction-hard]
      "memory.available" = "1Gi"
      "nodefs.available" = "10%"
      "nodefs.inodesFree" = "5%"

      [settings.kubernetes.kube-reserved]
      "memory" = "2Gi"

      [settings.kernel.sysctl]
      "vm.dirty_ratio" = "80"
    EOT
    error_message = "Wrong user data for Bottlerocket:\n${base64decode(aws_launch_template.gpu["rocket"].user_data)}"
  }

  assert {
    condition     = strcontains(base64decode(aws_launch_template.gpu["own-rocket"].user_data), "\nimage-gc-high-threshold-percent = 90\n")
    error_message = "Wrong user data: ${base64decode(aws_launch_template.gpu["own-rocket"].user_data)}"
  }

  assert {
    condition = (
      aws_eks_node_group.gpu["rocket"].labels["eks-gpu-clusters/node-group"] == "rocket"
      && !contains(keys(aws_eks_node_group.gpu["al2023"].labels), "eks-gpu-clusters/node-group")
      && alltrue([for image in ["vllm/vllm-openai:v0.11.0", "nvcr.io/nvidia/pytorch:25.09-py3", "registry.k8s.io/pause:3.10.1"] : contains(output.images, image)])
      && [for text in split("\n---\n", output.manifests) : try(yamldecode(text).spec.template.spec.volumes[1].image.reference, "") if strcontains(text, "image-preload-rocket")] == ["nvcr.io/nvidia/pytorch:25.09-py3"]
    )
    error_message = "Wrong preloading: ${output.manifests}"
  }

  # 200 GiB less 1 % for the file system, 15 % below which the kubelet evicts, 3 GiB and 0.5 GiB that are reserved.
  assert {
    condition     = aws_autoscaling_group_tag.gpu["al2023/resources/ephemeral-storage"].tag[0].value == "164Gi"
    error_message = "Wrong storage: ${aws_autoscaling_group_tag.gpu["al2023/resources/ephemeral-storage"].tag[0].value}"
  }
}

run "boot_settings_refused" {
  command = plan

  variables {
    gpu_node_groups = {
      own-bootstrap   = { ami_id = "ami-1", user_data = "none", max_pods = 20 }
      shell-on-rocket = { ami_family = "bottlerocket", extra_user_data = { shell = "#!/bin/sh" } }
      pulls-on-rocket = { ami_family = "bottlerocket", kubelet = { max_parallel_image_pulls = 2 } }
      toml-on-al2023  = { extra_user_data = { toml = "[settings.kernel]" } }
      table-twice     = { ami_family = "bottlerocket", max_pods = 20, extra_user_data = { toml = "[settings.kubernetes]\nlog-level = 3\n" } }
      no-addresses    = { instance_types = ["g5.xlarge"], max_pods = 59 }
      pulls-slowly    = { fast_image_pull = true, local_storage = "none" }
      above-eks       = { instance_types = ["g5.4xlarge"], max_pods = 120 }
      preload-early   = { kubernetes_version = "1.34", preload_images = ["a/b:c"] }
      preload-own     = { ami_id = "ami-1", user_data = "none", preload_images = ["a/b:c"] }
      fine            = { max_pods = 58 }
    }
  }

  expect_failures = [
    terraform_data.guard["own-bootstrap"],
    terraform_data.guard["shell-on-rocket"],
    terraform_data.guard["pulls-on-rocket"],
    terraform_data.guard["toml-on-al2023"],
    terraform_data.guard["table-twice"],
    terraform_data.guard["no-addresses"],
    terraform_data.guard["preload-early"],
    terraform_data.guard["preload-own"],
    check.fast_image_pull_is_fast,
    check.max_pods_is_within_the_limit_of_eks,
  ]
}

run "prefixes_make_room" {
  command = plan

  variables {
    vpc_cni         = { prefix_delegation = true }
    gpu_node_groups = { dense = { instance_types = ["g5.xlarge"], max_pods = 110 } }
  }
}

run "invalid_settings" {
  command = plan

  variables {
    gpu_node_groups = {
      few       = { max_pods = 3 }
      cpu       = { kubelet = { cpu_manager_policy = "dynamic" } }
      topology  = { kubelet = { topology_manager_policy = "all", topology_manager_scope = "node" } }
      signal    = { kubelet = { eviction_hard = { "disk.available" = "10%" } } }
      threshold = { kubelet = { eviction_hard = { "memory.available" = "1GB" } } }
      soft      = { kubelet = { eviction_soft = { "memory.available" = "1Gi" } } }
      reserved  = { kubelet = { kube_reserved = { cpu = "0.5", memory = "1G" } } }
      images    = { kubelet = { image_gc_low_threshold_percent = 90 } }
      pulls     = { kubelet = { max_parallel_image_pulls = 0 } }
      twice     = { containerd = { config = "x = 1", max_concurrent_downloads = 3 } }
      kind      = { extra_user_data = { node_config = "kind: Pod" } }
      script    = { extra_user_data = { shell = "echo hello" } }
      parts     = { extra_user_data = { shell = "#!/bin/sh\n--BOUNDARY--\n" } }
    }
  }

  expect_failures = [var.gpu_node_groups]
}
