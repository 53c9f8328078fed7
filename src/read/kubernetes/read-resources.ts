import { toMilli, toUnits, tryParseQuantity } from '../../cluster/quantity.ts'
import type { Resources } from '../../cluster/resources.ts'
import { isJsonObject } from './json.ts'

/** A Kubernetes resource list (`{"cpu": "500m", "nvidia.com/gpu": 1}`); what is no quantity counts as absent, `pods` has no part in it. */
export function readResources(list: unknown): Resources {
  const amounts = readPartialResources(list)
  return { milliCpu: 0, memory: 0, ephemeralStorage: 0, ...amounts, scalars: amounts.scalars ?? {} }
}

/** As {@link readResources}, with only the resources that the list names. */
export function readPartialResources(list: unknown): Partial<Resources> {
  const entries = Object.entries(isJsonObject(list) ? list : {}).flatMap(([name, text]) => {
    const quantity = typeof text === 'string' || typeof text === 'number' ? tryParseQuantity(String(text)) : undefined
    return quantity === undefined || name === 'pods' ? [] : [{ name, quantity }]
  })
  const named = (wanted: string): bigint | undefined => entries.find(({ name }) => name === wanted)?.quantity
  const [cpu, memory, ephemeralStorage] = [named('cpu'), named('memory'), named('ephemeral-storage')]
  const scalars = entries.filter(({ name }) => !['cpu', 'memory', 'ephemeral-storage'].includes(name))
  return {
    ...(cpu !== undefined && { milliCpu: toMilli(cpu) }),
    ...(memory !== undefined && { memory: toUnits(memory) }),
    ...(ephemeralStorage !== undefined && { ephemeralStorage: toUnits(ephemeralStorage) }),
    ...(scalars.length > 0 && {
      scalars: Object.fromEntries(scalars.map(({ name, quantity }) => [name, toUnits(quantity)])),
    }),
  }
}
