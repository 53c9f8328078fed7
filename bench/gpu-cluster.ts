import { barePod } from '../src/cluster/bare-pod.ts'
import type { Node } from '../src/cluster/node.ts'
import type { Workload } from '../src/cluster/workload.ts'
import type { EngineNode } from '../src/simulation/engine/engine.ts'
import type { Random } from './random.ts'

/** Nodes of one kind, and how many of every 1,213. */
export type NodeKind = {
  readonly cpu: number
  readonly memoryMib: number
  readonly gpus: number
  readonly weight: number
}

/** Pods of one kind, and how many of every 8,152. */
export type PodKind = {
  readonly milliCpu: number
  readonly memoryMib: number
  readonly gpus: number
  readonly weight: number
}

const gpu = 'nvidia.com/gpu'
const mebibyte = 1024 ** 2
const zones = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c']

/**
 * 15 kinds of nodes whose numbers and GPUs follow what is published of a production cluster of 1,213 GPU nodes
 * (cluster-trace-gpu-v2023); cores and memory beside the most frequent kind's are made up.
 */
export const nodeKinds: readonly NodeKind[] = [
  { cpu: 96, memoryMib: 384 * 1024, gpus: 8, weight: 549 },
  { cpu: 96, memoryMib: 192 * 1024, gpus: 2, weight: 387 },
  { cpu: 64, memoryMib: 256 * 1024, gpus: 2, weight: 131 },
  { cpu: 128, memoryMib: 768 * 1024, gpus: 8, weight: 39 },
  { cpu: 64, memoryMib: 244 * 1024, gpus: 4, weight: 20 },
  { cpu: 48, memoryMib: 244 * 1024, gpus: 4, weight: 17 },
  { cpu: 96, memoryMib: 512 * 1024, gpus: 8, weight: 15 },
  { cpu: 88, memoryMib: 512 * 1024, gpus: 8, weight: 14 },
  { cpu: 16, memoryMib: 61 * 1024, gpus: 1, weight: 10 },
  { cpu: 32, memoryMib: 122 * 1024, gpus: 1, weight: 9 },
  { cpu: 96, memoryMib: 384 * 1024, gpus: 4, weight: 9 },
  { cpu: 64, memoryMib: 256 * 1024, gpus: 4, weight: 8 },
  { cpu: 8, memoryMib: 32 * 1024, gpus: 1, weight: 2 },
  { cpu: 12, memoryMib: 48 * 1024, gpus: 1, weight: 1 },
  { cpu: 128, memoryMib: 1024 * 1024, gpus: 1, weight: 2 },
]

/** How many pods of every 8,152 ask for how many GPUs, as published. */
const gpuMix = [
  { gpus: 1, weight: 6989, share: 0.72 },
  { gpus: 0, weight: 1088, share: 0.21 },
  { gpus: 8, weight: 44, share: 0.035 },
  { gpus: 2, weight: 16, share: 0.0175 },
  { gpus: 4, weight: 15, share: 0.0175 },
] as const

/** Draws of a kind in whole GiB before odd amounts are drawn. */
const coarseTries = 16

/** So many different kinds of pods; a few are frequent and most are rare. */
export function podKinds(count: number, random: Random): readonly PodKind[] {
  const kinds: PodKind[] = []
  const taken = new Set<string>()
  gpuMix.forEach(({ gpus, weight, share }, at) => {
    const last = at === gpuMix.length - 1
    const wanted = last ? count - kinds.length : Math.max(1, Math.round(count * share))
    const ranks = Array.from({ length: wanted }, (_, rank) => 1 / (rank + 1))
    const sum = ranks.reduce((total, each) => total + each, 0)
    for (const each of ranks) {
      for (let tries = 0; ; tries++) {
        const cores = 0.5 * (1 + random.below(gpus === 8 ? 180 : gpus === 0 ? 64 : 32 * Math.max(1, gpus)))
        const gib = Math.max(1, Math.round(cores * (1 + random.below(8)) * 0.75))
        // Whole GiB make some hundred kinds; where most are taken, odd amounts come to them.
        const memoryMib = 1024 * gib + (tries < coarseTries ? 0 : random.below(1024))
        const key = `${cores} ${memoryMib} ${gpus}`
        if (taken.has(key)) continue
        taken.add(key)
        kinds.push({ milliCpu: cores * 1000, memoryMib, gpus, weight: (weight * each) / sum })
        break
      }
    }
  })
  return kinds
}

