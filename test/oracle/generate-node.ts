import type { JsonObject } from '../../src/read/kubernetes/json.ts'
import type { CaseFeature } from './case-features.ts'
import { words } from './case-words.ts'
import type { Random } from './random.ts'

/** CPU and memory that a node offers. */
export type NodeShape = { readonly cpu: string; readonly memory: string }

/** Shapes of real instance types, and odd ones. */
export const nodeShapes: readonly NodeShape[] = [
  { cpu: '4', memory: '8Gi' },
  { cpu: '3920m', memory: '14162Mi' },
  { cpu: '8', memory: '16384Ki' },
  { cpu: '2', memory: '4Gi' },
  { cpu: '191450m', memory: '1938410Mi' },
  { cpu: '2500m', memory: '3G' },
  { cpu: '96', memory: '412316860416' },
]

/** A random node, as the API server would show it. Most nodes of a case have its `usual` shape, so that they tie. */
export function generateNode(
  random: Random,
  features: ReadonlySet<CaseFeature>,
  usual: NodeShape,
  name: string,
): JsonObject {
  const zone = random.pick(words.zones)
  const labels: Record<string, string> = {}
  if (random.chance(0.93)) labels['kubernetes.io/hostname'] = random.chance(0.97) ? name : 'shared'
  if (random.chance(0.9)) labels['topology.kubernetes.io/zone'] = zone
  if (random.chance(0.3)) labels['topology.kubernetes.io/region'] = 'r'
  if (random.chance(0.8)) labels['pool'] = random.pick(words.pools)
  if (random.chance(0.4)) labels['rank'] = random.pick(words.ranks)
  if (random.chance(0.3)) labels['nvidia.com/gpu.present'] = 'true'

  const taints = random.chance(features.has('taints') ? 0.6 : 0.03)
    ? random.list(1, 2, () => generateTaint(random))
    : []
  const unschedulable = random.chance(0.03)
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
      allocatable: generateAllocatable(random, features, usual),
      ...(random.chance(features.has('images') ? 0.7 : 0.02) && { images: generateImages(random) }),
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

function generateAllocatable(random: Random, features: ReadonlySet<CaseFeature>, usual: NodeShape): JsonObject {
  const shape = random.chance(0.75) ? usual : random.pick(nodeShapes)
  const odd = features.has('odd-resources')
  const extended = features.has('extended-resources')
  return {
    ...(random.chance(0.98) && { cpu: shape.cpu }),
    ...(random.chance(0.98) && { memory: shape.memory }),
    ...(random.chance(odd ? 0.8 : 0.1) && { 'ephemeral-storage': random.pick(words.storage) }),
    pods: random.chance(odd ? 0.2 : 0.06) ? random.pick(['0', '1', '2', '3', '5']) : '110',
    ...(random.chance(extended ? 0.9 : 0.1) && { 'nvidia.com/gpu': random.pick(words.gpus) }),
    ...(extended && random.chance(0.6) && { 'vpc.amazonaws.com/efa': random.pick(words.gpus) }),
    ...(odd && random.chance(0.7) && { 'hugepages-2Mi': random.pick(['0', '4Mi', '1Gi', '1Gi']) }),
  }
}

/** An image has one size wherever it is: kube-scheduler keeps the size that it saw first. */
const images = [
  { names: ['img/big:1', 'docker.io/img/big:1'], sizeBytes: 1_500_000_000 },
  { names: ['img/big:latest'], sizeBytes: 300_000_000 },
  { names: ['img/small:2', 'docker.io/img/small:2'], sizeBytes: 23_500_000 },
  { names: ['registry.example/team/model:v3'], sizeBytes: 30_000_000_000 },
  { names: ['img/big@sha256:00'], sizeBytes: 1_000_000 },
  { names: ['other:1'], sizeBytes: 700_000_000 },
]

function generateImages(random: Random): readonly JsonObject[] {
  return random
    .some(images, 0.5)
    .map(({ names, sizeBytes }) => ({ names: random.chance(0.8) ? names : names.slice(0, 1), sizeBytes }))
}
