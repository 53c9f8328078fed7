import { type JsonObject, listAt, objectAt, textAt } from '../../src/read/kubernetes/json.ts'
import { type CaseFeature, pickFeatures } from '../oracle/case-features.ts'
import { words } from '../oracle/case-words.ts'
import { generateNode, nodeShapes } from '../oracle/generate-node.ts'
import { generatePod, type PodContext } from '../oracle/generate-pod.ts'
import { noVolumes } from '../oracle/generate-volumes.ts'
import { type Random, randomFrom } from '../oracle/random.ts'

/** Priority classes that the pods use. */
export const priorityClasses: readonly { readonly name: string; readonly value: number; readonly never?: true }[] = [
  { name: 'low', value: -10 },
  { name: 'middle', value: 10 },
  { name: 'high', value: 100 },
  { name: 'meek', value: 0, never: true },
]

/** Namespaces that the pods are in, with their labels. */
export const namespaces: readonly { readonly name: string; readonly labels: JsonObject }[] = [
  { name: 'default', labels: {} },
  { name: 'ml', labels: { team: 'red' } },
  { name: 'ops', labels: { team: 'blue' } },
]

/** A random cluster to be played: objects as a user would create them. */
export type RandomCluster = {
  readonly nodes: readonly JsonObject[]
  readonly services: readonly JsonObject[]
  /** Pods, to be created one after another. */
  readonly pods: readonly JsonObject[]
  /** A Deployment to be scaled up one by one, after the pods. */
  readonly deployment: JsonObject
  readonly deploymentReplicas: number
  /** Created last. */
  readonly daemonSet: JsonObject
}

/** The cluster of a seed. */
export function generateCluster(seed: number): RandomCluster {
  const random = randomFrom(seed)
  // Volumes need controllers of a cloud; a pod that is held by gates gets no cycle.
  const features: ReadonlySet<CaseFeature> = new Set(
    [...pickFeatures(random), ...pickFeatures(random)].filter((feature) => feature !== 'volumes'),
  )
  const nodeNames = random.shuffle(
    Array.from({ length: random.integer(3, 9) }, (_, index) => `n${seed % 1000}-${index + 7}`),
  )
  const context: PodContext = {
    features,
    nodeNames,
    volumes: noVolumes,
    priorities: [0],
    namespaces: namespaces.map(({ name }) => name),
  }
  const usual = random.pick(nodeShapes)
  return {
    nodes: nodeNames.map((name) => withoutNotReady(generateNode(random, features, usual, name))),
    services: random.list(0, 2, (index) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `svc-${index}`, namespace: random.pick(context.namespaces) },
      spec: { selector: { app: random.pick(words.apps) }, ports: [{ port: 80 }] },
    })),
    pods: random.list(6, 12, (index) => podToCreate(random, generatePod(random, context, `p-${index}`, index))),
    deployment: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'ml' },
      spec: { replicas: 0, ...template(random, context, 'web') },
    },
    deploymentReplicas: random.integer(2, 4),
    daemonSet: {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent', namespace: 'ops' },
      // Its pods are tried in any order, so they must not look at one another.
      spec: template(
        random,
        { ...context, features: without(features, ['pod-affinity', 'hard-spread', 'soft-spread']) },
        'agent',
      ),
    },
  }
}

/** Without what the node lifecycle controller takes away from a ready node, and with a key and effect only once. */
function withoutNotReady(node: JsonObject): JsonObject {
  const { taints: _, ...spec } = objectAt(node, 'spec')
  const taints = new Map(
    listAt(node, 'spec', 'taints').map((taint) => [`${textAt(taint, 'key')} ${textAt(taint, 'effect')}`, taint]),
  )
  const kept = [...taints.values()].filter((taint) => textAt(taint, 'key') !== 'node.kubernetes.io/not-ready')
  return { apiVersion: 'v1', kind: 'Node', ...node, spec: { ...spec, taints: kept } }
}

function podToCreate(random: Random, pod: JsonObject): JsonObject {
  const { ownerReferences: _, creationTimestamp: __, ...metadata } = objectAt(pod, 'metadata')
  const priorityClassName = random.chance(0.5) && random.pick(priorityClasses).name
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { ...specToCreate(pod), ...(priorityClassName !== false && { priorityClassName }) },
  }
}

/** What admission sets itself is left out, and what needs a RuntimeClass. */
function specToCreate(pod: JsonObject): JsonObject {
  const { priority: _, preemptionPolicy: __, schedulingGates: ___, overhead: ____, ...spec } = objectAt(pod, 'spec')
  return spec
}

function without(features: ReadonlySet<CaseFeature>, left: readonly CaseFeature[]): ReadonlySet<CaseFeature> {
  return new Set([...features].filter((feature) => !left.includes(feature)))
}

/** Pods of controllers drive nobody out: a controller would replace what preempts, and what is evicted, at any time. */
function template(random: Random, context: PodContext, name: string): JsonObject {
  const pod = generatePod(random, context, name, 0)
  const labels = { ...objectAt(pod, 'metadata', 'labels'), controller: name }
  // The controller sets the hash of its own.
  return {
    selector: { matchLabels: { controller: name } },
    template: {
      metadata: { labels: Object.fromEntries(Object.entries(labels).filter(([key]) => key !== 'pod-template-hash')) },
      spec: { ...specToCreate(pod), priorityClassName: 'meek' },
    },
  }
}