/** So many nodes of the kinds by their weights, in three zones, named as groups would name them. */
export function engineNodes(kinds: readonly NodeKind[], count: number): readonly EngineNode[] {
  return apportioned(kinds, count).flatMap(({ kind, count: nodes }, at) => {
    const { cpu, memoryMib, gpus } = kind
    const allocatable = {
      milliCpu: cpu * 1000,
      memory: memoryMib * mebibyte,
      ephemeralStorage: 0,
      scalars: gpus > 0 ? { [gpu]: gpus } : {},
    }
    const taints: Node['taints'] = []
    return Array.from({ length: nodes }, (_, index): EngineNode => {
      const group = `kind-${String(at).padStart(2, '0')}`
      const name = `${group}-${String(index).padStart(6, '0')}`
      const zone = zones[index % zones.length] ?? ''
      return {
        group,
        node: {
          name,
          labels: { 'topology.kubernetes.io/zone': zone, 'kubernetes.io/hostname': name },
          taints,
          unschedulable: false,
          allocatable,
          allocatablePods: 250,
        },
      }
    })
  })
}

/** One workload for each kind of pod, so many pods in all. */
export function workloadsByKind(kinds: readonly PodKind[], pods: number): readonly Workload[] {
  return apportioned(kinds, pods).map(({ kind, count }, index) => workload(kind, `kind-${index}`, count, false))
}

/** Controllers of `replicas` pods each, of kinds drawn by their weights; with a ReplicaSet that spreads them. */
export function controllers(
  kinds: readonly PodKind[],
  count: number,
  replicas: number,
  random: Random,
): readonly Workload[] {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0)
  return Array.from({ length: count }, (_, index) => {
    let at = random.unit() * total
    const kind = kinds.find(({ weight }) => {
      at -= weight
      return at < 0
    })
    const [first] = kinds
    if (first === undefined) throw new RangeError('no kinds of pods')
    return workload(kind ?? first, `controller-${index}`, replicas, true)
  })
}

function workload({ milliCpu, memoryMib, gpus }: PodKind, name: string, replicas: number, owned: boolean): Workload {
  const memory = memoryMib * mebibyte
  const template = barePod('default', name, {
    labels: { app: name },
    ...(owned && { owner: { kind: 'ReplicaSet', name, uid: name } }),
    requests: { milliCpu, memory, ephemeralStorage: 0, scalars: gpus > 0 ? { [gpu]: gpus } : {} },
    scoredRequests: { milliCpu, memory },
  })
  return { kind: 'Deployment', namespace: 'default', name, template, replicas }
}

/** Splits a number by weights, largest remainders first. */
function apportioned<Kind extends { readonly weight: number }>(
  kinds: readonly Kind[],
  count: number,
): readonly { readonly kind: Kind; readonly count: number }[] {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0)
  const shares = kinds.map((kind) => ({ kind, exact: (kind.weight * count) / total }))
  const whole = shares.map(({ exact }) => Math.floor(exact))
  const missing = count - whole.reduce((sum, each) => sum + each, 0)
  const byRemainder = shares
    .map(({ exact }, index) => ({ index, remainder: exact - Math.floor(exact) }))
    .sort((a, b) => b.remainder - a.remainder)
  for (const { index } of byRemainder.slice(0, missing)) whole[index] = (whole[index] ?? 0) + 1
  return shares.map(({ kind }, index) => ({ kind, count: whole[index] ?? 0 }))
}
