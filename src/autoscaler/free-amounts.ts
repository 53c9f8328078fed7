import type { Resources } from '../cluster/resources.ts'
import type { NodeState } from '../scheduler/node-state.ts'

/** What a node has left: amounts and places for pods. Below zero where more is asked of it than it has. */
export type FreeAmounts = Resources & { readonly pods: number }

/** What is left on a node. */
export function freeOn({ node, pods, requested }: NodeState): FreeAmounts {
  const names = new Set([...Object.keys(node.allocatable.scalars), ...Object.keys(requested.scalars)])
  return {
    milliCpu: node.allocatable.milliCpu - requested.milliCpu,
    memory: node.allocatable.memory - requested.memory,
    ephemeralStorage: node.allocatable.ephemeralStorage - requested.ephemeralStorage,
    scalars: Object.fromEntries(
      [...names].map((name) => [name, amountOf(node.allocatable, name) - amountOf(requested, name)]),
    ),
    pods: node.allocatablePods - pods.length,
  }
}

/**
 * Whether one more pod that asks for this has room: kube-scheduler's NodeResourcesFit as arithmetic. What is not asked for
 * is not looked at, so that a pod without requests comes onto an overcommitted node.
 */
export function hasRoom(free: FreeAmounts, asked: Resources): boolean {
  if (free.pods < 1) return false
  if (asked.milliCpu > 0 && asked.milliCpu > free.milliCpu) return false
  if (asked.memory > 0 && asked.memory > free.memory) return false
  if (asked.ephemeralStorage > 0 && asked.ephemeralStorage > free.ephemeralStorage) return false
  for (const name in asked.scalars) {
    const amount = amountOf(asked, name)
    if (amount > 0 && amount > amountOf(free, name)) return false
  }
  return true
}

/** What is left once one more pod that asks for this is there. */
export function without(free: FreeAmounts, asked: Resources): FreeAmounts {
  let { scalars } = free
  for (const name in asked.scalars) {
    const amount = amountOf(asked, name)
    if (amount !== 0) scalars = { ...scalars, [name]: amountOf(free, name) - amount }
  }
  return {
    milliCpu: free.milliCpu - asked.milliCpu,
    memory: free.memory - asked.memory,
    ephemeralStorage: free.ephemeralStorage - asked.ephemeralStorage,
    scalars,
    pods: free.pods - 1,
  }
}

function amountOf({ scalars }: Resources, name: string): number {
  return Object.hasOwn(scalars, name) ? (scalars[name] ?? 0) : 0
}
