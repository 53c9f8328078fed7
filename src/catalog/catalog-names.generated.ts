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

/** The minor of a cluster that names none. */
export type DefaultEksVersion = '1.36'

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

/** What an AMI type with an NVIDIA driver is: operating system, architecture, the driver's branch. */
export type GpuAmiFacts = {
  readonly 'AL2023_x86_64_NVIDIA': { readonly family: 'al2023'; readonly arch: 'x86_64'; readonly driverBranch: 580 }
  readonly 'AL2023_ARM_64_NVIDIA': { readonly family: 'al2023'; readonly arch: 'arm64'; readonly driverBranch: 580 }
  readonly 'BOTTLEROCKET_x86_64_NVIDIA': { readonly family: 'bottlerocket'; readonly arch: 'x86_64'; readonly driverBranch: 580 }
  readonly 'BOTTLEROCKET_ARM_64_NVIDIA': { readonly family: 'bottlerocket'; readonly arch: 'arm64'; readonly driverBranch: 580 }
  readonly 'BOTTLEROCKET_x86_64_NVIDIA_FIPS': { readonly family: 'bottlerocket'; readonly arch: 'x86_64'; readonly driverBranch: 580 }
  readonly 'BOTTLEROCKET_ARM_64_NVIDIA_FIPS': { readonly family: 'bottlerocket'; readonly arch: 'arm64'; readonly driverBranch: 580 }
}

