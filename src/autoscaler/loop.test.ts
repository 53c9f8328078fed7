import { describe, expect, it } from 'vitest'
import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import type { AutoscalerDecision } from './decision.ts'
import { runAutoscalerLoop } from './loop.ts'
import { noMemory } from './memory.ts'
import {
  amounts,
  bucketOf,
  pendingPods,
  sampleGroup,
  sampleNow,
  sampleSettings,
  sampleView,
  sized,
} from './testing/sample-view.ts'
import type { AutoscalerView } from './view.ts'

const fresh = noMemory(0, sampleNow - 600)
const taint = 'k8s.io/cluster-autoscaler/node-template/taint/dedicated'
const one = pendingPods('web', 4, { requests: amounts(900) })
const accelerator = 'k8s.io/cluster-autoscaler/node-template/label/k8s.amazonaws.com/accelerator'
const gpuGroup = sampleGroup('gpu', { instanceTypes: ['g5.xlarge'], tags: { [accelerator]: 'nvidia-a10g' } })

/** What a loop did, short enough to be read in a table. */
function told({ scaleUps, texts, skippedGroups, covered, error }: AutoscalerDecision): Record<string, unknown> {
  return {
    ups: scaleUps.flatMap(({ plan }) => plan.map(({ group, from, to }) => `${group} ${from} → ${to}`)),
    ...(scaleUps.some(({ notes }) => notes.length > 0) && { notes: scaleUps.flatMap(({ notes }) => notes) }),
    texts: [...texts].map(([id, { triggered, notTriggered }]) => {
      const text = triggered ?? notTriggered
      return `${id} ×${text?.pods}: ${text?.text}`
    }),
    ...(skippedGroups.size > 0 && { skipped: Object.fromEntries(skippedGroups) }),
    ...(covered.size > 0 && { covered: Object.fromEntries(covered) }),
    ...(error !== undefined && { error }),
  }
}

type Case = {
  readonly name: string
  readonly view: Partial<AutoscalerView>
  readonly settings?: Partial<AutoscalerSettings>
  readonly expected: Record<string, unknown>
}

