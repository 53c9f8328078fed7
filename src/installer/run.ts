import type { Discovery } from './discovery.ts'
import type { Clock, KubernetesApi } from './kubernetes-api.ts'
import type { StepLog } from './step-log.ts'

/** What one run works with. */
export type Run = {
  readonly api: KubernetesApi
  readonly discovery: Discovery
  readonly clock: Clock
  readonly log: StepLog
  /** Lambda's request id. */
  readonly requestId: string
  /** Milliseconds since the epoch at which the run gives up. */
  readonly deadline: number
}

/** What a run answers with when it went well. */
export type RunResult = {
  readonly ok: true
  /** Objects applied. */
  readonly applied: number
  /** Objects deleted, as messages name them. */
  readonly pruned: readonly string[]
  /** What a reader should know. */
  readonly notes: readonly string[]
}
