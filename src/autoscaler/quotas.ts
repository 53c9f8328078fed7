import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import { labelOf } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import { acceleratorLabel, gpusOn } from './gpu-nodes.ts'

const gibibyte = 1024 ** 3
/** What the cluster-wide limits leave: nodes that may come, and what stops more. */
export type Quotas = {
  /** How many of `wanted` nodes like this may come, and the resources that stop the others, in the limits' order. */
  check(node: Node, wanted: number): { readonly allowed: number; readonly exceeded: readonly string[] }
}

/**
 * The limits of `--cores-total`, `--memory-total` and `--gpu-total` against what all nodes have, awaited ones included.
 * Cores and memory count by capacity, GPUs by the value of the accelerator label.
 * Source: cluster-autoscaler 1.36.1, resourcequotas/tracker.go, factory.go.
 */
export function quotasLeft(
  settings: Pick<AutoscalerSettings, 'coresTotal' | 'memoryTotal' | 'gpuTotal'>,
  nodes: readonly { readonly node: Node; readonly count: number }[],
): Quotas {
  const limits = new Map<string, number>([
    ['cpu', settings.coresTotal.max],
    ['memory', settings.memoryTotal.max * gibibyte],
    ...settings.gpuTotal.map(({ type, max }) => [type, max] as const),
  ])
  const left = new Map(limits)
  for (const { node, count } of nodes) {
    for (const [name, amount] of counted(node)) {
      const remaining = left.get(name)
      if (remaining !== undefined) left.set(name, Math.max(0, remaining - amount * count))
    }
  }
  return {
    check(node, wanted) {
      let allowed = wanted
      const exceeded: string[] = []
      const amounts = counted(node)
      for (const [name, remaining] of left) {
        const amount = amounts.get(name) ?? 0
        if (amount <= 0 || remaining >= amount * wanted) continue
        allowed = Math.min(allowed, Math.floor(remaining / amount))
        exceeded.push(name)
      }
      return { allowed, exceeded }
    },
  }
}

/** What may go before the cluster-wide minimums are reached. */
export type Minimums = {
  /** Takes a node like this off, unless some minimum forbids it; whether it did. */
  take(node: Node): boolean
}

/**
 * The least that `--cores-total`, `--memory-total` and `--gpu-total` leave in the cluster, against the nodes that it has.
 * Source: cluster-autoscaler 1.36.1, core/scaledown/resource/limits.go.
 */
export function minimumsLeft(
  settings: Pick<AutoscalerSettings, 'coresTotal' | 'memoryTotal' | 'gpuTotal'>,
  nodes: readonly { readonly node: Node; readonly count: number }[],
): Minimums {
  const left = new Map<string, number>([
    ['cpu', -settings.coresTotal.min],
    ['memory', -settings.memoryTotal.min * gibibyte],
    ...settings.gpuTotal.map(({ type, min }) => [type, -min] as const),
  ])
  for (const { node, count } of nodes) {
    for (const [name, amount] of counted(node)) {
      const known = left.get(name)
      if (known !== undefined) left.set(name, known + amount * count)
    }
  }
  return {
    take(node) {
      const amounts = [...counted(node)].filter(([name]) => left.has(name))
      if (amounts.some(([name, amount]) => amount > 0 && (left.get(name) ?? 0) < amount)) return false
      for (const [name, amount] of amounts) left.set(name, (left.get(name) ?? 0) - amount)
      return true
    },
  }
}

function counted(node: Node): ReadonlyMap<string, number> {
  const capacity = node.capacity ?? node.allocatable
  const gpuType = labelOf(node.labels, acceleratorLabel)
  return new Map([
    ['cpu', Math.ceil(capacity.milliCpu / 1000)],
    ['memory', capacity.memory],
    ...(gpuType === undefined ? [] : [[gpuType, gpusOn(node)] as const]),
  ])
}
