import fc from 'fast-check'
import { type ClusterObjects, noObjects } from '../../src/cluster/cluster-objects.ts'
import { type KubernetesVersion, parseKubernetesVersion } from '../../src/cluster/kubernetes-version.ts'
import type { LabelSelector } from '../../src/cluster/label-selector.ts'
import type { Node } from '../../src/cluster/node.ts'
import type { NodeSelectorTerm } from '../../src/cluster/node-selector.ts'
import type { Pod } from '../../src/cluster/pod.ts'
import { noPodAffinity, type PodAffinityTerm } from '../../src/cluster/pod-affinity.ts'
import type { Resources } from '../../src/cluster/resources.ts'
import type { Taint } from '../../src/cluster/taint.ts'
import type { Toleration } from '../../src/cluster/toleration.ts'
import type { TopologySpreadConstraint } from '../../src/cluster/topology-spread.ts'
import type { Workload } from '../../src/cluster/workload.ts'
import { samplePod } from '../../src/scheduler/testing/sample-cluster.ts'
import type { EngineNode, PodRef } from '../../src/simulation/engine/engine.ts'

/** Something that happens to a cluster between two passes over the queue. */
export type ClusterChange =
  | { readonly kind: 'add'; readonly nodes: readonly EngineNode[] }
  | { readonly kind: 'remove'; readonly node: number }
  | { readonly kind: 'cordon'; readonly node: number }
  | { readonly kind: 'unbind'; readonly pod: number }
  | { readonly kind: 'bind'; readonly node: number; readonly pod: Pod }

/** A random cluster, workloads for it, and what happens. */
export type ClusterCase = {
  readonly version: KubernetesVersion
  readonly objects: ClusterObjects
  readonly percentageOfNodesToScore: number | undefined
  readonly nodes: readonly EngineNode[]
  readonly workloads: readonly Workload[]
  /** Every pod once, in some order. */
  readonly queue: readonly PodRef[]
  readonly changes: readonly ClusterChange[]
}

const gibibyte = 1024 ** 3
const zones = ['a', 'b', 'c']
const gpu = 'nvidia.com/gpu'

/** How much of the scheduler's repertoire the pods use. */
export type Features = 'plain' | 'spread' | 'all'

