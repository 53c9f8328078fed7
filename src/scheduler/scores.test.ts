import { expect, test } from 'vitest'
import { parseKubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Pod } from '../cluster/pod.ts'
import { noResources } from '../cluster/resources.ts'
import { balancedAllocationScore } from './balanced-allocation.ts'
import { freeShare } from './least-allocated.ts'
import { nodeResourcesFitScore } from './node-resources-fit.ts'
import { type NodeState, nodeState } from './node-state.ts'
import type { ScorePlugin } from './plugin.ts'
import { snapshotOf } from './snapshot.ts'
import { taintTolerationScore } from './taint-toleration.ts'
import { sampleNode, samplePod } from './testing/sample-cluster.ts'

const gibibyte = 1024 ** 3
const scores = (
  plugin: ScorePlugin,
  pod: Pod,
  nodes: readonly NodeState[],
  version = '1.36',
): readonly number[] | undefined => {
  const prepared = plugin.prepare(pod, nodes, snapshotOf(nodes, parseKubernetesVersion(version)))
  const raw = nodes.map((state) => prepared?.scoreOf(state) ?? Number.NaN)
  return prepared && (prepared.normalize?.(raw, nodes) ?? raw)
}

test('one of three taints to avoid leaves 67', () => {
  const avoid = (key: string) => ({ key, value: '', effect: 'PreferNoSchedule' as const })
  const nodes = [[], [avoid('a')], [avoid('a'), avoid('b'), avoid('c')]].map((taints, index) =>
    nodeState(sampleNode(`n${index}`, { taints }), []),
  )
  expect(scores(taintTolerationScore, samplePod('p'), nodes)).toEqual([100, 67, 0])
})

test('LeastAllocated: free share of CPU and memory, rounded down, then the mean, rounded down', () => {
  const pod = samplePod('p', { scoredRequests: { milliCpu: 1000, memory: gibibyte } })
  const states = [nodeState(sampleNode('n'), []), nodeState(sampleNode('full'), [pod, pod, pod, pod])]
  expect(scores(nodeResourcesFitScore, pod, states)).toEqual([84, 34])
  const withoutMemory = sampleNode('m', { allocatable: { ...noResources, milliCpu: 4000 } })
  expect(scores(nodeResourcesFitScore, pod, [nodeState(withoutMemory, [])])).toEqual([75])
})

test('LeastAllocated is exact where the product passes 2^53', () => {
  const total = 2 ** 53 - 1
  expect(freeShare(total, 0)).toBe(100)
  expect(freeShare(total, 1)).toBe(99)
  expect(freeShare(total, total)).toBe(0)
})

test('BalancedAllocation: one formula until 1.35, another from 1.36, from 1.33 none for pods that ask for neither', () => {
  const pod = samplePod('p', { requests: { ...noResources, milliCpu: 2000, memory: 4 * gibibyte } })
  const nodes = [nodeState(sampleNode('n'), [])]
  expect(scores(balancedAllocationScore, pod, nodes, '1.35')).toEqual([87])
  expect(scores(balancedAllocationScore, pod, nodes, '1.36')).toEqual([68])
  const gpuOnly = samplePod('q', { requests: { ...noResources, scalars: { 'nvidia.com/gpu': 1 } } })
  expect(scores(balancedAllocationScore, gpuOnly, nodes, '1.33')).toBeUndefined()
  expect(scores(balancedAllocationScore, gpuOnly, nodes, '1.32')).toEqual([100])
})
