import { describe, expect, it } from 'vitest'
import { ProblemError } from '../cluster/problem.ts'
import { sampleNode, samplePod } from '../scheduler/testing/sample-cluster.ts'
import { simulate } from './simulate.ts'
import {
  gpuToleration,
  sampleAmounts,
  sampleDaemonSet,
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

  describe('of a pod that is on no queue', () => {
    const bound = [
      samplePod('old', { nodeName: 'a', requests: sampleAmounts(4000, 1) }),
      samplePod('agent-x7', { nodeName: 'b', owner: { kind: 'DaemonSet', name: 'agent', uid: 'agent' } }),
    ]
    const agent = sampleDaemonSet('agent', { namespace: 'default', nodeSelector: {}, requests: sampleAmounts(100, 1) })
    const cluster = sampleScenario({
      nodeGroups: [],
      daemonSets: [{ ...agent, namespace: 'default' }],
      systemWorkloads: [],
    })
    const simulation = simulate(cluster, sampleInput([], { nodes, pods: bound }), {
      ...options,
      autoscaler: null,
    })
    const told = (pod: string) => {
      const { workload, phase, node, tied, message, nodes: shown } = simulation.explain('default', pod)
      return {
        workload,
        phase,
        node,
        tied,
        message,
        nodes: shown.map(({ names, verdict }) => [...names, verdict.kind]),
      }
    }

    it('knows one that was bound at the start, as if it had no node yet', () => {
      expect(told('old')).toEqual({
        workload: 'Pod/old',
        phase: 'Running',
        node: 'a',
        tied: 0,
        message: undefined,
        nodes: [
          ['a', 'feasible'],
          ['b', 'feasible'],
          ['c', 'rejected'],
        ],
      })
    })

    it('knows one of a DaemonSet, recorded or not, and one that waits for its node', () => {
      const elsewhere = (node: string) => [...['a', 'b', 'c'].filter((name) => name !== node), 'rejected']
      expect(told('agent-x7')).toMatchObject({ workload: 'DaemonSet/agent', phase: 'Running', node: 'b', tied: 1 })
      expect(told('agent-c').nodes).toEqual([elsewhere('c'), ['c', 'feasible']])
      expect(told('agent-a')).toEqual({
        workload: 'DaemonSet/agent',
        phase: 'Pending',
        node: null,
        tied: 0,
        message: "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
        nodes: [['a', 'rejected'], elsewhere('a')],
      })
    })

    it('knows every pod that --each-pod lists', () => {
      for (const { namespace, pod, phase, node, message } of simulation.rows.pods())
        expect(simulation.explain(namespace, pod)).toMatchObject({
          phase,
          node,
          ...(message === undefined ? {} : { message }),
        })
    })
  })

  it.each(['infer-2', 'infer-x', 'other-0', 'infer'])('does not know %s', (pod) => {
    expect(() => pending.explain('default', pod)).toThrow(ProblemError)
    expect(() => pending.explain('default', pod)).toThrow(`there is no pod ${pod} in namespace default`)
  })
})
