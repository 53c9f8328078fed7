import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NodeGroup } from '../cluster/node-group.ts'
import type { Workload } from '../cluster/workload.ts'
import type { PodRow } from './outcome.ts'
import { type Simulation, simulate } from './simulate.ts'
import type { SimulationOptions } from './simulation-options.ts'
import {
  gpuTaint,
  gpuToleration,
  sampleAmounts,
  sampleDaemonSet,
  sampleDeployment,
  sampleGpuGroup,
  sampleInput,
  sampleOptions,
  sampleScenario,
  sampleSystemGroup,
} from './testing/sample-scenario.ts'

const group = fc.record({
  gpus: fc.constantFrom(1, 4, 8),
  maxSize: fc.integer({ min: 1, max: 6 }),
  desired: fc.integer({ min: 0, max: 2 }),
  isTainted: fc.boolean(),
  isLabelled: fc.boolean(),
})

const workload = fc.record({
  kind: fc.constantFrom('Deployment', 'Job'),
  replicas: fc.integer({ min: 0, max: 9 }),
  milliCpu: fc.constantFrom(0, 100, 900, 3900),
  gib: fc.integer({ min: 0, max: 5 }),
  gpus: fc.constantFrom(0, 1, 1, 2, 8),
  tolerates: fc.boolean(),
  priority: fc.constantFrom(0, 0, 100),
  isGated: fc.constantFrom(false, false, false, true),
})

const worlds = fc.record({
  groups: fc.array(group, { minLength: 0, maxLength: 3 }),
  workloads: fc.array(workload, { minLength: 1, maxLength: 5 }),
  hasPlugin: fc.boolean(),
  order: fc.constantFrom('file' as const, 'grouped' as const, 'shuffled' as const),
  seed: fc.integer({ min: 0, max: 99 }),
})

type World = typeof worlds extends fc.Arbitrary<infer Value> ? Value : never

function groupOf({ gpus, maxSize, desired, isTainted, isLabelled }: World['groups'][number], index: number): NodeGroup {
  const name = `gpu${index}`
  const { realNode, tags } = sampleGpuGroup()
  const { 'k8s.amazonaws.com/accelerator': _, ...labels } = realNode.labels
  return sampleGpuGroup({
    name,
    autoScalingGroup: name,
    maxSize,
    desiredSize: Math.min(desired, maxSize),
    tags: { ...tags, 'k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu': String(gpus) },
    realNode: {
      ...realNode,
      labels: isLabelled ? realNode.labels : labels,
      taints: isTainted ? [gpuTaint] : [],
      allocatable: sampleAmounts(3920, 14, gpus),
      capacity: sampleAmounts(4000, 15, gpus),
    },
  })
}

function workloadOf(made: World['workloads'][number], index: number): Workload {
  const deployment = sampleDeployment(`w${index}`, made.replicas, {
    requests: sampleAmounts(made.milliCpu, made.gib, made.gpus),
    tolerations: made.tolerates ? [gpuToleration] : [],
    priority: made.priority,
    schedulingGates: made.isGated ? ['example.com/held'] : [],
  })
  return { ...deployment, kind: made.kind }
}

function play(
  { groups, workloads, hasPlugin, order, seed }: World,
  changed: Partial<SimulationOptions> = {},
): Simulation {
  const cluster = sampleScenario({
    nodeGroups: [sampleSystemGroup({ maxSize: 3 }), ...groups.map(groupOf)],
    daemonSets: hasPlugin ? [sampleDaemonSet()] : [],
  })
  return simulate(cluster, sampleInput(workloads.map(workloadOf)), {
    ...sampleOptions,
    order,
    seed,
    fixes: false,
    ...changed,
  })
}

function sum<Item>(items: Iterable<Item>, of: (item: Item) => number): number {
  let total = 0
  for (const item of items) total += of(item)
  return total
}

