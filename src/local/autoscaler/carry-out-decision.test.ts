import { expect, it } from 'vitest'
import type { AutoscalerDecision } from '../../autoscaler/decision.ts'
import { noMemory } from '../../autoscaler/memory.ts'
import { noObjects } from '../../cluster/cluster-objects.ts'
import { textAt, valueAt } from '../../read/kubernetes/json.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import type { LocalView } from './autoscaler-view.ts'
import { carryOutDecision } from './carry-out-decision.ts'

const nothing: AutoscalerDecision = {
  scaleUps: [],
  scaleDowns: [],
  texts: new Map(),
  options: [],
  skippedGroups: new Map(),
  rejectedBy: new Map(),
  unremovable: [],
  unneeded: [],
  covered: new Map(),
  endedInstances: [],
  corrections: new Map(),
  memory: noMemory(0, 0),
}

function waitingPod(name: string): object {
  return { kind: 'Pod', metadata: { name, namespace: 'ml', uid: name } }
}

/** Carries out one decision and tells what was asked of cloud and API, in order. */
async function carriedOut(
  decision: Partial<AutoscalerDecision>,
  told: Map<string, string> = new Map(),
): Promise<readonly string[]> {
  const asked: string[] = []
  let evicted = false
  const client: KubernetesClient = {
    send: async (method, path, body) => {
      if (path.endsWith('/events')) {
        const name = textAt(body, 'involvedObject', 'name')
        asked.push(`${textAt(body, 'reason')} ${name}: ${textAt(body, 'message')}`)
        return { status: 201, body: undefined }
      }
      if (method === 'GET' && path.startsWith('/api/v1/pods')) {
        const daemon = { metadata: { name: 'agent', namespace: 'ml', ownerReferences: [{ kind: 'DaemonSet' }] } }
        const pods = evicted ? [daemon] : [daemon, waitingPod('web')]
        return { status: 200, body: { items: pods } }
      }
      asked.push(`${method} ${path} ${textAt(valueAt(body, 'spec', 'taints', 1), 'key') ?? ''}`.trim())
      if (path.endsWith('/eviction')) evicted = true
      return { status: 200, body: { metadata: { name: 'ip-1' }, spec: { taints: [{ key: 'own' }] } } }
    },
    watch: async () => {},
    close: () => {},
  }
  const view: LocalView = {
    view: {
      now: 0,
      kubernetes: { minor: 36, patch: 0 },
      groups: [],
      nodes: [],
      pending: [],
      daemonSets: [],
      objects: noObjects,
    },
    waiting: new Map([['class', [waitingPod('a'), waitingPod('b'), waitingPod('c')]]]),
    instances: new Map([['ip-1', 'i-1']]),
  }
  await carryOutDecision(
    { ...nothing, ...decision },
    {
      client,
      cloud: {
        groups: async () => [],
        resize: async (group, desired) => void asked.push(`resize ${group} ${desired}`),
        terminate: async (id) => void asked.push(`terminate ${id}`),
      },
      local: view,
      told,
      say: () => {},
    },
  )
  return asked
}

it('resizes the groups of a plan and tells the pods it is for; others hear why not', async () => {
  const plan = [{ group: 'g', from: 0, to: 2, max: 5 }]
  const told = new Map<string, string>()
  const decision = {
    scaleUps: [{ plan, best: 'g', tied: [], estimatedNodes: 2, notes: [], pods: new Map([['class', 2]]) }],
    texts: new Map([
      [
        'class',
        {
          triggered: { text: 'pod triggered scale-up: [{g 0->2 (max: 5)}]', pods: 2 },
          notTriggered: { text: "pod didn't trigger scale-up: 1 x", reasons: ['1 x'], pods: 1 },
        },
      ],
    ]),
  }
  expect(await carriedOut(decision, told)).toEqual([
    'resize g 2',
    'TriggeredScaleUp a: pod triggered scale-up: [{g 0->2 (max: 5)}]',
    'TriggeredScaleUp b: pod triggered scale-up: [{g 0->2 (max: 5)}]',
    "NotTriggerScaleUp c: pod didn't trigger scale-up: 1 x",
  ])
  expect(await carriedOut({ texts: decision.texts }, told)).toEqual([])
})

it('lowers a target that was never reached', async () => {
  expect(await carriedOut({ corrections: new Map([['g', 1]]) })).toEqual(['resize g 1'])
})

it('ends instances that never became nodes', async () => {
  expect(await carriedOut({ endedInstances: ['i-9'] })).toEqual(['terminate i-9'])
})

it('marks an empty node and ends its instance', async () => {
  expect(await carriedOut({ scaleDowns: [{ node: 'ip-1', group: 'g', how: 'empty' }] })).toEqual([
    'GET /api/v1/nodes/ip-1',
    'PATCH /api/v1/nodes/ip-1 ToBeDeletedByClusterAutoscaler',
    'ScaleDown ip-1: marked the node as toBeDeleted/unschedulable',
    'terminate i-1',
  ])
})

it('evicts the pods of a node that is drained, DaemonSets left alone', async () => {
  expect(await carriedOut({ scaleDowns: [{ node: 'ip-1', group: 'g', how: 'drain' }] })).toEqual([
    'GET /api/v1/nodes/ip-1',
    'PATCH /api/v1/nodes/ip-1 ToBeDeletedByClusterAutoscaler',
    'ScaleDown ip-1: marked the node as toBeDeleted/unschedulable',
    'POST /api/v1/namespaces/ml/pods/web/eviction',
    'terminate i-1',
  ])
})
