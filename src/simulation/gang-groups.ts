import { gpuCount } from './gpu-resources.ts'
import type { Run, RunWorkload } from './run-clock.ts'

/** How the gangs of one name fare: most have one, a LeaderWorkerSet one for each of its groups. */
export type GangGroups = {
  readonly count: number
  /** Gangs of which all pods run. */
  readonly complete: number
  /** Gangs of which some pods run, and others do not; what runs of them, and the GPUs that it holds. */
  readonly inPart: { readonly count: number; readonly running: number; readonly gpus: number }
}

/** The gangs that a workload's pods belong to, with all workloads that share them. */
export function gangGroups(run: Run, { workload: { namespace, gang } }: RunWorkload): GangGroups {
  const running: number[] = []
  const gpus: number[] = []
  let count = 1
  for (const { index, workload, nodeOf } of run.workloads) {
    if (gang === undefined || workload.namespace !== namespace || workload.gang?.name !== gang.name) continue
    const { perGroup } = workload.gang
    const each = gpuCount(workload.template.requests)
    const add = (group: number, pods: number): void => {
      running[group] = (running[group] ?? 0) + pods
      gpus[group] = (gpus[group] ?? 0) + pods * each
    }
    if (perGroup === undefined) {
      add(0, run.engine.placedOf(index))
      continue
    }
    count = Math.max(count, Math.ceil(workload.replicas / perGroup))
    for (const [pod, node] of nodeOf.entries()) if (node >= 0) add(Math.floor(pod / perGroup), 1)
  }
  const size = gang?.size ?? 0
  const groups = Array.from({ length: count }, (_, group) => ({ running: running[group] ?? 0, gpus: gpus[group] ?? 0 }))
  const inPart = groups.filter((group) => group.running > 0 && group.running < size)
  return {
    count,
    complete: groups.filter((group) => group.running >= size).length,
    inPart: {
      count: inPart.length,
      running: inPart.reduce((sum, group) => sum + group.running, 0),
      gpus: inPart.reduce((sum, group) => sum + group.gpus, 0),
    },
  }
}
