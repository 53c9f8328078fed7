import type { Pod } from '../cluster/pod.ts'
import type { NodeState } from './node-state.ts'
import { type Cycle, type CycleOptions, runCycle } from './run-cycle.ts'
import type { Snapshot } from './snapshot.ts'

/** What one scheduling cycle decides. */
export type ScheduleOutcome =
  | {
      readonly kind: 'placed'
      readonly node: string
      /** How many nodes had the highest score. */
      readonly tied: number
      /** How many nodes were asked about. */
      readonly visited: number
    }
  | {
      readonly kind: 'unschedulable'
      /** The text of the FailedScheduling event and of the PodScheduled condition. */
      readonly message: string
      /** Pods to evict from `node` so that this one fits there later; `tied` nodes were as good. */
      readonly preemption?: { readonly node: string; readonly victims: readonly Pod[]; readonly tied: number }
      readonly visited: number
    }

/**
 * One cycle of kube-scheduler's default profile: filters, scores, choice. The highest score wins; among equals the name
 * that sorts first by bytes (kube-scheduler picks one at random), and `tied` says how many there were. Whether the pod is
 * held by scheduling gates is for the caller to see: such a pod gets no cycle.
 */
export function schedule(pod: Pod, snapshot: Snapshot, options: CycleOptions = {}): ScheduleOutcome {
  return outcomeOf(runCycle(pod, snapshot, options))
}

/** What a cycle decides. */
export function outcomeOf(cycle: Cycle): ScheduleOutcome {
  const { visited } = cycle
  switch (cycle.kind) {
    case 'feasible':
      return { kind: 'placed', node: firstByName(cycle.best), tied: cycle.best.length, visited }
    case 'unschedulable': {
      const { message, preemption } = cycle
      if (preemption?.kind !== 'possible') return { kind: 'unschedulable', message, visited }
      const { node, victims, tied } = preemption
      return { kind: 'unschedulable', message, preemption: { node, victims, tied: tied.length }, visited }
    }
  }
}

/** Node names are ASCII: comparing code units is comparing bytes. */
function firstByName(states: readonly NodeState[]): string {
  let first: string | undefined
  for (const { node } of states) if (first === undefined || node.name < first) first = node.name
  return first ?? ''
}
