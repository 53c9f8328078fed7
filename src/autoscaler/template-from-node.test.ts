import { expect, it } from 'vitest'
import { parseKubernetesVersion } from '../cluster/kubernetes-version.ts'
import { nodeState } from '../scheduler/node-state.ts'
import { sampleNode, samplePod } from '../scheduler/testing/sample-cluster.ts'
import { templateFromNode, withTagAmounts } from './template-from-node.ts'
import { amounts, sampleGroup, sampleSettings } from './testing/sample-view.ts'

const tag = 'k8s.io/cluster-autoscaler/node-template/resources'
const agent = samplePod('agent', { owner: { kind: 'DaemonSet', name: 'agent', uid: 'agent' } })
const other = samplePod('other', {
  owner: { kind: 'DaemonSet', name: 'other', uid: 'other' },
  tolerations: [{ key: '', operator: 'Exists', value: '' }],
})
const intolerant = samplePod('intolerant', { owner: { kind: 'DaemonSet', name: 'intolerant', uid: 'intolerant' } })
const sources = {
  version: parseKubernetesVersion('1.36.1'),
  taints: sampleSettings(),
  daemonSets: [agent, other, intolerant],
  staticInstanceTypes: true,
  forceDaemonSets: false,
}

const running = nodeState(
  sampleNode('a-1', {
    labels: { 'kubernetes.io/hostname': 'a-1', real: 'yes' },
    taints: [
      { key: 'node.kubernetes.io/not-ready', value: '', effect: 'NoSchedule' },
      { key: 'dedicated', value: 'ml', effect: 'NoSchedule' },
    ],
  }),
  [agent, samplePod('web'), samplePod('static', { annotations: { 'kubernetes.io/config.mirror': 'x' } })],
)

it.each([
  ['without pods of workloads', false, ['agent', 'static']],
  ['with DaemonSets that are yet to come, when these are forced', true, ['agent', 'static', 'other']],
] as const)('makes a template of a running node %s', (_, forceDaemonSets, pods) => {
  const template = templateFromNode(running, sampleGroup('a'), { ...sources, forceDaemonSets })
  expect(template.node.labels).toEqual({
    'kubernetes.io/hostname': 'template-node-for-a-0',
    real: 'yes',
    'cluster-autoscaler.kubernetes.io/template-node': 'true',
  })
  expect(template.node.taints.map(({ key }) => key)).toEqual(['dedicated'])
  expect(template.pods.map(({ name }) => name)).toEqual(pods)
})

it('fills what a running node does not offer from type and tags, and nothing else', () => {
  const node = sampleNode('a-1', { allocatable: amounts(1900, 7), capacity: amounts(2000, 8), allocatablePods: 29 })
  const group = sampleGroup('a', { tags: { [`${tag}/nvidia.com/gpu`]: '4', [`${tag}/cpu`]: '64' } })
  const filled = withTagAmounts({ node, pods: [] }, group, sources).node
  expect(filled.allocatable.scalars).toEqual({ 'nvidia.com/gpu': 4 })
  expect(filled.allocatable.milliCpu).toBe(1900)
  expect(filled.allocatablePods).toBe(29)
})
