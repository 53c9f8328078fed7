import { describe, expect, test } from 'vitest'
import { parseKubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import { noResources } from '../cluster/resources.ts'
import { nodeStates } from './node-state.ts'
import { type ScheduleOutcome, schedule } from './schedule.ts'
import { snapshotOf } from './snapshot.ts'
import { sampleGpuNode, sampleGpuPod, sampleNode, samplePod } from './testing/sample-cluster.ts'

const run = (pod: Pod, nodes: readonly Node[], version = '1.36', bound: readonly Pod[] = []): ScheduleOutcome =>
  schedule(pod, snapshotOf(nodeStates(nodes, bound), parseKubernetesVersion(version)))
const messageOf = (outcome: ScheduleOutcome): string =>
  outcome.kind === 'unschedulable' ? outcome.message : `placed on ${outcome.node}`
const many = (count: number, make: (name: string) => Node): readonly Node[] =>
  Array.from({ length: count }, (_, index) => make(`node-${index}`))
const onNode = (pod: Pod, nodeName: string): Pod => ({ ...pod, nodeName })
const pinnedTo = (...names: readonly string[]): Partial<Pod> => ({
  requiredNodeTerms: [{ matchExpressions: [], matchFields: [{ key: 'metadata.name', operator: 'In', values: names }] }],
})

describe('texts', () => {
  test('1.34, one GPU node in use, four others not selected', () => {
    const nodes = [sampleGpuNode('gpu', 1, { labels: { gpu: 'yes' } }), ...many(4, (name) => sampleNode(name))]
    const pod = sampleGpuPod('p', 1, { nodeSelector: { gpu: 'yes' } })
    expect(messageOf(run(pod, nodes, '1.34.1', [onNode(sampleGpuPod('q', 1), 'gpu')]))).toBe(
      "0/5 nodes are available: 1 Insufficient nvidia.com/gpu, 4 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/5 nodes are available: 1 No preemption victims found for incoming pod, 4 Preemption is not helpful for scheduling.",
    )
  })

  test('1.35, untolerated taints', () => {
    const nodes = many(2, (name) => sampleGpuNode(name, 1))
    expect(messageOf(run(samplePod('p'), nodes, '1.35'))).toBe(
      '0/2 nodes are available: 2 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    )
  })

  test.for([
    ['1.29', 'node(s) had untolerated taint {nvidia.com/gpu: true}', ''],
    ['1.33', 'node(s) had untolerated taint {nvidia.com/gpu: true}', ''],
    ['1.34.1', 'node(s) had untolerated taint {nvidia.com/gpu: true}', 'no new claims to deallocate, '],
    ['1.34.2', 'node(s) had untolerated taint(s)', 'no new claims to deallocate, '],
    ['1.34', 'node(s) had untolerated taint(s)', 'no new claims to deallocate, '],
    ['1.36', 'node(s) had untolerated taint(s)', 'no new claims to deallocate, '],
  ] as const)('%s, an untolerated taint', ([version, reason, prefix]) => {
    expect(messageOf(run(samplePod('p'), [sampleGpuNode('gpu', 1)], version))).toBe(
      `0/1 nodes are available: 1 ${reason}. ${prefix}preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.`,
    )
  })

  test('a taint without a value keeps the colon and the blank', () => {
    const node = sampleNode('n', { taints: [{ key: 'dedicated', value: '', effect: 'NoExecute' }] })
    expect(messageOf(run(samplePod('p'), [node], '1.31'))).toContain('1 node(s) had untolerated taint {dedicated: }.')
  })

  test.for([
    ['1.33', 'preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.'],
    [
      '1.34.0',
      'no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    ],
  ] as const)('%s, a GPU pod where no node has GPUs', ([version, rest]) => {
    expect(messageOf(run(sampleGpuPod('p', 1), [sampleNode('n')], version))).toBe(
      `0/1 nodes are available: 1 Insufficient nvidia.com/gpu. ${rest}`,
    )
  })

  test('everything that is short is named, sorted as text; the counts add up to more than the nodes', () => {
    const pod = samplePod('p', {
      requests: { milliCpu: 8000, memory: 2 ** 40, ephemeralStorage: 1, scalars: { 'nvidia.com/gpu': 1, 'a.b/c': 2 } },
    })
    const full = sampleNode('n', { allocatablePods: 0 })
    expect(messageOf(run(pod, [full], '1.31'))).toBe(
      '0/1 nodes are available: 1 Insufficient a.b/c, 1 Insufficient cpu, 1 Insufficient ephemeral-storage, 1 Insufficient memory, 1 Insufficient nvidia.com/gpu, 1 Too many pods. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    )
  })

  test('reasons sort as text: ten before two, capitals before small letters', () => {
    const nodes = [
      ...Array.from({ length: 10 }, (_, index) => sampleNode(`cordoned-${index}`, { unschedulable: true })),
      sampleNode('small-1'),
      sampleNode('small-2'),
    ]
    const pod = samplePod('p', { requests: { ...noResources, milliCpu: 5000 } })
    expect(messageOf(run(pod, nodes, '1.36'))).toBe(
      '0/12 nodes are available: 10 node(s) were unschedulable, 2 Insufficient cpu. no new claims to deallocate, preemption: 0/12 nodes are available: 12 Preemption is not helpful for scheduling.',
    )
  })

  test('no nodes at all', () => {
    expect(messageOf(run(samplePod('p'), []))).toBe('no nodes available to schedule pods')
  })

  test.for([
    [
      '1.31',
      '1 Insufficient nvidia.com/gpu. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
    ],
    [
      '1.33',
      "1 Insufficient nvidia.com/gpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
    ],
  ] as const)("%s, a DaemonSet's pod and its full node", ([version, rest]) => {
    const nodes = ['a', 'b', 'c'].map((name) => sampleGpuNode(name, 1))
    const pod = sampleGpuPod('p', 1, pinnedTo('b'))
    expect(messageOf(run(pod, nodes, version, [onNode(sampleGpuPod('q', 1), 'b')]))).toBe(
      `0/3 nodes are available: ${rest}`,
    )
  })

  test('affinity terms that contradict each other', () => {
    const pod = samplePod('p', {
      requiredNodeTerms: [
        {
          matchExpressions: [],
          matchFields: [
            { key: 'metadata.name', operator: 'In', values: ['a'] },
            { key: 'metadata.name', operator: 'In', values: ['b'] },
          ],
        },
      ],
    })
    expect(messageOf(run(pod, [sampleNode('a'), sampleNode('b')], '1.33'))).toBe(
      '0/2 nodes are available: pod affinity terms conflict. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    )
  })

  test('a pod that never preempts', () => {
    const pod = sampleGpuPod('p', 1, { preemptionPolicy: 'Never' })
    expect(messageOf(run(pod, [sampleNode('n')], '1.36'))).toBe(
      '0/1 nodes are available: 1 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
    )
  })
})

describe('preemption', () => {
  const victim = (name: string, shape: Partial<Pod> = {}): Pod => onNode(sampleGpuPod(name, 1, shape), 'gpu')

  test('the least important pods go, and the text ends before preemption', () => {
    const pod = sampleGpuPod('p', 1, { priority: 10 })
    const bound = [victim('old', { startedAt: 1 }), victim('young', { startedAt: 2 })]
    const outcome = run(pod, [sampleGpuNode('gpu', 2)], '1.36', bound)
    expect(outcome).toMatchObject({
      kind: 'unschedulable',
      message: '0/1 nodes are available: 1 Insufficient nvidia.com/gpu.',
      preemption: { node: 'gpu', victims: [{ name: 'young' }] },
    })
  })

  test('nobody goes in vain', () => {
    const pod = sampleGpuPod('p', 2, { priority: 10 })
    const bound = [victim('important', { priority: 20 }), victim('other')]
    expect(messageOf(run(pod, [sampleGpuNode('gpu', 2)], '1.36', bound))).toBe(
      '0/1 nodes are available: 1 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Insufficient nvidia.com/gpu.',
    )
  })

  test('the node whose victims matter least is taken', () => {
    const nodes = [sampleGpuNode('a', 1), sampleGpuNode('b', 1)]
    const bound = [onNode(sampleGpuPod('x', 1, { priority: 5 }), 'a'), onNode(sampleGpuPod('y', 1), 'b')]
    const outcome = run(sampleGpuPod('p', 1, { priority: 10 }), nodes, '1.36', bound)
    expect(outcome).toMatchObject({ preemption: { node: 'b', victims: [{ name: 'y' }] } })
  })
})

describe('choice', () => {
  test('the emptier node wins; equals go to the name that sorts first by bytes', () => {
    const nodes = ['node-b', 'node-a', 'node-B'].map((name) => sampleNode(name))
    expect(run(samplePod('p'), nodes)).toMatchObject({ kind: 'placed', node: 'node-B', tied: 3 })
    const busy = samplePod('q', { scoredRequests: { milliCpu: 2000, memory: 0 } })
    expect(run(samplePod('p'), nodes, '1.36', [onNode(busy, 'node-B')])).toMatchObject({
      kind: 'placed',
      node: 'node-a',
      tied: 2,
    })
  })

  test('preferred nodes, and nodes without a taint to avoid, come first', () => {
    const nodes = [
      sampleNode('a', { taints: [{ key: 'avoid', value: '', effect: 'PreferNoSchedule' }] }),
      sampleNode('b'),
      sampleNode('c', { labels: { disk: 'fast' } }),
    ]
    expect(run(samplePod('p'), nodes)).toMatchObject({ kind: 'placed', node: 'b', tied: 2 })
    const preference = {
      matchExpressions: [{ key: 'disk', operator: 'In' as const, values: ['fast'] }],
      matchFields: [],
    }
    const pod = samplePod('p', { preferredNodeTerms: [{ weight: 1, preference }] })
    expect(run(pod, nodes)).toMatchObject({ kind: 'placed', node: 'c', tied: 1 })
  })

  test('the unschedulable toleration lets a pod onto a cordoned node', () => {
    const cordoned = sampleNode('n', { unschedulable: true })
    const toleration = { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', value: '' } as const
    expect(messageOf(run(samplePod('p'), [cordoned]))).toContain('1 node(s) were unschedulable')
    expect(run(samplePod('p', { tolerations: [toleration] }), [cordoned]).kind).toBe('placed')
  })
})
