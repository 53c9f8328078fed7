import { expect, it } from 'vitest'
import { verify } from './verification.ts'

it.each(['inference-20261123', 'inference'])('counts nodes that name their group %s', (nodeGroup) => {
  const node = { name: 'n', nodeGroup, ready: true, gpusCapacity: 4, gpusAllocatable: 4, instanceType: 'g5.12xlarge' }
  const group = { label: 'inference', name: 'inference-20261123', desired: 1, gpusPerNode: 4 }
  expect(
    verify(
      { nodeGroups: [group], installed: false, autoscaler: false },
      { cluster: 'c', nodes: [node], devicePlugin: null, autoscaler: null },
    ).map(({ subject, wanted, found, ok }) => [subject, wanted, found, ok]),
  ).toEqual([
    ['nodes', 1, 1, true],
    ['gpus', 4, 4, true],
  ])
})

it('says so when there is to be no autoscaler', () => {
  expect(
    verify(
      { nodeGroups: [], installed: true, autoscaler: false },
      { cluster: 'c', nodes: [], devicePlugin: { desired: 0, ready: 0 }, autoscaler: null },
    ).at(-1),
  ).toEqual({
    subject: 'autoscaler',
    wanted: 0,
    found: 0,
    ok: true,
    note: 'none is to be there (autoscaler = "none"): node groups keep their size',
  })
})