const balanced = [sampleGroup('a'), sampleGroup('b', { zones: ['us-east-1b'] })]
const cases: readonly Case[] = [
  { name: 'nothing waits', view: { groups: [sized(sampleGroup('a'))] }, expected: { ups: [], texts: [] } },
  {
    name: 'a group grows from zero',
    view: { groups: [sized(sampleGroup('a'))], pending: [one] },
    expected: { ups: ['a 0 → 2'], texts: ['web ×4: pod triggered scale-up: [{a 0->2 (max: 10)}]'] },
  },
  {
    name: 'as far as its most',
    view: { groups: [sized(sampleGroup('a', { maxSize: 1 }))], pending: [one] },
    expected: {
      ups: ['a 0 → 1'],
      notes: ['Capping binpacking after exceeding threshold of 1 nodes'],
      texts: ['web ×2: pod triggered scale-up: [{a 0->1 (max: 1)}]'],
    },
  },
  {
    name: 'a group at its most',
    view: { groups: [sized(sampleGroup('a', { maxSize: 1 }), 1)], nodes: [full('a', 'a-1')], pending: [one] },
    expected: {
      ups: [],
      texts: ["web ×4: pod didn't trigger scale-up: 1 max node group size reached"],
      skipped: { a: 'max size reached' },
    },
  },
  {
    name: 'groups that do not take the pods, each reason counted',
    view: {
      groups: [
        sized(sampleGroup('a', { tags: { [taint]: 'gpu:NoSchedule' } })),
        sized(sampleGroup('b', { tags: { [taint]: 'gpu:NoSchedule' } })),
        sized(sampleGroup('c', { maxSize: 0 })),
      ],
      pending: [one],
    },
    expected: {
      ups: [],
      texts: ["web ×4: pod didn't trigger scale-up: 1 max node group size reached, 2 node(s) had untolerated taint(s)"],
      skipped: { c: 'max size reached' },
    },
  },
  {
    name: 'groups without discovery tags are not there',
    view: { groups: [sized(sampleGroup('a', { discovered: false }))], pending: [one] },
    expected: { ups: [], texts: ["web ×4: pod didn't trigger scale-up: "] },
  },
  {
    name: 'pods that existing nodes take',
    view: { groups: [sized(sampleGroup('a'), 1)], nodes: [bucketOf('a', ['a-1'])], pending: [one] },
    expected: {
      ups: ['a 1 → 2'],
      texts: ['web ×2: pod triggered scale-up: [{a 1->2 (max: 10)}]'],
      covered: { web: 2 },
    },
  },
  {
    name: 'pods of low priority are left alone',
    view: { groups: [sized(sampleGroup('a'))], pending: [pendingPods('web', 4, { priority: -11 })] },
    expected: { ups: [], texts: [] },
  },
  {
    name: 'pods younger than two seconds',
    view: {
      groups: [sized(sampleGroup('a'))],
      pending: [pendingPods('web', 1, { requests: amounts(900) }, sampleNow - 1)],
    },
    expected: { ups: [], texts: [] },
  },
  {
    name: 'pods with GPUs younger than thirty seconds',
    view: {
      groups: [sized(gpuGroup)],
      pending: [pendingPods('train', 1, { requests: amounts(900, 0, 1) }, sampleNow - 29)],
    },
    expected: { ups: [], texts: [] },
  },
  {
    name: 'pods with GPUs of thirty seconds',
    view: {
      groups: [sized(gpuGroup)],
      pending: [pendingPods('train', 1, { requests: amounts(900, 0, 1) }, sampleNow - 30)],
    },
    expected: { ups: ['gpu 0 → 1'], texts: ['train ×1: pod triggered scale-up: [{gpu 0->1 (max: 10)}]'] },
  },
  {
    name: 'cores run out',
    settings: { coresTotal: { min: 0, max: 3 } },
    view: { groups: [sized(sampleGroup('a'))], pending: [one] },
    expected: {
      ups: ['a 0 → 1'],
      notes: ['Only 1 nodes can be added to a due to cluster-wide limits'],
      texts: ['web ×4: pod triggered scale-up: [{a 0->1 (max: 10)}]'],
    },
  },
  {
    name: 'GPUs are used up',
    settings: { gpuTotal: [{ type: 'nvidia-a10g', min: 0, max: 0 }] },
    view: { groups: [sized(gpuGroup)], pending: [pendingPods('train', 1, { requests: amounts(0, 0, 1) })] },
    expected: {
      ups: [],
      texts: ['train ×1: pod didn\'t trigger scale-up: 1 exceeded quota: "cluster-wide", resources: nvidia-a10g'],
      skipped: { gpu: '"cluster-wide" quota exceeded, resources: [nvidia-a10g]' },
    },
  },
  {
    name: 'the cluster has all the nodes that it may have',
    settings: { maxNodesTotal: 1 },
    view: { groups: [sized(sampleGroup('a'))], pending: [one] },
    expected: { ups: [], texts: ["web ×4: pod didn't trigger scale-up: max total nodes in cluster reached"] },
  },
  {
    name: 'similar groups share',
    settings: { balanceSimilarNodeGroups: true },
    view: { groups: balanced.map((group) => sized(group)), pending: [one] },
    expected: {
      ups: ['a 0 → 1', 'b 0 → 1'],
      notes: ['Splitting scale-up between 2 similar node groups'],
      texts: ['web ×4: pod triggered scale-up: [{a 0->1 (max: 10)} {b 0->1 (max: 10)}]'],
    },
  },
  {
    name: 'similar groups do not share without the flag',
    view: { groups: balanced.map((group) => sized(group)), pending: [one] },
    expected: { ups: ['a 0 → 2'], texts: ['web ×4: pod triggered scale-up: [{a 0->2 (max: 10)}]'] },
  },
  {
    name: 'an instance type that is not known ends the loop',
    settings: { staticInstanceTypes: true },
    view: { groups: [sized(sampleGroup('a', { instanceTypes: ['z9.huge'] }))], pending: [one] },
    expected: {
      ups: [],
      texts: [],
      error:
        'failed to recompute template node infos: failed to obtain template NodeInfo from node group "a": ASG "a" uses the unknown EC2 instance type "z9.huge"',
    },
  },
  {
    name: 'no scale-up from zero nodes where the flag forbids it',
    settings: { scaleUpFromZero: false },
    view: {
      groups: [sized(sampleGroup('a'), 1)],
      nodes: [bucketOf('a', ['a-1'])],
      pending: [pendingPods('web', 3, { requests: amounts(1900) })],
    },
    expected: {
      ups: ['a 1 → 3'],
      texts: ['web ×2: pod triggered scale-up: [{a 1->3 (max: 10)}]'],
      covered: { web: 1 },
    },
  },
]

function full(group: string, name: string): ReturnType<typeof bucketOf> {
  return bucketOf(group, [name], [], { node: { allocatable: amounts(2000, 8), allocatablePods: 0 } })
}

