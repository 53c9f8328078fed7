import { z } from 'zod'
import type { Cluster } from '../../cluster/cluster.ts'
import type { NodeSelectorRequirement } from '../../cluster/node-selector.ts'

/** Lists of the model are readonly. */
const list = <T extends z.ZodType>(item: T): z.ZodType<readonly z.output<T>[], readonly z.input<T>[]> => z.array(item)
const text = z.string()
const count = z.int().min(0)
const labels = z.record(text, text)
const bytes = z.number().min(0)

const resources = z
  .strictObject({
    milliCpu: z.number(),
    memory: z.number().describe('Bytes.'),
    ephemeralStorage: z.number().describe('Bytes.'),
    scalars: z.record(text, z.number()).describe('Extended resources such as nvidia.com/gpu, and huge pages in bytes.'),
  })
  .meta({ id: 'resources' })

const effect = z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
const taint = z.strictObject({ key: text, value: text, effect })

const labelRequirement = z.strictObject({
  key: text,
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: list(text),
})
const labelSelector = z
  .strictObject({ matchLabels: labels, matchExpressions: list(labelRequirement) })
  .meta({ id: 'labelSelector' })
const nodeRequirement: z.ZodType<NodeSelectorRequirement> = z.union([
  labelRequirement,
  z.strictObject({ key: text, operator: z.enum(['Gt', 'Lt']), values: list(text) }),
])
const nodeTerm = z
  .strictObject({ matchExpressions: list(nodeRequirement), matchFields: list(nodeRequirement) })
  .meta({ id: 'nodeSelectorTerm' })

const affinityTerm = z.strictObject({
  selector: labelSelector.exactOptional(),
  namespaces: list(text),
  namespaceSelector: labelSelector.exactOptional(),
  topologyKey: text,
  matchLabelKeys: list(text),
  mismatchLabelKeys: list(text),
})
const affinity = z
  .strictObject({
    required: list(affinityTerm),
    preferred: list(z.strictObject({ weight: z.int(), term: affinityTerm })),
  })
  .meta({ id: 'podAffinity' })

const persistentVolume = z.strictObject({
  name: text,
  labels,
  capacity: bytes,
  accessModes: list(text),
  storageClass: text,
  volumeMode: z.enum(['Filesystem', 'Block']),
  phase: text,
  claim: z.strictObject({ namespace: text, name: text, uid: text.exactOptional() }).exactOptional(),
  nodeTerms: list(nodeTerm).exactOptional(),
  driver: text.exactOptional(),
  handle: text.exactOptional(),
  inTree: text.exactOptional(),
})

const persistentVolumeClaim = z.strictObject({
  namespace: text,
  name: text,
  uid: text.exactOptional(),
  labels,
  annotations: labels,
  request: bytes,
  accessModes: list(text),
  storageClass: text.exactOptional(),
  volumeMode: z.enum(['Filesystem', 'Block']),
  selector: labelSelector.exactOptional(),
  volumeName: text.exactOptional(),
  phase: text,
  ownerPod: text.exactOptional(),
  terminating: z.boolean(),
})

const volume = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('claim'),
    claim: text,
    ephemeral: z.boolean(),
    readOnly: z.boolean(),
    made: z
      .strictObject({ claim: persistentVolumeClaim, volume: persistentVolume.exactOptional() })
      .describe('The claim that comes into being with the pod.')
      .exactOptional(),
  }),
  z.discriminatedUnion('driver', [
    z.strictObject({
      kind: z.literal('disk'),
      driver: z.enum(['aws-ebs', 'gce-pd', 'iscsi']),
      identity: text,
      readOnly: z.boolean(),
    }),
    z.strictObject({
      kind: z.literal('disk'),
      driver: z.literal('rbd'),
      identity: text.exactOptional(),
      readOnly: z.boolean(),
    }),
  ]),
  z.strictObject({ kind: z.literal('csi'), driver: text, readOnly: z.boolean() }),
])