function expectToAddUp({ outcome, rows }: Simulation): void {
  const { workloads, groups, totals, otherNodes } = outcome
  for (const { pods, running, pending, gated, evicted, placements, reasons, runningAfter } of workloads) {
    expect(running + pending + gated + evicted).toBe(pods)
    expect(sum(placements, (placement) => placement.pods)).toBe(running)
    expect(sum(reasons, (reason) => reason.pods)).toBe(pending)
    expect(runningAfter !== undefined).toBe(running > 0)
    for (const { message, explanation } of reasons) {
      expect(message).toMatch(/^0\/\d+ nodes are available: .*\.$/)
      expect(explanation).not.toBe('')
    }
  }
  for (const field of ['pods', 'running', 'pending', 'gated', 'evicted'] as const)
    expect(sum(workloads, (workload) => workload[field])).toBe(totals[field])
  expect(sum(groups, ({ to }) => to) + otherNodes).toBe(totals.nodes)
  for (const { from, to, maxSize, gpus } of groups) {
    expect(to).toBeGreaterThanOrEqual(from)
    expect(to).toBeLessThanOrEqual(maxSize)
    expect(gpus.used).toBeLessThanOrEqual(gpus.total)
  }
  const pods = [...rows.pods()]
  expect(pods).toHaveLength(totals.pods + totals.recorded)
  expect(pods.filter(({ phase }) => phase === 'Running')).toHaveLength(totals.running)
  expect(new Set(pods.map(({ namespace, pod }) => `${namespace}/${pod}`)).size).toBe(pods.length)
  const nodes = [...rows.nodes()]
  expect(nodes).toHaveLength(totals.nodes)
  expect(sum(nodes, (node) => node.pods)).toBe(totals.running)
  expect(sum(nodes, ({ gpus }) => gpus.used)).toBe(totals.gpus.used)
  for (const { cpu, memory } of nodes) {
    expect(cpu.used).toBeLessThanOrEqual(cpu.total)
    expect(memory.used).toBeLessThanOrEqual(memory.total)
  }
  const last = outcome.series.at(-1)
  expect(last?.gpus).toEqual({ total: totals.gpus.total, used: totals.gpus.used })
}

describe('every simulation', () => {
  it('adds up', () => {
    fc.assert(
      fc.property(worlds, (world) => expectToAddUp(play(world))),
      { numRuns: 30 },
    )
  })

  it('is the same twice', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const [first, second] = [play(world), play(world)]
        expect(second.outcome).toEqual(first.outcome)
        expect([...second.rows.pods()]).toEqual([...first.rows.pods()])
      }),
      { numRuns: 10 },
    )
  })

  it('gives every pod that has no rival its node in every order', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const alone = { ...world, workloads: world.workloads.slice(0, 1) }
        const running = (['file', 'grouped', 'shuffled'] as const).map((order) => play(alone, { order }).outcome.totals)
        expect(running[1]).toEqual(running[0])
        expect(running[2]).toEqual(running[0])
      }),
      { numRuns: 10 },
    )
  })

  it('is the same cycle by cycle, with the scores of every cycle', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const rivals = { ...world, workloads: world.workloads.map((made) => ({ ...made, priority: 0 as const })) }
        const fast = play(rivals)
        const traced = play(rivals, { scores: true })
        expect([...traced.rows.pods()].map(withoutScores)).toEqual([...fast.rows.pods()])
        expect(traced.outcome).toEqual(fast.outcome)
        for (const { scores, tied, node } of traced.rows.pods()) {
          if (scores === undefined || scores.length === 0) continue
          const best = Math.max(...scores.map(({ total }) => total))
          const top = scores.filter(({ total }) => total === best)
          expect([top.length, top[0]?.node]).toEqual([tied, node])
        }
      }),
      { numRuns: 30 },
    )
  })
})

function withoutScores(row: PodRow): PodRow {
  const { scores: _, ...rest } = row
  return rest
}
