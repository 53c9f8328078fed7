import { describe, expect, it } from 'vitest'
import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import { noResources } from '../cluster/resources.ts'
import { sampleNode } from '../scheduler/testing/sample-cluster.ts'
import { chooseExpansion, type Expansion } from './expander.ts'
import { randomFrom } from './random-choice.ts'

type Settings = Pick<AutoscalerSettings, 'expanders' | 'expanderPriorities'>

function expansion(group: string, nodes: number, podCount: number, cpu = 1000, used = 500): Expansion {
  return {
    group,
    id: `asg-${group}`,
    nodes,
    podCount,
    requested: { milliCpu: used, memory: 0 },
    template: sampleNode(group, { allocatable: { ...noResources, milliCpu: cpu, memory: 1000 } }),
  }
}

const spot = expansion('spot', 2, 10)
const small = expansion('small', 4, 10)
const large = expansion('large', 2, 8)

function left(options: readonly Expansion[], settings: Settings): readonly string[] {
  return chooseExpansion(options, settings, randomFrom(0))?.left.map(({ group }) => group) ?? []
}

describe('chooseExpansion', () => {
  it.each([
    ['random leaves all', ['random'], undefined, ['spot', 'small', 'large']],
    ['most-pods', ['most-pods'], undefined, ['spot', 'small']],
    ['least-nodes', ['least-nodes'], undefined, ['spot', 'large']],
    ['a chain', ['most-pods', 'least-nodes'], undefined, ['spot']],
    ['least-waste', ['least-waste'], undefined, ['spot', 'large']],
    ['priority without a ConfigMap', ['priority'], undefined, ['spot', 'small', 'large']],
    ['priority that matches none', ['priority'], [[10, ['none']]], ['spot', 'small', 'large']],
    [
      'the highest number wins',
      ['priority'],
      [
        [10, ['.*']],
        [50, ['small', 'large']],
      ],
      ['small', 'large'],
    ],
    ['patterns match anywhere', ['priority'], [[10, ['po']]], ['spot']],
    ['patterns see the Auto Scaling group', ['priority'], [[10, ['^asg-spot$']]], ['spot']],
    ['priority and then another', ['priority', 'least-nodes'], [[10, ['small|large']]], ['large']],
  ] as const)('%s', (_, expanders, priorities, expected) => {
    const expanderPriorities = priorities?.map(([priority, patterns]) => ({ priority, patterns }))
    expect(left([spot, small, large], { expanders, ...(expanderPriorities && { expanderPriorities }) })).toEqual(
      expected,
    )
  })

  it('compares waste as doubles, which tells apart what is equal on paper', () => {
    const option = (group: string, milliCpu: number, memory: number): Expansion => ({
      ...expansion(group, 1, 1),
      requested: { milliCpu, memory },
    })
    const options = [option('10 and 20 %', 900, 800), option('15 and 15 %', 850, 850), option('20 and 10 %', 800, 900)]
    expect(left(options, { expanders: ['least-waste'] })).toEqual(['15 and 15 %'])
  })

  it('writes the least-waste lines', () => {
    const choice = chooseExpansion([spot, small], { expanders: ['least-waste'] }, randomFrom(0))
    expect(Object.fromEntries(choice?.leastWaste ?? [])).toEqual({
      small: 'Expanding Node Group asg-small would waste 87.50% CPU, 100.00% Memory, 93.75% Blended',
      spot: 'Expanding Node Group asg-spot would waste 75.00% CPU, 100.00% Memory, 87.50% Blended',
    })
  })

  it('chooses among the last by the seed', () => {
    const options = Array.from({ length: 20 }, (_, index) => expansion(`g${index}`, 1, 1))
    const best = (seed: number): string | undefined =>
      chooseExpansion(options, { expanders: ['random'] }, randomFrom(seed))?.best.group
    expect(best(0)).toBe('g0')
    expect(best(7)).toBe(best(7))
    expect(new Set(Array.from({ length: 50 }, (_, seed) => best(seed + 1))).size).toBeGreaterThan(5)
  })

  it('chooses nothing from nothing', () => {
    expect(chooseExpansion([], { expanders: ['random'] }, randomFrom(0))).toBeUndefined()
  })
})
