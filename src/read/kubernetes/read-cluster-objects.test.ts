import { expect, test } from 'vitest'
import { noObjects } from '../../cluster/cluster-objects.ts'
import { readClusterObjects } from './read-cluster-objects.ts'

test('nothing, and kinds that decide nothing here', () => {
  expect(readClusterObjects([])).toEqual(noObjects)
  expect(readClusterObjects([{ kind: 'ConfigMap' }, null, 1, 'x'])).toEqual(noObjects)
})

test.for([
  {
    object: { kind: 'Service', metadata: { name: 's', namespace: 'ml' }, spec: { selector: { app: 'a' } } },
    expected: { services: [{ namespace: 'ml', name: 's', selector: { app: 'a' } }] },
  },
  {
    object: { kind: 'Service', metadata: { name: 'headless' }, spec: {} },
    expected: { services: [{ namespace: 'default', name: 'headless', selector: {} }] },
  },
  {
    object: {
      kind: 'ReplicaSet',
      metadata: { name: 'r' },
      spec: { selector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'Exists' }] } },
    },
    expected: {
      controllers: [
        {
          kind: 'ReplicaSet',
          namespace: 'default',
          name: 'r',
          selector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'Exists', values: [] }] },
        },
      ],
    },
  },
  {
    object: {
      kind: 'ReplicationController',
      metadata: { name: 'rc' },
      spec: { template: { metadata: { labels: { a: 'b' } } } },
    },
    expected: {
      controllers: [
        {
          kind: 'ReplicationController',
          namespace: 'default',
          name: 'rc',
          selector: { matchLabels: { a: 'b' }, matchExpressions: [] },
        },
      ],
    },
  },
  {
    object: { kind: 'Namespace', metadata: { name: 'ml', labels: { team: 't' } } },
    expected: { namespaces: [{ name: 'ml', labels: { team: 't', 'kubernetes.io/metadata.name': 'ml' } }] },
  },
  {
    object: {
      kind: 'PersistentVolume',
      metadata: { name: 'pv', labels: { z: '1' } },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'gp3',
        claimRef: { namespace: 'ml', name: 'c', uid: 'u' },
        awsElasticBlockStore: { volumeID: 'aws://us-east-1a/vol-1' },
        nodeAffinity: {
          required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'z', operator: 'In', values: ['a'] }] }] },
        },
      },
    },
    expected: {
      persistentVolumes: [
        {
          name: 'pv',
          labels: { z: '1' },
          capacity: 1024 ** 3,
          accessModes: ['ReadWriteOnce'],
          storageClass: 'gp3',
          volumeMode: 'Filesystem',
          phase: 'Available',
          claim: { namespace: 'ml', name: 'c', uid: 'u' },
          nodeTerms: [{ matchExpressions: [{ key: 'z', operator: 'In', values: ['a'] }], matchFields: [] }],
          driver: 'ebs.csi.aws.com',
          handle: 'vol-1',
          inTree: 'kubernetes.io/aws-ebs',
        },
      ],
    },
  },
  {
    object: {
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'c', ownerReferences: [{ kind: 'Pod', name: 'p', uid: 'u', controller: true }] },
      spec: {
        resources: { requests: { storage: '1G' } },
        accessModes: ['ReadWriteOncePod'],
        volumeMode: 'Block',
        storageClassName: '',
        volumeName: 'pv',
        selector: { matchLabels: { a: 'b' } },
      },
      status: { phase: 'Bound' },
    },
    expected: {
      persistentVolumeClaims: [
        {
          namespace: 'default',
          name: 'c',
          labels: {},
          annotations: {},
          request: 1e9,
          accessModes: ['ReadWriteOncePod'],
          storageClass: '',
          volumeMode: 'Block',
          selector: { matchLabels: { a: 'b' }, matchExpressions: [] },
          volumeName: 'pv',
          phase: 'Bound',
          ownerPod: 'p',
          terminating: false,
        },
      ],
    },
  },
  {
    object: {
      kind: 'StorageClass',
      metadata: { name: 'gp3', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'ebs.csi.aws.com',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowedTopologies: [{ matchLabelExpressions: [{ key: 'z', values: ['a', 'b'] }] }],
    },
    expected: {
      storageClasses: [
        {
          name: 'gp3',
          provisioner: 'ebs.csi.aws.com',
          bindingMode: 'WaitForFirstConsumer',
          allowedTopologies: [
            { matchExpressions: [{ key: 'z', operator: 'In', values: ['a', 'b'] }], matchFields: [] },
          ],
          isDefault: true,
        },
      ],
    },
  },
  {
    object: {
      kind: 'CSINode',
      metadata: {
        name: 'n',
        annotations: { 'storage.alpha.kubernetes.io/migrated-plugins': 'kubernetes.io/aws-ebs,kubernetes.io/gce-pd' },
      },
      spec: { drivers: [{ name: 'ebs.csi.aws.com', allocatable: { count: 25 } }, { name: 'efs.csi.aws.com' }] },
    },
    expected: {
      csiNodes: [
        {
          name: 'n',
          drivers: [{ name: 'ebs.csi.aws.com', limit: 25 }, { name: 'efs.csi.aws.com' }],
          migratedPlugins: ['kubernetes.io/aws-ebs', 'kubernetes.io/gce-pd'],
        },
      ],
    },
  },
])('$object.kind', ({ object, expected }) => {
  expect(readClusterObjects([object])).toEqual({ ...noObjects, ...expected })
})

