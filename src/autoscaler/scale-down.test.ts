import { describe, expect, it } from 'vitest'
import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import type { Pod } from '../cluster/pod.ts'
import { samplePod } from '../scheduler/testing/sample-cluster.ts'
import type { AutoscalerDecision } from './decision.ts'
import { holds } from './expiring-set.ts'
import { runAutoscalerLoop } from './loop.ts'
import { type AutoscalerMemory, noMemory } from './memory.ts'
import { amounts, bucketOf, sampleGroup, sampleNow, sampleScaleDown, sampleView, sized } from './testing/sample-view.ts'
import type { AutoscalerView, NodeBucket } from './view.ts'

const owner = { kind: 'ReplicaSet', name: 'web', uid: 'web' }
const old = noMemory(0, sampleNow - 3600)

function small(name: string, pod: Partial<Pod> = {}): Pod {
  return samplePod(name, { labels: { app: 'web' }, owner, requests: amounts(200), ...pod })
}

function view(nodes: readonly NodeBucket[], more: Partial<AutoscalerView> = {}, minSize = 0): AutoscalerView {
  const targetSize = nodes.reduce((sum, { names }) => sum + names.length, 0)
  return sampleView({ groups: [sized(sampleGroup('a', { minSize }), targetSize)], nodes, ...more })
}

/** A first loop, which finds what is not needed, and one after the unneeded time. */
function twice(
  of: AutoscalerView,
  settings: AutoscalerSettings = sampleScaleDown({}),
  memory: AutoscalerMemory = old,
): { readonly first: AutoscalerDecision; readonly second: AutoscalerDecision } {
  const first = runAutoscalerLoop(settings, of, memory)
  const later = { ...of, now: of.now + settings.scaleDown.unneededTime + 1 }
  return { first, second: runAutoscalerLoop(settings, later, first.memory) }
}

function removed({ scaleDowns }: AutoscalerDecision): readonly string[] {
  return scaleDowns.map(({ node, how }) => `${node} ${how}`)
}

function reasonsOf({ unremovable }: AutoscalerDecision): readonly string[] {
  return unremovable.map(({ nodes, reason }) => `${nodes.join()}: ${reason}`)
}

