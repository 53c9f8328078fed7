import type { InstanceTypeInfo } from '@aws-sdk/client-ec2'
import type { InstanceType } from '../../src/catalog/instance-types.ts'

/** One line of the catalogue: an instance type without its name. */
export type InstanceTypeEntry = Omit<InstanceType, 'name'>

/**
 * Turns EC2's answer (DescribeInstanceTypes) and a price into a line of the catalogue. What EC2 does not say, the driver
 * branches and notes, is kept from the line that was there before.
 * Pods: https://github.com/aws/amazon-vpc-cni-k8s/blob/master/misc/eni-max-pods.txt
 */
export function instanceTypeEntry(
  info: InstanceTypeInfo,
  usdPerHour: number | null,
  before: InstanceTypeEntry | undefined,
): InstanceTypeEntry {
  const network = info.NetworkInfo
  const cards = network?.NetworkCards ?? []
  const defaultCard = cards.find((card) => card.NetworkCardIndex === (network?.DefaultNetworkCardIndex ?? 0))
  const enisDefaultCard = defaultCard?.MaximumNetworkInterfaces ?? network?.MaximumNetworkInterfaces ?? null
  const ipv4PerEni = network?.Ipv4AddressesPerInterface ?? null
  const efaInterfaces = network?.EfaInfo?.MaximumEfaInterfaces ?? 0
  const gpu = info.GpuInfo?.Gpus?.find((candidate) => candidate.Manufacturer === 'NVIDIA')
  return {
    arch: info.ProcessorInfo?.SupportedArchitectures?.includes('arm64') ? 'arm64' : 'x86_64',
    vcpu: info.VCpuInfo?.DefaultVCpus ?? null,
    memoryMib: info.MemoryInfo?.SizeInMiB ?? null,
    ...(gpu && {
      gpu: {
        model: before?.gpu?.model ?? gpu.Name ?? 'unknown',
        count: gpu.Count ?? null,
        memoryMib: gpu.MemoryInfo?.SizeInMiB ?? null,
        acceleratorLabel: before?.gpu?.acceleratorLabel ?? acceleratorLabel(gpu.Name ?? 'gpu'),
        ...(before?.gpu?.fractionalDevices !== undefined && { fractionalDevices: before.gpu.fractionalDevices }),
      },
    }),
    efaInterfaces,
    networkCards: network?.MaximumNetworkCards ?? null,
    // EC2 does not say whether the first card has EFA; with as many EFA interfaces as cards it must.
    efaOnCardZero: before?.efaOnCardZero ?? (efaInterfaces > 0 && efaInterfaces >= (network?.MaximumNetworkCards ?? 1)),
    enis: cards.reduce((sum, card) => sum + (card.MaximumNetworkInterfaces ?? 0), 0) || enisDefaultCard,
    enisDefaultCard,
    ipv4PerEni,
    maxPods: enisDefaultCard === null || ipv4PerEni === null ? null : enisDefaultCard * (ipv4PerEni - 1) + 2,
    nvmeGb: info.InstanceStorageInfo?.TotalSizeInGB ?? 0,
    usdPerHour,
    ...(before?.minDriverBranch !== undefined && { minDriverBranch: before.minDriverBranch }),
    ...(before?.maxDriverBranch !== undefined && { maxDriverBranch: before.maxDriverBranch }),
    ...(before?.note !== undefined && { note: before.note }),
  }
}

function acceleratorLabel(model: string): string {
  return `nvidia-${model
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}`
}
