import type { JsonObject } from '../../src/read/kubernetes/json.ts'
import { words } from './case-words.ts'
import type { Random } from './random.ts'

/** A random node, as the API server would show it. */
export function generateNode(random: Random, name: string): JsonObject {
  const zone = random.pick(words.zones)
  const labels: Record<string, string> = {}
  if (random.chance(0.93)) labels['kubernetes.io/hostname'] = random.chance(0.97) ? name : 'shared'
  if (random.chance(0.9)) labels['topology.kubernetes.io/zone'] = zone
  if (random.chance(0.3)) labels['topology.kubernetes.io/region'] = 'r'
  if (random.chance(0.8)) labels['pool'] = random.pick(words.pools)
  if (random.chance(0.4)) labels['rank'] = random.pick(words.ranks)
  if (random.chance(0.3)) labels['nvidia.com/gpu.present'] = 'true'

  const taints = random.chance(0.35) ? random.list(1, 2, () => generateTaint(random)) : []
  const unschedulable = random.chance(0.06)
  return {
    metadata: { name, labels },
    spec: {
      ...(unschedulable && { unschedulable: true }),
      taints: [
        ...taints,
        ...(unschedulable && random.chance(0.7)
          ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]
          : []),
      ],
    },
    status: {
      allocatable: generateAllocatable(random),
      ...(random.chance(0.25) && { images: generateImages(random) }),
    },
  }
}

function generateTaint(random: Random): JsonObject {
  const value = random.pick(words.taintValues)
  return {
    key: random.pick(words.taintKeys),
    ...(value !== '' && { value }),
    effect: random.pick(words.effects),
  }
}

function generateAllocatable(random: Random): JsonObject {
  // Mostly a few shapes, so that nodes tie.
  const shape = random.pick([
    { cpu: '4', memory: '8Gi' },
    { cpu: '4', memory: '8Gi' },
    { cpu: '3920m', memory: '14162Mi' },
    { cpu: '8', memory: '16384Ki' },
    { cpu: '1', memory: '2Gi' },
    { cpu: '191450m', memory: '1938410Mi' },
    { cpu: '2500m', memory: '3G' },
    { cpu: '96', memory: '412316860416' },
  ])
  return {
    ...(random.chance(0.98) && { cpu: shape.cpu }),
    ...(random.chance(0.98) && { memory: shape.memory }),
    ...(random.chance(0.5) && { 'ephemeral-storage': random.pick(words.storage) }),
    pods: random.pick(['110', '110', '58', '5', '3', '2', '1']),
    ...(random.chance(0.5) && { 'nvidia.com/gpu': random.pick(words.gpus) }),
    ...(random.chance(0.15) && { 'vpc.amazonaws.com/efa': random.pick(words.gpus) }),
    ...(random.chance(0.1) && { 'hugepages-2Mi': random.pick(['0', '4Mi', '1Gi']) }),
  }
}

function generateImages(random: Random): readonly JsonObject[] {
  return random.list(1, 3, () => ({
    names: random.some(
      [
        'img/big:1',
        'docker.io/img/big:1',
        'img/big:latest',
        'img/small:2',
        'registry.example/team/model:v3',
        'img/big@sha256:00',
      ],
      0.4,
    ),
    sizeBytes: random.pick([1_000_000, 23_000_000, 24_117_248, 300_000_000, 1_500_000_000, 30_000_000_000]),
  }))
}
