import type { InstanceTypeInfo } from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import { findInstanceType } from '../../src/catalog/instance-types.ts'
import { instanceTypeEntry } from './instance-type-entry.ts'

const G5_XLARGE = {
  InstanceType: 'g5.xlarge',
  ProcessorInfo: { SupportedArchitectures: ['x86_64'] },
  VCpuInfo: { DefaultVCpus: 4 },
  MemoryInfo: { SizeInMiB: 16384 },
  InstanceStorageInfo: { TotalSizeInGB: 250 },
  GpuInfo: { Gpus: [{ Name: 'A10G', Manufacturer: 'NVIDIA', Count: 1, MemoryInfo: { SizeInMiB: 22888 } }] },
  NetworkInfo: {
    MaximumNetworkInterfaces: 4,
    MaximumNetworkCards: 1,
    DefaultNetworkCardIndex: 0,
    NetworkCards: [{ NetworkCardIndex: 0, MaximumNetworkInterfaces: 4 }],
    Ipv4AddressesPerInterface: 15,
  },
} satisfies InstanceTypeInfo

describe('instanceTypeEntry', () => {
  it('writes the line that the catalogue has', () => {
    const { name: _, ...line } = findInstanceType('g5.xlarge') ?? { name: '' }
    expect(instanceTypeEntry(G5_XLARGE, 1.006, undefined)).toEqual(line)
  })

  it('keeps what EC2 does not say', () => {
    const before = { ...instanceTypeEntry(G5_XLARGE, 1, undefined), maxDriverBranch: 580, note: 'seen' }
    expect(instanceTypeEntry(G5_XLARGE, 2, before)).toEqual({ ...before, usdPerHour: 2 })
  })

  it('counts the addresses of the default card only', () => {
    const two = {
      ...G5_XLARGE,
      NetworkInfo: {
        ...G5_XLARGE.NetworkInfo,
        MaximumNetworkCards: 2,
        EfaInfo: { MaximumEfaInterfaces: 2 },
        NetworkCards: [
          { NetworkCardIndex: 0, MaximumNetworkInterfaces: 10 },
          { NetworkCardIndex: 1, MaximumNetworkInterfaces: 10 },
        ],
        Ipv4AddressesPerInterface: 50,
      },
    }
    expect(instanceTypeEntry(two, null, undefined)).toMatchObject({
      enis: 20,
      enisDefaultCard: 10,
      maxPods: 492,
      efaInterfaces: 2,
      efaOnCardZero: true,
    })
  })
})
