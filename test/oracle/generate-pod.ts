import type { JsonObject } from '../../src/read/kubernetes/json.ts'
import type { CaseFeature } from './case-features.ts'
import { words } from './case-words.ts'
import { generateContainers } from './generate-containers.ts'
import { generateNodeTerm, generatePodSelector } from './generate-selector.ts'
import type { GeneratedVolumes } from './generate-volumes.ts'
import type { Random } from './random.ts'

/** What pods of one case have in common. */
export type PodContext = {
  readonly features: ReadonlySet<CaseFeature>
  readonly nodeNames: readonly string[]
  readonly volumes: GeneratedVolumes
  /** Priorities in use. */
  readonly priorities: readonly number[]
  /** Namespaces in use. */
  readonly namespaces: readonly string[]
}

/** A random pod. `at` is the second of its creation and start, different for every pod of the case. */
export function generatePod(random: Random, context: PodContext, name: string, at: number): JsonObject {
  const { features, nodeNames } = context
  const namespace = random.pick(context.namespaces)
  const time = new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString().replace('.000Z', 'Z')
  const pull = (feature: CaseFeature, probability: number): boolean =>
    features.has(feature) && random.chance(probability)
  return {
    metadata: {
      name,
      ...(namespace !== 'default' && { namespace }),
      creationTimestamp: time,
      labels: {
        ...(random.chance(0.9) && { app: random.pick(words.apps) }),
        ...(random.chance(0.5) && { tier: random.pick(words.tiers) }),
        ...(random.chance(0.3) && { 'pod-template-hash': random.pick(words.hashes) }),
      },
      ...(features.has('default-spread') && generateOwner(random)),
    },
    spec: {
      ...generateContainers(random, features),
      ...(pull('taints', 0.6) && { tolerations: random.list(1, 2, () => generateToleration(random)) }),
      ...(pull('node-affinity', 0.4) && { nodeSelector: generateNodeSelector(random) }),
      ...generateAffinity(random, context),
      ...generateSpread(random, features),
      ...(pull('volumes', 0.8) && context.volumes.podVolumes(random, namespace)),
      ...(features.has('priorities') && { priority: generatePriority(random, context, name) }),
      ...(pull('priorities', 0.06) && { preemptionPolicy: 'Never' }),
      ...(pull('rare', 0.08) && { schedulingGates: random.list(1, 2, (index) => ({ name: `gate-${index}` })) }),
      ...(pull('rare', 0.2) && { overhead: { cpu: '250m', ...(random.chance(0.5) && { memory: '120Mi' }) } }),
      ...(pull('rare', 0.1) && nodeNames.length > 0 && generateDaemonAffinity(random.pick([...nodeNames, 'gone']))),
    },
    status: { startTime: time },
  }
}

/** Waiting pods are often the more important ones: then there is something to preempt. */
function generatePriority(random: Random, { priorities }: PodContext, name: string): number {
  return name.startsWith('q') && random.chance(0.5) ? random.pick([100, 2000000000]) : random.pick(priorities)
}

function generateOwner(random: Random): JsonObject {
  if (random.chance(0.16)) return {}
  const owner = random.pick([
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: random.pick(['rs-a', 'rs-b']) },
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: random.pick(['rs-a', 'rs-b']) },
    { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'ss-a' },
    { apiVersion: 'v1', kind: 'ReplicationController', name: 'rc-a' },
    { apiVersion: 'batch/v1', kind: 'Job', name: 'job-a' },
  ])
  return { ownerReferences: [{ ...owner, uid: `uid-${owner.name}`, controller: random.chance(0.95) }] }
}

function generateToleration(random: Random): JsonObject {
  const value = random.pick(words.taintValues)
  const effect = random.pick(['', '', ...words.effects])
  if (random.chance(0.08)) return { operator: 'Exists', ...(effect !== '' && { effect }) }
  const exists = random.chance(0.5)
  return {
    key: random.pick([...words.taintKeys, 'node.kubernetes.io/unschedulable']),
    ...(exists ? { operator: 'Exists' } : random.chance(0.5) && { operator: 'Equal' }),
    ...(!exists && value !== '' && { value }),
    ...(effect !== '' && { effect }),
    ...(effect === 'NoExecute' && random.chance(0.3) && { tolerationSeconds: 300 }),
  }
}

