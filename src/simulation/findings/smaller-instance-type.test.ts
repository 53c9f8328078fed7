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
const large = { ...bare.realNode, capacity: sampleAmounts(8000, 31, 1), allocatable: sampleAmounts(7910, 30, 1) }

function findings(instanceTypes: readonly string[], milliCpu: number, gib: number): readonly unknown[] {
  const group = sampleGpuGroup({ instanceTypes, realNode: large })
  const cluster = sampleScenario({ nodeGroups: [sampleSystemGroup(), group] })
  const pod = { requests: sampleAmounts(milliCpu, gib, 1), tolerations: [gpuToleration] }
  const input = sampleInput([sampleDeployment('infer', 2, pod)])
  return simulate(cluster, input, { ...sampleOptions, fixes: false }).outcome.findings.filter(
    ({ id }) => id === 'smaller-instance-type',
  )
}

test.for([
  { what: 'pods that fit on either', types: ['g5.2xlarge', 'g5.xlarge'], cpu: 3900, gib: 8 },
  { what: 'the smallest first', types: ['g5.xlarge', 'g5.2xlarge'], cpu: 5000, gib: 8 },
  { what: 'equal types', types: ['g5.2xlarge', 'g6.2xlarge'], cpu: 5000, gib: 8 },
  { what: 'a type that nobody knows', types: ['x9.huge', 'g5.xlarge'], cpu: 3000, gib: 8 },
  { what: 'types that differ in GPUs', types: ['g5.12xlarge', 'g5.xlarge'], cpu: 5000, gib: 8 },
])('nothing to say: $what', ({ types, cpu, gib }) => {
  expect(findings(types, cpu, gib)).toEqual([])
})

test.for([
  { cpu: 5000, gib: 8 },
  { cpu: 1000, gib: 20 },
])('nodes carry more than the smaller type takes: $cpu millicores, $gib GiB', ({ cpu, gib }) => {
  expect(findings(['g5.2xlarge', 'g6.2xlarge', 'g5.xlarge'], cpu, gib)).toEqual([
    {
      id: 'smaller-instance-type',
      severity: 'warning',
      what: '2 nodes of group inference carry more than a g5.xlarge takes, which EC2 may start as well',
      why: 'Every node of the group is taken for its first type g5.2xlarge (8 vCPU, 32 GiB), by this simulation and, as long as none runs, by the autoscaler. A g5.xlarge (4 vCPU, 16 GiB) has 3920m of CPU and about 14162Mi of memory for pods.',
      fix: 'name g5.xlarge first in instance_types of group inference, or make one group for each size',
      group: 'inference',
    },
  ])
})
