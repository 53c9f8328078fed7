import type { AutoscalerView, NodeBucket, PendingPods } from '../../autoscaler/view.ts'
import type { KubernetesVersion } from '../../cluster/kubernetes-version.ts'
import type { Pod } from '../../cluster/pod.ts'
import { listAt, numberAt, objectAt, textAt } from '../../read/kubernetes/json.ts'
import { readClusterObjects } from '../../read/kubernetes/read-cluster-objects.ts'
import { readNode } from '../../read/kubernetes/read-node.ts'
import { readPod } from '../../read/kubernetes/read-pod.ts'
import { nodeState } from '../../scheduler/node-state.ts'
import type { CloudGroup } from './autoscaler-cloud.ts'

/** What one loop sees, and the Pod objects behind each of its classes. */
export type LocalView = {
  readonly view: AutoscalerView
  readonly waiting: ReadonlyMap<string, readonly unknown[]>
  /** Node → instance. */
  readonly instances: ReadonlyMap<string, string>
}

/** The taint with which the autoscaler marks a node that it removes. */
export const toBeDeleted = 'ToBeDeletedByClusterAutoscaler'

/** Kubernetes objects and Auto Scaling groups as the autoscaler room sees them; `now` in seconds since 1970. */
export function autoscalerView(input: {
  readonly objects: readonly unknown[]
  readonly groups: readonly CloudGroup[]
  readonly kubernetes: KubernetesVersion
  readonly now: number
}): LocalView {
  const { objects, groups } = input
  const of = (kind: string): readonly unknown[] => objects.filter((object) => textAt(object, 'kind') === kind)
  const pods = of('Pod').filter((pod) => !['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase') ?? ''))
  const bound = podsByNode(pods)
  const groupOf = new Map(
    groups.flatMap(({ group, instanceIds }) => instanceIds.map((id) => [id, group.name] as const)),
  )
  const instances = new Map(
    of('Node').map((node) => [textAt(node, 'metadata', 'name') ?? '', instanceOf(node)] as const),
  )
  const registered = new Set(instances.values())
  const waiting = waitingClasses(pods)
  return {
    view: {
      now: input.now,
      kubernetes: input.kubernetes,
      groups: groups.map(({ group, targetSize, instanceIds }) => ({
        group,
        targetSize,
        unregistered: instanceIds.filter((id) => !registered.has(id)),
      })),
      nodes: of('Node').map((node) => bucketOf(node, bound, groupOf.get(instanceOf(node)))),
      pending: [...waiting].map(([id, alike]) => pendingOf(id, alike)),
      daemonSets: of('DaemonSet').map(daemonPod),
      objects: readClusterObjects(objects),
      controllerReplicas: new Map(
        objects.flatMap((object) => {
          const replicas = numberAt(object, 'spec', 'replicas') ?? numberAt(object, 'spec', 'parallelism')
          if (replicas === undefined) return []
          const { namespace = '', name = '' } = objectAt(object, 'metadata')
          return [[`${textAt(object, 'kind')}/${String(namespace)}/${String(name)}`, replicas] as const]
        }),
      ),
    },
    waiting,
    instances,
  }
}

function podsByNode(pods: readonly unknown[]): ReadonlyMap<string, readonly Pod[]> {
  const byNode = new Map<string, Pod[]>()
  for (const object of pods) {
    const name = textAt(object, 'spec', 'nodeName') ?? ''
    if (name === '') continue
    const list = byNode.get(name)
    if (list === undefined) byNode.set(name, [readPod(object)])
    else list.push(readPod(object))
  }
  return byNode
}

/** Pods that the scheduler has tried and found unschedulable, alike ones together, in the API server's order. */
function waitingClasses(pods: readonly unknown[]): ReadonlyMap<string, readonly unknown[]> {
  const classes = new Map<string, unknown[]>()
  for (const pod of pods) {
    const unschedulable = listAt(pod, 'status', 'conditions').some(
      (condition) =>
        textAt(condition, 'type') === 'PodScheduled' &&
        textAt(condition, 'status') === 'False' &&
        textAt(condition, 'reason') === 'Unschedulable',
    )
    if (!unschedulable || (textAt(pod, 'spec', 'nodeName') ?? '') !== '') continue
    if (textAt(pod, 'metadata', 'deletionTimestamp') !== undefined) continue
    const { owner, ...read } = readPod(pod)
    const name = owner === undefined ? read.name : ''
    const id = JSON.stringify({ ...read, name, createdAt: 0, nominatedNodeName: '', owner: owner?.uid ?? '' })
    const alike = classes.get(id)
    if (alike === undefined) classes.set(id, [pod])
    else alike.push(pod)
  }
  return classes
}

function pendingOf(id: string, alike: readonly unknown[]): PendingPods {
  const pods = alike.map(readPod)
  const [pod] = pods
  if (pod === undefined) throw new Error('a class of waiting pods is never empty')
  return { id, pod, count: pods.length, createdAt: Math.min(...pods.map(({ createdAt }) => createdAt)) / 1000 }
}

function bucketOf(object: unknown, bound: ReadonlyMap<string, readonly Pod[]>, group: string | undefined): NodeBucket {
  const node = readNode(object)
  const ready = listAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Ready')
  return {
    state: nodeState(node, bound.get(node.name) ?? []),
    names: [node.name],
    ...(group !== undefined && { group }),
    ready: textAt(ready, 'status') === 'True',
    readySince: seconds(textAt(ready, 'lastTransitionTime')),
    createdAt: seconds(textAt(object, 'metadata', 'creationTimestamp')),
    toBeDeleted: node.taints.some(({ key }) => key === toBeDeleted),
  }
}

/** `aws:///us-east-1a/i-0abc` → `i-0abc`. */
function instanceOf(node: unknown): string {
  return textAt(node, 'spec', 'providerID')?.split('/').at(-1) ?? ''
}

/** The pod that a DaemonSet puts on a node, without the node. */
function daemonPod(daemonSet: unknown): Pod {
  const { name, namespace, uid } = objectAt(daemonSet, 'metadata')
  return readPod({
    metadata: {
      ...objectAt(daemonSet, 'spec', 'template', 'metadata'),
      name,
      namespace,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name, uid, controller: true }],
    },
    spec: objectAt(daemonSet, 'spec', 'template', 'spec'),
  })
}

function seconds(time: string | undefined): number {
  return (Date.parse(time ?? '') || 0) / 1000
}
