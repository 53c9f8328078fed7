import { describe, expect, it } from 'vitest'
import { type FoundSubnet, type FoundVpc, proposeNetworks } from './networks.ts'

const subnet = (id: string, zone: string, changes: Partial<FoundSubnet> = {}): FoundSubnet => ({
  id,
  name: '',
  zone,
  freeAddresses: 100,
  private: true,
  leadsOut: true,
  ...changes,
})
const vpc = (id: string, subnets: readonly FoundSubnet[], dns = true): FoundVpc => ({
  id,
  name: '',
  cidr: '10.0.0.0/16',
  dns,
  subnets,
})
const two = [subnet('a1', 'a'), subnet('b1', 'b')]

describe('proposeNetworks', () => {
  it('takes the private subnet with most addresses of each zone', () => {
    const [proposal] = proposeNetworks({
      vpcs: [
        vpc('v', [
          subnet('b1', 'b'),
          subnet('a1', 'a'),
          subnet('a2', 'a', { freeAddresses: 200 }),
          subnet('a3', 'a', { freeAddresses: 900, private: false }),
          subnet('c1', 'c', { freeAddresses: 15 }),
        ]),
      ],
      offeringZones: ['a', 'b'],
    })
    expect(proposal).toMatchObject({ subnets: [{ id: 'a2' }, { id: 'b1' }], against: [], notes: [] })
  })

  it.each<readonly [string, FoundVpc, readonly string[], readonly string[]]>([
    [
      'one zone',
      vpc('v', [subnet('a1', 'a')]),
      ['a'],
      ['it has private subnets with 16 free addresses in 1 zones, and EKS needs two'],
    ],
    [
      'no DNS',
      vpc('v', two, false),
      ['a'],
      ['its DNS support or DNS hostnames are off, so nodes could not find the private endpoint'],
    ],
    ['no offer', vpc('v', two), ['c'], ['none of its zones offers the instance types']],
  ])('says what speaks against a VPC: %s', (_, found, offeringZones, against) => {
    expect(proposeNetworks({ vpcs: [found], offeringZones })).toMatchObject([{ against }])
  })

  it('notes what is no obstacle', () => {
    const shut = vpc('v', [subnet('a1', 'a', { leadsOut: false }), subnet('b1', 'b')])
    expect(proposeNetworks({ vpcs: [shut], offeringZones: ['b'] })).toMatchObject([
      {
        against: [],
        notes: [
          'no way out of a1: nodes need NAT there, or VPC endpoints and an image mirror',
          'the instance types are offered in b only',
        ],
      },
    ])
  })

  it('has the usable ones first, then those that lead out, then those with most addresses', () => {
    const small = two.map((each) => ({ ...each, freeAddresses: 20 }))
    const shut = two.map((each) => ({ ...each, freeAddresses: 500, leadsOut: false }))
    const vpcs = [vpc('bare', []), vpc('shut', shut), vpc('small', small), vpc('large', two)]
    const order = proposeNetworks({ vpcs, offeringZones: ['a'] })
    expect(order.map((each) => each.vpc.id)).toEqual(['large', 'small', 'shut', 'bare'])
  })
})
