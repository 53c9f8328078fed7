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
    containerRequests: { milliCpu: 500, memory: 0 },
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

test('a node: capacity is allocatable where nothing else is said, images with their sizes', () => {
  const node = readNode({
    metadata: { name: 'n' },
    status: { capacity: { cpu: 4, pods: 10 }, images: [{ names: ['a:1', 'a@sha256:1'], sizeBytes: 5 }] },
  })
  expect(node.allocatable).toEqual({ milliCpu: 4000, memory: 0, ephemeralStorage: 0, scalars: {} })
  expect(node.capacity).toEqual(node.allocatable)
  expect(node.allocatablePods).toBe(10)
  expect(node.images).toEqual([{ names: ['a:1', 'a@sha256:1'], bytes: 5 }])
})

test('pod affinity and anti-affinity: terms, weights, namespaces, absent and empty selectors', () => {
  const { affinity, antiAffinity } = readPod({
    spec: {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'zone', namespaces: ['a'], namespaceSelector: {}, matchLabelKeys: ['rev'] },
          ],
        },
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 7, podAffinityTerm: { topologyKey: 'host', labelSelector: {}, mismatchLabelKeys: ['team'] } },
          ],
        },
      },
    },
  })
  const everything = { matchLabels: {}, matchExpressions: [] }
  expect(affinity).toEqual({
    required: [
      {
        namespaces: ['a'],
        namespaceSelector: everything,
        topologyKey: 'zone',
        matchLabelKeys: ['rev'],
        mismatchLabelKeys: [],
      },
    ],
    preferred: [],
  })
  expect(antiAffinity).toEqual({
    required: [],
    preferred: [
      {
        weight: 7,
        term: {
          selector: everything,
          namespaces: [],
          topologyKey: 'host',
          matchLabelKeys: [],
          mismatchLabelKeys: ['team'],
        },
      },
    ],
  })
})

test('topology spread: kube-scheduler’s defaults, and what is given', () => {
  const { topologySpread } = readPod({
    spec: {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { a: 'b' } },
        },
        {
          maxSkew: 2,
          topologyKey: 'host',
          whenUnsatisfiable: 'ScheduleAnyway',
          minDomains: 3,
          matchLabelKeys: ['rev'],
          nodeAffinityPolicy: 'Ignore',
          nodeTaintsPolicy: 'Honor',
        },
      ],
    },
  })
  expect(topologySpread).toEqual([
    {
      maxSkew: 1,
      topologyKey: 'zone',
      whenUnsatisfiable: 'DoNotSchedule',
      selector: { matchLabels: { a: 'b' }, matchExpressions: [] },
      matchLabelKeys: [],
      nodeAffinityPolicy: 'Honor',
      nodeTaintsPolicy: 'Ignore',
    },
    {
      maxSkew: 2,
      topologyKey: 'host',
      whenUnsatisfiable: 'ScheduleAnyway',
      minDomains: 3,
      matchLabelKeys: ['rev'],
      nodeAffinityPolicy: 'Ignore',
      nodeTaintsPolicy: 'Honor',
    },
  ])
})

test.for([
  {
    what: 'a container port is no port of the node',
    spec: { containers: [{ ports: [{ containerPort: 80 }] }] },
    expected: [],
  },
  {
    what: 'a host port',
    spec: { containers: [{ ports: [{ containerPort: 80, hostPort: 8080, hostIP: '127.0.0.1', protocol: 'UDP' }] }] },
    expected: [{ protocol: 'UDP', hostIp: '127.0.0.1', port: 8080 }],
  },
  {
    what: 'on the host’s network every container port is one',
    spec: { hostNetwork: true, containers: [{ ports: [{ containerPort: 80 }] }] },
    expected: [{ protocol: 'TCP', hostIp: '', port: 80 }],
  },
  {
    what: 'sidecars come first, init containers that end have none',
    spec: {
      initContainers: [{ ports: [{ hostPort: 1 }] }, { restartPolicy: 'Always', ports: [{ hostPort: 2 }] }],
      containers: [{ ports: [{ hostPort: 3 }] }],
    },
    expected: [
      { protocol: 'TCP', hostIp: '', port: 2 },
      { protocol: 'TCP', hostIp: '', port: 3 },
    ],
  },
])('ports: $what', ({ spec, expected }) => {
  expect(readPod({ spec }).hostPorts).toEqual(expected)
})

