import { expect, test } from 'vitest'
import { simulate } from '../simulate.ts'
import {
  gpuToleration,
  sampleAmounts,
  sampleDeployment,
  sampleGpuGroup,
  sampleInput,
  sampleOptions,
  sampleScenario,
  sampleSystemGroup,
} from '../testing/sample-scenario.ts'

const bare = sampleGpuGroup()
const shared = { ...bare.realNode, capacity: sampleAmounts(4000, 15, 4), allocatable: sampleAmounts(3900, 14, 4) }

function findings(oneShareEach: readonly string[], shares: number, largest?: number): readonly unknown[] {
  const tags = { ...bare.tags, 'k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu': '4' }
  const group = sampleGpuGroup({ tags, realNode: { ...shared, oneShareEach } })
  const cluster = sampleScenario({ nodeGroups: [sampleSystemGroup(), group] })
  const pod = {
    requests: sampleAmounts(100, 1, shares),
    tolerations: [gpuToleration],
    ...(largest !== undefined && { largestAsks: { 'nvidia.com/gpu': largest } }),
  }
  return simulate(cluster, sampleInput([sampleDeployment('infer', 2, pod)]), {
    ...sampleOptions,
    fixes: false,
  }).outcome.findings.filter(({ id }) => id === 'second-share-refused')
}

test.for([
  { what: 'one share', of: ['nvidia.com/gpu'], shares: 1 },
  { what: 'two, where it is allowed', of: [], shares: 2 },
  { what: 'two of what has another name', of: ['nvidia.com/gpu.shared'], shares: 2 },
  { what: 'two containers with one each', of: ['nvidia.com/gpu'], shares: 2, largest: 1 },
  { what: 'more than there are', of: ['nvidia.com/gpu'], shares: 5 },
])('nothing to say: $what', ({ of, shares, largest }) => {
  expect(findings(of, shares, largest)).toEqual([])
})

test('pods that ask for two shares get a node and fail there', () => {
  expect(findings(['nvidia.com/gpu'], 2)).toEqual([
    {
      id: 'second-share-refused',
      severity: 'error',
      what: '2 pods of Deployment/infer get a node of group inference and fail there with UnexpectedAdmissionError: Pod was rejected: Allocate failed due to rpc error: code = Unknown desc = invalid allocation request for "nvidia.com/gpu": invalid request: maximum request size for shared resources is 1; found 2, which is unexpected',
      why: 'nvidia.com/gpu is a share of a GPU in group inference, and its device plugin gives a container one: two could be of the same GPU, and would not be twice as much. kube-scheduler does not know, so it places the pod, and what made it makes another that fails as well.',
      fix: 'ask for nvidia.com/gpu: 1 in each container of Deployment/infer, or let it go to a group without sharing; with time-slicing, fail_requests_greater_than_one = false allows more than one, with MPS nothing does',
      workload: 'Deployment/infer',
      group: 'inference',
    },
  ])
})
