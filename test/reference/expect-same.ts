import { expect } from 'vitest'
import { createEngine } from '../../src/simulation/engine/create-engine.ts'
import type { Engine, PodRef } from '../../src/simulation/engine/engine.ts'
import type { ClusterCase, ClusterChange } from './arbitrary-cluster.ts'
import { createReferenceEngine, type ReferenceEngine } from './reference-engine.ts'

/** Plays a case in the engine and in the reference and expects the same fate for every pod after every pass. */
export function expectSame(given: ClusterCase): void {
  const { version, objects, percentageOfNodesToScore } = given
  const options = { version, objects, ...(percentageOfNodesToScore !== undefined && { percentageOfNodesToScore }) }
  const engine = createEngine(options)
  const reference = createReferenceEngine(options)
  engine.addNodes(given.nodes)
  reference.addNodes(given.nodes)
  // Some workloads are known from the start, the others come after the first pass.
  const early = Math.ceil(given.workloads.length / 2)
  given.workloads.forEach((workload, index) => {
    if (index === early)
      pass(
        given.queue.filter((pod) => pod.workload < early),
        engine,
        reference,
      )
    engine.registerWorkload(workload)
    reference.registerWorkload(workload)
  })
  pass(given.queue, engine, reference)
  for (const change of given.changes) {
    apply(change, given, engine, reference)
    pass(given.queue, engine, reference)
  }
}

function pass(queue: readonly PodRef[], engine: Engine, reference: ReferenceEngine): void {
  const preemptions = reference.schedule(queue)
  const round = engine.schedule(queue.map(({ workload, index }) => ({ workload, first: index, count: 1 })))
  expect(round.preemptions).toEqual(preemptions)
  expect(queue.map((pod) => engine.fateOf(pod))).toEqual(queue.map((pod) => reference.fateOf(pod)))
  for (const { workload, first, count, message } of round.failures()) {
    for (let index = first; index < first + count; index++) {
      const fate = reference.fateOf({ workload, index })
      // A pod that failed may have been a victim's place later, never the other way round.
      if (fate.kind === 'unschedulable') expect(message).toBe(fate.message)
    }
  }
  const uses = [...engine.nodes()]
  expect(uses.map(({ node, pods, requested }) => [node.name, pods, requested.milliCpu, requested.memory])).toEqual(
    reference
      .states()
      .map(({ node, pods, requested }) => [node.name, pods.length, requested.milliCpu, requested.memory]),
  )
  expect(engine.buckets().reduce((sum, { count }) => sum + count, 0)).toBe(reference.states().length)
}

function apply(change: ClusterChange, { queue }: ClusterCase, engine: Engine, reference: ReferenceEngine): void {
  const states = reference.states()
  const nodeAt = (at: number): string | undefined => states[at % Math.max(1, states.length)]?.node.name
  for (const each of [engine, reference]) {
    switch (change.kind) {
      case 'add':
        each.addNodes(change.nodes)
        break
      case 'remove': {
        const name = nodeAt(change.node)
        if (name !== undefined) each.removeNodes([name])
        break
      }
      case 'cordon': {
        const node = states[change.node % Math.max(1, states.length)]?.node
        if (node !== undefined) each.replaceNode({ ...node, unschedulable: !node.unschedulable })
        break
      }
      case 'unbind': {
        const pod: PodRef | undefined = queue[change.pod % queue.length]
        if (pod !== undefined) each.unbind([pod])
        break
      }
      case 'bind': {
        const name = nodeAt(change.node)
        if (name !== undefined) each.bind({ ...change.pod, nodeName: name }, name)
      }
    }
  }
}
