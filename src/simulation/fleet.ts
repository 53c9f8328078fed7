import type { NodeBucket } from '../autoscaler/view.ts'
import { daemonPodRefusal, isPodOfDaemonSet } from '../cluster/daemon-pod.ts'
import type { Node } from '../cluster/node.ts'
import type { NodeGroup } from '../cluster/node-group.ts'
import type { Pod } from '../cluster/pod.ts'
import { noResources } from '../cluster/resources.ts'
import { type NodeState, nodeState, withPod } from '../scheduler/node-state.ts'
import { prepareFilters } from '../scheduler/prepare-filters.ts'
import { daemonPod } from './daemon-pod.ts'
import { type DeviceReadiness, deviceReadiness, withoutGpus } from './device-readiness.ts'
import type { DisplacedPod, Engine } from './engine/engine.ts'
import { gpuCount } from './gpu-resources.ts'
import { createGroupNodes, type GroupNodes } from './group-nodes.ts'
import { createLikeness } from './likeness.ts'
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
  /** Tells that a pod of a workload came to a node, or left it. */
  load(node: FleetNode, workload: number, by: 1 | -1): void
  /** Allocatable GPUs of all nodes, and those that pods of no workload hold (DaemonSets, pods bound at the start). */
  gpus(): { readonly total: number; readonly held: number }
  /** Nodes by likeness: same group, zone, age and pods. Nodes that were recorded stand alone. */
  alike(): readonly AlikeNodes[]
  /** The same as the autoscaler sees them; `apart` gives every node alone, for filters that look at single nodes. */
  buckets(apart: boolean): readonly NodeBucket[]
}

/** Nodes that are alike to every pod. */
export type AlikeNodes = {
  /** One of them, the first by name; made as it is read. */
  readonly state: NodeState
  readonly group: string | null
  readonly count: number
  readonly nodes: readonly FleetNode[]
}