/** What rules on a group ask of its instance types; `mig` names the GPU in {@link MigGpuFacts}. */
export type GpuInstanceFacts = {
  readonly 'g4dn.xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'T4'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g4dn.2xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'T4'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g4dn.4xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'T4'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g4dn.8xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'T4'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g4dn.12xlarge': { readonly arch: 'x86_64'; readonly gpus: 4; readonly model: 'T4'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g4dn.16xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'T4'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g4dn.metal': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'T4'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5.xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'A10G'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5.2xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'A10G'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5.4xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'A10G'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5.8xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'A10G'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5.12xlarge': { readonly arch: 'x86_64'; readonly gpus: 4; readonly model: 'A10G'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5.16xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'A10G'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5.24xlarge': { readonly arch: 'x86_64'; readonly gpus: 4; readonly model: 'A10G'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5.48xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'A10G'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5g.xlarge': { readonly arch: 'arm64'; readonly gpus: 1; readonly model: 'T4G'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5g.2xlarge': { readonly arch: 'arm64'; readonly gpus: 1; readonly model: 'T4G'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5g.4xlarge': { readonly arch: 'arm64'; readonly gpus: 1; readonly model: 'T4G'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5g.8xlarge': { readonly arch: 'arm64'; readonly gpus: 1; readonly model: 'T4G'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5g.16xlarge': { readonly arch: 'arm64'; readonly gpus: 2; readonly model: 'T4G'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g5g.metal': { readonly arch: 'arm64'; readonly gpus: 2; readonly model: 'T4G'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6.xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L4'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6.2xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L4'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6.4xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L4'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6.8xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L4'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6.12xlarge': { readonly arch: 'x86_64'; readonly gpus: 4; readonly model: 'L4'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6.16xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L4'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6.24xlarge': { readonly arch: 'x86_64'; readonly gpus: 4; readonly model: 'L4'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6.48xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'L4'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6e.xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L40S'; readonly memoryMib: 45776; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6e.2xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L40S'; readonly memoryMib: 45776; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6e.4xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L40S'; readonly memoryMib: 45776; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6e.8xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L40S'; readonly memoryMib: 45776; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6e.12xlarge': { readonly arch: 'x86_64'; readonly gpus: 4; readonly model: 'L40S'; readonly memoryMib: 45776; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6e.16xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L40S'; readonly memoryMib: 45776; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6e.24xlarge': { readonly arch: 'x86_64'; readonly gpus: 4; readonly model: 'L40S'; readonly memoryMib: 45776; readonly mig: null; readonly efa: 2; readonly cards: '2 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6e.48xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'L40S'; readonly memoryMib: 45776; readonly mig: null; readonly efa: 4; readonly cards: '4 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6f.large': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L4'; readonly memoryMib: 2861; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6f.xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L4'; readonly memoryMib: 2861; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6f.2xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L4'; readonly memoryMib: 5722; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g6f.4xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L4'; readonly memoryMib: 11444; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'gr6.4xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L4'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'gr6.8xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L4'; readonly memoryMib: 22888; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'gr6f.4xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'L4'; readonly memoryMib: 11444; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g7.2xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'RTX PRO 4500 Blackwell Server Edition'; readonly memoryMib: 32768; readonly mig: 'RTX PRO 4500 32 GB'; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: 'AL2023_x86_64_NVIDIA' | 'AL2023_ARM_64_NVIDIA' | 'BOTTLEROCKET_x86_64_NVIDIA' | 'BOTTLEROCKET_ARM_64_NVIDIA' | 'BOTTLEROCKET_x86_64_NVIDIA_FIPS' | 'BOTTLEROCKET_ARM_64_NVIDIA_FIPS'; readonly driver: 'needs R595 or newer' }
  readonly 'g7.4xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'RTX PRO 4500 Blackwell Server Edition'; readonly memoryMib: 32768; readonly mig: 'RTX PRO 4500 32 GB'; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: 'AL2023_x86_64_NVIDIA' | 'AL2023_ARM_64_NVIDIA' | 'BOTTLEROCKET_x86_64_NVIDIA' | 'BOTTLEROCKET_ARM_64_NVIDIA' | 'BOTTLEROCKET_x86_64_NVIDIA_FIPS' | 'BOTTLEROCKET_ARM_64_NVIDIA_FIPS'; readonly driver: 'needs R595 or newer' }
  readonly 'g7.8xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'RTX PRO 4500 Blackwell Server Edition'; readonly memoryMib: 32768; readonly mig: 'RTX PRO 4500 32 GB'; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: 'AL2023_x86_64_NVIDIA' | 'AL2023_ARM_64_NVIDIA' | 'BOTTLEROCKET_x86_64_NVIDIA' | 'BOTTLEROCKET_ARM_64_NVIDIA' | 'BOTTLEROCKET_x86_64_NVIDIA_FIPS' | 'BOTTLEROCKET_ARM_64_NVIDIA_FIPS'; readonly driver: 'needs R595 or newer' }
  readonly 'g7.12xlarge': { readonly arch: 'x86_64'; readonly gpus: 2; readonly model: 'RTX PRO 4500 Blackwell Server Edition'; readonly memoryMib: 32768; readonly mig: 'RTX PRO 4500 32 GB'; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: 'AL2023_x86_64_NVIDIA' | 'AL2023_ARM_64_NVIDIA' | 'BOTTLEROCKET_x86_64_NVIDIA' | 'BOTTLEROCKET_ARM_64_NVIDIA' | 'BOTTLEROCKET_x86_64_NVIDIA_FIPS' | 'BOTTLEROCKET_ARM_64_NVIDIA_FIPS'; readonly driver: 'needs R595 or newer' }
  readonly 'g7.24xlarge': { readonly arch: 'x86_64'; readonly gpus: 4; readonly model: 'RTX PRO 4500 Blackwell Server Edition'; readonly memoryMib: 32768; readonly mig: 'RTX PRO 4500 32 GB'; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: 'AL2023_x86_64_NVIDIA' | 'AL2023_ARM_64_NVIDIA' | 'BOTTLEROCKET_x86_64_NVIDIA' | 'BOTTLEROCKET_ARM_64_NVIDIA' | 'BOTTLEROCKET_x86_64_NVIDIA_FIPS' | 'BOTTLEROCKET_ARM_64_NVIDIA_FIPS'; readonly driver: 'needs R595 or newer' }
  readonly 'g7.48xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'RTX PRO 4500 Blackwell Server Edition'; readonly memoryMib: 32768; readonly mig: 'RTX PRO 4500 32 GB'; readonly efa: 2; readonly cards: '2 true'; readonly undrivenBy: 'AL2023_x86_64_NVIDIA' | 'AL2023_ARM_64_NVIDIA' | 'BOTTLEROCKET_x86_64_NVIDIA' | 'BOTTLEROCKET_ARM_64_NVIDIA' | 'BOTTLEROCKET_x86_64_NVIDIA_FIPS' | 'BOTTLEROCKET_ARM_64_NVIDIA_FIPS'; readonly driver: 'needs R595 or newer' }
  readonly 'g7e.2xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'RTX PRO 6000 Blackwell Server Edition'; readonly memoryMib: 98304; readonly mig: 'RTX PRO 6000 96 GB'; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g7e.4xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'RTX PRO 6000 Blackwell Server Edition'; readonly memoryMib: 98304; readonly mig: 'RTX PRO 6000 96 GB'; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g7e.8xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'RTX PRO 6000 Blackwell Server Edition'; readonly memoryMib: 98304; readonly mig: 'RTX PRO 6000 96 GB'; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g7e.12xlarge': { readonly arch: 'x86_64'; readonly gpus: 2; readonly model: 'RTX PRO 6000 Blackwell Server Edition'; readonly memoryMib: 98304; readonly mig: 'RTX PRO 6000 96 GB'; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g7e.24xlarge': { readonly arch: 'x86_64'; readonly gpus: 4; readonly model: 'RTX PRO 6000 Blackwell Server Edition'; readonly memoryMib: 98304; readonly mig: 'RTX PRO 6000 96 GB'; readonly efa: 2; readonly cards: '2 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'g7e.48xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'RTX PRO 6000 Blackwell Server Edition'; readonly memoryMib: 98304; readonly mig: 'RTX PRO 6000 96 GB'; readonly efa: 4; readonly cards: '4 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p3.2xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'V100'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p3.8xlarge': { readonly arch: 'x86_64'; readonly gpus: 4; readonly model: 'V100'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p3.16xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'V100'; readonly memoryMib: 16384; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p3dn.24xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'V100'; readonly memoryMib: 32768; readonly mig: null; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p4d.24xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'A100'; readonly memoryMib: 40960; readonly mig: 'A100 40 GB'; readonly efa: 4; readonly cards: '4 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p4de.24xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'A100'; readonly memoryMib: 81920; readonly mig: 'A100 80 GB'; readonly efa: 4; readonly cards: '4 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p5.4xlarge': { readonly arch: 'x86_64'; readonly gpus: 1; readonly model: 'H100'; readonly memoryMib: 81920; readonly mig: 'H100 80 GB'; readonly efa: 1; readonly cards: '1 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p5.48xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'H100'; readonly memoryMib: 81920; readonly mig: 'H100 80 GB'; readonly efa: 32; readonly cards: '32 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p5e.48xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'H200'; readonly memoryMib: 144384; readonly mig: 'H200 141 GB'; readonly efa: 32; readonly cards: '32 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p5en.48xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'H200'; readonly memoryMib: 144384; readonly mig: 'H200 141 GB'; readonly efa: 16; readonly cards: '16 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p6-b200.48xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'B200'; readonly memoryMib: 183359; readonly mig: 'B200 180 GB'; readonly efa: 8; readonly cards: '8 true'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p6-b300.48xlarge': { readonly arch: 'x86_64'; readonly gpus: 8; readonly model: 'B300'; readonly memoryMib: 275040; readonly mig: 'B300 269 GB'; readonly efa: 16; readonly cards: '16 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p6e-gb200.36xlarge': { readonly arch: 'arm64'; readonly gpus: 4; readonly model: 'B200 (GB200)'; readonly memoryMib: 0; readonly mig: 'GB200 186 GB'; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
  readonly 'p6e-gb300.36xlarge': { readonly arch: 'arm64'; readonly gpus: null; readonly model: 'B300 (GB300)'; readonly memoryMib: 0; readonly mig: null; readonly efa: 0; readonly cards: '0 false'; readonly undrivenBy: never; readonly driver: '' }
}

/** GPUs that MIG divides: the profiles with how many of each fit, their names in a line, and what Bottlerocket takes. */
export type MigGpuFacts = {
  readonly 'A100 40 GB': { readonly profiles: { readonly '1g.10gb': 4; readonly '1g.5gb': 7; readonly '1g.5gb+me': 1; readonly '2g.10gb': 3; readonly '3g.20gb': 2; readonly '4g.20gb': 1; readonly '7g.40gb': 1 }; readonly names: '1g.10gb, 1g.5gb, 1g.5gb+me, 2g.10gb, 3g.20gb, 4g.20gb, 7g.40gb'; readonly bottlerocket: '1g.10gb = 4, 1g.5gb = 7, 2g.10gb = 3, 3g.20gb = 2, 4g.20gb = 1, 7g.40gb = 1'; readonly plain: '1g.10gb' | '1g.5gb' | '2g.10gb' | '3g.20gb' | '4g.20gb' | '7g.40gb' }
  readonly 'A100 80 GB': { readonly profiles: { readonly '1g.10gb': 7; readonly '1g.10gb+me': 1; readonly '1g.20gb': 4; readonly '2g.20gb': 3; readonly '3g.40gb': 2; readonly '4g.40gb': 1; readonly '7g.80gb': 1 }; readonly names: '1g.10gb, 1g.10gb+me, 1g.20gb, 2g.20gb, 3g.40gb, 4g.40gb, 7g.80gb'; readonly bottlerocket: '1g.10gb = 7, 1g.20gb = 4, 2g.20gb = 3, 3g.40gb = 2, 4g.40gb = 1, 7g.80gb = 1'; readonly plain: '1g.10gb' | '1g.20gb' | '2g.20gb' | '3g.40gb' | '4g.40gb' | '7g.80gb' }
  readonly 'H100 80 GB': { readonly profiles: { readonly '1g.10gb': 7; readonly '1g.10gb+me': 1; readonly '1g.20gb': 4; readonly '2g.20gb': 3; readonly '3g.40gb': 2; readonly '4g.40gb': 1; readonly '7g.80gb': 1 }; readonly names: '1g.10gb, 1g.10gb+me, 1g.20gb, 2g.20gb, 3g.40gb, 4g.40gb, 7g.80gb'; readonly bottlerocket: '1g.10gb = 7, 1g.20gb = 4, 2g.20gb = 3, 3g.40gb = 2, 4g.40gb = 1, 7g.80gb = 1'; readonly plain: '1g.10gb' | '1g.20gb' | '2g.20gb' | '3g.40gb' | '4g.40gb' | '7g.80gb' }
  readonly 'H200 141 GB': { readonly profiles: { readonly '1g.18gb': 7; readonly '1g.18gb+me': 1; readonly '1g.35gb': 4; readonly '2g.35gb': 3; readonly '3g.71gb': 2; readonly '4g.71gb': 1; readonly '7g.141gb': 1 }; readonly names: '1g.18gb, 1g.18gb+me, 1g.35gb, 2g.35gb, 3g.71gb, 4g.71gb, 7g.141gb'; readonly bottlerocket: '1g.18gb = 7, 1g.35gb = 4, 2g.35gb = 3, 3g.71gb = 2, 4g.71gb = 1, 7g.141gb = 1'; readonly plain: '1g.18gb' | '1g.35gb' | '2g.35gb' | '3g.71gb' | '4g.71gb' | '7g.141gb' }
  readonly 'B200 180 GB': { readonly profiles: { readonly '1g.23gb': 7; readonly '1g.23gb+me': 1; readonly '1g.45gb': 4; readonly '2g.45gb': 3; readonly '3g.90gb': 2; readonly '4g.90gb': 1; readonly '7g.180gb': 1 }; readonly names: '1g.23gb, 1g.23gb+me, 1g.45gb, 2g.45gb, 3g.90gb, 4g.90gb, 7g.180gb'; readonly bottlerocket: '1g.23gb = 7, 1g.45gb = 4, 2g.45gb = 3, 3g.90gb = 2, 4g.90gb = 1, 7g.180gb = 1'; readonly plain: '1g.23gb' | '1g.45gb' | '2g.45gb' | '3g.90gb' | '4g.90gb' | '7g.180gb' }
  readonly 'B300 269 GB': { readonly profiles: { readonly '1g.34gb': 7; readonly '1g.34gb+me': 1; readonly '1g.67gb': 4; readonly '2g.67gb': 3; readonly '3g.135gb': 2; readonly '4g.135gb': 1; readonly '7g.269gb': 1 }; readonly names: '1g.34gb, 1g.34gb+me, 1g.67gb, 2g.67gb, 3g.135gb, 4g.135gb, 7g.269gb'; readonly bottlerocket: '1g.34gb = 7, 1g.67gb = 4, 2g.67gb = 3, 3g.135gb = 2, 4g.135gb = 1, 7g.269gb = 1'; readonly plain: '1g.34gb' | '1g.67gb' | '2g.67gb' | '3g.135gb' | '4g.135gb' | '7g.269gb' }
  readonly 'GB200 186 GB': { readonly profiles: { readonly '1g.23gb': 7; readonly '1g.23gb+me': 1; readonly '1g.47gb': 4; readonly '2g.47gb': 3; readonly '3g.93gb': 2; readonly '4g.93gb': 1; readonly '7g.186gb': 1 }; readonly names: '1g.23gb, 1g.23gb+me, 1g.47gb, 2g.47gb, 3g.93gb, 4g.93gb, 7g.186gb'; readonly bottlerocket: null; readonly plain: '1g.23gb' | '1g.47gb' | '2g.47gb' | '3g.93gb' | '4g.93gb' | '7g.186gb' }
  readonly 'RTX PRO 6000 96 GB': { readonly profiles: { readonly '1g.24gb': 4; readonly '1g.24gb+gfx': 4; readonly '1g.24gb+me': 1; readonly '1g.24gb+me.all': 1; readonly '1g.24gb-me': 4; readonly '2g.48gb': 2; readonly '2g.48gb+gfx': 2; readonly '2g.48gb+me.all': 1; readonly '2g.48gb-me': 2; readonly '4g.96gb': 1; readonly '4g.96gb+gfx': 1 }; readonly names: '1g.24gb, 1g.24gb+gfx, 1g.24gb+me, 1g.24gb+me.all, 1g.24gb-me, 2g.48gb, 2g.48gb+gfx, 2g.48gb+me.all, 2g.48gb-me, 4g.96gb, 4g.96gb+gfx'; readonly bottlerocket: '1g.24gb = 4, 2g.48gb = 2, 4g.96gb = 1'; readonly plain: '1g.24gb' | '2g.48gb' | '4g.96gb' }
  readonly 'RTX PRO 4500 32 GB': { readonly profiles: { readonly '1g.16gb': 2; readonly '1g.16gb+gfx': 2; readonly '1g.16gb+me.all': 1; readonly '1g.16gb-me': 2; readonly '2g.32gb': 1; readonly '2g.32gb+gfx': 1 }; readonly names: '1g.16gb, 1g.16gb+gfx, 1g.16gb+me.all, 1g.16gb-me, 2g.32gb, 2g.32gb+gfx'; readonly bottlerocket: null; readonly plain: '1g.16gb' | '2g.32gb' }
}

/** Those GPUs, in a line. */
export type MigGpuNames = 'A100 40 GB, A100 80 GB, B200 180 GB, B300 269 GB, GB200 186 GB, H100 80 GB, H200 141 GB, RTX PRO 4500 32 GB, RTX PRO 6000 96 GB'
