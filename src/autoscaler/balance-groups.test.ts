import fc from 'fast-check'
import { expect, it } from 'vitest'
import { balanceGroups, type SharingGroup } from './balance-groups.ts'

it.each([
  [
    'alike',
    [
      [0, 10],
      [0, 10],
      [0, 10],
    ],
    7,
    [3, 2, 2],
  ],
  [
    'the smaller first',
    [
      [5, 10],
      [1, 10],
    ],
    3,
    [undefined, 4],
  ],
  [
    'level before both grow',
    [
      [3, 10],
      [1, 10],
    ],
    4,
    [4, 4],
  ],
  [
    'none above its most',
    [
      [0, 2],
      [0, 10],
    ],
    7,
    [2, 5],
  ],
  [
    'what there is room for',
    [
      [0, 2],
      [0, 3],
    ],
    9,
    [2, 3],
  ],
  [
    'one that is full already',
    [
      [4, 4],
      [0, 3],
    ],
    2,
    [undefined, 2],
  ],
] as const)('shares nodes out among groups: %s', (_, sizes, nodes, expected) => {
  const groups = sizes.map(([size, max], index) => ({ group: `g${index}`, size, max }))
  const found = balanceGroups(groups, nodes)
  expect(groups.map(({ group }) => found.get(group))).toEqual(expected)
})

it('equals giving one node after the other to the smallest group', () => {
  const group = fc.record({ size: fc.integer({ min: 0, max: 9 }), room: fc.integer({ min: 0, max: 9 }) })
  fc.assert(
    fc.property(fc.array(group, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 40 }), (sizes, nodes) => {
      const groups = sizes.map(({ size, room }, index) => ({ group: `g${index}`, size, max: size + room }))
      expect(balanceGroups(groups, nodes)).toEqual(oneByOne(groups, nodes))
    }),
  )
})

function oneByOne(groups: readonly SharingGroup[], nodes: number): ReadonlyMap<string, number> {
  const open = groups.map((group) => ({ ...group, from: group.size })).sort((a, b) => a.size - b.size)
  for (let left = nodes; left > 0; left -= 1) {
    const room = open.filter(({ size, max }) => size < max)
    const smallest = room.find(({ size }) => room.every((other) => size <= other.size))
    if (smallest === undefined) break
    smallest.size += 1
  }
  return new Map(open.filter(({ from, size }) => size > from).map(({ group, size }) => [group, size]))
}
