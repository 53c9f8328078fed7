import type { JsonObject } from '../../src/read/kubernetes/json.ts'
import { textAt, valueAt } from '../../src/read/kubernetes/json.ts'
import { type CaseFeature, pickFeatures } from './case-features.ts'
import { words } from './case-words.ts'
import { generateNode, nodeShapes } from './generate-node.ts'
import { generatePod, type PodContext } from './generate-pod.ts'
import { generatePodSelector } from './generate-selector.ts'
import { generateVolumes, noVolumes } from './generate-volumes.ts'
import type { OracleCase } from './oracle-case.ts'
import { type Random, randomFrom } from './random.ts'

/** How large cases may become. */
export type CaseSize = { readonly nodes: number; readonly queue: number }

/** The case of a seed: the same on every machine. */
export function generateCase(seed: number, size: CaseSize = { nodes: 200, queue: 4 }): OracleCase {
  const random = randomFrom(seed)
  const features = pickFeatures(random)
  const nodeNames = generateNodeNames(random, size.nodes)
  const namespaces = random.chance(0.5) ? ['default'] : random.shuffle(words.namespaces).slice(0, 2)
  const volumes = features.has('volumes') ? generateVolumes(random, nodeNames, namespaces) : noVolumes
  const priorities = random.pick([words.priorities, [0], [0, 10]])
  const context: PodContext = { features, nodeNames, volumes, priorities, namespaces }

  const tight = features.has('priorities')
  const usual = random.pick(tight ? nodeShapes.slice(0, 2) : nodeShapes)
  const perNode = tight && nodeNames.length <= 6 ? 5 : tight ? 2 : 1
  const count = random.integer(tight ? nodeNames.length : 0, nodeNames.length * perNode)
  const queueLength = random.integer(1, nodeNames.length > 12 ? Math.min(2, size.queue) : size.queue)
  // Pods that started in the same second make equal candidates for preemption. Of more than twelve on a node, Go's sort
  // does not keep the order of equals.
  const together = !tight ? 1 : count <= 12 ? random.pick([1, 5, 1000]) : 2
  const seconds = random.shuffle(
    Array.from({ length: count + queueLength }, (_, index) => Math.floor(index / together)),
  )
  const bound =
    nodeNames.length === 0 ? [] : seconds.slice(queueLength).map((at, index) => bind(random, context, index, at))
  const queue = seconds.slice(0, queueLength).map((at, index) => enqueue(random, context, index, at))
  return {
    nodes: nodeNames.map((name) => generateNode(random, features, usual, name)),
    bound,
    queue,
    again: features.has('priorities') ? random.some(queue, 0.5).map(podKey) : [],
    ...generateObjects(random, features, namespaces),
    persistentVolumes: volumes.persistentVolumes,
    persistentVolumeClaims: volumes.persistentVolumeClaims,
    storageClasses: volumes.storageClasses,
    csiNodes: volumes.csiNodes,
  }
}

/** `namespace/name` of a pod. */
function podKey(pod: JsonObject): string {
  return `${textAt(pod, 'metadata', 'namespace') ?? 'default'}/${textAt(pod, 'metadata', 'name') ?? ''}`
}

/** Names whose order by bytes is neither that of their making nor that of people. */
function generateNodeNames(random: Random, most: number): readonly string[] {
  const size = random.pick([
    () => random.integer(1, 2),
    () => random.integer(1, 3),
    () => random.integer(2, 4),
    () => random.integer(2, 6),
    () => random.integer(3, 8),
    () => (random.chance(0.05) ? 0 : random.integer(3, 9)),
    () => (random.chance(0.03) ? random.integer(16, 200) : random.integer(6, 12)),
  ])()
  const prefix = random.pick(['n', 'gpu-', 'ip-10-0-'])
  return random.shuffle(Array.from({ length: Math.min(size, most) }, (_, index) => `${prefix}${index + 7}`))
}

function bind(random: Random, context: PodContext, index: number, at: number): JsonObject {
  const pod = generatePod(random, context, `b-${index}`, at)
  const { schedulingGates: _, ...spec } = fields(pod, 'spec')
  const terminating = random.chance(0.05)
  const preempted = terminating && random.chance(0.6)
  return {
    ...pod,
    metadata: {
      ...fields(pod, 'metadata'),
      ...(terminating && { deletionTimestamp: '2026-02-01T00:00:00Z', deletionGracePeriodSeconds: 30 }),
    },
    spec: { ...spec, nodeName: random.pick(context.nodeNames) },
    status: {
      ...fields(pod, 'status'),
      phase: random.chance(0.96) ? 'Running' : random.pick(['Succeeded', 'Failed', 'Pending']),
      // Pod-level resources that the API server filled in would not follow a container's resize.
      ...(context.features.has('odd-resources') &&
        valueAt(spec, 'resources') === undefined &&
        random.chance(0.25) &&
        generateResize(random)),
      ...(preempted && {
        conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }],
      }),
    },
  }
}

