import type { NodeBucket } from '../autoscaler/view.ts'
import { noObjects } from '../cluster/cluster-objects.ts'
import type { Node } from '../cluster/node.ts'
import type { NodeGroup } from '../cluster/node-group.ts'
import type { Pod } from '../cluster/pod.ts'
import { nodeState, withPod } from '../scheduler/node-state.ts'
import { prepareFilters } from '../scheduler/prepare-filters.ts'
import { daemonPod, wantsDaemonPod } from './daemon-pod.ts'
import { type DeviceReadiness, deviceReadiness, withoutGpus } from './device-readiness.ts'
import type { DisplacedPod, Engine } from './engine/engine.ts'
import { createGroupNodes, type GroupNodes } from './group-nodes.ts'
import type { MergedCluster } from './merged-cluster.ts'

/** One node of the simulated cluster. */
export type FleetNode = {
  /** Position in the order of joining; never used twice. */
  readonly id: number
  readonly node: Node
  readonly group: string | null
  readonly ready: boolean
  /** Seconds from the start; negative for what was there before. */
  readonly readySince: number
  /** Indexes of the DaemonSets whose pod runs on it, and of those whose pod waits for it. */
  readonly daemons: { readonly running: readonly number[]; readonly waiting: readonly number[] }
  /** Whether its GPUs are still to come. */
  readonly awaitsGpus: boolean
}

/** The nodes of a simulated cluster over time, in step with the engine's. */
export type Fleet = {
  /** Adds nodes of a group. With `settled` they have been there for a while: GPUs that come at all are there. */
  join(group: string, count: number, at: number, settled: boolean): readonly FleetNode[]
  /** Makes the GPUs of nodes allocatable, and lets DaemonSets that waited for them go first; returns how many got theirs. */
  readyGpus(nodes: readonly FleetNode[]): number
  /** Takes nodes away and returns the pods that were there. */
  remove(names: readonly string[]): readonly DisplacedPod[]
  /** Tells that a DaemonSet's pod was pushed off a node: it waits there from now on. */
  evictDaemon(node: string, pod: Pod): void
  find(name: string): FleetNode | undefined
  /** Every node that ever was, by id. */
  readonly all: readonly FleetNode[]
  /** Nodes that are there now. */
  nodes(): Iterable<FleetNode>
  sizeOf(group: string): number
  /** What new nodes of a group wait for before their GPUs can be had. */
  readinessOf(group: string): DeviceReadiness
  /** Nodes by likeness, as the autoscaler sees them. */
  buckets(): readonly NodeBucket[]
}

type DaemonsOnNode = FleetNode['daemons'] & { readonly pods: readonly Pod[] }

const longAgo = -86_400

