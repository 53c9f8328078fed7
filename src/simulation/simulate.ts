import type { Cluster } from '../cluster/cluster.ts'
import { buildOutcome } from './build-outcome.ts'
import { createEngine } from './engine/create-engine.ts'
import type { Engine, PodRef } from './engine/engine.ts'
import { explainPod } from './explain-pod.ts'
import type { Explanation } from './explanation.ts'
import { mergeCluster } from './merged-cluster.ts'
import type { NodeScores, Outcome, OutcomeRows } from './outcome.ts'
import { outcomeRows } from './outcome-rows.ts'
import { pendingReasons } from './pending-reasons.ts'
import { runClock } from './run-clock.ts'
import { simulationFindings } from './simulation-findings.ts'
import type { SimulationInput } from './simulation-input.ts'
import type { SimulationOptions } from './simulation-options.ts'
import { createTracingEngine } from './tracing-engine.ts'

/** A finished simulation. */
export type Simulation = {
  readonly outcome: Outcome
  readonly rows: OutcomeRows
  /** Throws a ProblemError `pod-not-found` when there is no such pod. */
  explain(namespace: string, pod: string): Explanation
}

/**
 * Runs a cluster and its workloads to their end: scheduler passes and autoscaler loops on a simulated clock, until nothing
 * is waited for any more. Depends on its arguments only: equal ones give equal results.
 * @throws ProblemError `kubernetes-version-malformed`, `node-twice`.
 */
export function simulate(cluster: Cluster, input: SimulationInput, options: SimulationOptions): Simulation {
  const merged = mergeCluster(cluster, input, options)
  const { version, objects } = merged
  const settings = { version, objects, percentageOfNodesToScore: options.percentageOfNodesToScore }
  const scores = new Map<string, readonly NodeScores[]>()
  const engine: Engine = options.scores
    ? createTracingEngine(settings, (pod, { outcome, nodes }) => {
        if (outcome.kind === 'placed') scores.set(keyOf(pod), nodes.flatMap(nodeScores).toSorted(byNode))
      })
    : createEngine(settings)
  const run = runClock(merged, options, engine)
  const reasons = pendingReasons(run, options)
  const outcome = buildOutcome(run, options, { reasons, findings: simulationFindings(run, options) })
  return {
    outcome,
    rows: outcomeRows(run, options.scores ? (pod) => scores.get(keyOf(pod)) : undefined),
    explain: (namespace, pod) => explainPod(run, options, namespace, pod),
  }
}

type ExplainedNode = Parameters<Parameters<typeof createTracingEngine>[1]>[1]['nodes'][number]

function nodeScores(explained: ExplainedNode): readonly NodeScores[] {
  if (explained.kind !== 'feasible') return []
  const { node, total, scores } = explained
  if (scores.length === 0) return []
  return [{ node, total, plugins: Object.fromEntries(scores.map(({ plugin, weighted }) => [plugin, weighted])) }]
}

function byNode(a: NodeScores, b: NodeScores): number {
  return a.node < b.node ? -1 : 1
}

function keyOf({ workload, index }: PodRef): string {
  return `${workload}/${index}`
}
