import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noObjects } from '../cluster/cluster-objects.ts'
import { parseKubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Pod } from '../cluster/pod.ts'
import { nodeState } from '../scheduler/node-state.ts'
import { prepareFilters } from '../scheduler/prepare-filters.ts'
import { sampleNode, samplePod } from '../scheduler/testing/sample-cluster.ts'
import { freeOn, hasRoom } from './free-amounts.ts'
import { kindOf, type NodeRun, nodeNameIn, type PackedNodes, packNodes } from './packed-nodes.ts'
import { podClasses } from './pod-class.ts'
import { amounts } from './testing/sample-view.ts'

const version = parseKubernetesVersion('1.36.1')
const small = fc.integer({ min: 0, max: 5 })
const asked = fc.record({ cpu: small, memory: small, gpus: fc.integer({ min: 0, max: 2 }), tolerates: fc.boolean() })
const app = fc.constantFrom('a', 'b')
const neighbourly = fc.record({ app, avoids: fc.option(app), hasPort: fc.boolean() })
const kept = fc.record({
  cpu: small,
  memory: small,
  gpus: fc.integer({ min: 0, max: 2 }),
  pods: small,
  isTainted: fc.boolean(),
  isCordoned: fc.boolean(),
  count: fc.integer({ min: 1, max: 4 }),
})

type Asked = { readonly cpu: number; readonly memory: number; readonly gpus: number; readonly tolerates: boolean }
type Kept = {
  readonly cpu: number
  readonly memory: number
  readonly gpus: number
  readonly pods: number
  readonly isTainted: boolean
  readonly isCordoned: boolean
  readonly count: number
}

function podOf(name: string, { cpu, memory, gpus, tolerates }: Asked): Pod {
  return samplePod(name, {
    requests: amounts(cpu, memory, gpus),
    tolerations: tolerates ? [{ key: 'dedicated', operator: 'Exists', value: '' }] : [],
  })
}

type Neighbourly = { readonly app: string; readonly avoids: string | null; readonly hasPort: boolean }

/** A pod that keeps away from others, and needs a port of its node for itself. */
function choosy(pod: Pod, { app, avoids, hasPort }: Neighbourly): Pod {
  const term = {
    selector: { matchLabels: { app: avoids ?? '' }, matchExpressions: [] },
    namespaces: [],
    topologyKey: 'kubernetes.io/hostname',
    matchLabelKeys: [],
    mismatchLabelKeys: [],
  }
  return {
    ...pod,
    labels: { app },
    antiAffinity: { required: avoids === null ? [] : [term], preferred: [] },
    hostPorts: hasPort ? [{ hostIp: '0.0.0.0', protocol: 'TCP', port: 80 }] : [],
  }
}

function runOf(name: string, { cpu, memory, gpus, pods, isTainted, isCordoned, count }: Kept): NodeRun {
  const names = Array.from({ length: count }, (_, index) => `${name}-${index}`)
  const node = sampleNode(names[0] ?? name, {
    labels: { 'kubernetes.io/hostname': names[0] ?? name },
    allocatable: amounts(cpu, memory, gpus),
    allocatablePods: pods,
    unschedulable: isCordoned,
    taints: isTainted ? [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }] : [],
  })
  return { origin: 'existing', names, start: 0, count, kind: kindOf(nodeState(node, [])) }
}

/** Every node's name and how many pods came to it. */
function told(nodes: PackedNodes): readonly string[] {
  return nodes
    .runs()
    .flatMap((run) =>
      Array.from({ length: run.count }, (_, index) => `${nodeNameIn(run, index)} ${run.kind.state().pods.length}`),
    )
}

