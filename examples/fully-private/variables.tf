variable "image_mirror" {
  description = "Registry and prefix that hold the images of the cluster. \"eks-gpu images --mirror\" prints what fills it."
  type        = string
  default     = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror"
}
