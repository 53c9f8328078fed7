import type { Cluster } from '../cluster/cluster.ts'
import type { Explanation } from './explanation.ts'
import type { Outcome, OutcomeRows } from './outcome.ts'
import type { SimulationInput } from './simulation-input.ts'
import type { SimulationOptions } from './simulation-options.ts'

/** A finished simulation. */
export type Simulation = {
  readonly outcome: Outcome
  readonly rows: OutcomeRows
  /** Throws a ProblemError `pod-not-found` when there is no such pod. */
  explain(namespace: string, pod: string): Explanation
}

/**
 * Runs a cluster and its workloads to their end: scheduler rounds and autoscaler loops on a simulated clock, until
 * nothing is waited for any more. Depends on its arguments only.
 */
export function simulate(_cluster: Cluster, _input: SimulationInput, _options: SimulationOptions): Simulation {
  throw new Error('follows')
}
