import type { Taint, TaintEffect } from './taint.ts'

/** A pod's toleration. An empty `key` with `Exists` matches every key; an absent `effect` matches every effect. */
export type Toleration = {
  readonly key: string
  readonly operator: 'Exists' | 'Equal'
  readonly value: string
  readonly effect?: TaintEffect
  /** How long, in seconds, a `NoExecute` taint is borne; forever when absent. */
  readonly tolerationSeconds?: number
}

/** Whether the toleration bears the taint. Source: k8s.io/api/core/v1 `Toleration.ToleratesTaint`. */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== taint.effect) return false
  if (toleration.key !== '' && toleration.key !== taint.key) return false
  switch (toleration.operator) {
    case 'Exists':
      return true
    case 'Equal':
      return toleration.value === taint.value
  }
}

/** The first taint, in the node's order and among `effects`, that none of the tolerations bears. */
export function findUntoleratedTaint(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  effects: readonly TaintEffect[],
): Taint | undefined {
  return taints.find(
    (taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => toleratesTaint(toleration, taint)),
  )
}
