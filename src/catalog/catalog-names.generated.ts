// Generated from src/catalog/data by `npm run generate`. Do not edit.

/** Every GPU instance type of the catalogue. */
export const gpuInstanceTypeNames: readonly ['g4dn.xlarge', 'g4dn.2xlarge', 'g4dn.4xlarge', 'g4dn.8xlarge', 'g4dn.12xlarge', 'g4dn.16xlarge', 'g4dn.metal', 'g5.xlarge', 'g5.2xlarge', 'g5.4xlarge', 'g5.8xlarge', 'g5.12xlarge', 'g5.16xlarge', 'g5.24xlarge', 'g5.48xlarge', 'g5g.xlarge', 'g5g.2xlarge', 'g5g.4xlarge', 'g5g.8xlarge', 'g5g.16xlarge', 'g5g.metal', 'g6.xlarge', 'g6.2xlarge', 'g6.4xlarge', 'g6.8xlarge', 'g6.12xlarge', 'g6.16xlarge', 'g6.24xlarge', 'g6.48xlarge', 'g6e.xlarge', 'g6e.2xlarge', 'g6e.4xlarge', 'g6e.8xlarge', 'g6e.12xlarge', 'g6e.16xlarge', 'g6e.24xlarge', 'g6e.48xlarge', 'g6f.large', 'g6f.xlarge', 'g6f.2xlarge', 'g6f.4xlarge', 'gr6.4xlarge', 'gr6.8xlarge', 'gr6f.4xlarge', 'g7.2xlarge', 'g7.4xlarge', 'g7.8xlarge', 'g7.12xlarge', 'g7.24xlarge', 'g7.48xlarge', 'g7e.2xlarge', 'g7e.4xlarge', 'g7e.8xlarge', 'g7e.12xlarge', 'g7e.24xlarge', 'g7e.48xlarge', 'p3.2xlarge', 'p3.8xlarge', 'p3.16xlarge', 'p3dn.24xlarge', 'p4d.24xlarge', 'p4de.24xlarge', 'p5.4xlarge', 'p5.48xlarge', 'p5e.48xlarge', 'p5en.48xlarge', 'p6-b200.48xlarge', 'p6-b300.48xlarge', 'p6e-gb200.36xlarge', 'p6e-gb300.36xlarge'] = [
  'g4dn.xlarge',
  'g4dn.2xlarge',
  'g4dn.4xlarge',
  'g4dn.8xlarge',
  'g4dn.12xlarge',
  'g4dn.16xlarge',
  'g4dn.metal',
  'g5.xlarge',
  'g5.2xlarge',
  'g5.4xlarge',
  'g5.8xlarge',
  'g5.12xlarge',
  'g5.16xlarge',
  'g5.24xlarge',
  'g5.48xlarge',
  'g5g.xlarge',
  'g5g.2xlarge',
  'g5g.4xlarge',
  'g5g.8xlarge',
  'g5g.16xlarge',
  'g5g.metal',
  'g6.xlarge',
  'g6.2xlarge',
  'g6.4xlarge',
  'g6.8xlarge',
  'g6.12xlarge',
  'g6.16xlarge',
  'g6.24xlarge',
  'g6.48xlarge',
  'g6e.xlarge',
  'g6e.2xlarge',
  'g6e.4xlarge',
  'g6e.8xlarge',
  'g6e.12xlarge',
  'g6e.16xlarge',
  'g6e.24xlarge',
  'g6e.48xlarge',
  'g6f.large',
  'g6f.xlarge',
  'g6f.2xlarge',
  'g6f.4xlarge',
  'gr6.4xlarge',
  'gr6.8xlarge',
  'gr6f.4xlarge',
  'g7.2xlarge',
  'g7.4xlarge',
  'g7.8xlarge',
  'g7.12xlarge',
  'g7.24xlarge',
  'g7.48xlarge',
  'g7e.2xlarge',
  'g7e.4xlarge',
  'g7e.8xlarge',
  'g7e.12xlarge',
  'g7e.24xlarge',
  'g7e.48xlarge',
  'p3.2xlarge',
  'p3.8xlarge',
  'p3.16xlarge',
  'p3dn.24xlarge',
  'p4d.24xlarge',
  'p4de.24xlarge',
  'p5.4xlarge',
  'p5.48xlarge',
  'p5e.48xlarge',
  'p5en.48xlarge',
  'p6-b200.48xlarge',
  'p6-b300.48xlarge',
  'p6e-gb200.36xlarge',
  'p6e-gb300.36xlarge',
]

