import { describe, expect, test } from 'vitest'
import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import { explainCycle } from './explain-cycle.ts'
import { schedule } from './schedule.ts'
import { askFilters, sampleSnapshot } from './testing/ask-filters.ts'
import { sampleNode, samplePod } from './testing/sample-cluster.ts'
import { sampleSpread, selectorOf } from './testing/sample-objects.ts'

const inZone = (name: string, zone: string, shape: Partial<Node> = {}): Node =>
  sampleNode(name, { ...shape, labels: { zone, 'kubernetes.io/hostname': name, ...shape.labels } })
const web = (name: string, nodeName: string, shape: Partial<Pod> = {}): Pod =>
  samplePod(name, { labels: { app: 'web' }, nodeName, ...shape })
const nodes = [inZone('a', 'z1'), inZone('b', 'z2'), sampleNode('c')]
const skewed = "PodTopologySpread U: node(s) didn't match pod topology spread constraints"
const unlabelled = "PodTopologySpread UU: node(s) didn't match pod topology spread constraints (missing required label)"
const pod = samplePod('p', { labels: { app: 'web' }, topologySpread: [sampleSpread('web')] })

describe('hard constraints', () => {
  test.for([
    { name: 'nobody yet', bound: [], says: { a: 'fits', b: 'fits', c: unlabelled } },
    { name: 'one zone is ahead', bound: [web('x', 'a')], says: { a: skewed, b: 'fits', c: unlabelled } },
    {
      name: 'pods that end do not count',
      bound: [web('x', 'a', { terminating: true })],
      says: { a: 'fits', b: 'fits', c: unlabelled },
    },
    {
      name: 'other namespaces do not count',
      bound: [web('x', 'a', { namespace: 'other' })],
      says: { a: 'fits', b: 'fits', c: unlabelled },
    },
    {
      name: 'pods on nodes without the label do not count',
      bound: [web('x', 'c')],
      says: { a: 'fits', b: 'fits', c: unlabelled },
    },
  ])('$name', ({ bound, says }) => {
    expect(askFilters(pod, sampleSnapshot(nodes, bound))).toEqual(says)
  })

  test('a pod that its own selector does not match adds nothing', () => {
    const other = samplePod('p', { topologySpread: [sampleSpread('web')] })
    expect(askFilters(other, sampleSnapshot(nodes, [web('x', 'a')]))).toMatchObject({ a: 'fits' })
  })

  test('fewer domains than minDomains: the smallest count is 0', () => {
    const bound = [web('x', 'a'), web('y', 'b')]
    const strict = { ...pod, topologySpread: [sampleSpread('web', { minDomains: 3 })] }
    expect(askFilters(pod, sampleSnapshot(nodes, bound))).toMatchObject({ a: 'fits', b: 'fits' })
    expect(askFilters(strict, sampleSnapshot(nodes, bound))).toMatchObject({ a: skewed, b: skewed })
  })

  test('matchLabelKeys narrows to pods with the same value', () => {
    const bound = [web('x', 'a', { labels: { app: 'web', version: '1' } })]
    const second = {
      ...pod,
      labels: { app: 'web', version: '2' },
      topologySpread: [sampleSpread('web', { matchLabelKeys: ['version', 'absent'] })],
    }
    expect(askFilters(second, sampleSnapshot(nodes, bound))).toMatchObject({ a: 'fits', b: 'fits' })
  })

  test('nodes that the selector leaves out, and tainted ones, are domains by policy only', () => {
    const taint = { key: 'dedicated', value: '', effect: 'NoSchedule' } as const
    const cluster = [
      inZone('a', 'z1', { labels: { pool: 'x' } }),
      inZone('b', 'z2'),
      inZone('t', 'z3', { taints: [taint], labels: { pool: 'x' } }),
    ]
    const bound = [web('x', 'a')]
    const picky = { ...pod, nodeSelector: { pool: 'x' } }
    const spread = (shape: Parameters<typeof sampleSpread>[1]): Pod => ({
      ...picky,
      topologySpread: [sampleSpread('web', shape)],
    })
    // The tainted z3 holds the minimum at 0, unless taints are honoured; z2 does, once selectors are not.
    expect(askFilters(spread({}), sampleSnapshot(cluster, bound))).toMatchObject({ a: skewed })
    expect(askFilters(spread({ nodeTaintsPolicy: 'Honor' }), sampleSnapshot(cluster, bound))).toMatchObject({
      a: 'fits',
    })
    expect(
      askFilters(spread({ nodeTaintsPolicy: 'Honor', nodeAffinityPolicy: 'Ignore' }), sampleSnapshot(cluster, bound)),
    ).toMatchObject({ a: skewed })
  })

  test.for([
    [
      '1.29',
      'preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
    ],
    [
      '1.36',
      'no new claims to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
    ],
  ] as const)('%s, the text', ([version, rest]) => {
    const full = [inZone('a', 'z1'), inZone('b', 'z2', { unschedulable: true }), sampleNode('c')]
    expect(schedule(pod, sampleSnapshot(full, [web('x', 'a')], { version }))).toMatchObject({
      message: `0/3 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) didn't match pod topology spread constraints (missing required label), 1 node(s) were unschedulable. ${rest}`,
    })
  })

  test('evicting a pod evens the spread', () => {
    const full = [inZone('a', 'z1'), inZone('b', 'z2', { unschedulable: true })]
    expect(schedule({ ...pod, priority: 1 }, sampleSnapshot(full, [web('x', 'a')]))).toMatchObject({
      preemption: { node: 'a', victims: [{ name: 'x' }] },
    })
  })
})

