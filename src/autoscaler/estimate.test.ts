import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noObjects } from '../cluster/cluster-objects.ts'
import { parseKubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import { noResources, type Resources } from '../cluster/resources.ts'
import { type NodeState, nodeState, withPod } from '../scheduler/node-state.ts'
import { prepareFilters } from '../scheduler/prepare-filters.ts'
import { sampleNode, samplePod } from '../scheduler/testing/sample-cluster.ts'
import { type Estimate, type EstimatedPods, estimateNodes } from './estimate.ts'
import { kindOf, packNodes } from './packed-nodes.ts'
import { podClasses } from './pod-class.ts'

const version = parseKubernetesVersion('1.36.1')

/** Keeps a pod off nodes with pods of the app `alone`. */
const apart = {
  selector: { matchLabels: { app: 'alone' }, matchExpressions: [] },
  namespaces: [],
  topologyKey: 'kubernetes.io/hostname',
  matchLabelKeys: [],
  mismatchLabelKeys: [],
}

type Kind = { readonly pod: Pod; readonly count: number }

function pod(name: string, milliCpu: number, memory: number, shape: Partial<Pod> = {}): Pod {
  return samplePod(name, { requests: { ...noResources, milliCpu, memory }, ...shape })
}

function node(milliCpu: number, memory: number, pods = 110): NodeState {
  return nodeState(
    sampleNode('template', {
      labels: { 'kubernetes.io/hostname': 'template' },
      allocatable: { ...noResources, milliCpu, memory },
      allocatablePods: pods,
    }),
    [],
  )
}

function estimate(
  kinds: readonly Kind[],
  template: NodeState,
  limit = 0,
  existing: readonly NodeState[] = [],
): Estimate {
  const classOf = podClasses(version, noObjects)
  const groups = kinds.map(
    ({ pod: asked, count }, id): EstimatedPods => ({
      id,
      of: classOf(asked),
      count,
    }),
  )
  const runs = existing.map((state) => ({
    origin: 'existing' as const,
    names: [state.node.name],
    start: 0,
    count: 1,
    kind: kindOf(state),
  }))
  const nodes = packNodes(runs, { version, objects: noObjects, nextIndex: 0 })
  return estimateNodes(groups, template, nodes, { limit, version })
}

/** The same, pod by pod and node by node, with kube-scheduler's filters on every node every time. */
function plainly(kinds: readonly Kind[], template: NodeState, limit: number, existing: readonly NodeState[]): Estimate {
  const nodes = [...existing]
  const added: number[] = []
  const usedOld = new Set<number>()
  const taken = new Map<number, number>()
  let nextIndex = 0
  let isCapped = false
  const fits = (asked: Pod, at: number): boolean => {
    const state = nodes[at]
    if (state === undefined) return false
    return prepareFilters(asked, { version, nodes, objects: noObjects }).rejectionOn(state) === undefined
  }
  const put = (id: number, asked: Pod, at: number): void => {
    const state = nodes[at]
    if (state !== undefined) nodes[at] = withPod(state, asked)
    taken.set(id, (taken.get(id) ?? 0) + 1)
  }
  const size = (asked: Pod): number =>
    asked.requests.milliCpu / template.node.allocatable.milliCpu +
    asked.requests.memory / template.node.allocatable.memory
  const order = kinds.map((kind, id) => ({ ...kind, id })).sort((a, b) => size(b.pod) - size(a.pod))
  for (const { id, pod: asked, count } of order) {
    let left = count
    for (let isFound = true; isFound && left > 0 && added.length > 0; ) {
      isFound = false
      for (let step = 0; step < nodes.length && !isFound; step += 1) {
        const at = (nextIndex + step) % nodes.length
        if (!added.includes(at) || !fits(asked, at)) continue
        put(id, asked, at)
        nextIndex = (at + 1) % nodes.length
        left -= 1
        isFound = true
      }
    }
    if (isCapped) continue
    while (left > 0) {
      const last = nodes.length - 1
      if (added.length > 0 && fits(asked, last)) {
        put(id, asked, last)
        left -= 1
        continue
      }
      if (added.length > 0 && nodes[last]?.pods.length === template.pods.length) break
      if (limit !== 0 && added.length >= limit) {
        isCapped = true
        break
      }
      const name = `template-e-${added.length}`
      const labels = { ...template.node.labels, 'kubernetes.io/hostname': name }
      nodes.push({ ...template, node: { ...template.node, name, labels } })
      added.push(nodes.length - 1)
      if (!fits(asked, nodes.length - 1)) break
      put(id, asked, nodes.length - 1)
      left -= 1
    }
  }
  const filled = added.filter((at) => nodes[at]?.pods.length !== template.pods.length)
  return {
    nodes: filled.length + usedOld.size,
    pods: taken,
    ...(isCapped && { note: `Capping binpacking after exceeding threshold of ${limit} nodes` }),
  }
}

describe('estimateNodes', () => {
  it('comes to the number that is published for 51,000 pods', () => {
    const kinds = [
      { pod: pod('small', 50, 100), count: 50_000 },
      { pod: pod('large', 95, 190), count: 1_000 },
    ]
    expect(estimate(kinds, node(1000, 5000)).nodes).toBe(2595)
  })

  it.each([
    ['pods of one kind', [[250, 0, 10]], 0, 3, [10]],
    [
      'larger pods first, whatever their order',
      [
        [100, 0, 10],
        [600, 0, 2],
      ],
      0,
      3,
      [10, 2],
    ],
    ['a pod larger than a node', [[1100, 0, 1]], 0, 0, [undefined]],
    [
      'a pod larger than a node beside others',
      [
        [1100, 0, 1],
        [500, 0, 2],
      ],
      0,
      1,
      [undefined, 2],
    ],
    ['at most the limit', [[500, 0, 10]], 3, 3, [6]],
    ['none at all below zero', [[500, 0, 10]], -1, 0, [undefined]],
    ['no more than 110 pods on a node', [[0, 0, 221]], 0, 3, [221]],
  ] as const)('%s', (_, asked, limit, nodes, taken) => {
    const kinds = asked.map(([milliCpu, memory, count], index) => ({ pod: pod(`p${index}`, milliCpu, memory), count }))
    const found = estimate(kinds, node(1000, 5000), limit)
    expect({ nodes: found.nodes, taken: kinds.map((_kind, id) => found.pods.get(id)) }).toEqual({ nodes, taken })
  })

  it('says which limit ended it', () => {
    expect(estimate([{ pod: pod('p', 500, 0), count: 10 }], node(1000, 5000), 3).note).toBe(
      'Capping binpacking after exceeding threshold of 3 nodes',
    )
  })

  it('gives each of the pods that keep away from each other a node', () => {
    const db = pod('db', 10, 10, { labels: { app: 'alone' }, antiAffinity: { required: [apart], preferred: [] } })
    expect(estimate([{ pod: db, count: 7 }], node(1000, 5000)).nodes).toBe(7)
  })

  it('equals packing pod by pod and node by node', () => {
    const amounts = fc.record({ milliCpu: fc.integer({ min: 0, max: 7 }), memory: fc.integer({ min: 0, max: 7 }) })
    const kinds = fc.array(
      fc.record({ amounts, count: fc.integer({ min: 1, max: 9 }), hostPort: fc.boolean(), isAlone: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 5,
      },
    )
    const existing = fc.array(amounts, { maxLength: 3 })
    fc.assert(
      fc.property(
        kinds,
        fc.record({ milliCpu: fc.integer({ min: 1, max: 12 }), memory: fc.integer({ min: 1, max: 12 }) }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 6 }),
        existing,
        (asked, total, mostPods, limit, old) => {
          const pods = asked.map(({ amounts: { milliCpu, memory }, count, hostPort, isAlone }, index) => ({
            pod: pod(`p${index}`, milliCpu, memory, {
              labels: { app: isAlone ? 'alone' : 'any' },
              antiAffinity: { required: isAlone ? [apart] : [], preferred: [] },
              hostPorts: hostPort ? [{ hostIp: '0.0.0.0', protocol: 'TCP', port: 80 }] : [],
            }),
            count,
          }))
          const template = node(total.milliCpu, total.memory, mostPods)
          const nodes = old.map((each, index) => nodeState(existingNode(`old-${index}`, each), []))
          expect(estimate(pods, template, limit, nodes)).toEqual(plainly(pods, template, limit, nodes))
        },
      ),
      { numRuns: 300 },
    )
  })
})

function existingNode(name: string, amounts: Pick<Resources, 'milliCpu' | 'memory'>): Node {
  return sampleNode(name, {
    labels: { 'kubernetes.io/hostname': name },
    allocatable: { ...noResources, ...amounts },
  })
}