/** A GPU instance type of the catalogue. */
export type GpuInstanceType = (typeof gpuInstanceTypeNames)[number]

/** Instance types without a GPU. */
export const generalInstanceTypeNames: readonly ['c6i.large', 'c6i.xlarge', 'c6i.2xlarge', 'c6i.4xlarge', 'c7i.large', 'c7i.xlarge', 'c7i.2xlarge', 'c7i.4xlarge', 'm5.large', 'm5.xlarge', 'm5.2xlarge', 'm5.4xlarge', 'm6i.large', 'm6i.xlarge', 'm6i.2xlarge', 'm6i.4xlarge', 'm7g.large', 'm7g.xlarge', 'm7g.2xlarge', 'm7g.4xlarge', 'm7i.large', 'm7i.xlarge', 'm7i.2xlarge', 'm7i.4xlarge', 'r6i.large', 'r6i.xlarge', 'r6i.2xlarge', 'r6i.4xlarge', 'r7i.large', 'r7i.xlarge', 'r7i.2xlarge', 'r7i.4xlarge', 't3.medium', 't3.large', 't3.xlarge', 't3.2xlarge'] = [
  'c6i.large',
  'c6i.xlarge',
  'c6i.2xlarge',
  'c6i.4xlarge',
  'c7i.large',
  'c7i.xlarge',
  'c7i.2xlarge',
  'c7i.4xlarge',
  'm5.large',
  'm5.xlarge',
  'm5.2xlarge',
  'm5.4xlarge',
  'm6i.large',
  'm6i.xlarge',
  'm6i.2xlarge',
  'm6i.4xlarge',
  'm7g.large',
  'm7g.xlarge',
  'm7g.2xlarge',
  'm7g.4xlarge',
  'm7i.large',
  'm7i.xlarge',
  'm7i.2xlarge',
  'm7i.4xlarge',
  'r6i.large',
  'r6i.xlarge',
  'r6i.2xlarge',
  'r6i.4xlarge',
  'r7i.large',
  'r7i.xlarge',
  'r7i.2xlarge',
  'r7i.4xlarge',
  't3.medium',
  't3.large',
  't3.xlarge',
  't3.2xlarge',
]

/** An instance type without a GPU. */
export type GeneralInstanceType = (typeof generalInstanceTypeNames)[number]

/** AMI types of EKS with an NVIDIA driver. */
export const gpuAmiTypeNames: readonly ['AL2023_x86_64_NVIDIA', 'AL2023_ARM_64_NVIDIA', 'BOTTLEROCKET_x86_64_NVIDIA', 'BOTTLEROCKET_ARM_64_NVIDIA', 'BOTTLEROCKET_x86_64_NVIDIA_FIPS', 'BOTTLEROCKET_ARM_64_NVIDIA_FIPS'] = [
  'AL2023_x86_64_NVIDIA',
  'AL2023_ARM_64_NVIDIA',
  'BOTTLEROCKET_x86_64_NVIDIA',
  'BOTTLEROCKET_ARM_64_NVIDIA',
  'BOTTLEROCKET_x86_64_NVIDIA_FIPS',
  'BOTTLEROCKET_ARM_64_NVIDIA_FIPS',
]

/** An AMI type of EKS with an NVIDIA driver. */
export type GpuAmiType = (typeof gpuAmiTypeNames)[number]

/** AMI types of EKS for nodes without a GPU. */
export const systemAmiTypeNames: readonly ['AL2023_x86_64_STANDARD', 'AL2023_ARM_64_STANDARD', 'BOTTLEROCKET_x86_64', 'BOTTLEROCKET_ARM_64', 'BOTTLEROCKET_x86_64_FIPS', 'BOTTLEROCKET_ARM_64_FIPS'] = [
  'AL2023_x86_64_STANDARD',
  'AL2023_ARM_64_STANDARD',
  'BOTTLEROCKET_x86_64',
  'BOTTLEROCKET_ARM_64',
  'BOTTLEROCKET_x86_64_FIPS',
  'BOTTLEROCKET_ARM_64_FIPS',
]

/** An AMI type of EKS for nodes without a GPU. */
export type SystemAmiType = (typeof systemAmiTypeNames)[number]

