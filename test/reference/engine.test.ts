import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noObjects } from '../../src/cluster/cluster-objects.ts'
import { parseKubernetesVersion } from '../../src/cluster/kubernetes-version.ts'
import type { Workload } from '../../src/cluster/workload.ts'
import { sampleGpuNode, sampleGpuPod, sampleNode, samplePod } from '../../src/scheduler/testing/sample-cluster.ts'
import { createEngine } from '../../src/simulation/engine/create-engine.ts'
import type { EngineNode, EnginePreemption, PodRef } from '../../src/simulation/engine/engine.ts'
import { clusterCases } from './arbitrary-cluster.ts'
import { expectSame } from './expect-same.ts'
import { createReferenceEngine } from './reference-engine.ts'

const gibibyte = 1024 ** 3

describe('the engine places pods as one by one', () => {
  it.each([
    ['plain pods', 'plain', 100],
    ['pods spread by default', 'spread', 80],
    ['pods that use everything', 'all', 60],
  ] as const)('%s', (_name, features, numRuns) => {
    fc.assert(fc.property(clusterCases(features, 24), expectSame), { numRuns })
  })

  it('a pod that was bound after others is evicted as one that came after them', () => {
    const options = { version: parseKubernetesVersion('1.36.3'), objects: noObjects }
    const workload = (name: string, priority: number): Workload => ({
      kind: 'Deployment',
      namespace: 'default',
      name,
      template: samplePod(name, { priority }),
      replicas: 2,
    })
    const engine = createEngine(options)
    const reference = createReferenceEngine(options)
    const schedule = (workload: number): readonly EnginePreemption[] => {
      const pods = [0, 1].map((index): PodRef => ({ workload, index }))
      const { preemptions } = engine.schedule(pods.map(({ index }) => ({ workload, first: index, count: 1 })))
      expect(preemptions).toEqual(reference.schedule(pods))
      return preemptions
    }
    for (const each of [engine, reference]) {
      each.addNodes([{ node: sampleNode('n-0', { allocatablePods: 3 }), group: null }])
      each.registerWorkload(workload('low', 0))
      each.registerWorkload(workload('high', 5))
    }
    schedule(0)
    for (const each of [engine, reference]) each.bind(samplePod('late', {}), 'n-0')
    expect(schedule(1).map(({ victims }) => victims)).toEqual([
      [{ kind: 'workload', workload: 0, index: 0 }],
      [{ kind: 'workload', workload: 0, index: 1 }],
    ])
  })

  it('three hundred nodes of three kinds, eight classes in turns', () => {
    const nodes = [
      ...names('big', 150).map((name) => sampleGpuNode(name, 8, { allocatable: amounts(96_000, 384, 8) })),
      ...names('small', 100).map((name) => sampleGpuNode(name, 1, { allocatable: amounts(4000, 16, 1) })),
      ...names('plain', 50).map((name) => sampleNode(name, { allocatable: amounts(16_000, 64, 0) })),
    ].map((node, index): EngineNode => {
      const zone = ['a', 'b', 'c'][index % 3] ?? ''
      return { node: { ...node, labels: { 'topology.kubernetes.io/zone': zone } }, group: null }
    })
    const workloads = [1, 2, 3, 4, 5, 6, 7, 8].map((size): Workload => {
      const [cpu, memory] = [size * 700, size * 3]
      const shape = { requests: amounts(cpu, memory, size % 3), scoredRequests: scored(cpu, memory) }
      const name = `w${size}`
      const template = size % 3 === 0 ? samplePod(name, shape) : sampleGpuPod(name, size % 3, shape)
      return { kind: 'Deployment', namespace: 'default', name, template, replicas: 90 }
    })
    const queue = names('', 90).flatMap((_, index) => workloads.map((__, workload): PodRef => ({ workload, index })))
    expectSame({
      version: parseKubernetesVersion('1.36.3'),
      objects: noObjects,
      percentageOfNodesToScore: undefined,
      nodes,
      workloads,
      queue,
      changes: [],
    })
  })
})

describe('a queue', () => {
  const version = parseKubernetesVersion('1.36.3')
  const workload = (name: string, priority: number): Workload => ({
    kind: 'Deployment',
    namespace: 'default',
    name,
    template: samplePod(name, { priority, requests: amounts(1500, 1, 0), scoredRequests: scored(1500, 1) }),
    replicas: 3,
  })

  it('by mention of workloads gives each mention the next pod without a node, higher priorities first', () => {
    const engine = createEngine({ version, objects: noObjects })
    engine.addNodes([
      { node: sampleNode('n-1'), group: 'n' },
      { node: sampleNode('n-0'), group: 'n' },
    ])
    const low = engine.registerWorkload(workload('low', 0))
    const high = engine.registerWorkload(workload('high', 5))
    const round = engine.schedule(Int32Array.of(low, high, low, high, high, low, low))
    expect([round.placed, round.unschedulable, engine.placedOf(high), engine.placedOf(low)]).toEqual([4, 2, 3, 1])
    expect([0, 1, 2].map((index) => engine.fateOf({ workload: high, index }))).toEqual([
      { kind: 'placed', node: 'n-0', tied: 2 },
      { kind: 'placed', node: 'n-1', tied: 1 },
      { kind: 'placed', node: 'n-0', tied: 2 },
    ])
    expect([...round.failures()]).toEqual([
      {
        workload: low,
        first: 1,
        count: 2,
        message:
          '0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
      },
    ])
    expect(engine.buckets().map((bucket) => [bucket.count, bucket.names()])).toEqual([
      [1, ['n-1']],
      [1, ['n-0']],
    ])
  })

  it('tells nodes, workloads and pods that it does not know', () => {
    const engine = createEngine({ version, objects: noObjects })
    engine.addNodes([{ node: sampleNode('n-0'), group: null }])
    expect(() => engine.addNodes([{ node: sampleNode('n-0'), group: null }])).toThrow('node n-0 is there already')
    expect(() => engine.removeNodes(['n-1'])).toThrow('there is no node n-1')
    expect(() => engine.fateOf({ workload: 0, index: 0 })).toThrow('there is no workload 0')
    const index = engine.registerWorkload(workload('w', 0))
    expect(() => engine.fateOf({ workload: index, index: 3 })).toThrow('workload 0 has no pod 3')
    expect(engine.fateOf({ workload: index, index: 0 })).toEqual({ kind: 'untried' })
  })
})

function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(6, '0')}`)
}

function amounts(milliCpu: number, memoryGib: number, gpus: number): EngineNode['node']['allocatable'] {
  return {
    milliCpu,
    memory: memoryGib * gibibyte,
    ephemeralStorage: 0,
    scalars: gpus > 0 ? { 'nvidia.com/gpu': gpus } : {},
  }
}

function scored(milliCpu: number, memoryGib: number): Workload['template']['scoredRequests'] {
  return { milliCpu, memory: memoryGib * gibibyte }
}