const pod = z
  .strictObject({
    namespace: text,
    name: text,
    labels,
    annotations: labels,
    owner: z.strictObject({ kind: text, name: text, uid: text }).exactOptional(),
    priority: z.int(),
    preemptionPolicy: z.enum(['PreemptLowerPriority', 'Never']),
    schedulerName: text,
    schedulingGates: list(text),
    nodeName: text.exactOptional(),
    nominatedNodeName: text.exactOptional(),
    nodeSelector: labels,
    requiredNodeTerms: list(nodeTerm).exactOptional(),
    preferredNodeTerms: list(z.strictObject({ weight: z.int(), preference: nodeTerm })),
    tolerations: list(
      z.strictObject({
        key: text,
        operator: z.enum(['Exists', 'Equal']),
        value: text,
        effect: effect.exactOptional(),
        tolerationSeconds: z.number().exactOptional(),
      }),
    ),
    affinity,
    antiAffinity: affinity,
    topologySpread: list(
      z.strictObject({
        maxSkew: z.int(),
        topologyKey: text,
        whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
        selector: labelSelector.exactOptional(),
        minDomains: z.int().exactOptional(),
        matchLabelKeys: list(text),
        nodeAffinityPolicy: z.enum(['Honor', 'Ignore']),
        nodeTaintsPolicy: z.enum(['Honor', 'Ignore']),
      }),
    ),
    hostPorts: list(z.strictObject({ protocol: z.enum(['TCP', 'UDP', 'SCTP']), hostIp: text, port: z.int() })),
    volumes: list(volume),
    images: list(text),
    resourceClaims: list(text),
    requests: resources,
    containerRequests: z.strictObject({ milliCpu: z.number(), memory: z.number() }).exactOptional(),
    largestAsks: z.record(text, z.number()).exactOptional(),
    localVolumes: list(text).exactOptional(),
    scoredRequests: z.strictObject({ milliCpu: z.number(), memory: z.number() }),
    scoredRequestsAlone: z.strictObject({ milliCpu: z.number(), memory: z.number() }).exactOptional(),
    createdAt: z.number().describe('Milliseconds since 1970.'),
    startedAt: z.number().describe('Milliseconds since 1970.').exactOptional(),
    terminating: z.boolean(),
    preempted: z.boolean().exactOptional(),
  })
  .meta({ id: 'pod' })

const workload = z
  .strictObject({
    kind: text,
    namespace: text,
    name: text,
    part: text.exactOptional(),
    template: pod,
    replicas: count,
    mostPods: count.exactOptional(),
    firstIndex: count.exactOptional(),
    gang: z.strictObject({ name: text, size: count, perGroup: z.int().min(1).exactOptional() }).exactOptional(),
    at: z.strictObject({ file: text, line: z.int(), column: z.int() }).exactOptional(),
  })
  .meta({ id: 'workload' })

const node = z.strictObject({
  name: text,
  labels,
  taints: list(taint),
  unschedulable: z.boolean(),
  allocatable: resources,
  allocatablePods: count,
  capacity: resources.exactOptional(),
  images: list(z.strictObject({ names: list(text), bytes })).exactOptional(),
})

const nodeGroup = z
  .strictObject({
    name: text.min(1).describe('New nodes are named <name>-<6 digits>.'),
    autoScalingGroup: text,
    instanceTypes: list(text).describe('The autoscaler believes in the first.'),
    zones: list(text).describe('In the order of the subnets.'),
    region: text,
    minSize: count,
    maxSize: count,
    desiredSize: count,
    capacityType: z.enum(['on-demand', 'spot', 'capacity-block']),
    tags: labels.describe('Of the Auto Scaling group.'),
    discovered: z.boolean().describe('Whether the autoscaler takes it.'),
    managed: z
      .strictObject({
        cluster: text,
        nodegroup: text,
        labels,
        taints: list(z.strictObject({ key: text, value: text.exactOptional(), effect })),
        amiType: text.exactOptional(),
        capacityType: text.exactOptional(),
        diskSizeGib: z.number().exactOptional(),
        kubernetesMinor: text.exactOptional(),
      })
      .exactOptional()
      .describe('What eks:DescribeNodegroup tells the autoscaler.'),
    realNode: z
      .strictObject({
        labels,
        taints: list(taint),
        capacity: resources,
        capacityPods: count,
        allocatable: resources,
        allocatablePods: count,
        oneShareEach: list(text).describe('Devices of which a container gets one at most.').exactOptional(),
      })
      .describe('The node that the first type really becomes.'),
    usdPerHour: z.number().nullable(),
    address: text.exactOptional(),
  })
  .meta({ id: 'nodeGroup' })