/** Add-ons of EKS. */
export const addonNames: readonly ['vpc-cni', 'kube-proxy', 'coredns', 'eks-pod-identity-agent', 'aws-ebs-csi-driver', 'aws-efs-csi-driver', 'aws-fsx-csi-driver', 'aws-mountpoint-s3-csi-driver', 'snapshot-controller', 'eks-node-monitoring-agent', 'metrics-server', 'amazon-cloudwatch-observability'] = [
  'vpc-cni',
  'kube-proxy',
  'coredns',
  'eks-pod-identity-agent',
  'aws-ebs-csi-driver',
  'aws-efs-csi-driver',
  'aws-fsx-csi-driver',
  'aws-mountpoint-s3-csi-driver',
  'snapshot-controller',
  'eks-node-monitoring-agent',
  'metrics-server',
  'amazon-cloudwatch-observability',
]

/** An add-on of EKS. */
export type AddonName = (typeof addonNames)[number]

/** Kubernetes minors of EKS, oldest first. */
export const eksVersionNames: readonly ['1.29', '1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36'] = [
  '1.29',
  '1.30',
  '1.31',
  '1.32',
  '1.33',
  '1.34',
  '1.35',
  '1.36',
]

/** A Kubernetes minor of EKS. */
export type EksVersion = (typeof eksVersionNames)[number]

/** GPU instance types by what all types of one group must have in common: architecture and GPUs. */
export type GpuInstanceTypesAlike = {
  readonly 'x86_64, 1 GPU': 'g4dn.xlarge' | 'g4dn.2xlarge' | 'g4dn.4xlarge' | 'g4dn.8xlarge' | 'g4dn.16xlarge' | 'g5.xlarge' | 'g5.2xlarge' | 'g5.4xlarge' | 'g5.8xlarge' | 'g5.16xlarge' | 'g6.xlarge' | 'g6.2xlarge' | 'g6.4xlarge' | 'g6.8xlarge' | 'g6.16xlarge' | 'g6e.xlarge' | 'g6e.2xlarge' | 'g6e.4xlarge' | 'g6e.8xlarge' | 'g6e.16xlarge' | 'g6f.large' | 'g6f.xlarge' | 'g6f.2xlarge' | 'g6f.4xlarge' | 'gr6.4xlarge' | 'gr6.8xlarge' | 'gr6f.4xlarge' | 'g7.2xlarge' | 'g7.4xlarge' | 'g7.8xlarge' | 'g7e.2xlarge' | 'g7e.4xlarge' | 'g7e.8xlarge' | 'p3.2xlarge' | 'p5.4xlarge'
  readonly 'x86_64, 4 GPUs': 'g4dn.12xlarge' | 'g5.12xlarge' | 'g5.24xlarge' | 'g6.12xlarge' | 'g6.24xlarge' | 'g6e.12xlarge' | 'g6e.24xlarge' | 'g7.24xlarge' | 'g7e.24xlarge' | 'p3.8xlarge'
  readonly 'x86_64, 8 GPUs': 'g4dn.metal' | 'g5.48xlarge' | 'g6.48xlarge' | 'g6e.48xlarge' | 'g7.48xlarge' | 'g7e.48xlarge' | 'p3.16xlarge' | 'p3dn.24xlarge' | 'p4d.24xlarge' | 'p4de.24xlarge' | 'p5.48xlarge' | 'p5e.48xlarge' | 'p5en.48xlarge' | 'p6-b200.48xlarge' | 'p6-b300.48xlarge'
  readonly 'arm64, 1 GPU': 'g5g.xlarge' | 'g5g.2xlarge' | 'g5g.4xlarge' | 'g5g.8xlarge'
  readonly 'arm64, 2 GPUs': 'g5g.16xlarge' | 'g5g.metal'
  readonly 'x86_64, 2 GPUs': 'g7.12xlarge' | 'g7e.12xlarge'
  readonly 'arm64, 4 GPUs': 'p6e-gb200.36xlarge'
  readonly 'arm64, GPUs not published': 'p6e-gb300.36xlarge'
}

/** AMI types with an NVIDIA driver by operating system and architecture. */
export type GpuAmiTypesByFamily = {
  readonly 'al2023 x86_64': 'AL2023_x86_64_NVIDIA'
  readonly 'al2023 arm64': 'AL2023_ARM_64_NVIDIA'
  readonly 'bottlerocket x86_64': 'BOTTLEROCKET_x86_64_NVIDIA' | 'BOTTLEROCKET_x86_64_NVIDIA_FIPS'
  readonly 'bottlerocket arm64': 'BOTTLEROCKET_ARM_64_NVIDIA' | 'BOTTLEROCKET_ARM_64_NVIDIA_FIPS'
}
