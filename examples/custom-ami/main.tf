# Groups with images of your own. The module writes the user data with which a node joins the cluster and carries its labels
# and taints, because EKS adds nothing to a custom image's. Here the images are AWS's own, found by their public parameters;
# put the id of the image that you built from them in their place. It may come from a resource of the same plan.
data "aws_ssm_parameter" "al2023" {
  name = "/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/nvidia/recommended/image_id"
}

data "aws_ssm_parameter" "bottlerocket" {
  name = "/aws/service/bottlerocket/aws-k8s-1.36-nvidia/x86_64/latest/image_id"
}

module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-custom-ami"
  cluster_version = "1.36"

  gpu_node_groups = {
    al2023 = {
      instance_types = ["g5.xlarge"]
      ami_id         = data.aws_ssm_parameter.al2023.insecure_value
      max_size       = 2
      labels         = { "image" = "al2023" }
    }

    bottlerocket = {
      instance_types = ["g6.xlarge"]
      ami_id         = data.aws_ssm_parameter.bottlerocket.insecure_value
      ami_family     = "bottlerocket"
      max_size       = 2
      labels         = { "image" = "bottlerocket" }
    }
  }
}