describe('packNodes', () => {
  it('places many pods at a time as kube-scheduler’s filters do one by one', () => {
    fc.assert(
      fc.property(
        fc.array(kept, { minLength: 1, maxLength: 5 }),
        fc.array(fc.tuple(asked, neighbourly, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 6 }),
        small,
        (buckets, pods, nextIndex) => {
          const classOf = podClasses(version, noObjects)
          const open = (): PackedNodes =>
            packNodes(
              buckets.map((each, index) => runOf(`n${index}`, each)),
              { version, objects: noObjects, nextIndex },
            )
          const [fast, exact] = [open(), open()]
          for (const [index, [each, manners, count]] of pods.entries()) {
            const of = classOf(choosy(podOf(`p${index}`, each), manners))
            expect(fast.isArithmetic(of)).toBe(true)
            const placed = fast.place(of, count, () => true)
            expect(exact.place({ ...of, reach: 'cluster' }, count, () => true)).toBe(placed)
            expect(told(fast)).toEqual(told(exact))
          }
          expect(fast.nextIndex() % fast.size()).toBe(exact.nextIndex() % exact.size())
        },
      ),
      {
        numRuns: 500,
        // The second pod is refused by the first one's anti-affinity, which it had no part in when it came.
        examples: [
          [
            [{ cpu: 0, memory: 0, gpus: 0, pods: 2, isTainted: false, isCordoned: false, count: 1 }],
            [
              [{ cpu: 0, memory: 0, gpus: 0, tolerates: false }, { app: 'a', avoids: 'b', hasPort: false }, 1],
              [{ cpu: 0, memory: 0, gpus: 0, tolerates: false }, { app: 'b', avoids: null, hasPort: false }, 1],
            ],
            0,
          ],
        ],
      },
    )
  })

  it('has the arithmetic of kube-scheduler’s filters for a node with pods', () => {
    fc.assert(
      fc.property(kept, fc.array(asked, { maxLength: 4 }), asked, (bucket, there, next) => {
        const { kind } = runOf('n', { ...bucket, isTainted: false, isCordoned: false })
        const state = nodeState(
          kind.node,
          there.map((each, index) => podOf(`there-${index}`, each)),
        )
        const pod = podOf('next', next)
        const rejection = prepareFilters(pod, { version, nodes: [state], objects: noObjects }).rejectionOn(state)
        expect(hasRoom(freeOn(state), pod.requests)).toBe(rejection === undefined)
      }),
    )
  })

  it('goes on behind the node that was found last', () => {
    const run = runOf('n', { cpu: 5, memory: 5, gpus: 0, pods: 5, isTainted: false, isCordoned: false, count: 3 })
    const nodes = packNodes([run], { version, objects: noObjects, nextIndex: 1 })
    const of = podClasses(version, noObjects)(podOf('p', { cpu: 1, memory: 0, gpus: 0, tolerates: false }))
    const names = Array.from({ length: 4 }, () => {
      const found = nodes.placeOne(of, () => true)
      return found === undefined ? undefined : nodeNameIn(found, found.count - 1)
    })
    expect(names).toEqual(['n-1', 'n-2', 'n-0', 'n-1'])
  })

  it('forgets what came after a checkpoint', () => {
    const run = runOf('n', { cpu: 5, memory: 5, gpus: 0, pods: 5, isTainted: false, isCordoned: false, count: 3 })
    const nodes = packNodes([run], { version, objects: noObjects, nextIndex: 0 })
    const of = podClasses(version, noObjects)(podOf('p', { cpu: 1, memory: 0, gpus: 0, tolerates: false }))
    nodes.place(of, 1, () => true)
    const before = told(nodes)
    const undo = nodes.checkpoint()
    nodes.place(of, 4, () => true)
    nodes.append({ ...run, origin: 'new' })
    nodes.drop(run.names, 2)
    undo()
    expect(told(nodes)).toEqual(before)
    expect(nodes.size()).toBe(3)
  })

  it('takes pods off one node, and one node out', () => {
    const pods = [podOf('p', { cpu: 1, memory: 0, gpus: 0, tolerates: false })]
    const names = ['n-0', 'n-1', 'n-2']
    const kind = kindOf(nodeState(sampleNode('n-0'), pods))
    const nodes = packNodes([{ origin: 'existing', names, start: 0, count: 3, kind }], {
      version,
      objects: noObjects,
      nextIndex: 0,
    })
    nodes.remove(names, 1, pods)
    expect(told(nodes)).toEqual(['n-0 1', 'n-1 0', 'n-2 1'])
    nodes.drop(names, 0)
    expect(told(nodes)).toEqual(['n-1 0', 'n-2 1'])
  })
})