/** What a kubelet says of a container that is resized in place. */
function generateResize(random: Random): JsonObject {
  const amounts = (): JsonObject => ({
    cpu: random.pick(['100m', '1', '2']),
    ...(random.chance(0.7) && { memory: random.pick(['128Mi', '1Gi', '2Gi']) }),
  })
  const status = {
    name: 'c-0',
    ...(random.chance(0.8) && { allocatedResources: amounts() }),
    ...(random.chance(0.9) && { resources: { requests: amounts() } }),
  }
  return {
    containerStatuses: [status],
    ...(random.chance(0.3) && {
      conditions: [{ type: 'PodResizePending', status: 'True', reason: random.pick(['Infeasible', 'Deferred']) }],
    }),
  }
}

function enqueue(random: Random, context: PodContext, index: number, at: number): JsonObject {
  const pod = generatePod(random, context, `q-${index}`, at)
  const nominated = context.features.has('priorities') && context.nodeNames.length > 0 && random.chance(0.2)
  return {
    ...pod,
    status: { ...fields(pod, 'status'), ...(nominated && { nominatedNodeName: random.pick(context.nodeNames) }) },
  }
}

function fields(object: JsonObject, field: string): JsonObject {
  const found = valueAt(object, field)
  return typeof found === 'object' && found !== null ? { ...found } : {}
}

type ClusterLists = Pick<
  OracleCase,
  'services' | 'replicaSets' | 'statefulSets' | 'replicationControllers' | 'namespaces' | 'podDisruptionBudgets'
>

function generateObjects(
  random: Random,
  features: ReadonlySet<CaseFeature>,
  namespaces: readonly string[],
): ClusterLists {
  const spread = features.has('default-spread')
  const everywhere = (make: (metadata: (name: string) => JsonObject) => readonly JsonObject[]): readonly JsonObject[] =>
    namespaces.flatMap((namespace) => make((name) => ({ name, ...(namespace !== 'default' && { namespace }) })))
  return {
    services: spread
      ? everywhere((metadata) =>
          random.list(0, 2, (index) => ({
            metadata: metadata(`svc-${index}`),
            spec: random.chance(0.9) ? { selector: { app: random.pick(words.apps) } } : {},
          })),
        )
      : [],
    replicaSets: spread
      ? everywhere((metadata) =>
          random
            .some(['rs-a', 'rs-b'], 0.8)
            .map((name) => ({ metadata: metadata(name), spec: generateControllerSpec(random) })),
        )
      : [],
    statefulSets: spread
      ? everywhere((metadata) => [{ metadata: metadata('ss-a'), spec: generateControllerSpec(random) }])
      : [],
    replicationControllers: spread
      ? everywhere((metadata) => [
          {
            metadata: metadata('rc-a'),
            spec: { replicas: 0, selector: { app: 'a' }, template: template({ app: 'a' }) },
          },
        ])
      : [],
    namespaces: features.has('pod-affinity')
      ? words.namespaces.map((name) => ({
          metadata: {
            name,
            labels: {
              'kubernetes.io/metadata.name': name,
              ...(random.chance(0.6) && { team: random.pick(['red', 'blue']) }),
            },
          },
        }))
      : [],
    podDisruptionBudgets: features.has('priorities')
      ? everywhere((metadata) =>
          random.list(0, 2, (index) => ({
            metadata: metadata(`pdb-${index}`),
            spec: {
              minAvailable: 1,
              ...(random.chance(0.9) && {
                selector: random.chance(0.8) ? { matchLabels: { app: random.pick(words.apps) } } : {},
              }),
            },
            status: {
              disruptionsAllowed: random.integer(0, 2),
              ...(random.chance(0.2) && { disruptedPods: { 'b-0': '2026-02-01T00:00:00Z' } }),
            },
          })),
        )
      : [],
  }
}

/** Mostly as controllers are; sometimes with an odd selector, which no template satisfies. */
function generateControllerSpec(random: Random): JsonObject {
  if (random.chance(0.3)) return { selector: generatePodSelector(random) }
  const labels = { app: random.pick(words.apps), ...(random.chance(0.3) && { tier: random.pick(words.tiers) }) }
  return { replicas: 0, selector: { matchLabels: labels }, template: template(labels) }
}

function template(labels: JsonObject): JsonObject {
  return { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'app:1' }] } }
}