/** Alike nodes, as long as nothing about them changes. */
type KnownNodes = {
  readonly first: FleetNode
  readonly nodes: readonly FleetNode[]
  readonly names: readonly string[]
  /** Of the first: always the same object, so that what is known of it can be kept. Absent until it is asked for. */
  state?: NodeState
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
  const recorded: ReadonlySet<string> = new Set(merged.nodes.map(({ node }) => node.name))
  const groupsByName = new Map(groups.map((group) => [group.name, group]))
  const makers = new Map(groups.map((group) => [group.name, makerOf(group)]))
  const readiness = new Map<string, DeviceReadiness>()
  const daemonsByShape = new Map<string, DaemonsOnNode>()
  /** Pods that each DaemonSet has, where a quota limits them. */
  const daemonCounts = new Map<number, number>()
  const isLimited = daemonSets.some(({ mostPods }) => mostPods !== undefined)
  const likeness = createLikeness()
  const knownNodes = new WeakMap<readonly number[], KnownNodes>()
  const gpus = { total: 0, held: 0 }

  addRecorded()
  for (const [group, count] of merged.missingNodes) join(group, count, longAgo, true)

  return {
    join,
    readyGpus,
    remove,
    evictDaemon(name, pod) {
      const index = daemonSets.findIndex((daemonSet) => isPodOfDaemonSet(pod, daemonSet))
      const found = byName.get(name)
      if (index < 0 || found === undefined) return
      const { running, waiting } = found.daemons
      gpus.held -= gpuCount(pod.requests)
      put({ ...found, daemons: { running: running.filter((other) => other !== index), waiting: [...waiting, index] } })
    },
    find: (name) => byName.get(name),
    all,
    nodes: () => byName.values(),
    sizeOf: (group) => sizes.get(group) ?? 0,
    readinessOf,
    load: ({ id }, workload, by) => likeness.load(id, workload, by),
    gpus: () => ({ ...gpus }),
    alike,
    buckets,
  }

  function makerOf(group: NodeGroup): GroupNodes {
    const existing = merged.nodes.filter((found) => found.group === group.name).map(({ node }) => node)
    const hasEbsDriver = daemonSets.some(({ name }) => name.includes('ebs-csi-node'))
    return createGroupNodes(group, existing, recorded, (zone) =>
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
      const daemons = counted(daemonsOn(node, there))
      const pods = [...there, ...daemons.pods]
      engine.addNodes([{ node, group: group ?? null, pods }])
      gpus.total += gpuCount(node.allocatable)
      gpus.held += gpusOf(pods)
      register({ node, group: group ?? null, ready, readySince: longAgo, daemons, awaitsGpus: false }, node.name)
    }
  }

  function join(name: string, count: number, at: number, settled: boolean): readonly FleetNode[] {
    const maker = makers.get(name)
    if (maker === undefined) return []
    const waits = readinessOf(name)
    const joined: FleetNode[] = []
    for (let index = 0; index < count; index += 1) {
      const whole = maker.next()
      const lacksGpus = waits.kind === 'never' || (waits.kind === 'after-plugin' && !settled)
      const node = lacksGpus ? withoutGpus(whole) : whole
      const shape = `${name}/${whole.labels['topology.kubernetes.io/zone'] ?? ''}/${lacksGpus}`
      let daemons = isLimited ? undefined : daemonsByShape.get(shape)
      if (daemons === undefined) {
        daemons = counted(daemonsOn(node, []))
        daemonsByShape.set(shape, daemons)
      }
      engine.addNodes([{ node, group: name, pods: daemons.pods }])
      gpus.total += gpuCount(node.allocatable)
      gpus.held += gpusOf(daemons.pods)
      const awaitsGpus = lacksGpus && hasPlugin(waits, daemons)
      const made = { node: whole, group: name, ready: true, readySince: at, daemons, awaitsGpus }
      joined.push(register(made, isLimited ? `${shape}/${at}/${daemons.running.join()}` : `${shape}/${at}`))
    }
    return joined
  }

  /** Whether the DaemonSet that the node's GPUs wait for has its pod there. */
  function hasPlugin(waits: DeviceReadiness, { running }: FleetNode['daemons']): boolean {
    return waits.kind === 'after-plugin' && running.some((index) => daemonSets[index] === waits.daemonSet)
  }

  /** `kind`: equal for nodes that are alike when empty. */
  function register(node: Omit<FleetNode, 'id'>, kind: string): FleetNode {
    const { running, waiting } = node.daemons
    const registered = { ...node, daemons: { running, waiting }, id: all.length }
    all.push(registered)
    byName.set(node.node.name, registered)
    likeness.set(registered.id, kind)
    if (node.group !== null) sizes.set(node.group, (sizes.get(node.group) ?? 0) + 1)
    return registered
  }

  /** A node that changed after its birth is alike to those of its group, zone and age with which the same happened. */
  function put(changed: FleetNode): void {
    const { id, node, group, readySince, daemons, awaitsGpus } = changed
    all[id] = changed
    byName.set(node.name, changed)
    if (recorded.has(node.name)) return
    const zone = node.labels['topology.kubernetes.io/zone'] ?? ''
    const running = daemons.running.toSorted((a, b) => a - b).join()
    likeness.set(id, `${group ?? ''}/${zone}/${readySince}/${running}/${awaitsGpus}`)
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
      gpus.total += gpuCount(found.node.allocatable)
      gpus.held += gpusOf(came.pods)
      put({ ...found, awaitsGpus: false, daemons: { running: [...running, ...came.running], waiting: came.waiting } })
    }
    return count
  }

  function remove(names: readonly string[]): readonly DisplacedPod[] {
    for (const name of names) {
      const found = byName.get(name)
      if (found === undefined) continue
      byName.delete(name)
      likeness.remove(found.id)
      counted(found.daemons, -1)
      gpus.total -= gpuCount(engine.stateOf(name)?.node.allocatable ?? noResources)
      if (found.group === null) continue
      sizes.set(found.group, (sizes.get(found.group) ?? 0) - 1)
      makers.get(found.group)?.remove(found.node)
    }
    const displaced = engine.removeNodes(names)
    gpus.held -= displaced.reduce((sum, gone) => sum + (gone.kind === 'bound' ? gpuCount(gone.pod.requests) : 0), 0)
    return displaced
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

  /**
   * The DaemonSets whose pods a node gets: the more important first, each as long as it fits beside the others. `only`:
   * those whose pods are there and wait; absent: all.
   */
  function daemonsOn(node: Node, there: readonly Pod[], only?: readonly number[]): DaemonsOnNode {
    const among = only ?? daemonSets.map((_, index) => index)
    let state = nodeState(node, there)
    const [running, waiting, pods]: [number[], number[], Pod[]] = [[], [], []]
    const byPriority = among.toSorted((a, b) => priorityOf(b) - priorityOf(a))
    for (const index of byPriority) {
      const daemonSet = daemonSets[index]
      if (daemonSet === undefined || daemonPodRefusal(daemonSet.template, node) !== undefined) continue
      if (there.some((pod) => isPodOfDaemonSet(pod, daemonSet))) {
        running.push(index)
        continue
      }
      if (only === undefined && !mayHaveMore(index)) continue
      const pod = daemonPod(daemonSet.template, node.name)
      const snapshot = { version, nodes: [state], objects: merged.objects }
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

  /** Keeps count of the pods of DaemonSets that may not have one on every node. */
  function counted<Daemons extends FleetNode['daemons']>(daemons: Daemons, by: 1 | -1 = 1): Daemons {
    if (isLimited)
      for (const index of [...daemons.running, ...daemons.waiting])
        daemonCounts.set(index, (daemonCounts.get(index) ?? 0) + by)
    return daemons
  }

  /** Whether a quota lets one more pod of the DaemonSet come into being. */
  function mayHaveMore(index: number): boolean {
    return (daemonCounts.get(index) ?? 0) < (daemonSets[index]?.mostPods ?? Number.POSITIVE_INFINITY)
  }

  function priorityOf(index: number): number {
    return daemonSets[index]?.template.priority ?? 0
  }

  function alike(): readonly AlikeNodes[] {
    return gathered()
      .flatMap((ids) => known(ids) ?? [])
      .map(alikeNodes)
  }

  function gathered(): readonly (readonly number[])[] {
    return [...likeness.groups()].toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
  }

  function known(ids: readonly number[]): KnownNodes | undefined {
    const before = knownNodes.get(ids)
    if (before !== undefined) return before
    const nodes = ids.flatMap((id) => all[id] ?? [])
    const [first] = nodes
    if (first === undefined) return undefined
    const made: KnownNodes = { first, nodes, names: nodes.map(({ node }) => node.name) }
    knownNodes.set(ids, made)
    return made
  }

  function alikeNodes(kept: KnownNodes): AlikeNodes {
    const { first, nodes } = kept
    return {
      get state() {
        return keptState(kept)
      },
      group: first.group,
      count: nodes.length,
      nodes,
    }
  }

  function keptState(kept: KnownNodes): NodeState {
    kept.state ??= stateOf(kept.first.node)
    return kept.state
  }

  function stateOf(node: Node): NodeState {
    return engine.stateOf(node.name) ?? nodeState(node, [])
  }

  function buckets(apart: boolean): readonly NodeBucket[] {
    if (apart) return [...byName.values()].map((node) => bucket(node, [node.node.name], stateOf(node.node)))
    return gathered()
      .flatMap((ids) => known(ids) ?? [])
      .map((kept) => bucket(kept.first, kept.names, keptState(kept)))
  }

  function bucket({ ready, readySince, group }: FleetNode, names: readonly string[], state: NodeState): NodeBucket {
    return { state, names, ready, readySince, ...(group === null ? {} : { group }) }
  }
}

function gpusOf(pods: readonly Pod[]): number {
  return pods.reduce((sum, { requests }) => sum + gpuCount(requests), 0)
}

const noDaemons: DaemonsOnNode = { running: [], waiting: [], pods: [] }