test.for([
  { what: 'the status says so', spec: { minAvailable: 1 }, status: { disruptionsAllowed: 5 }, allowed: 5 },
  { what: 'more than minAvailable', spec: { minAvailable: 1 }, status: undefined, allowed: 2 },
  { what: 'never less than none', spec: { minAvailable: 9 }, status: undefined, allowed: 0 },
  { what: 'a percentage is rounded up', spec: { minAvailable: '34%' }, status: undefined, allowed: 1 },
  { what: 'maxUnavailable', spec: { maxUnavailable: 1 }, status: undefined, allowed: 1 },
  { what: 'maxUnavailable in percent', spec: { maxUnavailable: '34%' }, status: undefined, allowed: 2 },
  { what: 'no more than there are', spec: { maxUnavailable: 9 }, status: undefined, allowed: 3 },
])('a budget: $what', ({ spec, status, allowed }) => {
  const pod = { kind: 'Pod', metadata: { namespace: 'ml', labels: { app: 'a' } } }
  const other = { kind: 'Pod', metadata: { labels: { app: 'a' } } }
  const budget = {
    kind: 'PodDisruptionBudget',
    metadata: { namespace: 'ml', name: 'b' },
    spec: { selector: { matchLabels: { app: 'a' } }, ...spec },
    ...(status !== undefined && { status }),
  }
  const [read] = readClusterObjects([pod, pod, pod, other, budget]).disruptionBudgets
  expect(read?.disruptionsAllowed).toBe(allowed)
})

test('a budget without a selector, and one whose pods are counted elsewhere', () => {
  const budget = { kind: 'PodDisruptionBudget', metadata: { name: 'b' }, spec: { maxUnavailable: '50%' } }
  const counted = [{ namespace: 'default', labels: {}, count: 10 }]
  expect(readClusterObjects([budget], counted).disruptionBudgets).toEqual([
    { namespace: 'default', name: 'b', disruptionsAllowed: 0, disruptedPods: [] },
  ])
  const selecting = { ...budget, spec: { ...budget.spec, selector: {} }, status: { disruptedPods: { p: 'now' } } }
  expect(readClusterObjects([selecting], counted).disruptionBudgets).toEqual([
    {
      namespace: 'default',
      name: 'b',
      selector: { matchLabels: {}, matchExpressions: [] },
      disruptionsAllowed: 5,
      disruptedPods: ['p'],
    },
  ])
})
