import { expect, test } from 'vitest'
import type { Workload } from '../../cluster/workload.ts'
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

const pod = { requests: sampleAmounts(1000, 2, 1), tolerations: [gpuToleration] }
const fix =
  'make room for all of them (see the pending pods), or queue the job with Kueue, which starts it whole or not at all'
const alone = 'for the others: kube-scheduler places pods one by one and gives nothing back.'

function leaderWorkerSet(groups: number, size: number): readonly Workload[] {
  const part = (name: string, replicas: number, perGroup: number): Workload => ({
    ...sampleDeployment('llm', replicas, pod),
    kind: 'LeaderWorkerSet',
    part: name,
    gang: { name: 'LeaderWorkerSet/llm', size, perGroup },
  })
  return [part('leader', groups, 1), part('worker', groups * (size - 1), size - 1)]
}

test.for([
  { gpus: 12, complete: 3, what: undefined, why: undefined },
  // Leaders come first, then the workers of the first group.
  {
    gpus: 9,
    complete: 2,
    what: '1 of the 3 groups of LeaderWorkerSet/llm runs in part: 1 of the 4 pods that it needs together',
    why: `The pod holds 1 GPU and waits ${alone}`,
  },
  {
    gpus: 7,
    complete: 1,
    what: '2 of the 3 groups of LeaderWorkerSet/llm run in part: 3 of the 8 pods that they need together',
    why: `The 3 pods hold 3 GPUs and wait ${alone}`,
  },
  {
    gpus: 2,
    complete: 0,
    what: '2 of the 3 groups of LeaderWorkerSet/llm run in part: 2 of the 8 pods that they need together',
    why: `The 2 pods hold 2 GPUs and wait ${alone}`,
  },
])('three groups of four pods on $gpus GPUs', ({ gpus, complete, what, why }) => {
  const cluster = sampleScenario({ nodeGroups: [sampleSystemGroup(), sampleGpuGroup({ maxSize: gpus })] })
  const options = { ...sampleOptions, fixes: false }
  const { outcome } = simulate(cluster, sampleInput(leaderWorkerSet(3, 4)), options)
  const gangs = outcome.workloads.flatMap(({ gang }) => gang ?? [])
  const expected = { name: 'LeaderWorkerSet/llm', size: 4, complete: complete === 3, groups: { count: 3, complete } }
  expect(gangs).toEqual([expected, expected])
  expect(outcome.findings.filter(({ id }) => id === 'gang-runs-in-part')).toEqual(
    what === undefined
      ? []
      : [{ id: 'gang-runs-in-part', severity: 'error', what, why, fix, workload: 'LeaderWorkerSet/llm' }],
  )
})
