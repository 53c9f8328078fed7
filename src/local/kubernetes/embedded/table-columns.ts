import {
  isJsonObject,
  listAt,
  numberAt,
  objectAt,
  recordAt,
  scalarTextAt,
  textAt,
  textsAt,
  valueAt,
} from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { humanDuration } from './duration-text.ts'

/** One column of `kubectl get`; `wide` ones are printed with `-o wide` only. */
export type Column = {
  readonly name: string
  readonly type?: 'string' | 'integer' | 'boolean' | 'date'
  readonly format?: string
  readonly wide?: boolean
  readonly cell: (object: KubernetesObject, now: Date) => unknown
}

const name: Column = { name: 'Name', cell: ({ metadata }) => metadata.name ?? '' }
const age: Column = {
  name: 'Age',
  cell: ({ metadata }, now) => ageOf(metadata['creationTimestamp'], now),
}
const containers: readonly Column[] = [
  { name: 'Containers', wide: true, cell: (object) => templateContainers(object, 'name') },
  { name: 'Images', wide: true, cell: (object) => templateContainers(object, 'image') },
]
const selector: Column = {
  name: 'Selector',
  wide: true,
  cell: (object) => selectorText(objectAt(object, 'spec', 'selector')),
}

/** The columns of a kind, as the API server prints them. Source: pkg/printers/internalversion/printers.go. */
export function columnsOf(kind: string): readonly Column[] {
  return columns[kind] ?? [name, age]
}

