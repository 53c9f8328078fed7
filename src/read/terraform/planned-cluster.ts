import type { Cluster } from '../../cluster/cluster.ts'
import { ProblemError } from '../../cluster/problem.ts'
import type { PlanJson } from './plan-json.ts'

/** What a plan does not say by itself. */
export type PlannedClusterOptions = {
  /** Name of the cluster, needed where the plan has several. */
  readonly cluster?: string
  /** Region of providers that name none; us-east-1 without. */
  readonly region?: string
}

/**
 * The cluster that stands when a plan is applied: any EKS configuration, ours or another module's. What the plan leaves
 * open is named under `unknowns` with what was assumed.
 * @throws ProblemError `plan-without-cluster`, `plan-with-several-clusters`, `plan-cluster-not-found`.
 */
export function readPlannedCluster(_plan: PlanJson, _options: PlannedClusterOptions = {}): Cluster {
  throw new ProblemError({ id: 'plan-without-cluster', what: 'not written yet' })
}
