import { describe, expect, test } from 'vitest'
import type { DisruptionBudget } from '../cluster/cluster-objects.ts'
import type { Pod } from '../cluster/pod.ts'
import { explainCycle } from './explain-cycle.ts'
import { type ScheduleOutcome, schedule } from './schedule.ts'
import { sampleSnapshot } from './testing/ask-filters.ts'
import { sampleGpuNode, sampleGpuPod, sampleNode, samplePod } from './testing/sample-cluster.ts'
import { selectorOf } from './testing/sample-objects.ts'

const pod = sampleGpuPod('p', 1, { priority: 100 })
const on = (nodeName: string, name: string, shape: Partial<Pod> = {}): Pod =>
  sampleGpuPod(name, 1, { nodeName, startedAt: 1000, ...shape })
const budget = (shape: Partial<DisruptionBudget> = {}): DisruptionBudget => ({
  namespace: 'default',
  name: 'keep',
  selector: selectorOf({ app: 'web' }),
  disruptionsAllowed: 0,
  disruptedPods: [],
  ...shape,
})
const preempt = (
  bound: readonly Pod[],
  disruptionBudgets: readonly DisruptionBudget[] = [],
  who = pod,
): ScheduleOutcome => {
  const names = [...new Set(bound.map(({ nodeName = '' }) => nodeName))]
  const nodes = names.map((name) => sampleGpuNode(name, bound.filter(({ nodeName }) => nodeName === name).length))
  return schedule(who, sampleSnapshot(nodes, bound, { objects: { disruptionBudgets } }))
}
const chosen = (outcome: ScheduleOutcome): unknown =>
  outcome.kind === 'unschedulable' && outcome.preemption !== undefined
    ? [outcome.preemption.node, outcome.preemption.victims.map(({ name }) => name), outcome.preemption.tied]
    : outcome

describe('which node', () => {
  const web = { labels: { app: 'web' } }
  test.for([
    {
      name: 'fewest budget violations',
      bound: [on('a', 'x', { ...web, priority: -5 }), on('b', 'y', { priority: 5 })],
      budgets: [budget()],
      says: ['b', ['y'], 1],
    },
    {
      name: 'lowest highest priority',
      bound: [on('a', 'x', { priority: 5 }), on('b', 'y')],
      budgets: [],
      says: ['b', ['y'], 1],
    },
    {
      name: 'latest start',
      bound: [on('a', 'x'), on('b', 'y', { startedAt: 2000 })],
      budgets: [],
      says: ['b', ['y'], 1],
    },
    {
      name: 'the first by bytes',
      bound: [on('b', 'y'), on('B', 'z'), on('a', 'x')],
      budgets: [],
      says: ['B', ['z'], 3],
    },
  ])('$name', ({ bound, budgets, says }) => {
    expect(chosen(preempt(bound, budgets))).toEqual(says)
  })

  test('fewest victims: each one costs, however low its priority', () => {
    const nodes = [sampleGpuNode('a', 2), sampleGpuNode('b', 2)]
    const bound = [
      on('a', 'x', { priority: -10 }),
      on('a', 'y', { priority: -10 }),
      on('b', 'z', { requests: { ...pod.requests, scalars: { 'nvidia.com/gpu': 2 } }, priority: -10 }),
    ]
    const two = sampleGpuPod('p', 2, { priority: 100 })
    expect(chosen(schedule(two, sampleSnapshot(nodes, bound)))).toEqual(['b', ['z'], 1])
  })
})

