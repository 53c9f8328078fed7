import { expect, test } from 'vitest'
import { explainCycle } from './explain-cycle.ts'
import { schedule } from './schedule.ts'
import { sampleSnapshot } from './testing/ask-filters.ts'
import { sampleNode, samplePod } from './testing/sample-cluster.ts'

const nodes = [sampleNode('b'), sampleNode('cordoned', { unschedulable: true }), sampleNode('a')]

test('rejections and scores of every node', () => {
  const explanation = explainCycle(samplePod('p'), sampleSnapshot(nodes))
  const scores = [
    { plugin: 'TaintToleration', weight: 3, raw: 0, normalized: 100, weighted: 300 },
    { plugin: 'NodeResourcesFit', weight: 1, raw: 97, normalized: 97, weighted: 97 },
    { plugin: 'ImageLocality', weight: 1, raw: 0, normalized: 0, weighted: 0 },
  ]
  expect(explanation).toEqual({
    outcome: { kind: 'placed', node: 'a', tied: 2, visited: 3 },
    nodes: [
      { node: 'b', kind: 'feasible', scores, total: 397 },
      {
        node: 'cordoned',
        kind: 'rejected',
        plugin: 'NodeUnschedulable',
        code: 'UnschedulableAndUnresolvable',
        reasons: ['node(s) were unschedulable'],
      },
      { node: 'a', kind: 'feasible', scores, total: 397 },
    ],
    best: ['a', 'b'],
  })
})

test('the only feasible node is taken unscored', () => {
  const { nodes: explained } = explainCycle(samplePod('p'), sampleSnapshot(nodes.slice(0, 2)))
  expect(explained[0]).toEqual({ node: 'b', kind: 'feasible', scores: [], total: 0 })
})

test('nodes that PreFilter leaves out carry its reason from 1.32 on', () => {
  const pinned = samplePod('p', {
    requiredNodeTerms: [
      { matchExpressions: [], matchFields: [{ key: 'metadata.name', operator: 'In', values: ['cordoned'] }] },
    ],
  })
  const { nodes: explained } = explainCycle(pinned, sampleSnapshot(nodes))
  expect(explained[0]).toEqual({
    node: 'b',
    kind: 'rejected',
    plugin: '',
    code: 'UnschedulableAndUnresolvable',
    reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"],
  })
})

test('percentageOfNodesToScore: from 100 nodes on, enough is enough', () => {
  const many = Array.from({ length: 250 }, (_, index) => sampleNode(`n${String(index).padStart(3, '0')}`))
  const snapshot = sampleSnapshot(many)
  const run = (options: Parameters<typeof schedule>[2]) => schedule(samplePod('p'), snapshot, options)
  expect(run({})).toMatchObject({ node: 'n000', tied: 250, visited: 250 })
  expect(run({ percentageOfNodesToScore: 0 })).toMatchObject({ node: 'n000', tied: 120, visited: 120 })
  expect(run({ percentageOfNodesToScore: 10 })).toMatchObject({ node: 'n000', tied: 100, visited: 100 })
  expect(run({ percentageOfNodesToScore: 10, startIndex: 100 })).toMatchObject({ node: 'n100', tied: 100 })
  expect(explainCycle(samplePod('p'), snapshot, { percentageOfNodesToScore: 10 }).nodes.at(-1)).toEqual({
    node: 'n249',
    kind: 'not-visited',
  })
  const few = sampleSnapshot(many.slice(0, 99))
  expect(schedule(samplePod('p'), few, { percentageOfNodesToScore: 10 })).toMatchObject({ tied: 99 })
})
