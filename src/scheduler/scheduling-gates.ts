import type { Pod } from '../cluster/pod.ts'

/** The message of the condition on a pod that its gates hold; its reason is `SchedulingGated`. */
export const schedulingGatesMessage = 'Scheduling is blocked due to non-empty scheduling gates'

/** Whether gates keep the pod out of the queue. Source: pkg/scheduler/framework/plugins/schedulinggates. */
export function isGated({ schedulingGates }: Pick<Pod, 'schedulingGates'>): boolean {
  return schedulingGates.length > 0
}