function generateNodeSelector(random: Random): JsonObject {
  return {
    ...(random.chance(0.7) && { pool: random.pick(words.pools) }),
    ...(random.chance(0.4) && { 'topology.kubernetes.io/zone': random.pick(words.zones) }),
  }
}

function generateDaemonAffinity(node: string): JsonObject {
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
        },
      },
    },
  }
}

function generateAffinity(random: Random, { features, nodeNames }: PodContext): JsonObject {
  const nodes = features.has('node-affinity')
  const pods = features.has('pod-affinity')
  const weight = (): number => random.pick([1, 2, 50, 99, 100])
  const terms = (): readonly JsonObject[] => random.list(1, 2, () => generatePodTerm(random))
  const podTerms = (): JsonObject => ({
    ...(random.chance(0.5) && { requiredDuringSchedulingIgnoredDuringExecution: terms() }),
    ...(random.chance(0.6) && {
      preferredDuringSchedulingIgnoredDuringExecution: terms().map((podAffinityTerm) => ({
        weight: weight(),
        podAffinityTerm,
      })),
    }),
  })
  const nodeAffinity = {
    ...(random.chance(0.6) && {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: random.list(1, 2, () => generateNodeTerm(random, nodeNames, true)),
      },
    }),
    ...(random.chance(0.5) && {
      preferredDuringSchedulingIgnoredDuringExecution: random.list(1, 3, () => ({
        weight: weight(),
        preference: generateNodeTerm(random, nodeNames, false),
      })),
    }),
  }
  const affinity = {
    ...(nodes && random.chance(0.5) && { nodeAffinity }),
    ...(pods && random.chance(0.4) && { podAffinity: podTerms() }),
    ...(pods && random.chance(0.4) && { podAntiAffinity: podTerms() }),
  }
  return Object.keys(affinity).length > 0 ? { affinity } : {}
}

function generatePodTerm(random: Random): JsonObject {
  const selector = random.chance(0.95)
  return {
    ...(selector && { labelSelector: generatePodSelector(random) }),
    topologyKey: random.pick(words.topologyKeys),
    ...(random.chance(0.25) && { namespaces: random.shuffle(words.namespaces).slice(0, random.integer(1, 2)) }),
    ...(random.chance(0.25) && {
      namespaceSelector: random.pick([{}, { matchLabels: { team: 'red' } }, { matchLabels: { team: 'blue' } }]),
    }),
    ...(selector && random.chance(0.12) && { matchLabelKeys: ['pod-template-hash'] }),
    ...(selector && random.chance(0.12) && { mismatchLabelKeys: ['tier'] }),
  }
}

function generateSpread(random: Random, features: ReadonlySet<CaseFeature>): JsonObject {
  const kinds = [
    ...(features.has('hard-spread') && random.chance(0.6) ? ['DoNotSchedule'] : []),
    ...(features.has('hard-spread') && random.chance(0.2) ? ['DoNotSchedule'] : []),
    ...(features.has('soft-spread') && random.chance(0.6) ? ['ScheduleAnyway'] : []),
    ...(features.has('soft-spread') && random.chance(0.3) ? ['ScheduleAnyway'] : []),
  ]
  if (kinds.length === 0) return {}
  // The API server refuses a topology key twice with the same reaction.
  const keys = random.shuffle(words.topologyKeys)
  return {
    topologySpreadConstraints: kinds.map((whenUnsatisfiable, index) => {
      const selector = random.chance(0.95)
      return {
        maxSkew: random.integer(1, 3),
        topologyKey: keys[index % keys.length],
        whenUnsatisfiable,
        ...(selector && { labelSelector: generatePodSelector(random) }),
        ...(whenUnsatisfiable === 'DoNotSchedule' && random.chance(0.3) && { minDomains: random.integer(1, 4) }),
        ...(random.chance(0.25) && { nodeAffinityPolicy: random.pick(['Honor', 'Ignore']) }),
        ...(random.chance(0.25) && { nodeTaintsPolicy: random.pick(['Honor', 'Ignore']) }),
        ...(selector && random.chance(0.15) && { matchLabelKeys: ['pod-template-hash'] }),
      }
    }),
  }
}
