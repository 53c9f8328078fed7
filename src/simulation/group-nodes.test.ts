import { describe, expect, it } from 'vitest'
import { createGroupNodes } from './group-nodes.ts'
import { sampleGpuGroup } from './testing/sample-scenario.ts'

const zone = 'topology.kubernetes.io/zone'

describe('createGroupNodes', () => {
  it('names nodes by number and spreads them over the zones', () => {
    const maker = createGroupNodes(sampleGpuGroup(), [], new Set(), () => ({}))
    const made = [maker.next(), maker.next(), maker.next()]
    expect(made.map(({ name, labels }) => [name, labels[zone]])).toEqual([
      ['inference-000000', 'us-east-1a'],
      ['inference-000001', 'us-east-1b'],
      ['inference-000002', 'us-east-1a'],
    ])
    expect(made[0]?.labels).toMatchObject({
      'kubernetes.io/hostname': 'inference-000000',
      'topology.kubernetes.io/region': 'us-east-1',
      'node.kubernetes.io/instance-type': 'g5.xlarge',
    })
  })

  it('goes on where recorded nodes are, without their names', () => {
    const first = createGroupNodes(sampleGpuGroup(), [], new Set(), () => ({})).next()
    const maker = createGroupNodes(sampleGpuGroup(), [first], new Set([first.name]), () => ({}))
    expect([maker.next()].map(({ name, labels }) => [name, labels[zone]])).toEqual([['inference-000001', 'us-east-1b']])
  })

  it('fills the zone that a node left', () => {
    const maker = createGroupNodes(sampleGpuGroup(), [], new Set(), (name) => ({ extra: name }))
    const [first] = [maker.next(), maker.next()]
    maker.remove(first)
    expect(maker.next().labels).toMatchObject({ [zone]: 'us-east-1a', extra: 'us-east-1a' })
  })
})