/** Random clusters of up to `mostNodes` nodes. */
export function clusterCases(features: Features, mostNodes: number): fc.Arbitrary<ClusterCase> {
  return fc
    .record({
      version: fc.constantFrom('1.29.3', '1.31.1', '1.33.0', '1.34.1', '1.34.2', '1.35.4', '1.36.3'),
      nodes: fc.array(nodeShapes(features), { minLength: 0, maxLength: 6 }),
      counts: fc.array(fc.nat({ max: Math.ceil(mostNodes / 4) }), { minLength: 6, maxLength: 6 }),
      names: fc.infiniteStream(fc.nat({ max: 999_999 })),
      workloads: fc.array(pods(features), { minLength: 1, maxLength: 6 }),
      bound: fc.array(pods(features), { maxLength: 3 }),
      order: fc.constantFrom('grouped', 'interleaved', 'shuffled' as const),
      seed: fc.nat(),
      changes: fc.array(changes(features), { maxLength: 4 }),
      percentage: features === 'all' ? fc.constantFrom(undefined, undefined, undefined, 30) : fc.constant(undefined),
      services: fc.boolean(),
    })
    .map(
      ({
        version,
        nodes,
        counts,
        names,
        workloads: templates,
        bound,
        order,
        seed,
        changes: later,
        percentage,
        services,
      }) => {
        const used = new Set<string>()
        const freshName = (group: string): string => {
          for (;;) {
            const name = `${group}-${String(names.next().value).padStart(6, '0')}`
            if (used.has(name)) continue
            used.add(name)
            return name
          }
        }
        const made = nodes.flatMap((shape, index) =>
          Array.from({ length: counts[index] ?? 0 }, (): EngineNode => {
            const group = `g${index}`
            return {
              node: named(shape, freshName(group)),
              group,
              pods: bound.filter((_, at) => (at + index) % 3 === 0),
            }
          }),
        )
        const all = templates.map((template, index): Workload => {
          const app = template.labels['app'] ?? ''
          return {
            kind: 'Deployment',
            namespace: 'default',
            name: `w${index}`,
            template: {
              ...template,
              name: `w${index}`,
              ...(features !== 'plain' && { owner: { kind: 'ReplicaSet', name: `w${index}`, uid: app } }),
            },
            // Now and then long runs of pods that are alike.
            replicas: (1 + ((seed >> index) % 9)) * (seed % 6 === 0 ? 5 : 1),
          }
        })
        const refs = all.flatMap(({ replicas }, workload) =>
          Array.from({ length: replicas }, (_, index): PodRef => ({ workload, index })),
        )
        const objects: ClusterObjects =
          features === 'plain'
            ? noObjects
            : {
                ...noObjects,
                services: services ? [{ namespace: 'default', name: 's', selector: { tier: 'x' } }] : [],
                controllers: all.map(({ name, template }) => ({
                  kind: 'ReplicaSet',
                  namespace: 'default',
                  name,
                  selector: { matchLabels: { app: template.labels['app'] ?? '' }, matchExpressions: [] },
                })),
              }
        return {
          version: parseKubernetesVersion(version),
          objects,
          percentageOfNodesToScore: percentage,
          nodes: made,
          workloads: all,
          queue: order === 'grouped' ? refs : ordered(refs, order, seed),
          changes: later.map((change) =>
            change.kind === 'add'
              ? {
                  kind: 'add',
                  nodes: change.nodes.map(({ node, group }) => ({ node: named(node, freshName('later')), group })),
                }
              : change,
          ),
        }
      },
    )
}

function ordered(refs: readonly PodRef[], order: 'interleaved' | 'shuffled', seed: number): readonly PodRef[] {
  if (order === 'interleaved') return refs.toSorted((a, b) => a.index - b.index || a.workload - b.workload)
  let state = seed | 1
  const shuffled = [...refs]
  for (let at = shuffled.length - 1; at > 0; at--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const other = state % (at + 1)
    const [left, right] = [shuffled[at], shuffled[other]]
    if (left === undefined || right === undefined) break
    shuffled[at] = right
    shuffled[other] = left
  }
  // Pods of a workload keep their order among each other, as a queue by mention of the workload needs.
  const next = new Map<number, number>()
  return shuffled.map(({ workload }) => {
    const index = next.get(workload) ?? 0
    next.set(workload, index + 1)
    return { workload, index }
  })
}

function named(node: Node, name: string): Node {
  return { ...node, name, labels: { ...node.labels, 'kubernetes.io/hostname': name } }
}

function nodeShapes(features: Features): fc.Arbitrary<Node> {
  return fc
    .record({
      cpu: fc.constantFrom(0, 1000, 3920, 3920, 4000, 4000, 16_000, 96_000),
      memory: fc.constantFrom(0, 2 * gibibyte, 8 * gibibyte, 14_162 * 1024 ** 2, 64 * gibibyte, 200 * 1024 * gibibyte),
      storage: fc.constantFrom(0, 20 * gibibyte),
      gpus: fc.constantFrom(0, 1, 4, 8),
      pods: fc.constantFrom(2, 5, 110, 110),
      taints: fc.oneof(fc.constant([]), fc.array(taints, { maxLength: 3 })),
      labels: fc.record({
        tier: fc.constantFrom('a', 'b', undefined),
        size: fc.constantFrom('1', '2', undefined),
        zone: fc.constantFrom(...zones, undefined),
      }),
      unschedulable: fc.integer({ min: 0, max: 9 }),
      images: fc.constantFrom(undefined, undefined, undefined, [{ names: ['img:1'], bytes: 900 * 1024 ** 2 }]),
    })
    .map(
      ({ cpu, memory, storage, gpus, pods: allocatablePods, taints: all, labels, unschedulable, images }): Node => ({
        name: '',
        labels: {
          ...(labels.tier !== undefined && { tier: labels.tier }),
          ...(labels.size !== undefined && { size: labels.size }),
          ...(labels.zone !== undefined && { 'topology.kubernetes.io/zone': labels.zone }),
        },
        taints: all,
        unschedulable: unschedulable === 9,
        allocatable: {
          milliCpu: cpu,
          memory,
          ephemeralStorage: storage,
          scalars: gpus > 0 ? { [gpu]: gpus } : {},
        },
        allocatablePods,
        ...(features === 'all' && images !== undefined && { images }),
      }),
    )
}

