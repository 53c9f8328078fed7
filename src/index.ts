/**
 * What programs may import from `eks-gpu-clusters`: readers of Terraform plans and of the caller's HCL, and the prices of
 * what they plan. Every analysis takes data, never a file's path or the clock.
 *
 * @example
 * import { costOf, readPlanJson, summarizePlan } from 'eks-gpu-clusters'
 * const summary = summarizePlan(readPlanJson(JSON.parse(planText)))
 * console.log(costOf(summary, '2026-11-23').total.max.high)
 */
export { type Problem, ProblemError } from './cluster/problem.ts'
export {
  type ControlPlaneCost,
  costOf,
  type HourlyCost,
  type PlanCost,
  type SizedCost,
} from './read/terraform/plan-cost.ts'
export { type PlanJson, readPlanJson, readStateJson, type StateJson } from './read/terraform/plan-json.ts'
export {
  type NodeGroupSizes,
  type PlanCounts,
  type Planned,
  type PlannedCluster,
  type PlannedNodeGroup,
  type PlanSummary,
  summarizePlan,
} from './read/terraform/plan-summary.ts'
export { type SizeConflict, sizeConflicts } from './read/terraform/size-conflicts.ts'
