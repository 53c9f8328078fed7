import type { Pod } from '../cluster/pod.ts'

/**
 * The order in which waiting pods get their cycles: higher priority first, then the one that waits longer. Pods that
 * came in the same millisecond stay in their order. Source: pkg/scheduler/framework/plugins/queuesort.
 */
export function compareInQueue(a: Pick<Pod, 'priority' | 'createdAt'>, b: Pick<Pod, 'priority' | 'createdAt'>): number {
  return b.priority - a.priority || a.createdAt - b.createdAt
}
