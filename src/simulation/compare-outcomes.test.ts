import { describe, expect, it } from 'vitest'
import { compareOutcomes } from './compare-outcomes.ts'
import { simulate } from './simulate.ts'
import {
  gpuToleration,
  sampleAmounts,
  sampleDeployment,
  sampleGpuGroup,
  sampleInput,
  sampleOptions,
  sampleScenario,
  sampleSystemGroup,
} from './testing/sample-scenario.ts'

const input = sampleInput([
  sampleDeployment('infer', 3, { requests: sampleAmounts(1000, 2, 1), tolerations: [gpuToleration] }),
])
const options = { ...sampleOptions, fixes: false }
const before = simulate(
  sampleScenario({ nodeGroups: [sampleSystemGroup(), sampleGpuGroup({ maxSize: 2 })] }),
  input,
  options,
).outcome
const after = simulate(sampleScenario(), input, options).outcome

describe('compareOutcomes', () => {
  it('says what a larger group changes', () => {
    expect(compareOutcomes(before, after)).toEqual({
      workloads: [
        {
          id: 'Deployment/infer',
          namespace: 'default',
          running: { before: 2, after: 3 },
          pending: { before: 1, after: 0 },
          placements: { before: [{ group: 'inference', pods: 2 }], after: [{ group: 'inference', pods: 3 }] },
          messages: {
            before: [
              '0/4 nodes are available: 4 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/4 nodes are available: 2 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
            ],
            after: [],
          },
        },
        {
          id: 'DaemonSet/nvidia-device-plugin-daemonset',
          namespace: 'kube-system',
          system: true,
          running: { before: 2, after: 3 },
          pending: { before: 0, after: 0 },
          placements: { before: [{ group: 'inference', pods: 2 }], after: [{ group: 'inference', pods: 3 }] },
          messages: { before: [], after: [] },
        },
      ],
      groups: [
        {
          name: 'inference',
          nodes: { before: 2, after: 3 },
          instanceTypes: { before: ['g5.xlarge'], after: ['g5.xlarge'] },
        },
      ],
      nodes: { before: 4, after: 5 },
      gpus: { before: { total: 2, used: 2 }, after: { total: 3, used: 3 } },
      hourAfter: { before: 2.2136, after: 3.2196 },
      findings: { gone: ['group-at-max'], added: [] },
    })
  })

  it('says nothing of what is the same', () => {
    const { workloads, groups, findings } = compareOutcomes(after, after)
    expect({ workloads, groups, findings }).toEqual({ workloads: [], groups: [], findings: { gone: [], added: [] } })
  })

  it('knows what is only in one of them', () => {
    const none = simulate(sampleScenario(), sampleInput([]), options).outcome
    const [gone] = compareOutcomes(after, none).workloads
    expect([gone?.id, gone?.running]).toEqual(['Deployment/infer', { before: 3, after: null }])
  })
})
