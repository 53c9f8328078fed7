import { describe, expect, test } from 'vitest'
import { crowdedSubnets, readSubnetRooms } from './crowded-subnets.ts'

const room = (id: string, freeAddresses: number) => ({ id, zone: 'us-east-1a', freeAddresses })
const needs = {
  groups: [
    { label: 'inference', subnets: ['subnet-a', 'subnet-b'], nodes: 13, surge: 4, addresses: 13 },
    { label: 'training', subnets: ['subnet-a'], nodes: 1, surge: 0, addresses: 13 },
  ],
  controlPlane: ['subnet-a'],
}

describe('crowdedSubnets', () => {
  test('spreads a group over its subnets, and adds what all want of one', () => {
    // 7 x 13 for inference, 13 for training, 16 for EKS.
    expect(crowdedSubnets(needs, [room('subnet-b', 91), room('subnet-a', 120)])).toEqual([])
    expect(crowdedSubnets(needs, [room('subnet-b', 90), room('subnet-a', 119)])).toEqual([
      {
        ...room('subnet-a', 119),
        needed: 120,
        groups: [
          { label: 'inference', nodes: 7, surge: 2, addresses: 13 },
          { label: 'training', nodes: 1, surge: 0, addresses: 13 },
        ],
        controlPlane: true,
      },
      {
        ...room('subnet-b', 90),
        needed: 91,
        groups: [{ label: 'inference', nodes: 7, surge: 2, addresses: 13 }],
        controlPlane: false,
      },
    ])
  })
})

describe('readSubnetRooms', () => {
  test('asks nobody where no subnet is known', async () => {
    expect(await readSubnetRooms({ groups: [], controlPlane: [] }, {})).toEqual({ rooms: [] })
  })

  test('says why it could not ask', async () => {
    const nowhere = {
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:9',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    }
    expect(await readSubnetRooms(needs, nowhere)).toEqual({ failed: expect.stringContaining('ECONNREFUSED') })
  })
})
