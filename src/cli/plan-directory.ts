import { ProblemError } from '../cluster/problem.ts'
import type { PlanJson } from '../read/terraform/plan-json.ts'
import type { CliContext } from './context.ts'

/** Flags of planning a directory. */
export type PlanDirectoryFlags = {
  readonly varFile?: readonly string[]
  readonly var?: readonly string[]
  /** Day of the local AWS, `YYYY-MM-DD`; today without. */
  readonly asOf?: string
  readonly quiet: boolean
}

/**
 * Plans a Terraform directory against the AWS stand-in of this machine, so that no credentials are needed: takes the
 * local environment that runs for it (and its state), else starts one and ends it again. Applies nothing; progress and
 * Terraform's own errors go to standard error.
 * @throws ProblemError for a bad directory, a missing Terraform, and `plan-failed` when Terraform could not plan.
 */
export async function planDirectory(
  _context: CliContext,
  _directory: string,
  _flags: PlanDirectoryFlags,
): Promise<PlanJson> {
  throw new ProblemError({ id: 'plan-failed', what: 'not written yet' })
}
