import { expect, test } from 'vitest'
import { readNode } from './read-node.ts'
import { readPod } from './read-pod.ts'

const mebibyte = 1024 ** 2

test('a pod: requests from limits, sidecars, overhead; what scores assume where nothing is asked', () => {
  const pod = readPod({
    metadata: { namespace: 'ml', name: 'train', labels: { app: 'train' }, creationTimestamp: '2025-01-01T00:00:00Z' },
    spec: {
      priority: 10,
      nodeSelector: { 'nvidia.com/gpu': 'true' },
      tolerations: [
        { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
        { key: 'a', value: 'b' },
      ],
      containers: [
        { resources: { limits: { 'nvidia.com/gpu': '1', cpu: '2' }, requests: { cpu: '500m' } } },
        { resources: {} },
      ],
      initContainers: [{ restartPolicy: 'Always', resources: { requests: { memory: '1Gi' } } }],
      overhead: { cpu: '250m' },
    },
  })
  expect(pod).toEqual({
    namespace: 'ml',
    name: 'train',
    labels: { app: 'train' },
    annotations: {},
    priority: 10,
    preemptionPolicy: 'PreemptLowerPriority',
    schedulerName: 'default-scheduler',
    schedulingGates: [],
    affinity: { required: [], preferred: [] },
    antiAffinity: { required: [], preferred: [] },
    topologySpread: [],
    hostPorts: [],
    volumes: [],
    images: [],
    resourceClaims: [],
    terminating: false,
    nodeSelector: { 'nvidia.com/gpu': 'true' },
    preferredNodeTerms: [],
    tolerations: [
      { key: 'nvidia.com/gpu', operator: 'Exists', value: '', effect: 'NoSchedule' },
      { key: 'a', operator: 'Equal', value: 'b' },
    ],
    requests: { milliCpu: 750, memory: 1024 * mebibyte, ephemeralStorage: 0, scalars: { 'nvidia.com/gpu': 1 } },
    // 500m + 100m + 100m + 250m; 200 MiB + 200 MiB + 1 GiB.
    scoredRequests: expect.objectContaining({ milliCpu: 950, memory: 1424 * mebibyte }),
    createdAt: Date.parse('2025-01-01T00:00:00Z'),
  })
})

test('node affinity: required and preferred terms', () => {
  const term = { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }
  const pod = readPod({
    metadata: {},
    spec: {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] },
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, preference: term }],
        },
      },
    },
  })
  const read = { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }], matchFields: [] }
  expect(pod.requiredNodeTerms).toEqual([read])
  expect(pod.preferredNodeTerms).toEqual([{ weight: 5, preference: read }])
})

test('a node: allocatable, taints, cordon', () => {
  expect(
    readNode({
      metadata: { name: 'n', labels: { a: 'b' } },
      spec: {
        unschedulable: true,
        taints: [
          { key: 'k', effect: 'NoExecute' },
          { key: 'k', effect: 'Unknown' },
        ],
      },
      status: { allocatable: { cpu: '3920m', memory: '15Gi', pods: '29', 'nvidia.com/gpu': 1, broken: 'x' } },
    }),
  ).toEqual({
    name: 'n',
    labels: { a: 'b' },
    taints: [{ key: 'k', value: '', effect: 'NoExecute' }],
    unschedulable: true,
    allocatable: {
      milliCpu: 3920,
      memory: 15 * 1024 * mebibyte,
      ephemeralStorage: 0,
      scalars: { 'nvidia.com/gpu': 1 },
    },
    allocatablePods: 29,
  })
})
