import { expect, test } from 'vitest'
import { parseKubernetesVersion } from '../cluster/kubernetes-version.ts'
import { noResources } from '../cluster/resources.ts'
import { balancedAllocationScore } from './balanced-allocation.ts'
import { leastAllocatedScore } from './node-resources-fit.ts'
import { nodeState } from './node-state.ts'
import { taintTolerationScore } from './taint-toleration.ts'
import { sampleNode, samplePod } from './testing/sample-cluster.ts'

const latest = parseKubernetesVersion('1.36')
const older = parseKubernetesVersion('1.35')
const gibibyte = 1024 ** 3

test('one of three taints to avoid leaves 67', () => {
  const avoid = (key: string) => ({ key, value: '', effect: 'PreferNoSchedule' as const })
  const nodes = [[], [avoid('a')], [avoid('a'), avoid('b'), avoid('c')]].map((taints, index) =>
    nodeState(sampleNode(`n${index}`, { taints }), []),
  )
  expect(taintTolerationScore.score(samplePod('p'), nodes, latest)).toEqual([100, 67, 0])
})

test('LeastAllocated: free share of CPU and memory, rounded down, then the mean, rounded down', () => {
  const pod = samplePod('p', { scoredRequests: { milliCpu: 1000, memory: gibibyte } })
  const states = [nodeState(sampleNode('n'), []), nodeState(sampleNode('full'), [pod, pod, pod, pod])]
  expect(leastAllocatedScore.score(pod, states, latest)).toEqual([84, 34])
  const withoutMemory = sampleNode('m', { allocatable: { ...noResources, milliCpu: 4000 } })
  expect(leastAllocatedScore.score(pod, [nodeState(withoutMemory, [])], latest)).toEqual([75])
})

test('BalancedAllocation: one formula until 1.35, another from 1.36, none for pods that ask for neither', () => {
  const pod = samplePod('p', { requests: { ...noResources, milliCpu: 2000, memory: 4 * gibibyte } })
  const nodes = [nodeState(sampleNode('n'), [])]
  expect(balancedAllocationScore.score(pod, nodes, older)).toEqual([87])
  expect(balancedAllocationScore.score(pod, nodes, latest)).toEqual([68])
  const gpuOnly = samplePod('q', { requests: { ...noResources, scalars: { 'nvidia.com/gpu': 1 } } })
  expect(balancedAllocationScore.score(gpuOnly, nodes, latest)).toBeUndefined()
})