const taints: fc.Arbitrary<Taint> = fc.record({
  key: fc.constantFrom(gpu, 'team', 'spot'),
  value: fc.constantFrom('true', ''),
  effect: fc.constantFrom('NoSchedule', 'PreferNoSchedule', 'PreferNoSchedule', 'NoExecute' as const),
})

const tolerations: fc.Arbitrary<Toleration> = fc
  .record({
    key: fc.constantFrom(gpu, 'team', 'spot', ''),
    effect: fc.constantFrom('NoSchedule', 'PreferNoSchedule', undefined as 'NoExecute' | undefined),
  })
  .map(({ key, effect }) => ({ key, operator: 'Exists', value: '', ...(effect !== undefined && { effect }) }))

const terms: fc.Arbitrary<NodeSelectorTerm> = fc
  .record({
    key: fc.constantFrom('tier', 'size'),
    operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist' as const),
    value: fc.constantFrom('a', 'b', '1'),
  })
  .map(({ key, operator, value }) => ({
    matchExpressions: [{ key, operator, values: operator === 'In' || operator === 'NotIn' ? [value] : [] }],
    matchFields: [],
  }))

const requests: fc.Arbitrary<Resources> = fc.record({
  milliCpu: fc.constantFrom(0, 0, 100, 250, 1000, 3000),
  memory: fc.constantFrom(0, 0, gibibyte / 2, gibibyte, 3 * gibibyte + 1),
  ephemeralStorage: fc.constantFrom(0, 0, 0, 8 * gibibyte),
  scalars: fc.constantFrom<Readonly<Record<string, number>>>({}, {}, { [gpu]: 1 }, { [gpu]: 2 }, { [gpu]: 0 }),
})

const selectors: fc.Arbitrary<LabelSelector> = fc.constantFrom(
  { matchLabels: { app: 'x' }, matchExpressions: [] },
  { matchLabels: { app: 'y' }, matchExpressions: [] },
  { matchLabels: { tier: 'x' }, matchExpressions: [] },
)

const topologyKeys = fc.constantFrom('kubernetes.io/hostname', 'topology.kubernetes.io/zone')

const affinityTerms: fc.Arbitrary<PodAffinityTerm> = fc.record({
  selector: selectors,
  namespaces: fc.constant([]),
  topologyKey: topologyKeys,
  matchLabelKeys: fc.constant([]),
  mismatchLabelKeys: fc.constant([]),
})

const constraints: fc.Arbitrary<TopologySpreadConstraint> = fc.record({
  maxSkew: fc.constantFrom(1, 2),
  topologyKey: topologyKeys,
  whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway' as const),
  selector: selectors,
  matchLabelKeys: fc.constant([]),
  nodeAffinityPolicy: fc.constantFrom('Honor', 'Ignore' as const),
  nodeTaintsPolicy: fc.constantFrom('Honor', 'Ignore' as const),
})

const softConstraints = constraints.map(
  (constraint): TopologySpreadConstraint => ({ ...constraint, whenUnsatisfiable: 'ScheduleAnyway' }),
)

