import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ClusterObjects, noObjects } from '../cluster/cluster-objects.ts'
import { parseKubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Pod } from '../cluster/pod.ts'
import type { MadeClaim, PodVolume } from '../cluster/volume.ts'
import type { Workload } from '../cluster/workload.ts'
import { sampleNode, samplePod } from '../scheduler/testing/sample-cluster.ts'
import { sampleStorageClass, sampleVolume, sampleWaitingClaim } from '../scheduler/testing/sample-objects.ts'
import { bindVolumes } from './bind-volumes.ts'
import { createEngine } from './engine/create-engine.ts'
import { simulate } from './simulate.ts'
import {
  sampleAmounts,
  sampleDeployment,
  sampleInput,
  sampleOptions,
  sampleScenario,
} from './testing/sample-scenario.ts'

const hostname = 'kubernetes.io/hostname'
const zoneLabel = 'topology.kubernetes.io/zone'
const ebs = sampleStorageClass('standard')
const elsewhere = "node(s) didn't match PersistentVolume's node affinity"
const none = "node(s) didn't find available persistent volumes to bind"

function inZones(zones: Readonly<Record<string, string>>): ReturnType<typeof sampleInput>['nodes'] {
  return Object.entries(zones).map(([name, zone]) => ({
    node: sampleNode(name, { labels: { [hostname]: name, [zoneLabel]: zone } }),
    ready: true,
    readySince: 0,
  }))
}

function claim(name: string, made?: MadeClaim): PodVolume {
  return { kind: 'claim', claim: name, ephemeral: false, readOnly: false, ...(made !== undefined && { made }) }
}

/** Pods that fill a node of four processors but for one. */
function large(name: string, replicas: number, pod: Partial<Pod>): Workload {
  return sampleDeployment(name, replicas, { requests: sampleAmounts(3000, 1), ...pod })
}

/** Each pod's node, or what the scheduler says of it. */
function placements(
  zones: Readonly<Record<string, string>>,
  workloads: readonly Workload[],
  objects: Partial<ClusterObjects>,
  pods: readonly Pod[] = [],
): readonly string[] {
  const cluster = sampleScenario({ nodeGroups: [], systemWorkloads: [], daemonSets: [] })
  const input = sampleInput(workloads, { nodes: inZones(zones), pods, objects: { ...noObjects, ...objects } })
  const { rows } = simulate(cluster, input, { ...sampleOptions, autoscaler: null })
  return [...rows.pods()].map(({ pod, node, message }) => `${pod}: ${node ?? message ?? ''}`)
}

describe('pods that share a claim without a volume', () => {
  const shared = {
    persistentVolumeClaims: [sampleWaitingClaim('data')],
    storageClasses: [ebs],
  }
  const web = large('web', 2, { volumes: [claim('data')] })

  test('go where the volume of the first was made: to its zone', () => {
    expect(placements({ a1: 'a', b1: 'b', a2: 'a' }, [web], shared)).toEqual(['web-0: a1', 'web-1: a2'])
  })

  test('and nowhere else', () => {
    expect(placements({ a1: 'a', b1: 'b', c1: 'c' }, [web], shared)).toEqual([
      'web-0: a1',
      `web-1: 0/3 nodes are available: 1 Insufficient cpu, 2 ${elsewhere}. no new claims to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.`,
    ])
  })

  test('until the volume is made they are held to the one node: the second finds room beside the first', () => {
    const small = sampleDeployment('web', 2, { requests: sampleAmounts(1000, 1), volumes: [claim('data')] })
    expect(placements({ a1: 'a', a2: 'a' }, [small], shared)).toEqual(['web-0: a1', 'web-1: a1'])
  })

  test.for([
    { provisioner: 'efs.csi.aws.com', nodes: ['a1', 'b1'] },
    { provisioner: 'rancher.io/local-path', nodes: ['a1', undefined] },
    { provisioner: 'example.com/disks', nodes: ['a1', undefined] },
  ])('$provisioner', ({ provisioner, nodes }) => {
    const classes = { ...shared, storageClasses: [sampleStorageClass('standard', { provisioner })] }
    const found = placements({ a1: 'a', b1: 'b' }, [web], classes)
    expect(found.map((line) => /: (\w+)$/.exec(line)?.[1])).toEqual(nodes)
  })

  test('a volume that exists is taken by one claim only', () => {
    const local = sampleStorageClass('standard', { provisioner: 'kubernetes.io/no-provisioner' })
    const objects = {
      persistentVolumeClaims: [sampleWaitingClaim('data'), sampleWaitingClaim('logs')],
      persistentVolumes: [sampleVolume('disk')],
      storageClasses: [local],
    }
    const logs = large('logs', 1, { volumes: [claim('logs')] })
    expect(placements({ a1: 'a', b1: 'b' }, [large('web', 1, { volumes: [claim('data')] }), logs], objects)).toEqual([
      'web-0: a1',
      `logs-0: 0/2 nodes are available: 1 Insufficient cpu, 1 ${none}. no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.`,
    ])
  })
})

