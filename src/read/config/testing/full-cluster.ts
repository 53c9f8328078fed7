import type { Cluster } from '../../../cluster/cluster.ts'
import type { Pod } from '../../../cluster/pod.ts'
import type { PodAffinityTerm } from '../../../cluster/pod-affinity.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../../cluster/storage.ts'
import { defaultAutoscalerSettings } from '../autoscaler-flags.ts'

/** A type with nothing left out. */
type Filled<T> = T extends readonly (infer Item)[]
  ? readonly Filled<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Filled<Exclude<T[Key], undefined>> }
    : T

const selector = {
  matchLabels: { app: 'web' },
  matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }],
} as const
const term = {
  matchExpressions: [
    { key: 'zone', operator: 'NotIn', values: ['x'] },
    { key: 'cores', operator: 'Gt', values: ['4'] },
  ],
  matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-a'] }],
} as const
const resources = { milliCpu: 3920, memory: 1024, ephemeralStorage: 2048, scalars: { 'nvidia.com/gpu': 1 } }
const affinityTerm: Filled<PodAffinityTerm> = {
  selector,
  namespaces: ['a'],
  namespaceSelector: selector,
  topologyKey: 'kubernetes.io/hostname',
  matchLabelKeys: ['pod-template-hash'],
  mismatchLabelKeys: ['job'],
}
const affinity = { required: [affinityTerm], preferred: [{ weight: 10, term: affinityTerm }] }

const volume: Filled<PersistentVolume> = {
  name: 'pv',
  labels: {},
  capacity: 1024,
  accessModes: ['ReadWriteOnce'],
  storageClass: 'gp3',
  volumeMode: 'Filesystem',
  phase: 'Bound',
  claim: { namespace: 'default', name: 'data', uid: 'u2' },
  nodeTerms: [term],
  driver: 'ebs.csi.aws.com',
  handle: 'vol-1',
  inTree: 'kubernetes.io/aws-ebs',
}
const claim: Filled<PersistentVolumeClaim> = {
  namespace: 'default',
  name: 'data',
  uid: 'u2',
  labels: {},
  annotations: {},
  request: 1024,
  accessModes: ['ReadWriteOnce'],
  storageClass: 'gp3',
  volumeMode: 'Block',
  selector,
  volumeName: 'pv',
  phase: 'Bound',
  ownerPod: 'web-0',
  terminating: false,
}

const pod: Filled<Pod> = {
  namespace: 'default',
  name: 'web-0',
  labels: { app: 'web' },
  annotations: { note: 'x' },
  owner: { kind: 'ReplicaSet', name: 'web', uid: 'u1' },
  priority: 10,
  preemptionPolicy: 'Never',
  schedulerName: 'default-scheduler',
  schedulingGates: ['wait'],
  nodeName: 'node-a',
  nominatedNodeName: 'node-b',
  nodeSelector: { disk: 'ssd' },
  requiredNodeTerms: [term],
  preferredNodeTerms: [{ weight: 1, preference: term }],
  tolerations: [{ key: 'gpu', operator: 'Equal', value: 'true', effect: 'NoExecute', tolerationSeconds: 300 }],
  affinity,
  antiAffinity: affinity,
  topologySpread: [
    {
      maxSkew: 1,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'DoNotSchedule',
      selector,
      minDomains: 2,
      matchLabelKeys: ['pod-template-hash'],
      nodeAffinityPolicy: 'Honor',
      nodeTaintsPolicy: 'Ignore',
    },
  ],
  hostPorts: [{ protocol: 'TCP', hostIp: '', port: 8080 }],
  volumes: [
    { kind: 'claim', claim: 'data', ephemeral: false, readOnly: false, made: { claim, volume } },
    { kind: 'disk', driver: 'aws-ebs', identity: 'vol-1', readOnly: true },
    { kind: 'csi', driver: 'efs.csi.aws.com', readOnly: false },
  ],
  images: ['nginx:1'],
  resourceClaims: ['gpu'],
  requests: resources,
  containerRequests: { milliCpu: 1, memory: 2 },
  largestAsks: { 'nvidia.com/gpu': 1 },
  localVolumes: ['scratch'],
  scoredRequests: { milliCpu: 100, memory: 200 },
  scoredRequestsAlone: { milliCpu: 100, memory: 200 },
  createdAt: 1_700_000_000_000,
  startedAt: 1_700_000_001_000,
  terminating: false,
  preempted: true,
}
const workload = {
  kind: 'JobSet',
  namespace: 'default',
  name: 'train',
  part: 'workers',
  template: pod,
  replicas: 4,
  firstIndex: 1,
  mostPods: 9,
  gang: { name: 'train', size: 8, perGroup: 2 },
  at: { file: 'train.yaml', line: 3, column: 1 },
} as const