test('volumes: claims, disks, inline CSI; what any node has is left out', () => {
  const { volumes } = readPod({
    metadata: { name: 'p' },
    spec: {
      volumes: [
        { name: 'a', persistentVolumeClaim: { claimName: 'data', readOnly: true } },
        { name: 'scratch', ephemeral: { volumeClaimTemplate: {} } },
        { name: 'b', csi: { driver: 'efs.csi.aws.com' } },
        { name: 'c', awsElasticBlockStore: { volumeID: 'vol-1' } },
        { name: 'd', gcePersistentDisk: { pdName: 'disk', readOnly: true } },
        { name: 'e', iscsi: { iqn: 'iqn.1' } },
        { name: 'f', rbd: { image: 'i', monitors: ['m1', 'm2'] } },
        { name: 'g', emptyDir: {} },
        { name: 'h', configMap: { name: 'c' } },
      ],
    },
  })
  expect(volumes).toEqual([
    { kind: 'claim', claim: 'data', ephemeral: false, readOnly: true },
    { kind: 'claim', claim: 'p-scratch', ephemeral: true, readOnly: false },
    { kind: 'csi', driver: 'efs.csi.aws.com', readOnly: false },
    { kind: 'disk', driver: 'aws-ebs', identity: 'vol-1', readOnly: false },
    { kind: 'disk', driver: 'gce-pd', identity: 'disk', readOnly: true },
    { kind: 'disk', driver: 'iscsi', identity: 'iqn.1', readOnly: false },
    { kind: 'disk', driver: 'rbd', identity: 'm1/rbd/i', readOnly: false },
    { kind: 'disk', driver: 'rbd', identity: 'm2/rbd/i', readOnly: false },
  ])
})

test('what a running pod says of itself', () => {
  const pod = readPod({
    metadata: {
      deletionTimestamp: '2025-01-01T00:01:00Z',
      ownerReferences: [
        { kind: 'Job', name: 'j', uid: '1' },
        { kind: 'ReplicaSet', name: 'r', uid: '2', controller: true },
      ],
    },
    spec: {
      nodeName: 'n',
      schedulingGates: [{ name: 'g' }],
      resourceClaims: [{ name: 'gpu' }],
      initContainers: [{ image: 'init' }],
      containers: [{ image: 'app' }],
    },
    status: { nominatedNodeName: 'm', startTime: '2025-01-01T00:00:00Z' },
  })
  expect(pod).toMatchObject({
    owner: { kind: 'ReplicaSet', name: 'r', uid: '2' },
    nodeName: 'n',
    nominatedNodeName: 'm',
    schedulingGates: ['g'],
    resourceClaims: ['gpu'],
    images: ['init', 'app'],
    startedAt: Date.parse('2025-01-01T00:00:00Z'),
    terminating: true,
  })
})

test.for([
  {
    what: 'pod-level requests replace the sum, extended resources stay the containers’',
    spec: {
      resources: { requests: { cpu: '3', 'nvidia.com/gpu': 9 } },
      containers: [{ resources: { requests: { cpu: '1', memory: '1Mi', 'nvidia.com/gpu': 1 } } }],
    },
    milliCpu: 3000,
    memory: mebibyte,
  },
  {
    what: 'pod-level limits are requests only where no container asks',
    spec: {
      resources: { limits: { cpu: '3', memory: '5Mi' } },
      containers: [{ resources: { requests: { cpu: '1' } } }],
    },
    milliCpu: 1000,
    memory: 5 * mebibyte,
  },
])('$what', ({ spec, milliCpu, memory }) => {
  expect(readPod({ spec }).requests).toMatchObject({ milliCpu, memory })
})

test.for([
  { what: 'the most of asked, promised and there', conditions: [], milliCpu: 3000 },
  {
    what: 'not what the kubelet called infeasible',
    conditions: [{ type: 'PodResizePending', reason: 'Infeasible' }],
    milliCpu: 2000,
  },
])('a container that was resized: $what', ({ conditions, milliCpu }) => {
  const { requests } = readPod({
    spec: { containers: [{ name: 'c', resources: { requests: { cpu: '3' } } }] },
    status: {
      conditions,
      containerStatuses: [{ name: 'c', resources: { requests: { cpu: '2' } }, allocatedResources: { cpu: '1' } }],
    },
  })
  expect(requests.milliCpu).toBe(milliCpu)
})