function pods(features: Features): fc.Arbitrary<Pod> {
  const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    features === 'all'
      ? fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
      : fc.constant(undefined)
  const rarelyAlways = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
  return fc
    .record({
      requests,
      tolerations: fc.array(tolerations, { maxLength: 3 }),
      nodeSelector: fc.constantFrom<Readonly<Record<string, string>>>({}, {}, {}, { tier: 'a' }, { size: '1' }),
      required: rarelyAlways(fc.array(terms, { maxLength: 2 })),
      preferred: fc.array(fc.record({ weight: fc.integer({ min: 1, max: 100 }), preference: terms }), { maxLength: 2 }),
      priority: features === 'plain' ? fc.constantFrom(0, 0, 0, 10) : fc.constantFrom(0, 0, 10, 1000),
      never: fc.integer({ min: 0, max: 4 }),
      app: fc.constantFrom('x', 'y', 'z'),
      tier: fc.constantFrom('x', 'y'),
      hostPort: rarely(fc.constantFrom(80, 443)),
      affinity: rarely(affinityTerms),
      anti: rarely(affinityTerms),
      preferredAnti: rarely(fc.record({ weight: fc.constantFrom(1, 100), term: affinityTerms })),
      spread:
        features === 'spread'
          ? fc.oneof(
              { weight: 3, arbitrary: fc.constant(undefined) },
              { weight: 1, arbitrary: fc.array(softConstraints, { minLength: 1, maxLength: 2 }) },
            )
          : rarely(fc.array(constraints, { minLength: 1, maxLength: 2 })),
      image: rarely(fc.constant('img:1')),
    })
    .map((parts): Pod => {
      const { milliCpu, memory } = parts.requests
      return samplePod('p', {
        labels: { app: parts.app, tier: parts.tier },
        requests: parts.requests,
        scoredRequests: { milliCpu: milliCpu || 100, memory: memory || 200 * 1024 ** 2 },
        tolerations: parts.tolerations,
        nodeSelector: parts.nodeSelector,
        ...(parts.required !== undefined && { requiredNodeTerms: parts.required }),
        preferredNodeTerms: parts.preferred,
        priority: parts.priority,
        preemptionPolicy: parts.never === 4 ? 'Never' : 'PreemptLowerPriority',
        hostPorts: parts.hostPort === undefined ? [] : [{ protocol: 'TCP', hostIp: '', port: parts.hostPort }],
        affinity: { ...noPodAffinity, required: parts.affinity === undefined ? [] : [parts.affinity] },
        antiAffinity: {
          required: parts.anti === undefined ? [] : [parts.anti],
          preferred: parts.preferredAnti === undefined ? [] : [parts.preferredAnti],
        },
        topologySpread: uniqueConstraints(parts.spread ?? []),
        images: parts.image === undefined ? [] : [parts.image],
      })
    })
}

/** The API refuses two constraints with the same key and the same effect. */
function uniqueConstraints(all: readonly TopologySpreadConstraint[]): readonly TopologySpreadConstraint[] {
  const byKey = new Map(all.map((each) => [`${each.topologyKey} ${each.whenUnsatisfiable}`, each]))
  return [...byKey.values()]
}

function changes(features: Features): fc.Arbitrary<ClusterChange> {
  return fc.oneof(
    fc.record({
      kind: fc.constant('add' as const),
      nodes: fc.array(
        nodeShapes(features).map((node): EngineNode => ({ node, group: 'later' })),
        { maxLength: 3 },
      ),
    }),
    fc.record({ kind: fc.constantFrom('remove', 'cordon' as const), node: fc.nat({ max: 50 }) }),
    fc.record({ kind: fc.constant('unbind' as const), pod: fc.nat({ max: 50 }) }),
    fc.record({ kind: fc.constant('bind' as const), node: fc.nat({ max: 50 }), pod: pods(features) }),
  )
}
