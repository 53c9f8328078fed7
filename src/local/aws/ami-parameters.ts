import { findEksVersion } from '../../catalog/eks-versions.ts'
import { imageIdOf, releaseVersionOf } from './eks/eks-ami.ts'

/** A public parameter of Systems Manager, as GetParameter shows it. */
export type SsmParameter = {
  readonly Name: string
  readonly Type: 'String'
  readonly Value: string
  readonly Version: number
  readonly LastModifiedDate: number
  readonly ARN: string
  readonly DataType: 'text' | 'aws:ec2:image'
}

type Ami = { readonly amiType: string; readonly minor: string; readonly member: string }

const al2: Readonly<Record<string, string>> = {
  'amazon-linux-2': 'AL2_x86_64',
  'amazon-linux-2-gpu': 'AL2_x86_64_GPU',
  'amazon-linux-2-arm64': 'AL2_ARM_64',
}

/**
 * The public parameters that tell the AMIs for EKS (https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html,
 * https://bottlerocket.dev/en/os/latest/#/version-information): the emulator's list is as old as its release. They exist for each
 * minor from the day EKS offers it. `undefined` for every other name.
 */
export function amiParameter(name: string, region: string, asOf: string): SsmParameter | undefined {
  const ami = parseName(name)
  if (!ami) return undefined
  const version = findEksVersion(ami.minor)
  if (!version || asOf < version.offeredSince) return undefined
  if (ami.amiType.startsWith('AL2_') && Number(ami.minor.split('.')[1]) >= 33) return undefined
  const value = memberValue(ami, region)
  if (value === undefined) return undefined
  return {
    Name: name,
    Type: 'String',
    Value: value,
    Version: 1,
    LastModifiedDate: Date.parse(`${version.offeredSince}T00:00:00Z`) / 1000,
    ARN: `arn:aws:ssm:${region}::parameter${name}`,
    DataType: ami.member === 'image_id' ? 'aws:ec2:image' : 'text',
  }
}

function parseName(name: string): Ami | undefined {
  const eks = /^\/aws\/service\/eks\/optimized-ami\/(1\.\d+)\/(.+)\/recommended(?:\/(\w+))?$/.exec(name)
  if (eks) {
    const [, minor = '', family = '', member = ''] = eks
    const old = al2[family]
    if (old !== undefined) return { amiType: old, minor, member }
    const al2023 = /^amazon-linux-2023\/(x86_64|arm64)\/(standard|nvidia|neuron)$/.exec(family)
    if (!al2023) return undefined
    const arch = al2023[1] === 'arm64' ? 'ARM_64' : 'x86_64'
    return { amiType: `AL2023_${arch}_${(al2023[2] ?? '').toUpperCase()}`, minor, member }
  }
  const bottlerocket =
    /^\/aws\/service\/bottlerocket\/aws-k8s-(1\.\d+)(-nvidia)?(-fips)?\/(x86_64|arm64)\/latest\/(\w+)$/.exec(name)
  if (!bottlerocket) return undefined
  const [, minor = '', nvidia, fips, arch, member = ''] = bottlerocket
  const amiType = `BOTTLEROCKET_${arch === 'arm64' ? 'ARM_64' : 'x86_64'}${nvidia ? '_NVIDIA' : ''}${fips ? '_FIPS' : ''}`
  return { amiType, minor, member }
}

function memberValue({ amiType, minor, member }: Ami, region: string): string | undefined {
  const imageId = imageIdOf(region, amiType, minor)
  const release = releaseVersionOf(amiType, minor)
  if (amiType.startsWith('BOTTLEROCKET'))
    return member === 'image_id' ? imageId : member === 'image_version' ? release : undefined
  const imageName = `amazon-eks-node-${amiType.toLowerCase().replaceAll('_', '-')}-${minor}-v20260101`
  switch (member) {
    case 'image_id':
      return imageId
    case 'image_name':
      return imageName
    case 'release_version':
      return release
    case '':
      return JSON.stringify({
        schema_version: '2',
        image_id: imageId,
        image_name: imageName,
        release_version: release,
      })
    default:
      return undefined
  }
}
