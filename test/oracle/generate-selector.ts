import type { JsonObject } from '../../src/read/kubernetes/json.ts'
import { words } from './case-words.ts'
import type { Random } from './random.ts'

/** A random label selector for pods; an empty one now and then. */
export function generatePodSelector(random: Random): JsonObject {
  if (random.chance(0.06)) return {}
  return {
    ...(random.chance(0.75) && {
      matchLabels: { app: random.pick(words.apps), ...(random.chance(0.2) && { tier: 'x' }) },
    }),
    ...(random.chance(0.35) && { matchExpressions: random.list(1, 2, () => generateRequirement(random)) }),
  }
}

function generateRequirement(random: Random): JsonObject {
  const key = random.pick(['app', 'tier', 'pod-template-hash'])
  const values = key === 'app' ? words.apps : key === 'tier' ? words.tiers : words.hashes
  const operator = random.pick(['In', 'In', 'NotIn', 'Exists', 'DoesNotExist'])
  return operator === 'Exists' || operator === 'DoesNotExist'
    ? { key, operator }
    : { key, operator, values: random.shuffle(values).slice(0, random.integer(1, 2)) }
}

/**
 * A random term of node affinity; an empty one, which matches nothing, now and then. An `odd` one may compare with what is
 * no label value, which the API server lets pass and the scheduler takes for a term that matches nothing.
 */
export function generateNodeTerm(random: Random, nodeNames: readonly string[], odd: boolean): JsonObject {
  if (random.chance(0.03)) return {}
  const fields = nodeNames.length > 0 && random.chance(0.12)
  return {
    ...(fields && {
      matchFields: [
        { key: 'metadata.name', operator: random.chance(0.8) ? 'In' : 'NotIn', values: [random.pick(nodeNames)] },
      ],
    }),
    ...((!fields || random.chance(0.3)) && {
      matchExpressions: random.list(1, 2, () => generateNodeRequirement(random, odd)),
    }),
  }
}

function generateNodeRequirement(random: Random, odd: boolean): JsonObject {
  if (random.chance(0.2)) {
    return {
      key: 'rank',
      operator: random.pick(['Gt', 'Lt']),
      values: [random.pick(odd ? ['1', '2', '5', '-4', 'x'] : ['1', '2', '5'])],
    }
  }
  const key = random.pick(['pool', 'topology.kubernetes.io/zone', 'nvidia.com/gpu.present', 'rank'])
  const operator = random.pick(['In', 'In', 'In', 'NotIn', 'Exists', 'DoesNotExist'])
  if (operator === 'Exists' || operator === 'DoesNotExist') return { key, operator }
  const values =
    key === 'pool' ? words.pools : key === 'rank' ? words.ranks : key.endsWith('zone') ? words.zones : ['true', 'false']
  return { key, operator, values: random.shuffle(values).slice(0, random.integer(1, 2)) }
}