const columns: Readonly<Record<string, readonly Column[]>> = {
  Node: [
    name,
    { name: 'Status', cell: nodeStatus },
    { name: 'Roles', cell: nodeRoles },
    age,
    { name: 'Version', cell: (node) => textAt(node, 'status', 'nodeInfo', 'kubeletVersion') ?? '' },
    { name: 'Internal-IP', wide: true, cell: (node) => nodeAddress(node, 'InternalIP') },
    { name: 'External-IP', wide: true, cell: (node) => nodeAddress(node, 'ExternalIP') },
    { name: 'OS-Image', wide: true, cell: (node) => nodeInfo(node, 'osImage') },
    { name: 'Kernel-Version', wide: true, cell: (node) => nodeInfo(node, 'kernelVersion') },
    { name: 'Container-Runtime', wide: true, cell: (node) => nodeInfo(node, 'containerRuntimeVersion') },
  ],
  Pod: [
    name,
    {
      name: 'Ready',
      cell: (pod) =>
        `${listAt(pod, 'status', 'containerStatuses').filter((status) => valueAt(status, 'ready') === true).length}/${listAt(pod, 'spec', 'containers').length}`,
    },
    { name: 'Status', cell: podStatus },
    { name: 'Restarts', cell: podRestarts },
    age,
    { name: 'IP', wide: true, cell: (pod) => textAt(pod, 'status', 'podIP') ?? '<none>' },
    { name: 'Node', wide: true, cell: (pod) => textAt(pod, 'spec', 'nodeName') ?? '<none>' },
    { name: 'Nominated Node', wide: true, cell: (pod) => textAt(pod, 'status', 'nominatedNodeName') ?? '<none>' },
    { name: 'Readiness Gates', wide: true, cell: () => '<none>' },
  ],
  Deployment: [
    name,
    {
      name: 'Ready',
      cell: (object) => `${count(object, 'readyReplicas')}/${numberAt(object, 'spec', 'replicas') ?? 1}`,
    },
    { name: 'Up-to-date', cell: (object) => count(object, 'updatedReplicas') },
    { name: 'Available', cell: (object) => count(object, 'availableReplicas') },
    age,
    ...containers,
    selector,
  ],
  ReplicaSet: [
    name,
    { name: 'Desired', type: 'integer', cell: (object) => numberAt(object, 'spec', 'replicas') ?? 1 },
    { name: 'Current', type: 'integer', cell: (object) => count(object, 'replicas') },
    { name: 'Ready', type: 'integer', cell: (object) => count(object, 'readyReplicas') },
    age,
    ...containers,
    selector,
  ],
  DaemonSet: [
    name,
    { name: 'Desired', type: 'integer', cell: (object) => count(object, 'desiredNumberScheduled') },
    { name: 'Current', type: 'integer', cell: (object) => count(object, 'currentNumberScheduled') },
    { name: 'Ready', type: 'integer', cell: (object) => count(object, 'numberReady') },
    { name: 'Up-to-date', type: 'integer', cell: (object) => count(object, 'updatedNumberScheduled') },
    { name: 'Available', type: 'integer', cell: (object) => count(object, 'numberAvailable') },
    {
      name: 'Node Selector',
      cell: (object) => labelsText(recordAt(object, 'spec', 'template', 'spec', 'nodeSelector')),
    },
    age,
    ...containers,
    selector,
  ],
  Job: [
    name,
    { name: 'Status', cell: jobStatus },
    { name: 'Completions', cell: jobCompletions },
    { name: 'Duration', cell: jobDuration },
    age,
    ...containers,
    selector,
  ],
  Service: [
    name,
    { name: 'Type', cell: (service) => textAt(service, 'spec', 'type') ?? '' },
    { name: 'Cluster-IP', cell: (service) => textAt(service, 'spec', 'clusterIP') ?? '<none>' },
    { name: 'External-IP', cell: () => '<none>' },
    { name: 'Port(s)', cell: servicePorts },
    age,
    { name: 'Selector', wide: true, cell: (service) => labelsText(recordAt(service, 'spec', 'selector')) },
  ],
  Event: [
    {
      name: 'Last Seen',
      cell: (event, now) => ageOf(event['lastTimestamp'] ?? event['eventTime'] ?? event['firstTimestamp'], now),
    },
    { name: 'Type', cell: (event) => textAt(event, 'type') ?? '' },
    { name: 'Reason', cell: (event) => textAt(event, 'reason') ?? '' },
    {
      name: 'Object',
      cell: (event) =>
        `${(textAt(event, 'involvedObject', 'kind') ?? '').toLowerCase()}/${textAt(event, 'involvedObject', 'name') ?? ''}`,
    },
    { name: 'Subobject', wide: true, cell: (event) => textAt(event, 'involvedObject', 'fieldPath') ?? '' },
    {
      name: 'Source',
      wide: true,
      cell: (event) => textAt(event, 'source', 'component') ?? textAt(event, 'reportingComponent') ?? '',
    },
    { name: 'Message', cell: (event) => (textAt(event, 'message') ?? '').trim() },
    { name: 'First Seen', wide: true, cell: (event, now) => ageOf(event['firstTimestamp'] ?? event['eventTime'], now) },
    { name: 'Count', wide: true, cell: (event) => String(numberAt(event, 'count') ?? 1) },
    { ...name, wide: true },
  ],
  Namespace: [name, { name: 'Status', cell: (object) => textAt(object, 'status', 'phase') ?? '' }, age],
  ConfigMap: [
    name,
    {
      name: 'Data',
      cell: (object) =>
        String(Object.keys(objectAt(object, 'data')).length + Object.keys(objectAt(object, 'binaryData')).length),
    },
    age,
  ],
  Secret: [
    name,
    { name: 'Type', cell: (object) => textAt(object, 'type') ?? '' },
    { name: 'Data', cell: (object) => String(Object.keys(objectAt(object, 'data')).length) },
    age,
  ],
  Endpoints: [name, { name: 'Endpoints', cell: () => '<none>' }, age],
  Lease: [name, { name: 'Holder', cell: (object) => textAt(object, 'spec', 'holderIdentity') ?? '' }, age],
  PodDisruptionBudget: [
    name,
    { name: 'Min Available', cell: (object) => scalarTextAt(object, 'spec', 'minAvailable') ?? 'N/A' },
    { name: 'Max Unavailable', cell: (object) => scalarTextAt(object, 'spec', 'maxUnavailable') ?? 'N/A' },
    { name: 'Allowed Disruptions', type: 'integer', cell: (object) => count(object, 'disruptionsAllowed') },
    age,
  ],
  PriorityClass: [
    name,
    { name: 'Value', type: 'integer', cell: (object) => object['value'] ?? 0 },
    { name: 'Global-Default', type: 'boolean', cell: (object) => object['globalDefault'] ?? false },
    age,
    { name: 'PreemptionPolicy', cell: (object) => textAt(object, 'preemptionPolicy') ?? '<unset>' },
  ],
  StorageClass: [
    name,
    { name: 'Provisioner', cell: (object) => textAt(object, 'provisioner') ?? '' },
    { name: 'ReclaimPolicy', cell: (object) => textAt(object, 'reclaimPolicy') ?? 'Delete' },
    { name: 'VolumeBindingMode', cell: (object) => textAt(object, 'volumeBindingMode') ?? 'Immediate' },
    { name: 'AllowVolumeExpansion', cell: (object) => scalarTextAt(object, 'allowVolumeExpansion') ?? 'false' },
    age,
  ],
  CSINode: [
    name,
    { name: 'Drivers', type: 'integer', cell: (object) => listAt(object, 'spec', 'drivers').length },
    age,
  ],
  Role: [name, { name: 'Created At', type: 'date', cell: (object) => object.metadata['creationTimestamp'] ?? '' }],
  ClusterRole: [
    name,
    { name: 'Created At', type: 'date', cell: (object) => object.metadata['creationTimestamp'] ?? '' },
  ],
  RoleBinding: [name, { name: 'Role', cell: roleReference }, age, ...subjectColumns()],
  ClusterRoleBinding: [name, { name: 'Role', cell: roleReference }, age, ...subjectColumns()],
}