/** A cluster with every field of the model in it: a field that is added to the model must be added here, and to the schema. */
export const fullCluster: Filled<Cluster> = {
  name: 'ai',
  kubernetesVersion: '1.36.3',
  region: 'us-east-1',
  nodeGroups: [
    {
      name: 'gpu',
      autoScalingGroup: 'eks-gpu-1',
      instanceTypes: ['g5.xlarge'],
      zones: ['us-east-1a'],
      region: 'us-east-1',
      minSize: 0,
      maxSize: 4,
      desiredSize: 1,
      capacityType: 'spot',
      tags: { 'eks:cluster-name': 'ai' },
      discovered: true,
      managed: {
        cluster: 'ai',
        nodegroup: 'gpu',
        labels: { a: 'b' },
        taints: [{ key: 'gpu', value: 'true', effect: 'NoSchedule' }],
        amiType: 'AL2023_x86_64_NVIDIA',
        capacityType: 'SPOT',
        diskSizeGib: 20,
        kubernetesMinor: '1.36',
      },
      realNode: {
        labels: { a: 'b' },
        taints: [{ key: 'gpu', value: 'true', effect: 'NoSchedule' }],
        capacity: resources,
        capacityPods: 58,
        allocatable: resources,
        allocatablePods: 58,
        oneShareEach: ['nvidia.com/gpu'],
      },
      usdPerHour: 1.006,
      address: 'aws_eks_node_group.gpu',
    },
  ],
  nodes: [
    {
      node: {
        name: 'node-a',
        labels: { a: 'b' },
        taints: [],
        unschedulable: false,
        allocatable: resources,
        allocatablePods: 58,
        capacity: resources,
        images: [{ names: ['nginx:1'], bytes: 100 }],
      },
      group: 'gpu',
      ready: true,
      readySince: 1_700_000_000_000,
    },
  ],
  pods: [pod],
  daemonSets: [workload],
  systemWorkloads: [workload],
  objects: {
    services: [{ namespace: 'default', name: 'web', selector: { app: 'web' } }],
    controllers: [{ kind: 'ReplicaSet', namespace: 'default', name: 'web', selector }],
    namespaces: [{ name: 'default', labels: { 'kubernetes.io/metadata.name': 'default' } }],
    disruptionBudgets: [
      { namespace: 'default', name: 'web', selector, disruptionsAllowed: 1, disruptedPods: ['web-1'] },
    ],
    persistentVolumes: [volume],
    persistentVolumeClaims: [claim],
    storageClasses: [
      {
        name: 'gp3',
        provisioner: 'ebs.csi.aws.com',
        bindingMode: 'WaitForFirstConsumer',
        allowedTopologies: [term],
        isDefault: true,
      },
    ],
    csiNodes: [{ name: 'node-a', drivers: [{ name: 'ebs.csi.aws.com', limit: 26 }], migratedPlugins: ['aws-ebs'] }],
  },
  autoscaler: {
    ...defaultAutoscalerSettings('1.36.1'),
    expanderPriorities: [{ priority: 10, patterns: ['.*gpu.*'] }],
    staticInstanceTypes: false,
  },
  unknowns: [{ what: 'zones', why: 'unknown', at: 'aws_subnet.a' }],
}
