import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noPodAffinity } from '../cluster/pod-affinity.ts'
import { nodeState, nodeStates, withoutPod, withPod } from './node-state.ts'
import { sampleNode, samplePod } from './testing/sample-cluster.ts'
import { sampleTerm } from './testing/sample-objects.ts'

const node = sampleNode('n')
const pods = fc.array(
  fc
    .record({
      milliCpu: fc.nat(1000),
      memory: fc.nat(2 ** 40),
      ephemeralStorage: fc.nat(1000),
      scalars: fc.dictionary(fc.constantFrom('nvidia.com/gpu', 'a.b/c'), fc.nat(8)),
      antiAffine: fc.boolean(),
    })
    .map(({ antiAffine, ...requests }) =>
      samplePod('p', {
        requests,
        scoredRequests: { milliCpu: requests.milliCpu, memory: requests.memory },
        antiAffinity: antiAffine ? { ...noPodAffinity, required: [sampleTerm('db')] } : noPodAffinity,
      }),
    ),
  { maxLength: 8 },
)

/** A resource of which nothing is used may be named or not. */
function significant(state: ReturnType<typeof nodeState>): unknown {
  const scalars = Object.entries(state.requested.scalars).filter(([, amount]) => amount !== 0)
  return { ...state, requested: { ...state.requested, scalars: Object.fromEntries(scalars) } }
}

test('adding pods one by one gives the sums of all, and taking one away those of the rest', () => {
  fc.assert(
    fc.property(pods, fc.nat(), (list, seed) => {
      const all = list.reduce(withPod, nodeState(node, []))
      expect(significant(all)).toEqual(significant(nodeState(node, list)))
      const index = list.length === 0 ? 0 : seed % list.length
      const gone = list[index]
      if (gone === undefined) return
      expect(significant(withoutPod(all, gone))).toEqual(significant(nodeState(node, list.toSpliced(index, 1))))
    }),
  )
})

test('a pod that is not there leaves the state as it is', () => {
  const state = nodeState(node, [])
  expect(withoutPod(state, samplePod('p'))).toBe(state)
})

test('pods go to the nodes that they name; those without a known node are left out', () => {
  const bound = [samplePod('a', { nodeName: 'n' }), samplePod('b', { nodeName: 'gone' }), samplePod('c')]
  expect(nodeStates([node], bound).map((state) => state.pods.map(({ name }) => name))).toEqual([['a']])
})