/** The fleet at the start: recorded nodes with their pods, and the desired nodes of groups that have none yet. */
export function createFleet(merged: MergedCluster, engine: Engine): Fleet {
  const { groups, version } = merged
  const daemonSets = merged.daemonSets.map(({ workload }) => workload)
  const byName = new Map<string, FleetNode>()
  const all: FleetNode[] = []
  const sizes = new Map<string, number>()
  const taken = new Set(merged.nodes.map(({ node }) => node.name))
  const groupsByName = new Map(groups.map((group) => [group.name, group]))
  const makers = new Map(groups.map((group) => [group.name, makerOf(group)]))
  const readiness = new Map<string, DeviceReadiness>()
  const daemonsByShape = new Map<string, DaemonsOnNode>()

  addRecorded()
  for (const [group, count] of merged.missingNodes) join(group, count, longAgo, true)

  return {
    join,
    readyGpus,
    remove,
    evictDaemon(name, pod) {
      const index = daemonSets.findIndex((daemonSet) => isOf(pod, daemonSet.namespace, daemonSet.name))
      const found = byName.get(name)
      if (index < 0 || found === undefined) return
      const { running, waiting } = found.daemons
      put({ ...found, daemons: { running: running.filter((other) => other !== index), waiting: [...waiting, index] } })
    },
    find: (name) => byName.get(name),
    all,
    nodes: () => byName.values(),
    sizeOf: (group) => sizes.get(group) ?? 0,
    readinessOf,
    buckets,
  }

  function makerOf(group: NodeGroup): GroupNodes {
    const existing = merged.nodes.filter((found) => found.group === group.name).map(({ node }) => node)
    const hasEbsDriver = daemonSets.some(({ name }) => name.includes('ebs-csi-node'))
    return createGroupNodes(group, existing, taken, (zone) =>
      hasEbsDriver ? { 'topology.ebs.csi.aws.com/zone': zone } : {},
    )
  }

  function addRecorded(): void {
    const bound = new Map<string, Pod[]>()
    for (const pod of merged.boundPods) {
      if (pod.nodeName === undefined) continue
      const pods = bound.get(pod.nodeName)
      if (pods === undefined) bound.set(pod.nodeName, [pod])
      else pods.push(pod)
    }
    for (const { node, group, ready } of merged.nodes) {
      const there = bound.get(node.name) ?? []
      const daemons = daemonsOn(node, there)
      engine.addNodes([{ node, group: group ?? null, pods: [...there, ...daemons.pods] }])
      register({ node, group: group ?? null, ready, readySince: longAgo, daemons, awaitsGpus: false })
    }
  }

  function join(name: string, count: number, at: number, settled: boolean): readonly FleetNode[] {
    const maker = makers.get(name)
    if (maker === undefined) return []
    const waits = readinessOf(name)
    const joined: FleetNode[] = []
    for (let made = 0; made < count; made += 1) {
      const whole = maker.next()
      const lacksGpus = waits.kind === 'never' || (waits.kind === 'after-plugin' && !settled)
      const node = lacksGpus ? withoutGpus(whole) : whole
      const shape = `${name}/${whole.labels['topology.kubernetes.io/zone'] ?? ''}/${lacksGpus}`
      let daemons = daemonsByShape.get(shape)
      if (daemons === undefined) {
        daemons = daemonsOn(node, [])
        daemonsByShape.set(shape, daemons)
      }
      engine.addNodes([{ node, group: name, pods: daemons.pods }])
      joined.push(
        register({
          node: whole,
          group: name,
          ready: true,
          readySince: at,
          daemons,
          awaitsGpus: lacksGpus && hasPlugin(waits, daemons),
        }),
      )
    }
    return joined
  }

  /** Whether the DaemonSet that the node's GPUs wait for has its pod there. */
  function hasPlugin(waits: DeviceReadiness, { running }: FleetNode['daemons']): boolean {
    return waits.kind === 'after-plugin' && running.some((index) => daemonSets[index] === waits.daemonSet)
  }

  function register(node: Omit<FleetNode, 'id'>): FleetNode {
    const { running, waiting } = node.daemons
    const registered = { ...node, daemons: { running, waiting }, id: all.length }
    all.push(registered)
    byName.set(node.node.name, registered)
    if (node.group !== null) sizes.set(node.group, (sizes.get(node.group) ?? 0) + 1)
    return registered
  }

  function put(changed: FleetNode): void {
    all[changed.id] = changed
    byName.set(changed.node.name, changed)
  }

  function readyGpus(nodes: readonly FleetNode[]): number {
    let count = 0
    for (const { node } of nodes) {
      const found = byName.get(node.name)
      if (found?.awaitsGpus !== true) continue
      count += 1
      engine.replaceNode(found.node)
      const { running, waiting } = found.daemons
      const came =
        waiting.length === 0 ? noDaemons : daemonsOn(found.node, engine.stateOf(node.name)?.pods ?? [], waiting)
      for (const pod of came.pods) engine.bind(pod, node.name)
      put({ ...found, awaitsGpus: false, daemons: { running: [...running, ...came.running], waiting: came.waiting } })
    }
    return count
  }

  function remove(names: readonly string[]): readonly DisplacedPod[] {
    for (const name of names) {
      const found = byName.get(name)
      if (found === undefined) continue
      byName.delete(name)
      if (found.group === null) continue
      sizes.set(found.group, (sizes.get(found.group) ?? 0) - 1)
      makers.get(found.group)?.remove(found.node)
    }
    return engine.removeNodes(names)
  }

  function readinessOf(name: string): DeviceReadiness {
    const known = readiness.get(name)
    if (known !== undefined) return known
    const group = groupsByName.get(name)
    if (group === undefined) return { kind: 'with-node' }
    // Asked of a maker of its own, so that no name is used up.
    const probe = createGroupNodes(group, [], new Set(), () => ({})).next()
    const found = deviceReadiness(group, probe, daemonSets)
    readiness.set(name, found)
    return found
  }

  /** The DaemonSets whose pods a node gets: the more important first, each as long as it fits beside the others. */
  function daemonsOn(
    node: Node,
    there: readonly Pod[],
    among: readonly number[] = daemonSets.map((_, index) => index),
  ): DaemonsOnNode {
    let state = nodeState(node, there)
    const [running, waiting, pods]: [number[], number[], Pod[]] = [[], [], []]
    const byPriority = among.toSorted((a, b) => priorityOf(b) - priorityOf(a))
    for (const index of byPriority) {
      const daemonSet = daemonSets[index]
      if (daemonSet === undefined || !wantsDaemonPod(daemonSet.template, node)) continue
      if (there.some((pod) => isOf(pod, daemonSet.namespace, daemonSet.name))) {
        running.push(index)
        continue
      }
      const pod = daemonPod(daemonSet.template, node.name)
      const snapshot = { version, nodes: [state], objects: noObjects }
      if (prepareFilters(pod, snapshot).rejectionOn(state) !== undefined) {
        waiting.push(index)
        continue
      }
      // Without the node's own name, so that nodes with the same pods stay alike.
      const alike = { ...daemonSet.template, tolerations: pod.tolerations }
      state = withPod(state, alike)
      running.push(index)
      pods.push(alike)
    }
    return { running, waiting, pods }
  }

  function priorityOf(index: number): number {
    return daemonSets[index]?.template.priority ?? 0
  }

  function buckets(): readonly NodeBucket[] {
    return engine.buckets().flatMap(({ state, names, group }) => {
      const bySince = new Map<string, { readonly first: FleetNode; readonly names: string[] }>()
      for (const name of names()) {
        const node = byName.get(name)
        if (node === undefined) continue
        const key = `${node.readySince}/${node.ready}`
        const alike = bySince.get(key)
        if (alike === undefined) bySince.set(key, { first: node, names: [name] })
        else alike.names.push(name)
      }
      return [...bySince.values()].map(({ first, names: alike }) => ({
        state,
        names: alike,
        ready: first.ready,
        readySince: first.readySince,
        ...(group === null ? {} : { group }),
      }))
    })
  }
}

const noDaemons: DaemonsOnNode = { running: [], waiting: [], pods: [] }

function isOf(pod: Pod, namespace: string, daemonSet: string): boolean {
  return pod.namespace === namespace && pod.owner?.kind === 'DaemonSet' && pod.owner.name === daemonSet
}
