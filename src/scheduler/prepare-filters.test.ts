import { describe, expect, test } from 'vitest'
import type { Pod } from '../cluster/pod.ts'
import { noPodAffinity } from '../cluster/pod-affinity.ts'
import { nodeState, withPod } from './node-state.ts'
import { prepareFilters } from './prepare-filters.ts'
import { sampleSnapshot } from './testing/ask-filters.ts'
import { sampleNode, samplePod } from './testing/sample-cluster.ts'
import { sampleSpread, sampleTerm } from './testing/sample-objects.ts'

const pinnedTo = (...names: readonly string[]): Pod =>
  samplePod('p', {
    requiredNodeTerms: names.map((name) => ({
      matchExpressions: [],
      matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }],
    })),
  })
const snapshot = sampleSnapshot(['a', 'b'].map((name) => sampleNode(name, { labels: { zone: name } })))

describe('PreFilter', () => {
  test('leaves all nodes, or those that a pod names', () => {
    expect(prepareFilters(samplePod('p'), snapshot).only).toBeUndefined()
    expect(prepareFilters(pinnedTo('b', 'gone'), snapshot).only).toEqual({
      names: new Set(['b', 'gone']),
      plugins: ['NodeAffinity'],
    })
  })

  test('rejects the pod on every node', () => {
    const volumes = [{ kind: 'claim', claim: 'data', ephemeral: false, readOnly: false }] as const
    const filters = prepareFilters(samplePod('p', { volumes }), snapshot)
    const rejection = {
      plugin: 'VolumeRestrictions',
      unresolvable: true,
      reasons: ['persistentvolumeclaim "data" not found'],
    }
    expect(filters.rejection).toEqual(rejection)
    expect(snapshot.nodes.map((state) => filters.rejectionOn(state))).toEqual([rejection, rejection])
    expect(filters.after({ kind: 'added', pod: samplePod('q'), node: sampleNode('a') }).rejection).toEqual(rejection)
  })
})

describe('after a pod came to a node', () => {
  const [a] = snapshot.nodes
  const state = a ?? nodeState(sampleNode('a'), [])
  const other = samplePod('q', { labels: { app: 'web' } })
  const added = { kind: 'added', pod: other, node: state.node } as const
  test.for([
    {
      name: 'spread',
      shape: { labels: { app: 'web' }, topologySpread: [sampleSpread('web')] },
      before: undefined,
      later: 'PodTopologySpread',
    },
    {
      name: 'affinity',
      shape: { affinity: { ...noPodAffinity, required: [sampleTerm('web')] } },
      before: 'InterPodAffinity',
      later: undefined,
    },
    {
      name: 'anti-affinity',
      shape: { antiAffinity: { ...noPodAffinity, required: [sampleTerm('web')] } },
      before: undefined,
      later: 'InterPodAffinity',
    },
  ])('$name', ({ shape, before, later }) => {
    const filters = prepareFilters(samplePod('p', shape), snapshot)
    expect(filters.rejectionOn(state)?.plugin).toBe(before)
    expect(filters.after(added).rejectionOn(withPod(state, other))?.plugin).toBe(later)
    // And gone again: as before.
    const back = filters.after(added).after({ ...added, kind: 'removed' })
    expect(back.rejectionOn(state)?.plugin).toBe(before)
  })
})