describe('pods with claims of their own', () => {
  const made = { claim: sampleWaitingClaim('data-db') }
  const set = (replicas: number, pod: Partial<Pod> = {}): Workload => ({
    ...large('db', replicas, { volumes: [claim('data-db', made)], ...pod }),
    kind: 'StatefulSet',
  })

  test('each has a volume where it is', () => {
    expect(placements({ a1: 'a', b1: 'b' }, [set(2)], { storageClasses: [ebs] })).toEqual(['db-0: a1', 'db-1: b1'])
  })

  test('a claim that is there already decides', () => {
    const bound = { volumeName: 'old', phase: 'Bound' }
    const objects = {
      persistentVolumeClaims: [sampleWaitingClaim('data-db-0', bound)],
      persistentVolumes: [
        sampleVolume('old', {
          nodeTerms: [{ matchExpressions: [{ key: zoneLabel, operator: 'In', values: ['b'] }], matchFields: [] }],
        }),
      ],
      storageClasses: [ebs],
    }
    expect(placements({ a1: 'a', b1: 'b' }, [set(2)], objects)).toEqual(['db-0: b1', 'db-1: a1'])
  })

  test('a pod that had to leave comes back to its volume only', () => {
    const objects = { ...noObjects, storageClasses: [ebs] }
    const engine = createEngine({ version: parseKubernetesVersion('1.36.3'), objects })
    const nodes = inZones({ a1: 'a', b1: 'b' }).map(({ node }) => ({ node, group: null }))
    engine.addNodes(nodes)
    const db = engine.registerWorkload(set(1))
    engine.schedule([{ workload: db, first: 0, count: 1 }])
    engine.setObjects(bindVolumes(engine.objects, (name) => nodes.find(({ node }) => node.name === name)?.node))
    expect(engine.objects.persistentVolumeClaims).toMatchObject([
      { name: 'data-db-0', volumeName: 'pvc-default-data-db-0', phase: 'Bound' },
    ])
    const urgent = engine.registerWorkload(large('urgent', 1, { priority: 10, nodeSelector: { [hostname]: 'a1' } }))
    const { preemptions } = engine.schedule([{ workload: urgent, first: 0, count: 1 }])
    expect(preemptions).toMatchObject([{ victims: [{ workload: db, index: 0 }] }])
    engine.schedule([{ workload: db, first: 0, count: 1 }])
    expect(engine.fateOf({ workload: db, index: 0 })).toEqual({
      kind: 'unschedulable',
      message: `0/2 nodes are available: 1 Insufficient cpu, 1 ${elsewhere}. no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.`,
    })
  })
})

test('whatever comes, pods that share a disk run in one zone, and nothing waits that one more pass would place', () => {
  const sizes = fc.array(
    fc.record({ replicas: fc.integer({ min: 1, max: 5 }), cpu: fc.constantFrom(500, 1500, 3000) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  const nodes = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(nodes, sizes, fc.boolean(), (zones, workloads, isShared) => {
      const zoneOf = Object.fromEntries(zones.map((zone, index) => [`n${index}`, zone]))
      const found = placements(
        zoneOf,
        workloads.map(({ replicas, cpu }, index) =>
          sampleDeployment(`w${index}`, replicas, {
            requests: sampleAmounts(cpu, 1),
            volumes: [claim(isShared ? 'disk' : `disk-${index}`)],
          }),
        ),
        {
          persistentVolumeClaims: ['disk', ...workloads.map((_, index) => `disk-${index}`)].map((name) =>
            sampleWaitingClaim(name),
          ),
          storageClasses: [ebs],
        },
      )
      const used = new Map<string, Set<string | undefined>>()
      const free = new Map(Object.keys(zoneOf).map((name) => [name, 4000]))
      for (const line of found) {
        const [, index = '', node = ''] = /^w(\d+)-\d+: (n\d+)$/.exec(line) ?? []
        if (node === '') continue
        const disk = isShared ? '' : index
        used.set(disk, (used.get(disk) ?? new Set()).add(zoneOf[node]))
        free.set(node, (free.get(node) ?? 0) - (workloads[Number(index)]?.cpu ?? 0))
      }
      expect([...used.values()].map((there) => there.size).filter((size) => size !== 1)).toEqual([])
      for (const line of found) {
        const [, index = ''] = /^w(\d+)-\d+: 0\//.exec(line) ?? []
        if (index === '') continue
        const [zone] = used.get(isShared ? '' : index) ?? []
        const fitting = [...free].filter(
          ([node, cpu]) => (zone === undefined || zoneOf[node] === zone) && cpu >= (workloads[Number(index)]?.cpu ?? 0),
        )
        expect(fitting).toEqual([])
      }
    }),
    { numRuns: 60 },
  )
})

describe('disruption budgets', () => {
  const budget = (disruptionsAllowed: number): Partial<ClusterObjects> => ({
    disruptionBudgets: [
      {
        namespace: 'default',
        name: 'web',
        selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
        disruptionsAllowed,
        disruptedPods: [],
      },
    ],
  })
  const bound = (app: string, nodeName: string): Pod =>
    samplePod(`${app}-${nodeName}`, {
      nodeName,
      labels: { app },
      owner: { kind: 'ReplicaSet', name: app, uid: app },
      requests: sampleAmounts(3000, 1),
    })
  const zones = { n1: 'a', n2: 'a', n3: 'a', n4: 'a' }
  const pods = [bound('web', 'n1'), bound('web', 'n2'), bound('other', 'n3'), bound('other', 'n4')]
  const urgent = large('urgent', 3, { priority: 10, labels: { app: 'urgent' } })

  test.for([
    // Budgets are left alone as long as others can go; equal victims fall by name.
    { allowed: 0, nodes: ['n3', 'n4', 'n1'] },
    { allowed: 1, nodes: ['n1', 'n3', 'n4'] },
    { allowed: 2, nodes: ['n1', 'n2', 'n3'] },
  ])('each preemption of a pass uses up what is left of $allowed', ({ allowed, nodes }) => {
    const found = placements(zones, [urgent], budget(allowed), pods).filter((line) => line.startsWith('urgent'))
    expect(found).toEqual(nodes.map((node, index) => `urgent-${index}: ${node}`))
  })
})
