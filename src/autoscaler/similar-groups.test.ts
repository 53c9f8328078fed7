import { expect, it } from 'vitest'
import type { Node } from '../cluster/node.ts'
import { nodeState } from '../scheduler/node-state.ts'
import { sampleNode, samplePod } from '../scheduler/testing/sample-cluster.ts'
import { areSimilar } from './similar-groups.ts'
import { amounts } from './testing/sample-view.ts'

const base: Partial<Node> = { allocatable: amounts(4000, 100), labels: { tier: 'gpu' } }

it.each<[string, Partial<Node>, { ignored?: string[]; only?: string[] }, boolean]>([
  ['nothing differs', base, {}, true],
  ['the zone', { ...base, labels: { tier: 'gpu', 'topology.kubernetes.io/zone': 'b' } }, {}, true],
  ['the managed group', { ...base, labels: { tier: 'gpu', 'eks.amazonaws.com/nodegroup': 'b' } }, {}, true],
  ['a label', { ...base, labels: { tier: 'cpu' } }, {}, false],
  ['a label that is ignored', { ...base, labels: { tier: 'cpu' } }, { ignored: ['tier'] }, true],
  ['a label that only one has', { ...base, labels: { tier: 'gpu', spot: 'yes' } }, {}, false],
  ['memory by one percent', { ...base, allocatable: amounts(4000, 101) }, {}, true],
  ['memory by two percent', { ...base, allocatable: amounts(4000, 102) }, {}, false],
  ['cpu', { ...base, allocatable: amounts(4001, 100) }, {}, false],
  ['GPUs', { ...base, allocatable: amounts(4000, 100, 1) }, {}, false],
  ['allocatable by four percent', { ...base, capacity: amounts(4000, 100), allocatable: amounts(3840, 100) }, {}, true],
  ['allocatable by six percent', { ...base, capacity: amounts(4000, 100), allocatable: amounts(3760, 100) }, {}, false],
  ['all but the labels that count', { allocatable: amounts(1, 1), labels: { tier: 'gpu' } }, { only: ['tier'] }, true],
  ['a label that counts', { ...base, labels: { tier: 'cpu' } }, { only: ['tier'] }, false],
  ['a label that counts and is missing', { ...base, labels: {} }, { only: ['tier'] }, false],
])('groups whose templates differ in: %s', (_, other, { ignored = [], only = [] }, expected) => {
  const settings = { balancingIgnoreLabels: ignored, balancingLabels: only }
  const [left, right] = [nodeState(sampleNode('a', base), []), nodeState(sampleNode('b', other), [])]
  expect(areSimilar(left, right, settings)).toBe(expected)
})

it('compares what the templates’ own pods leave', () => {
  const settings = { balancingIgnoreLabels: [], balancingLabels: [] }
  const node = sampleNode('a', base)
  const with300 = nodeState(node, [samplePod('agent', { requests: amounts(300) })])
  expect(areSimilar(nodeState(node, []), with300, settings)).toBe(false)
})
