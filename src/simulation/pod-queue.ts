import type { Workload } from '../cluster/workload.ts'
import type { Engine, PodRef, PodRun } from './engine/engine.ts'
import { randomNumbers } from './random-numbers.ts'
import type { SimulationOptions } from './simulation-options.ts'

/** The pods that wait for a node, in their order. */
export type PodQueue = {
  /** What to hand to the engine now. */
  pending(): readonly PodRun[] | Int32Array
  /** Adds a pod that has to be placed anew, at the end. */
  again(pod: PodRef): void
  /** Forgets a workload: what made its pods is gone. */
  end(workload: number): void
}

/** What a queue needs to know of a registered workload: how many of its pods may be placed at all. */
export type QueuedWorkload = { readonly index: number; readonly workload: Workload }

/**
 * A queue over registered workloads. `first` come before all others; the rest in the order asked for. Pods that have a
 * node are dropped from it as it is read.
 */
export function createPodQueue(
  engine: Engine,
  first: readonly QueuedWorkload[],
  rest: readonly QueuedWorkload[],
  { order, seed }: Pick<SimulationOptions, 'order' | 'seed'>,
): PodQueue {
  switch (order) {
    case 'file':
      return queueOfRuns(engine, [...first, ...rest])
    case 'grouped':
      return queueOfRuns(engine, [...first, ...grouped(rest)])
    case 'shuffled':
      return queueOfPods(engine, [...mentions(first), ...shuffled(mentions(rest), seed)])
  }
}

function queueOfRuns(engine: Engine, workloads: readonly QueuedWorkload[]): PodQueue {
  let runs: readonly PodRun[] = workloads.map(({ index, workload }) => ({
    workload: index,
    first: 0,
    count: workload.replicas,
  }))
  return {
    pending() {
      runs = runs.flatMap((run) => shortened(engine, run))
      return runs
    },
    again({ workload, index }) {
      runs = [...runs.flatMap((run) => withoutPod(run, workload, index)), { workload, first: index, count: 1 }]
    },
    end(workload) {
      runs = runs.filter((run) => run.workload !== workload)
    },
  }
}

function withoutPod(run: PodRun, workload: number, index: number): readonly PodRun[] {
  const { first, count } = run
  if (run.workload !== workload || index < first || index >= first + count) return [run]
  return [
    { workload, first, count: index - first },
    { workload, first: index + 1, count: first + count - index - 1 },
  ].filter((part) => part.count > 0)
}

/** Without the pods at its beginning that have a node. */
function shortened(engine: Engine, run: PodRun): readonly PodRun[] {
  const replicas = engine.workloads[run.workload]?.replicas ?? 0
  if (engine.placedOf(run.workload) === replicas) return []
  let { first, count } = run
  while (count > 0 && engine.fateOf({ workload: run.workload, index: first }).kind === 'placed') {
    first += 1
    count -= 1
  }
  return count === 0 ? [] : [{ workload: run.workload, first, count }]
}

function queueOfPods(engine: Engine, pods: readonly number[] | Int32Array): PodQueue {
  let queue = Int32Array.from(pods)
  const added: number[] = []
  return {
    pending() {
      // Equal pods were placed from the front, so it is the last mentions of a workload that still wait.
      const all = added.length === 0 ? queue : Int32Array.from([...queue, ...added.splice(0)])
      const left = new Map<number, number>()
      let kept = 0
      const next = new Int32Array(all.length)
      for (let position = all.length - 1; position >= 0; position -= 1) {
        const workload = all[position] ?? 0
        const waiting = left.get(workload) ?? (engine.workloads[workload]?.replicas ?? 0) - engine.placedOf(workload)
        if (waiting > 0) {
          kept += 1
          next[all.length - kept] = workload
        }
        left.set(workload, waiting - 1)
      }
      queue = next.slice(all.length - kept)
      return queue
    },
    again({ workload }) {
      added.push(workload)
    },
    end(workload) {
      queue = queue.filter((other) => other !== workload)
    },
  }
}

function mentions(workloads: readonly QueuedWorkload[]): Int32Array {
  const all = new Int32Array(workloads.reduce((sum, { workload }) => sum + workload.replicas, 0))
  let position = 0
  for (const { index, workload } of workloads) {
    all.fill(index, position, position + workload.replicas)
    position += workload.replicas
  }
  return all
}

function shuffled(pods: Int32Array, seed: number): Int32Array {
  const random = randomNumbers(seed)
  for (let last = pods.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const pod = pods[last] ?? 0
    pods[last] = pods[other] ?? 0
    pods[other] = pod
  }
  return pods
}

/** Workloads with equal pods beside each other, in the order of the first of each. */
function grouped(workloads: readonly QueuedWorkload[]): readonly QueuedWorkload[] {
  const byLikeness = new Map<string, QueuedWorkload[]>()
  for (const entry of workloads) {
    const { name: _, owner: __, labels: ___, ...spec } = entry.workload.template
    const key = JSON.stringify(spec)
    const alike = byLikeness.get(key)
    if (alike === undefined) byLikeness.set(key, [entry])
    else alike.push(entry)
  }
  return [...byLikeness.values()].flat()
}