describe('soft constraints', () => {
  const scoresOf = (who: Pod, cluster: readonly Node[], bound: readonly Pod[], objects: Partial<ClusterObjects> = {}) =>
    explainCycle(who, sampleSnapshot(cluster, bound, { objects })).nodes.map((node) =>
      node.kind === 'feasible' ? node.scores.find(({ plugin }) => plugin === 'PodTopologySpread') : undefined,
    )

  test('two pods in one zone: raw 2·ln 4, and none of it left after normalisation', () => {
    const soft = samplePod('p', {
      labels: { app: 'web' },
      topologySpread: [sampleSpread('web', { whenUnsatisfiable: 'ScheduleAnyway' })],
    })
    expect(scoresOf(soft, nodes, [web('x', 'a'), web('y', 'a')])).toMatchObject([
      { raw: 3, normalized: 0, weighted: 0 },
      { raw: 0, normalized: 100, weighted: 200 },
      // Without the label a node is ignored: 0, not 100.
      { raw: 0, normalized: 0, weighted: 0 },
    ])
  })

  test('no pods at all: 100 everywhere', () => {
    const soft = samplePod('p', { topologySpread: [sampleSpread('web', { whenUnsatisfiable: 'ScheduleAnyway' })] })
    expect(scoresOf(soft, nodes.slice(0, 2), [])).toMatchObject([{ normalized: 100 }, { normalized: 100 }])
  })

  test('the system spreads pods of a Service and its controller over hosts and zones', () => {
    const zoned = ['z1', 'z2'].map((zone, index) =>
      inZone(`n${index}`, zone, { labels: { 'topology.kubernetes.io/zone': zone } }),
    )
    const objects = {
      services: [{ namespace: 'default', name: 'web', selector: { app: 'web' } }],
      controllers: [
        { kind: 'ReplicaSet', namespace: 'default', name: 'web-1', selector: selectorOf({ app: 'web', hash: '1' }) },
      ] as const,
    }
    const owner = { kind: 'ReplicaSet', name: 'web-1', uid: 'u' }
    const labels = { app: 'web', hash: '1' }
    const replica = samplePod('p', { labels, owner })
    // Skews 3 and 5 give 2 + 4 to every node; one pod adds ln 4 for its host and ln 4 for its zone.
    expect(scoresOf(replica, zoned, [web('x', 'n0', { labels })], objects)).toMatchObject([
      { raw: 9, normalized: 66 },
      { raw: 6, normalized: 100 },
    ])
    // A pod of the Service that the ReplicaSet does not select is another one.
    expect(scoresOf(replica, zoned, [web('x', 'n0')], objects)).toMatchObject([{ raw: 6 }, { raw: 6 }])
    expect(scoresOf(samplePod('alone'), zoned, [], objects)).toEqual([undefined, undefined])
  })
})