function ageOf(timestamp: unknown, now: Date): string {
  const time = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN
  return Number.isNaN(time) ? '<unknown>' : humanDuration(now.getTime() - time)
}

function count(object: KubernetesObject, field: string): number {
  return numberAt(object, 'status', field) ?? 0
}

function templateContainers(object: KubernetesObject, field: string): string {
  return listAt(object, 'spec', 'template', 'spec', 'containers')
    .map((container) => textAt(container, field) ?? '')
    .join(',')
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const texts = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  return texts.length === 0 ? '<none>' : texts.sort().join(',')
}

function selectorText(selectorObject: unknown): string {
  const labels = labelsText(recordAt(selectorObject, 'matchLabels'))
  const expressions = listAt(selectorObject, 'matchExpressions').map((expression) => {
    const key = textAt(expression, 'key') ?? ''
    const values = textsAt(expression, 'values').join(',')
    switch (textAt(expression, 'operator') ?? 'Exists') {
      case 'In':
        return `${key} in (${values})`
      case 'NotIn':
        return `${key} notin (${values})`
      case 'DoesNotExist':
        return `!${key}`
      default:
        return key
    }
  })
  return expressions.length === 0 ? labels : [...(labels === '<none>' ? [] : [labels]), ...expressions].join(',')
}

