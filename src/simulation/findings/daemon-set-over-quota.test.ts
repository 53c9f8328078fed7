import { expect, test } from 'vitest'
import { simulate } from '../simulate.ts'
import {
  sampleAmounts,
  sampleDaemonSet,
  sampleDeployment,
  sampleInput,
  sampleOptions,
  sampleScenario,
  sampleSystemGroup,
} from '../testing/sample-scenario.ts'

const agent = sampleDaemonSet('agent', { nodeSelector: {}, requests: sampleAmounts(100, 0), images: ['agent'] })

test.for([
  { mostPods: undefined, running: 4, what: [] },
  { mostPods: 4, running: 4, what: [] },
  {
    mostPods: 3,
    running: 3,
    what: [
      'DaemonSet/agent has no pod on 1 node where it belongs: a ResourceQuota of namespace kube-system lets it have 3 in all',
    ],
  },
  {
    mostPods: 0,
    running: 0,
    what: [
      'DaemonSet/agent has no pod on 4 nodes where it belongs: a ResourceQuota of namespace kube-system lets it have 0 in all',
    ],
  },
])('two nodes and two that come, room for $mostPods pods', ({ mostPods, running, what }) => {
  const cluster = sampleScenario({
    nodeGroups: [sampleSystemGroup({ maxSize: 4 })],
    daemonSets: [{ ...agent, ...(mostPods !== undefined && { mostPods }) }],
  })
  const input = sampleInput([sampleDeployment('web', 4, { requests: sampleAmounts(1500, 1) })])
  const { outcome } = simulate(cluster, input, { ...sampleOptions, fixes: false })
  expect(outcome.groups.map(({ to }) => to)).toEqual([4])
  expect(outcome.workloads.filter(({ id }) => id === 'DaemonSet/agent').map((one) => [one.pods, one.running])).toEqual([
    [running, running],
  ])
  const findings = outcome.findings.filter(({ id }) => id === 'daemon-set-over-quota')
  expect(findings.map((finding) => finding.what)).toEqual(what)
})
