import { imageIdOf } from './eks/image-id.ts'

const EKS =
  /^\/aws\/service\/eks\/optimized-ami\/(1\.\d+)\/amazon-linux-2023\/(x86_64|arm64)\/(standard|nvidia|neuron)\/recommended\/image_id$/
const BOTTLEROCKET = /^\/aws\/service\/bottlerocket\/aws-k8s-(1\.\d+)(-nvidia)?\/(x86_64|arm64)\/latest\/image_id$/

/**
 * The AMI that AWS's public Systems Manager parameter of this name points to; `undefined` for any other parameter. It is the
 * id that a node group of that AMI type gets here.
 * Names: https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html
 */
export function publicAmiParameter(region: string, name: string): string | undefined {
  const [, version = '', arch, kind = ''] = EKS.exec(name) ?? []
  if (arch) return imageIdOf(region, `AL2023_${archOf(arch)}_${kind.toUpperCase()}`, version)
  const [, minor = '', nvidia = '', architecture] = BOTTLEROCKET.exec(name) ?? []
  if (architecture)
    return imageIdOf(region, `BOTTLEROCKET_${archOf(architecture)}${nvidia === '' ? '' : '_NVIDIA'}`, minor)
  return undefined
}

function archOf(arch: string): string {
  return arch === 'arm64' ? 'ARM_64' : 'x86_64'
}
