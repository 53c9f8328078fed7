/**
 * What programs may import from `eks-gpu-clusters`: readers of Terraform plans, of clusters and of Kubernetes objects, the
 * prices of what is planned, and the simulation of what will run. Every analysis takes data, never a file's path or the clock.
 *
 * @example
 * import { costOf, readPlanJson, summarizePlan } from 'eks-gpu-clusters'
 * const summary = summarizePlan(readPlanJson(JSON.parse(planText)))
 * console.log(costOf(summary, '2026-11-23').total.max.high)
 *
 * @example
 * import { openKubernetesSources, readKubernetesInput, readPlanFile, readPlannedCluster, simulate } from 'eks-gpu-clusters'
 * const cluster = readPlannedCluster(await readPlanFile('plan.json'))
 * const { sources } = await openKubernetesSources(['workloads'])
 * const input = await readKubernetesInput(sources, { kubernetesVersion: cluster.kubernetesVersion, clusterKnown: true })
 * const { outcome } = simulate(cluster, input, {
 *   order: 'file', seed: 0, percentageOfNodesToScore: 100, provisioning: 120, gpuReady: 60, fixes: true, scores: false,
 * })
 * console.log(outcome.totals.pending, outcome.cost.hourAfter)
 */
export type { Cluster } from './cluster/cluster.ts'
export { type Problem, ProblemError } from './cluster/problem.ts'
export { type CheckedConfig, checkConfig, type Locate } from './read/config/check-config.ts'
export type { ClusterInput, GpuNodeGroup, Taint } from './read/config/cluster-input.ts'
export { clusterJson, readClusterJson } from './read/config/cluster-json.ts'
export type { AwsProvider, Config } from './read/config/config-input.ts'
export { defineCluster, defineConfig, ref, unlisted } from './read/config/define.ts'
export type { Ref, Reference } from './read/config/reference.ts'
export type { Unlisted } from './read/config/unlisted.ts'
export type { KubernetesInput, KubernetesInputOptions, KubernetesSource } from './read/kubernetes/kubernetes-input.ts'
export { type KubernetesSources, openKubernetesSources } from './read/kubernetes/open-kubernetes-sources.ts'
export { readKubernetesInput } from './read/kubernetes/read-kubernetes-input.ts'
export { type CopyTool, copyTools, type MirrorPlan, mirrorImages } from './read/terraform/mirror-images.ts'
export { type ModuleSource, readModuleSource } from './read/terraform/module-rules/module-source.ts'
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
export { type PlannedClusterOptions, readPlannedCluster } from './read/terraform/planned-cluster.ts'
export { type PlannedImage, type PlannedImages, readPlannedImages } from './read/terraform/planned-images.ts'
export { readPlanFile } from './read/terraform/read-plan-file.ts'
export { type SizeConflict, sizeConflicts } from './read/terraform/size-conflicts.ts'
export { compareOutcomes, type OutcomeComparison } from './simulation/compare-outcomes.ts'
export type { Explanation } from './simulation/explanation.ts'
export type { Outcome, OutcomeRows } from './simulation/outcome.ts'
export { type Simulation, simulate } from './simulation/simulate.ts'
export type { SimulationInput } from './simulation/simulation-input.ts'
export type { SimulationOptions } from './simulation/simulation-options.ts'
export { packedModule } from './terraform/synth/packed-module.ts'
export { type SynthOptions, synthesize } from './terraform/synth/synthesize.ts'
