import { expect, it } from 'vitest'
import type { CloudGroup } from './autoscaler-cloud.ts'
import { autoscalerView } from './autoscaler-view.ts'

const cloudGroup: CloudGroup = {
  group: {
    name: 'eks-g',
    autoScalingGroup: 'eks-g',
    instanceTypes: ['g5.xlarge'],
    zones: ['us-east-1a'],
    region: 'us-east-1',
    minSize: 0,
    maxSize: 3,
    desiredSize: 2,
    capacityType: 'on-demand',
    tags: {},
    discovered: true,
  },
  targetSize: 2,
  instanceIds: ['i-1', 'i-2'],
}

const unschedulable = { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] }

function pod(
  name: string,
  more: { readonly spec?: object; readonly status?: object; readonly metadata?: object },
): object {
  const owner = { kind: 'ReplicaSet', name: 'web', uid: 'rs', controller: true }
  return {
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      creationTimestamp: `2026-01-01T00:00:0${name.at(-1)}Z`,
      ownerReferences: [owner],
      ...more.metadata,
    },
    spec: { containers: [{ resources: { limits: { 'nvidia.com/gpu': 1 } } }], ...more.spec },
    status: { phase: 'Pending', ...more.status },
  }
}

const node = {
  kind: 'Node',
  metadata: { name: 'ip-1', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: {
    providerID: 'aws:///us-east-1a/i-1',
    taints: [{ key: 'ToBeDeletedByClusterAutoscaler', value: '1', effect: 'NoSchedule' }],
  },
  status: {
    allocatable: { cpu: '4', memory: '16Gi', pods: '10', 'nvidia.com/gpu': '1' },
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:01:00Z' }],
  },
}

it('sees nodes with their pods, instances without a node, and waiting pods by class', () => {
  const at = Date.parse('2026-01-01T00:00:00Z') / 1000
  const { view, waiting, instances } = autoscalerView({
    objects: [
      node,
      pod('bound-1', { spec: { nodeName: 'ip-1' }, status: { phase: 'Running' } }),
      pod('done-1', { spec: { nodeName: 'ip-1' }, status: { phase: 'Succeeded' } }),
      pod('web-5', { status: unschedulable }),
      pod('web-3', { status: unschedulable }),
      pod('untried-1', {}),
      pod('gone-1', { status: unschedulable, metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      pod('bare-1', { status: unschedulable, metadata: { ownerReferences: [] } }),
      pod('bare-2', { status: unschedulable, metadata: { ownerReferences: [] } }),
      { kind: 'ReplicaSet', metadata: { name: 'web', namespace: 'default' }, spec: { replicas: 4, selector: {} } },
      {
        kind: 'DaemonSet',
        metadata: { name: 'agent', namespace: 'kube-system', uid: 'ds' },
        spec: { template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [{}] } } },
      },
    ],
    groups: [cloudGroup],
    kubernetes: { minor: 36, patch: 0 },
    now: at,
  })

  expect(view.groups).toEqual([{ group: cloudGroup.group, targetSize: 2, unregistered: ['i-2'] }])
  expect(instances).toEqual(new Map([['ip-1', 'i-1']]))
  expect(view.nodes).toHaveLength(1)
  expect(view.nodes[0]).toMatchObject({
    names: ['ip-1'],
    group: 'eks-g',
    ready: true,
    readySince: at + 60,
    createdAt: at,
    toBeDeleted: true,
  })
  expect(view.nodes[0]?.state.pods.map(({ name }) => name)).toEqual(['bound-1'])
  expect(view.pending.map(({ pod: { name }, count, createdAt }) => [name, count, createdAt - at])).toEqual([
    ['web-5', 2, 3],
    ['bare-1', 1, 1],
    ['bare-2', 1, 2],
  ])
  expect([...waiting.values()].map((pods) => pods.length)).toEqual([2, 1, 1])
  expect(view.daemonSets).toMatchObject([{ name: 'agent', owner: { kind: 'DaemonSet', name: 'agent', uid: 'ds' } }])
  expect(view.controllerReplicas?.get('ReplicaSet/default/web')).toBe(4)
})
