import { describe, expect, it } from 'vitest'
import { noObjects } from '../cluster/cluster-objects.ts'
import { sampleNode } from '../scheduler/testing/sample-cluster.ts'
import { createEngine } from './engine/create-engine.ts'
import type { Engine } from './engine/engine.ts'
import { createPodQueue, type PodQueue } from './pod-queue.ts'
import { sampleAmounts, sampleDeployment } from './testing/sample-scenario.ts'

const [small, large] = [{ requests: sampleAmounts(1000, 1) }, { requests: sampleAmounts(2000, 1) }]

function open(order: 'file' | 'grouped' | 'shuffled', seed = 0): { readonly engine: Engine; readonly queue: PodQueue } {
  const engine = createEngine({ version: { minor: 36, patch: 3 }, objects: noObjects })
  const workloads = [
    sampleDeployment('dns', 1, small),
    sampleDeployment('a', 2, small),
    sampleDeployment('b', 2, large),
    sampleDeployment('c', 2, small),
  ].map((workload) => ({ index: engine.registerWorkload(workload), workload }))
  return { engine, queue: createPodQueue(engine, workloads.slice(0, 1), workloads.slice(1), { order, seed }) }
}

/** Workload of each pod, in order. */
function spelled(queue: PodQueue): string {
  const pending = queue.pending()
  const names = ['dns', 'a', 'b', 'c']
  return pending instanceof Int32Array
    ? [...pending].map((workload) => names[workload]).join(' ')
    : pending.map(({ workload, first, count }) => `${names[workload]}[${first}+${count}]`).join(' ')
}

describe('createPodQueue', () => {
  it.each([
    ['file', 'dns[0+1] a[0+2] b[0+2] c[0+2]'],
    ['grouped', 'dns[0+1] a[0+2] c[0+2] b[0+2]'],
  ] as const)('%s: %s', (order, expected) => {
    expect(spelled(open(order).queue)).toBe(expected)
  })

  it('shuffles by the seed, and never what comes first', () => {
    const order = spelled(open('shuffled', 1).queue)
    expect(order).toBe(spelled(open('shuffled', 1).queue))
    expect(order.split(' ')[0]).toBe('dns')
    expect(order.split(' ').toSorted().join(' ')).toBe('a a b b c c dns')
    const orders = new Set([1, 2, 3, 4, 5].map((seed) => spelled(open('shuffled', seed).queue)))
    expect(orders.size).toBeGreaterThan(1)
  })

  it('drops what has a node, and puts what lost its node at the end', () => {
    const { engine, queue } = open('file')
    engine.addNodes([{ node: sampleNode('n', { allocatable: sampleAmounts(3000, 16) }), group: null }])
    engine.schedule(queue.pending())
    expect(spelled(queue)).toBe('b[0+2] c[0+2]')
    engine.unbind([{ workload: 1, index: 0 }])
    queue.again({ workload: 1, index: 0 })
    expect(spelled(queue)).toBe('b[0+2] c[0+2] a[0+1]')
    queue.end(2)
    expect(spelled(queue)).toBe('c[0+2] a[0+1]')
  })

  it('keeps a pod of a waiting run only once', () => {
    const { queue } = open('file')
    queue.again({ workload: 2, index: 0 })
    expect(spelled(queue)).toBe('dns[0+1] a[0+2] b[1+1] c[0+2] b[0+1]')
  })

  it('drops what has a node from a shuffled queue, too', () => {
    const { engine, queue } = open('shuffled', 3)
    engine.addNodes([{ node: sampleNode('n', { allocatable: sampleAmounts(5000, 16) }), group: null }])
    engine.schedule(queue.pending())
    const left = spelled(queue).split(' ')
    expect(left).toHaveLength(7 - [0, 1, 2, 3].reduce((sum, index) => sum + engine.placedOf(index), 0))
    queue.end(2)
    expect(spelled(queue)).not.toContain('b')
  })
})