const objects = z.strictObject({
  services: list(z.strictObject({ namespace: text, name: text, selector: labels })),
  controllers: list(
    z.strictObject({
      kind: z.enum(['ReplicaSet', 'StatefulSet', 'ReplicationController']),
      namespace: text,
      name: text,
      selector: labelSelector,
    }),
  ),
  namespaces: list(z.strictObject({ name: text, labels })),
  disruptionBudgets: list(
    z.strictObject({
      namespace: text,
      name: text,
      selector: labelSelector.exactOptional(),
      disruptionsAllowed: z.int(),
      disruptedPods: list(text),
    }),
  ),
  persistentVolumes: list(persistentVolume),
  persistentVolumeClaims: list(persistentVolumeClaim),
  storageClasses: list(
    z.strictObject({
      name: text,
      provisioner: text,
      bindingMode: z.enum(['Immediate', 'WaitForFirstConsumer']),
      allowedTopologies: list(nodeTerm),
      isDefault: z.boolean(),
    }),
  ),
  csiNodes: list(
    z.strictObject({
      name: text,
      drivers: list(z.strictObject({ name: text, limit: count.exactOptional() })),
      migratedPlugins: list(text),
    }),
  ),
})

const seconds = z.number().min(0)
const range = z.strictObject({ min: z.number(), max: z.number() })

const autoscaler = z.strictObject({
  version: text.regex(/^1\.\d+(?:\.\d+)?$/),
  expanders: list(z.enum(['random', 'most-pods', 'least-waste', 'least-nodes', 'priority'])),
  expanderPriorities: list(z.strictObject({ priority: z.int(), patterns: list(text) })).exactOptional(),
  balanceSimilarNodeGroups: z.boolean(),
  balancingIgnoreLabels: list(text),
  balancingLabels: list(text),
  scaleUpFromZero: z.boolean(),
  staticInstanceTypes: z.boolean().exactOptional(),
  scanInterval: seconds,
  maxNodesTotal: count,
  coresTotal: range,
  memoryTotal: range.describe('GiB.'),
  gpuTotal: list(z.strictObject({ type: text, min: z.number(), max: z.number() })),
  maxNodesPerScaleUp: count,
  maxNodeGroupBinpackingDuration: seconds,
  expendablePodsPriorityCutoff: z.int(),
  newPodScaleUpDelay: seconds,
  maxNodeProvisionTime: seconds,
  initialNodeGroupBackoff: seconds,
  maxNodeGroupBackoff: seconds,
  nodeGroupBackoffReset: seconds,
  ignoreDaemonSetsUtilization: z.boolean(),
  ignoreMirrorPodsUtilization: z.boolean(),
  forceDaemonSets: z.boolean(),
  ignoredTaints: list(text),
  startupTaints: list(text),
  statusTaints: list(text),
  scaleDown: z.strictObject({
    enabled: z.boolean(),
    unneededTime: seconds,
    unreadyTime: seconds,
    delayAfterAdd: seconds,
    delayAfterDelete: seconds,
    delayAfterFailure: seconds,
    utilizationThreshold: z.number(),
    gpuUtilizationThreshold: z.number(),
    nonEmptyCandidatesCount: z.int(),
    candidatesPoolRatio: z.number(),
    candidatesPoolMinCount: z.int(),
    maxParallelism: z.int(),
    maxDrainParallelism: z.int(),
    unremovableNodeRecheckTimeout: seconds,
    skipNodesWithSystemPods: z.boolean(),
    skipNodesWithLocalStorage: z.boolean(),
    skipNodesWithCustomControllerPods: z.boolean(),
    minReplicaCount: z.int(),
  }),
})

/** The JSON form of a {@link Cluster}; `schemas/cluster.schema.json` is made of it. */
export const clusterSchema: z.ZodType<Cluster> = z
  .strictObject({
    name: text,
    kubernetesVersion: text.regex(/^1\.\d+(?:\.\d+)?$/).describe('1.36 or 1.36.3: the patch level decides texts.'),
    region: text.exactOptional(),
    nodeGroups: list(nodeGroup),
    nodes: list(
      z.strictObject({
        node,
        group: text.exactOptional(),
        ready: z.boolean(),
        readySince: z.number().describe('Milliseconds since 1970.'),
      }),
    ).describe('Nodes that exist; the desired nodes of a new group are not among them.'),
    pods: list(pod),
    daemonSets: list(workload),
    systemWorkloads: list(workload),
    objects,
    autoscaler: autoscaler.exactOptional().describe('Durations in seconds. Without it nothing scales.'),
    unknowns: list(z.strictObject({ what: text, why: text, at: text.exactOptional() })),
  })
  .meta({
    title: 'Cluster',
    description: 'A cluster as eks-gpu simulate --print-cluster writes it and --cluster reads it.',
  })
