import { expect, it } from 'vitest'
import type { DisruptionBudget } from '../cluster/cluster-objects.ts'
import type { Pod } from '../cluster/pod.ts'
import { samplePod } from '../scheduler/testing/sample-cluster.ts'
import { budgetsWithout, drainability } from './drain-rules.ts'
import { sampleScaleDown } from './testing/sample-view.ts'

const safeToEvict = 'cluster-autoscaler.kubernetes.io/safe-to-evict'
const owner = { kind: 'ReplicaSet', name: 'web', uid: 'web' }

function budget(disruptionsAllowed: number): DisruptionBudget {
  return {
    namespace: 'default',
    name: 'web',
    selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
    disruptionsAllowed,
    disruptedPods: [],
  }
}

it.each<[string, Partial<Pod>, Parameters<typeof sampleScaleDown>[0], readonly DisruptionBudget[], string]>([
  ['a replicated pod', { owner }, {}, [], 'moves'],
  ['a mirror pod', { annotations: { 'kubernetes.io/config.mirror': 'x' } }, {}, [], 'ignored'],
  ['a DaemonSet pod', { owner: { ...owner, kind: 'DaemonSet' } }, {}, [], 'daemon-set'],
  ['a bare pod', {}, {}, [], 'default/web-0 is not replicated'],
  ['a bare pod that is safe to evict', { annotations: { [safeToEvict]: 'true' } }, {}, [], 'moves'],
  ['a pod of a custom controller', { owner: { ...owner, kind: 'RayCluster' } }, {}, [], 'moves'],
  [
    'a pod of a custom controller, with the flag',
    { owner: { ...owner, kind: 'RayCluster' } },
    { skipNodesWithCustomControllerPods: true },
    [],
    'default/web-0 is not replicated',
  ],
  [
    'a ReplicaSet with too few replicas',
    { owner },
    { skipNodesWithCustomControllerPods: true, minReplicaCount: 3 },
    [],
    'replication controller for default/web-0 has too few replicas spec: 2 min: 3',
  ],
  [
    'a system pod',
    { owner, namespace: 'kube-system' },
    {},
    [],
    'non-daemonset, non-mirrored, non-pdb-assigned kube-system pod present: web-0',
  ],
  ['a system pod, with the flag', { owner, namespace: 'kube-system' }, { skipNodesWithSystemPods: false }, [], 'moves'],
  ['a volume of the node', { owner, localVolumes: ['cache'] }, {}, [], 'pod with local storage present: web-0'],
  [
    'a volume of the node, with the flag',
    { owner, localVolumes: ['cache'] },
    { skipNodesWithLocalStorage: false },
    [],
    'moves',
  ],
  [
    'a volume that may be lost',
    {
      owner,
      localVolumes: ['cache'],
      annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': 'cache,other' },
    },
    {},
    [],
    'moves',
  ],
  ['a budget that allows it', { owner }, {}, [budget(1)], 'moves'],
  ['a budget that does not', { owner }, {}, [budget(0)], 'not enough pod disruption budget to move default/web-0'],
  [
    'a pod that says no, whatever its budget',
    { owner, annotations: { [safeToEvict]: 'false' } },
    {},
    [budget(0)],
    'pod annotated as not safe to evict present: web-0',
  ],
])('draining %s', (_, pod, flags, budgets, expected) => {
  const settings = sampleScaleDown({ skipNodesWithCustomControllerPods: false, ...flags }).scaleDown
  const replicas = new Map([['ReplicaSet/default/web', 2]])
  const found = drainability(samplePod('web-0', { labels: { app: 'web' }, ...pod }), settings, budgets, replicas)
  expect(found.kind === 'blocks' ? found.reason : found.kind).toBe(expected)
})

it('counts pods that go off the budgets that they belong to', () => {
  const pods = [samplePod('web-0', { labels: { app: 'web' } }), samplePod('db-0', { labels: { app: 'db' } })]
  expect(budgetsWithout([budget(2)], pods)).toEqual([budget(1)])
})
