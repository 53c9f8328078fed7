import type { Fleet } from './fleet.ts'
import { fragmentedGpus } from './fragmentation.ts'
import { freeNodes } from './free-nodes.ts'
import { gpuCount } from './gpu-resources.ts'
import { isDaemonPod } from './merged-cluster.ts'
import type { GroupOutcome, Outcome, PendingReason, SimulationFinding } from './outcome.ts'
import { outcomeSchemaVersion } from './outcome.ts'
import { outcomeCost } from './outcome-cost.ts'
import type { Run } from './run-clock.ts'
import type { SimulationOptions } from './simulation-options.ts'
import { daemonSetOutcomes, workloadOutcome } from './workload-outcomes.ts'

/** What is worked out beside the run itself. */
export type OutcomeParts = {
  /** Index of a workload in the engine → why its pods wait. */
  readonly reasons: ReadonlyMap<number, readonly PendingReason[]>
  readonly findings: readonly SimulationFinding[]
}

/** The result of a run, as data. */
export function buildOutcome(run: Run, options: SimulationOptions, { reasons, findings }: OutcomeParts): Outcome {
  const { merged, fleet, engine } = run
  const workloads = [
    ...run.workloads.map((entry) => workloadOutcome(run, entry, reasons.get(entry.index) ?? [])),
    ...daemonSetOutcomes(run),
  ]
  const sum = (field: 'pods' | 'running' | 'pending' | 'gated' | 'evicted'): number =>
    workloads.reduce((total, workload) => total + workload[field], 0)
  const gpus = gpuUse(fleet)
  return {
    schemaVersion: outcomeSchemaVersion,
    cluster: { name: merged.name, kubernetesVersion: merged.versionText, region: merged.region },
    settings: {
      order: options.order,
      seed: options.seed,
      percentageOfNodesToScore: options.percentageOfNodesToScore,
      autoscaler: merged.autoscaler?.version ?? null,
      expanders: merged.autoscaler?.expanders ?? [],
      provisioning: options.provisioning,
      gpuReady: options.gpuReady,
      until: options.until ?? null,
    },
    workloads,
    groups: groupOutcomes(run, gpus.perGroup),
    otherNodes: merged.nodes.filter(({ group }) => group === undefined).length,
    loops: run.loops,
    timeline: run.timeline,
    series: run.series,
    totals: {
      pods: sum('pods'),
      running: sum('running'),
      pending: sum('pending'),
      gated: sum('gated'),
      evicted: sum('evicted'),
      recorded: merged.boundPods.filter((pod) => !isDaemonPod(pod, merged)).length,
      nodes: engine.nodeCount,
      gpus: {
        total: gpus.total,
        used: gpus.used,
        allocationPercent: gpus.total === 0 ? null : percent(gpus.used, gpus.total),
        fragmentationPercent: gpus.total === 0 ? null : percent(fragmentedGpusOf(run), gpus.total),
      },
    },
    cost: outcomeCost(merged, run.sizesAtStart, fleet),
    findings,
    unknowns: merged.unknowns,
    notSimulated: merged.notSimulated.map(({ what, why, count }) => ({ what, why, count })),
  }
}

function groupOutcomes(run: Run, gpus: ReadonlyMap<string, GroupOutcome['gpus']>): readonly GroupOutcome[] {
  return run.merged.groups.map((group) => ({
    name: group.name,
    instanceTypes: group.instanceTypes,
    capacityType: group.capacityType,
    minSize: group.minSize,
    maxSize: group.maxSize,
    from: run.sizesAtStart.get(group.name) ?? 0,
    to: run.fleet.sizeOf(group.name),
    gpus: gpus.get(group.name) ?? { total: 0, used: 0 },
    usdPerNodeHour: group.usdPerHour,
  }))
}

function gpuUse(fleet: Fleet): GroupOutcome['gpus'] & { readonly perGroup: ReadonlyMap<string, GroupOutcome['gpus']> } {
  const all = { total: 0, used: 0 }
  const perGroup = new Map<string, { total: number; used: number }>()
  for (const { state, group, count } of fleet.alike()) {
    const there = perGroup.get(group ?? '') ?? { total: 0, used: 0 }
    if (group !== null) perGroup.set(group, there)
    for (const figures of [all, there]) {
      figures.total += count * gpuCount(state.node.allocatable)
      figures.used += count * gpuCount(state.requested)
    }
  }
  return { ...all, perGroup }
}

function fragmentedGpusOf({ fleet, workloads }: Run): number {
  const classes = workloads
    .filter(({ system }) => !system)
    .map(({ workload }) => ({ pod: workload.template, pods: workload.replicas }))
  return fragmentedGpus(freeNodes(fleet), classes)
}

/** In percent, to a tenth. */
function percent(part: number, whole: number): number {
  return Math.round((1000 * part) / whole) / 10
}
