import { describe, expect, test } from 'vitest'
import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import type { Pod } from '../cluster/pod.ts'
import { noPodAffinity, type PodAffinity } from '../cluster/pod-affinity.ts'
import { explainCycle } from './explain-cycle.ts'
import { schedule } from './schedule.ts'
import { askFilters, sampleSnapshot } from './testing/ask-filters.ts'
import { sampleNode, samplePod } from './testing/sample-cluster.ts'
import { sampleTerm, selectorOf } from './testing/sample-objects.ts'

const nodes = [
  sampleNode('a', { labels: { zone: 'z1' } }),
  sampleNode('b', { labels: { zone: 'z2' } }),
  sampleNode('c', { labels: {} }),
]
const noAffinity = "InterPodAffinity UU: node(s) didn't match pod affinity rules"
const antiAffinity = "InterPodAffinity U: node(s) didn't match pod anti-affinity rules"
const existing = "InterPodAffinity U: node(s) didn't satisfy existing pods anti-affinity rules"
const required = (...terms: PodAffinity['required']): PodAffinity => ({ ...noPodAffinity, required: terms })
const preferred = (...preferences: PodAffinity['preferred']): PodAffinity => ({
  ...noPodAffinity,
  preferred: preferences,
})
const onNode = (nodeName: string, shape: Partial<Pod> = {}): Pod =>
  samplePod('x', { labels: { app: 'db' }, nodeName, ...shape })

describe('required', () => {
  test('affinity: only the zone where a matching pod runs, and never a node without the key', () => {
    const pod = samplePod('p', { affinity: required(sampleTerm('db')) })
    expect(askFilters(pod, sampleSnapshot(nodes, [onNode('a')]))).toEqual({ a: 'fits', b: noAffinity, c: noAffinity })
    expect(askFilters(pod, sampleSnapshot(nodes))).toEqual({ a: noAffinity, b: noAffinity, c: noAffinity })
  })

  test('the first of a group that wants itself goes anywhere with the key', () => {
    const pod = samplePod('p', { labels: { app: 'db' }, affinity: required(sampleTerm('db')) })
    expect(askFilters(pod, sampleSnapshot(nodes))).toEqual({ a: 'fits', b: 'fits', c: noAffinity })
    expect(askFilters(pod, sampleSnapshot(nodes, [onNode('b')]))).toEqual({ a: noAffinity, b: 'fits', c: noAffinity })
  })

  test('all affinity terms must be about the same pod', () => {
    const both = required(sampleTerm('db'), sampleTerm('db', { selector: selectorOf({ tier: 'gold' }) }))
    const pod = samplePod('p', { affinity: both })
    const apart = [onNode('a'), onNode('a', { name: 'y', labels: { tier: 'gold' } })]
    expect(askFilters(pod, sampleSnapshot(nodes, apart))).toMatchObject({ a: noAffinity })
    const one = [onNode('a', { labels: { app: 'db', tier: 'gold' } })]
    expect(askFilters(pod, sampleSnapshot(nodes, one))).toMatchObject({ a: 'fits' })
  })

  test('anti-affinity, of the pod and of those that run', () => {
    const pod = samplePod('p', { antiAffinity: required(sampleTerm('db')) })
    expect(askFilters(pod, sampleSnapshot(nodes, [onNode('a')]))).toEqual({ a: antiAffinity, b: 'fits', c: 'fits' })
    const shy = onNode('a', { antiAffinity: required(sampleTerm('web')) })
    const web = samplePod('p', { labels: { app: 'web' } })
    expect(askFilters(web, sampleSnapshot(nodes, [shy]))).toEqual({ a: existing, b: 'fits', c: 'fits' })
    expect(askFilters(samplePod('p'), sampleSnapshot(nodes, [shy]))).toMatchObject({ a: 'fits' })
  })

  test.for([
    [
      '1.29',
      'preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
    ],
    [
      '1.34.1',
      'no new claims to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
    ],
  ] as const)('%s, the text', ([version, rest]) => {
    const pod = samplePod('p', { affinity: required(sampleTerm('db')), antiAffinity: required(sampleTerm('db')) })
    expect(schedule(pod, sampleSnapshot(nodes, [onNode('a')], { version }))).toMatchObject({
      message: `0/3 nodes are available: 1 node(s) didn't match pod anti-affinity rules, 2 node(s) didn't match pod affinity rules. ${rest}`,
    })
  })

  test('who stands in the way is evicted', () => {
    const pod = samplePod('p', { antiAffinity: required(sampleTerm('db')), priority: 1, nodeSelector: { zone: 'z1' } })
    expect(schedule(pod, sampleSnapshot(nodes, [onNode('a')]))).toMatchObject({
      preemption: { node: 'a', victims: [{ name: 'x' }] },
    })
  })
})