describe('which pods', () => {
  const web = { labels: { app: 'web' } }
  const two = { requests: { ...pod.requests, scalars: { 'nvidia.com/gpu': 2 } } }

  test('those that a budget protects stay before more important ones', () => {
    const bound = [on('a', 'protected', { ...web, priority: 1 }), on('a', 'other', { priority: 50 })]
    expect(chosen(preempt(bound, [budget()]))).toEqual(['a', ['other'], 1])
    expect(chosen(preempt(bound))).toEqual(['a', ['protected'], 1])
  })

  test.for([
    { name: 'a budget that allows one', shape: { disruptionsAllowed: 1 }, says: ['protected'] },
    { name: 'a budget of another namespace', shape: { namespace: 'other' }, says: ['protected'] },
    { name: 'a pod that goes already', shape: { disruptedPods: ['protected'] }, says: ['protected'] },
    { name: 'an empty selector matches nothing here', shape: { selector: selectorOf({}) }, says: ['protected'] },
  ])('$name', ({ shape, says }) => {
    const bound = [on('a', 'protected', { ...web, priority: 1 }), on('a', 'other', { priority: 50 })]
    expect(chosen(preempt(bound, [budget(shape)]))).toEqual(['a', says, 1])
  })

  test('of equals the one that runs longer stays; most important first among victims', () => {
    const bound = [
      on('a', 'old', { startedAt: 1 }),
      on('a', 'young', { startedAt: 2 }),
      on('a', 'low', { priority: -1 }),
    ]
    expect(chosen(preempt(bound))).toEqual(['a', ['low'], 1])
    expect(chosen(preempt(bound, [], { ...pod, ...two }))).toEqual(['a', ['young', 'low'], 1])
  })

  test('of two that have not started, the one that comes first goes', () => {
    const { startedAt: _, ...first } = on('a', 'first')
    const { startedAt: __, ...second } = on('a', 'second')
    expect(chosen(preempt([first, second]))).toEqual(['a', ['first'], 1])
  })
})

describe('no preemption', () => {
  const text = (outcome: ScheduleOutcome): string => (outcome.kind === 'unschedulable' ? outcome.message : 'placed')

  test('a pod whose victims still end waits for them', () => {
    const ending = on('a', 'x', { terminating: true, preempted: true })
    const waiting = { ...pod, nominatedNodeName: 'a' }
    expect(text(preempt([ending], [], waiting))).toBe(
      '0/1 nodes are available: 1 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: not eligible due to a terminating pod on the nominated node.',
    )
    expect(chosen(preempt([on('a', 'x', { terminating: true })], [], waiting))).toEqual(['a', ['x'], 1])
  })

  test('pods of the same priority are left alone', () => {
    expect(text(preempt([on('a', 'x', { priority: 100 })]))).toContain(
      '1 No preemption victims found for incoming pod.',
    )
  })
})

describe('nominated pods', () => {
  const nodes = [sampleGpuNode('a', 1), sampleNode('b')]
  const nominated = (priority: number): Pod => sampleGpuPod('n', 1, { priority, nominatedNodeName: 'a' })

  test('hold their room against the same and lower priorities', () => {
    const run = (priority: number): string => {
      const outcome = schedule(sampleGpuPod('p', 1, { priority }), {
        ...sampleSnapshot(nodes),
        nominated: [nominated(5)],
      })
      return outcome.kind
    }
    expect([4, 5, 6].map(run)).toEqual(['unschedulable', 'unschedulable', 'placed'])
  })

  test('do not stand in their own way, and their node comes first', () => {
    const own = samplePod('n', { nominatedNodeName: 'b' })
    expect(schedule(own, { ...sampleSnapshot([sampleNode('a'), sampleNode('b')]), nominated: [own] })).toMatchObject({
      kind: 'placed',
      node: 'b',
      tied: 1,
      visited: 1,
    })
  })
})

test('an explanation names candidates and victims', () => {
  const bound = [on('a', 'x'), on('b', 'y')]
  const { preemption, best, outcome } = explainCycle(
    pod,
    sampleSnapshot([sampleGpuNode('a', 1), sampleGpuNode('b', 1)], bound),
  )
  expect(preemption).toMatchObject({ kind: 'possible', node: 'a', tied: ['a', 'b'], violations: 0 })
  expect(best).toEqual([])
  expect(outcome).toMatchObject({
    kind: 'unschedulable',
    message: '0/2 nodes are available: 2 Insufficient nvidia.com/gpu.',
  })
})