describe('runAutoscalerLoop', () => {
  it.each(cases.map((each) => [each.name, each] as const))('%s', (_, { view, settings, expected }) => {
    expect(told(runAutoscalerLoop(sampleSettings(settings), sampleView(view), fresh))).toEqual(expected)
  })

  it('awaits the nodes that it asked for, and no others', () => {
    const first = runAutoscalerLoop(
      sampleSettings(),
      sampleView({ groups: [sized(sampleGroup('a'))], pending: [one] }),
      fresh,
    )
    const later = sampleView({ now: sampleNow + 10, groups: [sized(sampleGroup('a'), 2)], pending: [one] })
    expect(told(runAutoscalerLoop(sampleSettings(), later, first.memory))).toEqual({
      ups: [],
      texts: [],
      covered: { web: 4 },
    })
    // Another process knows nothing of the request, only of instances that are no nodes yet.
    const unregistered = ['i-1', 'i-2']
    const restarted = { ...later, groups: [{ ...sized(sampleGroup('a'), 2), unregistered }] }
    expect(told(runAutoscalerLoop(sampleSettings(), restarted, fresh))).toMatchObject({ ups: ['a 2 → 4'] })
  })

  it('takes a group without any of its instances for broken', () => {
    const view = sampleView({ groups: [sized(sampleGroup('a'), 2)], pending: [one] })
    expect(told(runAutoscalerLoop(sampleSettings(), view, fresh))).toEqual({
      ups: [],
      texts: ["web ×4: pod didn't trigger scale-up: 1 not ready for scale-up"],
      skipped: { a: 'not ready for scaleup - unhealthy' },
    })
  })

  it('leaves a group alone for a while when what it asked for does not come', () => {
    const settings = sampleSettings()
    let { memory } = runAutoscalerLoop(
      settings,
      sampleView({ groups: [sized(sampleGroup('a'))], pending: [one] }),
      fresh,
    )
    const at = (after: number, size: number): AutoscalerDecision => {
      const view = sampleView({ now: sampleNow + after, groups: [sized(sampleGroup('a'), size)], pending: [one] })
      const decision = runAutoscalerLoop(settings, view, memory)
      memory = decision.memory
      return decision
    }
    expect(told(at(900, 2))).toMatchObject({ ups: [], covered: { web: 4 } })
    const timedOut = at(910, 2)
    expect([...timedOut.corrections]).toEqual([['a', 0]])
    expect(told(at(920, 0))).toEqual({
      ups: [],
      texts: ["web ×4: pod didn't trigger scale-up: 1 in backoff after failed scale-up"],
      skipped: { a: 'not ready for scaleup - backoff' },
    })
    expect(told(at(920 + 300, 0))).toMatchObject({ ups: ['a 0 → 2'] })
  })

  it('ends instances that do not become nodes in time', () => {
    const at = (now: number): AutoscalerView =>
      sampleView({
        now,
        groups: [{ ...sized(sampleGroup('a', { minSize: 1 }), 3), unregistered: ['i-1', 'i-2', 'i-3'] }],
      })
    const first = runAutoscalerLoop(sampleSettings(), at(sampleNow), fresh)
    expect(first.endedInstances).toEqual([])
    const later = runAutoscalerLoop(sampleSettings(), at(sampleNow + 901), first.memory)
    expect(later.endedInstances).toEqual(['i-1', 'i-2'])
  })

  it('counts a node whose GPUs are not there yet as one that is still to come', () => {
    const settings = sampleSettings()
    const pending = [pendingPods('train', 1, { requests: amounts(0, 0, 1) })]
    const first = runAutoscalerLoop(settings, sampleView({ groups: [sized(gpuGroup)], pending }), fresh)
    const labels = { 'k8s.amazonaws.com/accelerator': 'nvidia-a10g' }
    const view = sampleView({
      now: sampleNow + 90,
      groups: [sized(gpuGroup, 1)],
      nodes: [bucketOf('gpu', ['gpu-1'], [], { node: { labels }, readySince: sampleNow + 60 })],
      pending,
    })
    expect(told(runAutoscalerLoop(settings, view, first.memory))).toEqual({ ups: [], texts: [], covered: { train: 1 } })
  })

  it('takes one option a loop, and the rest of the pods in the next', () => {
    const settings = sampleSettings({ expanders: ['most-pods'] })
    const gpu = { ...gpuGroup, tags: { ...gpuGroup.tags, [taint]: 'gpu:NoSchedule' } }
    const tolerations = [{ key: 'dedicated', operator: 'Exists', value: '' } as const]
    const pending = [one, pendingPods('train', 1, { requests: amounts(0, 0, 1), tolerations })]
    const groups = [sampleGroup('a'), gpu]
    const first = runAutoscalerLoop(
      settings,
      sampleView({ groups: groups.map((group) => sized(group)), pending }),
      fresh,
    )
    expect(told(first)).toMatchObject({ ups: ['a 0 → 2'] })
    const later = sampleView({ now: sampleNow + 10, groups: [sized(groups[0] ?? gpu, 2), sized(gpu)], pending })
    expect(told(runAutoscalerLoop(settings, later, first.memory))).toMatchObject({ ups: ['gpu 0 → 1'] })
  })

  it('depends on its arguments only', () => {
    const view = sampleView({ groups: balanced.map((group) => sized(group)), pending: [one] })
    const [settings, memory] = [sampleSettings({ expanders: ['random'] }), noMemory(5, 0)]
    expect(runAutoscalerLoop(settings, view, memory)).toEqual(runAutoscalerLoop(settings, view, memory))
  })
})