describe('namespaces', () => {
  const objects: Partial<ClusterObjects> = {
    namespaces: [
      { name: 'default', labels: {} },
      { name: 'ml', labels: { team: 'ml' } },
    ],
  }
  const team = { matchLabels: { team: 'ml' }, matchExpressions: [] }
  const everywhere = { matchLabels: {}, matchExpressions: [] }
  const notMl = { matchLabels: {}, matchExpressions: [{ key: 'team', operator: 'DoesNotExist' as const, values: [] }] }
  test.for([
    { name: 'its own', term: {}, version: '1.36', says: 'fits' },
    { name: 'named', term: { namespaces: ['ml'] }, version: '1.36', says: antiAffinity },
    { name: 'selected', term: { namespaceSelector: team }, version: '1.36', says: antiAffinity },
    { name: 'all', term: { namespaceSelector: everywhere }, version: '1.36', says: antiAffinity },
    { name: 'not selected', term: { namespaceSelector: notMl }, version: '1.33', says: 'fits' },
    {
      name: 'not selected, but asked about no labels',
      term: { namespaceSelector: notMl },
      version: '1.34',
      says: antiAffinity,
    },
  ])('$name ($version)', ({ term, version, says }) => {
    const pod = samplePod('p', { antiAffinity: required(sampleTerm('db', term)) })
    const snapshot = sampleSnapshot(nodes, [onNode('a', { namespace: 'ml' })], { objects, version })
    expect(askFilters(pod, snapshot)).toMatchObject({ a: says })
  })

  test('the terms of a pod that runs are asked about the labels of the namespace', () => {
    const shy = onNode('a', {
      namespace: 'ml',
      antiAffinity: required(sampleTerm('web', { namespaceSelector: notMl })),
    })
    const web = samplePod('p', { labels: { app: 'web' } })
    expect(askFilters(web, sampleSnapshot(nodes, [shy], { objects }))).toMatchObject({ a: existing })
    expect(askFilters({ ...web, namespace: 'ml' }, sampleSnapshot(nodes, [shy], { objects }))).toMatchObject({
      a: 'fits',
    })
  })
})

test.for([
  ['1.30', antiAffinity],
  ['1.31', 'fits'],
] as const)('%s, matchLabelKeys and mismatchLabelKeys', ([version, says]) => {
  const term = sampleTerm('db', { matchLabelKeys: ['version'], mismatchLabelKeys: ['tenant'] })
  const pod = samplePod('p', { labels: { version: '2' }, antiAffinity: required(term) })
  const bound = [onNode('a', { labels: { app: 'db', version: '1' } })]
  expect(askFilters(pod, sampleSnapshot(nodes, bound, { version }))).toMatchObject({ a: says })
})

describe('scores', () => {
  const scoresOf = (pod: Pod, bound: readonly Pod[]) =>
    explainCycle(pod, sampleSnapshot(nodes, bound)).nodes.map((node) => {
      const score =
        node.kind === 'feasible' ? node.scores.find(({ plugin }) => plugin === 'InterPodAffinity') : undefined
      return score && [score.raw, score.normalized, score.weighted]
    })
  const term = sampleTerm('db')

  test('all four directions', () => {
    const web = samplePod('p', { labels: { app: 'web' } })
    const likes = samplePod('p', { affinity: preferred({ weight: 10, term }) })
    const avoids = samplePod('p', { antiAffinity: preferred({ weight: 10, term }) })
    expect(scoresOf(likes, [onNode('a')])).toEqual([
      [10, 100, 200],
      [0, 0, 0],
      [0, 0, 0],
    ])
    expect(scoresOf(avoids, [onNode('a')])).toEqual([
      [-10, 0, 0],
      [0, 100, 200],
      [0, 100, 200],
    ])
    const likesWeb = onNode('a', { affinity: preferred({ weight: 5, term: sampleTerm('web') }) })
    const avoidsWeb = onNode('b', { antiAffinity: preferred({ weight: 5, term: sampleTerm('web') }) })
    const needsWeb = onNode('a', { affinity: required(sampleTerm('web')) })
    expect(scoresOf(web, [likesWeb])).toEqual([
      [5, 100, 200],
      [0, 0, 0],
      [0, 0, 0],
    ])
    expect(scoresOf(web, [likesWeb, avoidsWeb])).toEqual([
      [5, 100, 200],
      [-5, 0, 0],
      [0, 50, 100],
    ])
    expect(scoresOf(web, [needsWeb])).toEqual([
      [1, 100, 200],
      [0, 0, 0],
      [0, 0, 0],
    ])
  })

  test('equal sums give 0, and nobody to like gives no score', () => {
    const likes = samplePod('p', {
      affinity: preferred({ weight: 10, term: sampleTerm('db', { topologyKey: 'none' }) }),
    })
    expect(scoresOf(likes, [onNode('a')])).toEqual([undefined, undefined, undefined])
    const both = samplePod('p', { affinity: preferred({ weight: 10, term }) })
    const everywhere = [onNode('a'), onNode('b')]
    expect(scoresOf(both, everywhere)).toEqual([
      [10, 100, 200],
      [10, 100, 200],
      [0, 0, 0],
    ])
  })
})
