# A custom image gets no bootstrap data from EKS: the user data carries cluster, labels and taints.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  cluster_name = "ai-workloads"
}

run "custom_ami" {
  variables {
    gpu_node_groups = {
      al2023 = {
        instance_types = ["g5.xlarge"]
        ami_id         = "ami-0123456789abcdef0"
        labels         = { "workload-type" = "inference" }
        taints = [
          { key = "nvidia.com/gpu", value = "true", effect = "NO_SCHEDULE" },
          { key = "dedicated", value = "ml", effect = "NO_EXECUTE" },
        ]
      }
      rocket  = { instance_types = ["g6.xlarge"], ami_id = "ami-0123456789abcdef1", ami_family = "bottlerocket" }
      own     = { ami_id = "ami-0123456789abcdef2", user_data = "none", root_volume = { device_name = "/dev/sda1" } }
      nodisks = { instance_types = ["g5g.xlarge"], ami_id = "ami-0123456789abcdef3", taints = [] }
    }
  }

  assert {
    condition     = alltrue([for name, group in aws_eks_node_group.gpu : group.release_version != "1"]) && aws_launch_template.gpu["al2023"].image_id == "ami-0123456789abcdef0"
    error_message = "The template must carry the image."
  }

  # AL2023: the NodeConfig inside the MIME part.
  assert {
    condition = yamldecode(regex("(?s)\n---\n(.*)\n--BOUNDARY--", base64decode(aws_launch_template.gpu["al2023"].user_data))[0]) == {
      apiVersion = "node.eks.aws/v1alpha1"
      kind       = "NodeConfig"
      spec = {
        cluster = {
          name                 = "ai-workloads"
          apiServerEndpoint    = "https://0123456789ABCDEF.gr7.us-east-1.eks.amazonaws.com"
          certificateAuthority = "Q0EtREFUQQ=="
          cidr                 = "10.100.0.0/16"
        }
        kubelet = {
          flags = [
            "--node-labels=eks-gpu-clusters/ami-family=al2023,eks-gpu-clusters/node-group=al2023,eks.amazonaws.com/capacityType=ON_DEMAND,k8s.amazonaws.com/accelerator=nvidia-a10g,nvidia.com/gpu=true,nvidia.com/gpu.present=true,workload-type=inference",
            "--register-with-taints=nvidia.com/gpu=true:NoSchedule,dedicated=ml:NoExecute",
          ]
        }
        instance = { localStorage = { strategy = "RAID0" } }
      }
    }
    error_message = "Wrong NodeConfig: ${base64decode(aws_launch_template.gpu["al2023"].user_data)}"
  }

  assert {
    condition     = startswith(base64decode(aws_launch_template.gpu["al2023"].user_data), "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"BOUNDARY\"\n\n--BOUNDARY\nContent-Type: application/node.eks.aws\n\n")
    error_message = "Wrong MIME head."
  }

  assert {
    condition     = keys(yamldecode(regex("(?s)\n---\n(.*)\n--BOUNDARY--", base64decode(aws_launch_template.gpu["nodisks"].user_data))[0]).spec) == ["cluster", "kubelet"] && length(yamldecode(regex("(?s)\n---\n(.*)\n--BOUNDARY--", base64decode(aws_launch_template.gpu["nodisks"].user_data))[0]).spec.kubelet.flags) == 1
    error_message = "Without disks and taints neither is mentioned."
  }

  # Bottlerocket.
  assert {
    condition     = base64decode(aws_launch_template.gpu["rocket"].user_data) == <<-TOML
      [settings.kubernetes]
      cluster-name = "ai-workloads"
      api-server = "https://0123456789ABCDEF.gr7.us-east-1.eks.amazonaws.com"
      cluster-certificate = "Q0EtREFUQQ=="
      cluster-dns-ip = "10.100.0.10"

      [settings.kubernetes.node-labels]
      "eks-gpu-clusters/ami-family" = "bottlerocket"
      "eks-gpu-clusters/node-group" = "rocket"
      "eks.amazonaws.com/capacityType" = "ON_DEMAND"
      "k8s.amazonaws.com/accelerator" = "nvidia-l4"
      "nvidia.com/gpu" = "true"
      "nvidia.com/gpu.present" = "true"

      [settings.kubernetes.node-taints]
      "nvidia.com/gpu" = ["true:NoSchedule"]

      [settings.bootstrap-commands.000-local-storage]
      commands = [["apiclient", "ephemeral-storage", "init"], ["apiclient", "ephemeral-storage", "bind", "--dirs", "/var/lib/containerd", "/var/lib/kubelet", "/var/log/pods"]]
      mode = "always"
      essential = true
    TOML
    error_message = "Wrong Bottlerocket settings: ${base64decode(aws_launch_template.gpu["rocket"].user_data)}"
  }

  assert {
    condition     = length(aws_launch_template.gpu["rocket"].block_device_mappings) == 2 && aws_launch_template.gpu["own"].block_device_mappings[0].device_name == "/dev/sda1"
    error_message = "Disks must be on the devices of the image's family."
  }

  assert {
    condition     = aws_launch_template.gpu["own"].user_data == null
    error_message = "user_data = \"none\" leaves user data out."
  }
}

# EKS refuses type and version beside an image: with the image known, the plan must hold neither.
run "custom_ami_has_no_type" {
  command = plan

  variables {
    gpu_node_groups = {
      own = { ami_id = "ami-0123456789abcdef2" }
    }
  }

  assert {
    condition     = local.group_custom["own"] && local.group_ami["own"] == null
    error_message = "An image of the caller's own has no AMI type."
  }
}