function nodeStatus(node: KubernetesObject): string {
  const ready = listAt(node, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Ready')
  const status = ready === undefined ? 'Unknown' : textAt(ready, 'status') === 'True' ? 'Ready' : 'NotReady'
  return valueAt(node, 'spec', 'unschedulable') === true ? `${status},SchedulingDisabled` : status
}

function nodeRoles(node: KubernetesObject): string {
  const roles = Object.keys(node.metadata.labels ?? {})
    .flatMap((key) =>
      key.startsWith('node-role.kubernetes.io/') ? [key.slice('node-role.kubernetes.io/'.length)] : [],
    )
    .filter((role) => role !== '')
  return roles.length === 0 ? '<none>' : roles.sort().join(',')
}

function nodeAddress(node: KubernetesObject, type: string): string {
  const address = listAt(node, 'status', 'addresses').find((candidate) => textAt(candidate, 'type') === type)
  return textAt(address, 'address') ?? '<none>'
}

function nodeInfo(node: KubernetesObject, field: string): string {
  return textAt(node, 'status', 'nodeInfo', field) ?? '<unknown>'
}

function podStatus(pod: KubernetesObject): string {
  if (pod.metadata['deletionTimestamp'] !== undefined) return 'Terminating'
  const statuses = listAt(pod, 'status', 'containerStatuses')
  for (const status of statuses) {
    const waiting = textAt(status, 'state', 'waiting', 'reason')
    const terminated = textAt(status, 'state', 'terminated', 'reason')
    if (waiting !== undefined && waiting !== '') return waiting
    if (terminated !== undefined && terminated !== '') return terminated
  }
  const gated = listAt(pod, 'status', 'conditions').some(
    (condition) => textAt(condition, 'type') === 'PodScheduled' && textAt(condition, 'reason') === 'SchedulingGated',
  )
  if (gated) return 'SchedulingGated'
  return textAt(pod, 'status', 'reason') ?? textAt(pod, 'status', 'phase') ?? 'Unknown'
}

function podRestarts(pod: KubernetesObject): string {
  return String(
    listAt(pod, 'status', 'containerStatuses').reduce<number>(
      (sum, status) => sum + (numberAt(status, 'restartCount') ?? 0),
      0,
    ),
  )
}

function jobStatus(job: KubernetesObject): string {
  const holds = (type: string): boolean =>
    listAt(job, 'status', 'conditions').some(
      (condition) => textAt(condition, 'type') === type && textAt(condition, 'status') === 'True',
    )
  if (holds('Complete')) return 'Complete'
  if (holds('Failed')) return 'Failed'
  if (job.metadata['deletionTimestamp'] !== undefined) return 'Terminating'
  if (holds('Suspended')) return 'Suspended'
  if (holds('FailureTarget')) return 'FailureTarget'
  if (holds('SuccessCriteriaMet')) return 'SuccessCriteriaMet'
  return 'Running'
}

function jobCompletions(job: KubernetesObject): string {
  const completions = numberAt(job, 'spec', 'completions')
  const parallelism = numberAt(job, 'spec', 'parallelism') ?? 1
  const succeeded = count(job, 'succeeded')
  if (completions !== undefined) return `${succeeded}/${completions}`
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

function jobDuration(job: KubernetesObject, now: Date): string {
  const start = Date.parse(textAt(job, 'status', 'startTime') ?? '')
  if (Number.isNaN(start)) return ''
  const end = Date.parse(textAt(job, 'status', 'completionTime') ?? '')
  return humanDuration((Number.isNaN(end) ? now.getTime() : end) - start)
}

function servicePorts(service: KubernetesObject): string {
  const ports = listAt(service, 'spec', 'ports').map(
    (port) => `${numberAt(port, 'port') ?? 0}/${textAt(port, 'protocol') ?? 'TCP'}`,
  )
  return ports.length === 0 ? '<none>' : ports.join(',')
}

function roleReference(binding: KubernetesObject): string {
  return `${textAt(binding, 'roleRef', 'kind') ?? ''}/${textAt(binding, 'roleRef', 'name') ?? ''}`
}

function subjectColumns(): readonly Column[] {
  const subjects = (kind: string, text: (subject: unknown) => string) => (binding: KubernetesObject) =>
    listAt(binding, 'subjects')
      .filter((subject) => isJsonObject(subject) && subject['kind'] === kind)
      .map(text)
      .join(', ')
  const nameOf = (subject: unknown): string => textAt(subject, 'name') ?? ''
  return [
    { name: 'Users', wide: true, cell: subjects('User', nameOf) },
    { name: 'Groups', wide: true, cell: subjects('Group', nameOf) },
    {
      name: 'ServiceAccounts',
      wide: true,
      cell: subjects('ServiceAccount', (subject) => `${textAt(subject, 'namespace') ?? ''}/${nameOf(subject)}`),
    },
  ]
}