describe('scale-down', () => {
  it('removes empty nodes after the unneeded time, and not before', () => {
    const { first, second } = twice(view([bucketOf('a', ['a-1', 'a-2'])]))
    expect(removed(first)).toEqual([])
    expect(first.unneeded).toEqual(['a-1', 'a-2'])
    expect(removed(second)).toEqual(['a-1 empty', 'a-2 empty'])
  })

  it('keeps the least size of the group', () => {
    const { first, second } = twice(view([bucketOf('a', ['a-1', 'a-2'])], {}, 1))
    expect(removed(second)).toEqual(['a-1 empty'])
    expect(reasonsOf(second)).toEqual(['a-2: node group min size reached'])
    const alone = runAutoscalerLoop(sampleScaleDown({}), view([bucketOf('a', ['a-1'])], {}, 1), first.memory)
    expect(reasonsOf(alone)).toEqual(['a-1: node group min size reached (current: 1, min: 1)'])
  })

  it('drains one node at a time where its pods run elsewhere', () => {
    const nodes = [bucketOf('a', ['a-1'], [small('one')]), bucketOf('a', ['a-2'], [small('two')])]
    const { second } = twice(view(nodes))
    expect(removed(second)).toEqual(['a-1 drain'])
  })

  it('removes at most ten at once', () => {
    const names = Array.from({ length: 15 }, (_, index) => `a-${index}`)
    const { second } = twice(view([bucketOf('a', names)]))
    expect(removed(second)).toHaveLength(10)
    const { second: fewer } = twice(view([bucketOf('a', names)]), sampleScaleDown({ maxParallelism: 3 }))
    expect(removed(fewer)).toHaveLength(3)
  })

  it('waits after a scale-up', () => {
    const { second } = twice(view([bucketOf('a', ['a-1'])]), sampleScaleDown({ delayAfterAdd: 7200 }), {
      ...old,
      lastScaleUp: sampleNow,
    })
    expect(removed(second)).toEqual([])
    expect(second.unneeded).toEqual(['a-1'])
  })

  it('leaves the cores that the cluster must have', () => {
    const settings = { ...sampleScaleDown({}), coresTotal: { min: 3, max: 1000 } }
    const { second } = twice(view([bucketOf('a', ['a-1', 'a-2'])]), settings)
    expect(removed(second)).toEqual([])
    expect(reasonsOf(second)).toEqual(['a-1: minimal resource limit exceeded', 'a-2: minimal resource limit exceeded'])
    const { second: less } = twice(view([bucketOf('a', ['a-1', 'a-2'])]), {
      ...settings,
      coresTotal: { min: 2, max: 1000 },
    })
    expect(removed(less)).toEqual(['a-1 empty'])
  })

  it('does nothing when it is off', () => {
    const { second } = twice(view([bucketOf('a', ['a-1'])]), sampleScaleDown({ enabled: false }))
    expect({ removed: removed(second), unneeded: second.unneeded }).toEqual({ removed: [], unneeded: [] })
  })

  it('follows the options that the tags of a group give', () => {
    const tags = { 'k8s.io/cluster-autoscaler/node-template/autoscaling-options/scaledownunneededtime': '30s' }
    const groups = [sized(sampleGroup('a', { tags }), 1)]
    const of = sampleView({ groups, nodes: [bucketOf('a', ['a-1'])] })
    const first = runAutoscalerLoop(sampleScaleDown({}), of, old)
    const second = runAutoscalerLoop(sampleScaleDown({}), { ...of, now: of.now + 31 }, first.memory)
    expect(removed(second)).toEqual(['a-1 empty'])
  })

  it.each<[string, readonly NodeBucket[], readonly string[], Partial<AutoscalerView>]>([
    [
      'a node in use',
      [bucketOf('a', ['a-1'], [small('p', { requests: amounts(1500) })])],
      ['a-1: cpu requested (75% of allocatable) is above the scale-down utilization threshold'],
      {},
    ],
    [
      'a node whose memory is in use',
      [bucketOf('a', ['a-1'], [small('p', { requests: amounts(100, 7) })])],
      ['a-1: memory requested (87.5% of allocatable) is above the scale-down utilization threshold'],
      {},
    ],
    [
      'a node with GPUs in use, whatever its cpu',
      [
        bucketOf('a', ['a-1'], [small('p', { requests: amounts(0, 0, 3) })], {
          node: { allocatable: amounts(2000, 8, 4), labels: { 'k8s.amazonaws.com/accelerator': 'nvidia-a10g' } },
        }),
      ],
      ['a-1: nvidia.com/gpu requested (75% of allocatable) is above the scale-down utilization threshold'],
      {},
    ],
    [
      'pods without another place',
      [bucketOf('a', ['a-1'], [small('p')])],
      ['a-1: can reschedule only 0 out of 1 pods'],
      {},
    ],
    [
      'some pods without another place',
      [bucketOf('a', ['a-1'], [small('p'), small('q', { nodeSelector: { only: 'here' } })]), bucketOf('b', ['b-1'])],
      ['a-1: can reschedule only 1 out of 2 pods'],
      {},
    ],
    [
      'a pod without a controller',
      [bucketOf('a', ['a-1'], [samplePod('bare', { requests: amounts(200) })])],
      ['a-1: default/bare is not replicated'],
      {},
    ],
    [
      'a pod that says so',
      [
        bucketOf(
          'a',
          ['a-1'],
          [small('p', { annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' } })],
        ),
      ],
      ['a-1: pod annotated as not safe to evict present: p'],
      {},
    ],
    [
      'a pod of the system',
      [bucketOf('a', ['a-1'], [small('dns', { namespace: 'kube-system' })])],
      ['a-1: non-daemonset, non-mirrored, non-pdb-assigned kube-system pod present: dns'],
      {},
    ],
    [
      'a pod with local storage',
      [bucketOf('a', ['a-1'], [small('p', { localVolumes: ['cache'] })])],
      ['a-1: pod with local storage present: p'],
      {},
    ],
  ])('keeps %s', (_, nodes, expected, more) => {
    expect(reasonsOf(runAutoscalerLoop(sampleScaleDown({}), view(nodes, more), old))).toEqual(expected)
  })

  it('takes DaemonSets, mirror pods and pods that are safe to evict for no obstacle', () => {
    const pods = [
      samplePod('agent', { owner: { kind: 'DaemonSet', name: 'agent', uid: 'agent' }, requests: amounts(100) }),
      samplePod('static', { annotations: { 'kubernetes.io/config.mirror': 'x' }, requests: amounts(100) }),
    ]
    const { second } = twice(view([bucketOf('a', ['a-1'], pods)]))
    expect(removed(second)).toEqual(['a-1 empty'])
    const safe = samplePod('bare', {
      annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true' },
      requests: amounts(100),
    })
    const drained = twice(view([bucketOf('a', ['a-1'], [safe]), bucketOf('b', ['b-1'])]))
    expect(removed(drained.second)).toEqual(['a-1 drain'])
  })

  it('says the same of many nodes that are alike, once', () => {
    const names = Array.from({ length: 300 }, (_, index) => `a-${index}`)
    const pod = small('p', { requests: amounts(900), nodeSelector: { only: 'here' } })
    const { first, second } = twice(view([bucketOf('a', names, [pod])]))
    expect(first.unremovable).toEqual([{ nodes: names, reason: 'can reschedule only 0 out of 1 pods' }])
    expect(names.filter((name) => holds(first.memory.unremovable, name, sampleNow))).toHaveLength(300)
    expect(removed(second)).toEqual([])
  })

  it('does not look at a node again for five minutes after it could not be removed', () => {
    const of = view([bucketOf('a', ['a-1'], [small('p')])])
    const first = runAutoscalerLoop(sampleScaleDown({}), of, old)
    const soon = runAutoscalerLoop(sampleScaleDown({}), { ...of, now: of.now + 299 }, first.memory)
    expect(soon.unremovable).toEqual([])
    const later = runAutoscalerLoop(sampleScaleDown({}), { ...of, now: of.now + 301 }, first.memory)
    expect(reasonsOf(later)).toEqual(['a-1: can reschedule only 0 out of 1 pods'])
  })
})
