import { describe, expect, it } from 'vitest'
import { ProblemError } from '../cluster/problem.ts'
import { sampleNode } from '../scheduler/testing/sample-cluster.ts'
import { simulate } from './simulate.ts'
import {
  gpuToleration,
  sampleAmounts,
  sampleDeployment,
  sampleInput,
  sampleOptions,
  sampleScenario,
} from './testing/sample-scenario.ts'

const options = { ...sampleOptions, fixes: false }
const pending = simulate(
  sampleScenario(),
  sampleInput([sampleDeployment('infer', 2, { requests: sampleAmounts(1000, 2, 1) })]),
  options,
)
const nodes = ['a', 'b', 'c'].map((name, index) => ({
  node: sampleNode(name, { allocatable: sampleAmounts(4000, 16, index) }),
  ready: true,
  readySince: 0,
}))
const plain = simulate(
  sampleScenario({ nodeGroups: [], daemonSets: [], systemWorkloads: [] }),
  sampleInput([sampleDeployment('web', 2, { requests: sampleAmounts(2000, 1, 1) })], { nodes }),
  { ...options, autoscaler: null },
)

describe('explainPod', () => {
  it('says of a pod that waits what turns down each kind of node, and each group', () => {
    expect(pending.explain('default', 'infer-1')).toEqual({
      namespace: 'default',
      pod: 'infer-1',
      workload: 'Deployment/infer',
      phase: 'Pending',
      node: null,
      tied: 0,
      message:
        '0/2 nodes are available: 2 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
      state: 'final',
      nodes: [
        {
          group: 'system',
          names: ['system-000000', 'system-000001'],
          count: 2,
          verdict: { kind: 'rejected', plugin: 'NodeResourcesFit', reasons: ['Insufficient nvidia.com/gpu'] },
        },
      ],
      groups: [
        { group: 'system', verdict: { kind: 'skipped', reason: 'max size reached' } },
        {
          group: 'inference',
          verdict: {
            kind: 'rejected',
            plugin: 'TaintToleration',
            reasons: ['node(s) had untolerated taint(s)'],
          },
        },
      ],
    })
  })

  it('shows the scores of the cycle that placed a pod', () => {
    const { state, node, tied, nodes: shown } = plain.explain('default', 'web-0')
    expect([state, node, tied]).toEqual(['at-placement', 'b', 2])
    expect(shown.map(({ names, verdict }) => [names, verdict.kind])).toEqual([
      [['a'], 'rejected'],
      [['b', 'c'], 'feasible'],
    ])
    const [, best] = shown
    expect(best?.verdict).toMatchObject({
      kind: 'feasible',
      scores: expect.arrayContaining([{ plugin: 'NodeResourcesFit', raw: 71, normalised: 71, weight: 1 }]) as unknown,
    })
  })

  it('knows a group whose template would take the pod', () => {
    const simulation = simulate(
      sampleScenario(),
      sampleInput([
        sampleDeployment('infer', 1, { requests: sampleAmounts(1000, 2, 1), tolerations: [gpuToleration] }),
      ]),
      options,
    )
    expect(simulation.explain('default', 'infer-0').groups[1]).toEqual({
      group: 'inference',
      verdict: { kind: 'fits' },
    })
  })

  it.each(['infer-2', 'infer-x', 'other-0', 'infer'])('does not know %s', (pod) => {
    expect(() => pending.explain('default', pod)).toThrow(ProblemError)
    expect(() => pending.explain('default', pod)).toThrow(`no workload has a pod ${pod} in namespace default`)
  })
})
