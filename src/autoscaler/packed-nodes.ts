import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import type { KubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import type { PodAffinityTerm } from '../cluster/pod-affinity.ts'
import { type NodeState, withoutPod, withPod } from '../scheduler/node-state.ts'
import { type PreparedFilters, prepareFilters } from '../scheduler/prepare-filters.ts'
import { type FreeAmounts, freeOn, hasRoom, without } from './free-amounts.ts'
import { type PodClass, type Reach, reachOfTerms } from './pod-class.ts'

/** Where a node of the simulation comes from: it exists, it is awaited, or an estimate has just added it. */
export type NodeOrigin = 'existing' | 'upcoming' | 'new'

/** Nodes in a row that are alike. */
export type NodeRun = {
  readonly origin: NodeOrigin
  /** Names of the whole list that the run was cut out of; the same object as the bucket's for existing nodes. */
  readonly names: NodeNames
  /** Index of the first node in `names`. */
  readonly start: number
  readonly count: number
  readonly kind: NodeKind
}

/** The name at each index, as a list or as a rule. */
export type NodeNames = readonly string[] | ((index: number) => string)

/** The state of nodes in a run: what they were, and what the simulation put on them since. */
export type NodeKind = {
  readonly free: FreeAmounts
  readonly node: Node
  /** The node's state with everything on it; built when it is asked for. */
  state(): NodeState
  /** The kind with one more pod of a class: the same object each time, so that equal nodes stay one run. */
  plus(added: PodClass): NodeKind
  /** What the filters say of one more pod of a class, with nothing in sight but the node itself. */
  fits(asked: PodClass, world: FilterWorld): boolean
}

/** What filters read beside pods and nodes. */
export type FilterWorld = { readonly version: KubernetesVersion; readonly objects: ClusterObjects }

/** Which nodes may take pods. */
export type Accepts = (run: NodeRun) => boolean

/**
 * The cluster that the autoscaler simulates on: nodes in their order, with the pods that it has put on them in thought.
 * The search for a node goes round, from behind the node that was last found; it takes the first that passes all filters,
 * never looking at scores. Source: cluster-autoscaler 1.36.1, simulator/clustersnapshot/predicate/plugin_runner.go.
 */
export type PackedNodes = {
  runs(): readonly NodeRun[]
  /** Number of nodes. */
  size(): number
  /** Index at which the next search begins. */
  nextIndex(): number
  /** Puts as many pods of the class on nodes as fit, at most `count`, one after the other; stops at the first that fits nowhere. Returns how many. */
  place(placed: PodClass, count: number, accepts: Accepts): number
  /** As `place`, for one pod; the run (of one node) that took it. */
  placeOne(placed: PodClass, accepts: Accepts): NodeRun | undefined
  /** What turns the pod down on the last node of the list. */
  rejectionOnLast(asked: PodClass): { readonly plugin: string; readonly reasons: readonly string[] } | undefined
  /** Puts one pod of the class on the last node, without asking. */
  placeOnLast(placed: PodClass): void
  /** Appends nodes of one kind. */
  append(run: NodeRun): void
  /** Whether the class can be handled node by node, many pods at a time: neither it nor a pod that is there looks further. */
  isArithmetic(asked: PodClass): boolean
  /** Whether nodes of the kind take one more pod of such a class. */
  takes(kind: NodeKind, asked: PodClass): boolean
  /** Takes pods off a node that is then a run of its own; the run, or `undefined` when there is no such node. */
  remove(names: NodeNames, index: number, pods: readonly Pod[]): NodeRun | undefined
  /** Takes a node out of the list. */
  drop(names: NodeNames, index: number): void
  /** Undoes everything since the moment it was made, except where the next search begins. */
  checkpoint(): () => void
}

/** The kind of nodes in this state. */
export function kindOf(state: NodeState): NodeKind {
  return makeKind(freeOn(state), state.node, () => state)
}

function makeKind(free: FreeAmounts, node: Node, build: () => NodeState): NodeKind {
  const successors = new Map<PodClass, NodeKind>()
  const answers = new Map<PodClass, boolean>()
  let built: NodeState | undefined
  const kind: NodeKind = {
    free,
    node,
    state() {
      built ??= build()
      return built
    },
    plus(added) {
      let next = successors.get(added)
      if (next === undefined) {
        next = makeKind(without(free, added.pod.requests), node, () => withPod(kind.state(), added.pod))
        successors.set(added, next)
      }
      return next
    },
    fits(asked, { version, objects }) {
      const known = answers.get(asked)
      if (known !== undefined) return known
      const state = kind.state()
      const filters = prepareFilters(asked.pod, { version, objects, nodes: [state] })
      const fits = (filters.only?.names.has(state.node.name) ?? true) && filters.rejectionOn(state) === undefined
      answers.set(asked, fits)
      return fits
    },
  }
  return kind
}

/** The name of one node of a run. */
export function nodeNameIn({ names, start }: NodeRun, offset: number): string {
  return typeof names === 'function' ? names(start + offset) : (names[start + offset] ?? '')
}

/** How many pods were placed, and the run that took the last of them. */
type Placed = { readonly count: number; readonly last?: NodeRun }

/** Opens a simulation on these nodes; the search begins at `nextIndex`. */
export function packNodes(
  initial: readonly NodeRun[],
  world: FilterWorld & { readonly nextIndex: number },
): PackedNodes {
  let runs: NodeRun[] = initial.filter(({ count }) => count > 0)
  let size = runs.reduce((sum, { count }) => sum + count, 0)
  let nextIndex = world.nextIndex
  let isSingle = false
  /** How far the anti-affinity of pods that are there looks, which every pod that comes has to do with. */
  let reach: Reach = 'amounts'
  const widen = (terms: readonly PodAffinityTerm[]): void => {
    reach = wider(reach, reachOfTerms(terms))
  }
  const widenBy = (kind: NodeKind): void => {
    for (const pod of kind.state().podsWithRequiredAntiAffinity) widen(pod.antiAffinity.required)
  }
  for (const { kind } of runs) widenBy(kind)

  const isArithmetic = (asked: PodClass): boolean => wider(asked.reach, reach) !== 'cluster'
  const note = ({ pod }: PodClass): void => {
    widen(pod.antiAffinity.required)
  }
  const takes = (kind: NodeKind, placed: PodClass): boolean => {
    if (kind.node.unschedulable || !hasRoom(kind.free, placed.pod.requests)) return false
    return wider(placed.reach, reach) === 'amounts' ? placed.fitsEmpty(kind.node) : kind.fits(placed, world)
  }
  /** The filters last prepared, for as long as nothing but pods that they were told of has changed. */
  let prepared: { readonly of: PodClass; readonly filters: PreparedFilters } | undefined
  const filtersFor = (of: PodClass): PreparedFilters => {
    if (prepared?.of === of && isSingle) return prepared.filters
    splitAll()
    const filters = prepareFilters(of.pod, {
      version: world.version,
      objects: world.objects,
      nodes: runs.map(({ kind }) => kind.state()),
    })
    prepared = { of, filters }
    return filters
  }
  /** Tells the filters of a pod of a class that has come to a node. */
  const tell = (placed: PodClass, node: Node): void => {
    prepared =
      prepared?.of === placed
        ? { of: placed, filters: prepared.filters.after({ kind: 'added', pod: placed.pod, node }) }
        : undefined
  }

  /** Each node a run of its own, with its own name: what filters that compare nodes need. */
  function splitAll(): void {
    if (isSingle) return
    known = undefined
    runs = runs.flatMap((run) => {
      if (run.count === 1 && run.kind.node.name === nodeNameIn(run, 0)) return [run]
      return Array.from({ length: run.count }, (_, offset) => {
        const name = nodeNameIn(run, offset)
        const state = run.kind.state()
        const labels = Object.hasOwn(state.node.labels, 'kubernetes.io/hostname')
          ? { ...state.node.labels, 'kubernetes.io/hostname': name }
          : state.node.labels
        return {
          ...run,
          start: run.start + offset,
          count: 1,
          kind: kindOf({ ...state, node: { ...state.node, name, labels } }),
        }
      })
    })
    isSingle = true
  }

  /** The run that begins at an index, as far as it is known; forgotten when runs before it change otherwise. */
  let known: { readonly index: number; readonly at: number } | undefined

  /** The run and the offset in it of a node, by its index. */
  function locate(index: number): { at: number; offset: number } {
    if (known?.index === index) return { at: known.at, offset: 0 }
    let before = 0
    for (const [at, { count }] of runs.entries()) {
      if (index < before + count) return { at, offset: index - before }
      before += count
    }
    return { at: 0, offset: 0 }
  }

  /** Cuts `count` nodes from `offset` on out of a run and gives them another kind; the index of the run they are in then. */
  function change(at: number, offset: number, count: number, kind: NodeKind): number {
    const run = runs[at]
    if (run === undefined) return at
    const before: NodeRun = { ...run, count: offset }
    const changed: NodeRun = { ...run, start: run.start + offset, count, kind }
    const after: NodeRun = { ...run, start: run.start + offset + count, count: run.count - offset - count }
    const previous = offset === 0 ? runs[at - 1] : undefined
    if (previous !== undefined && canJoin(previous, changed)) {
      const joined = { ...previous, count: previous.count + count }
      runs.splice(at - 1, 2, joined, ...(after.count > 0 ? [after] : []))
      return at - 1
    }
    runs.splice(at, 1, ...(offset > 0 ? [before] : []), changed, ...(after.count > 0 ? [after] : []))
    return offset > 0 ? at + 1 : at
  }

  /** Gives how many were placed, and the run that took the last. */
  function placeByArithmetic(placed: PodClass, count: number, accepts: Accepts): Placed {
    if (size === 0) return { count: 0 }
    let left = count
    let scanned = 0
    let index = nextIndex % size
    let { at, offset } = locate(index)
    let last: NodeRun | undefined
    while (left > 0 && scanned < size) {
      const run = runs[at]
      if (run === undefined) {
        at = 0
        offset = 0
        index = 0
        continue
      }
      const rest = run.count - offset
      if (!accepts(run) || !takes(run.kind, placed)) {
        scanned += rest
        index += rest
        at += 1
        offset = 0
        continue
      }
      const taken = Math.min(left, rest)
      const changed = change(at, offset, taken, run.kind.plus(placed))
      last = runs[changed]
      left -= taken
      scanned = 0
      index += taken
      at = changed + 1
      offset = 0
      nextIndex = index % size
      known = { index, at }
    }
    if (last === undefined) return { count: 0 }
    note(placed)
    prepared = undefined
    return { count: count - left, last }
  }

  function placeByFilters(placed: PodClass, count: number, accepts: Accepts): Placed {
    let filters = filtersFor(placed)
    let last: NodeRun | undefined
    let done = 0
    while (size > 0 && filters.rejection === undefined && done < count) {
      const at = firstThatFits(placed, filters, accepts)
      const run = at === undefined ? undefined : runs[at]
      if (at === undefined || run === undefined) break
      last = { ...run, kind: run.kind.plus(placed) }
      runs[at] = last
      done += 1
      note(placed)
      nextIndex = (at + 1) % size
      tell(placed, run.kind.node)
      filters = filtersFor(placed)
    }
    return last === undefined ? { count: 0 } : { count: done, last }
  }

  function placeAny(placed: PodClass, count: number, accepts: Accepts): Placed {
    return isArithmetic(placed) ? placeByArithmetic(placed, count, accepts) : placeByFilters(placed, count, accepts)
  }

  function firstThatFits({ pod: asked }: PodClass, filters: PreparedFilters, accepts: Accepts): number | undefined {
    for (let step = 0; step < size; step += 1) {
      const at = (nextIndex + step) % size
      const run = runs[at]
      if (run === undefined || run.kind.node.unschedulable || !accepts(run)) continue
      if (!hasRoom(run.kind.free, asked.requests)) continue
      const state = run.kind.state()
      if (filters.only !== undefined && !filters.only.names.has(state.node.name)) continue
      if (filters.rejectionOn(state) === undefined) return at
    }
    return undefined
  }

  function isolate(names: NodeNames, index: number): number | undefined {
    const at = runs.findIndex((run) => run.names === names && index >= run.start && index < run.start + run.count)
    const run = runs[at]
    if (run === undefined || run.count === 1) return run === undefined ? undefined : at
    known = undefined
    const offset = index - run.start
    const parts: readonly NodeRun[] = [
      { ...run, count: offset },
      { ...run, start: index, count: 1 },
      { ...run, start: index + 1, count: run.count - offset - 1 },
    ]
    runs.splice(at, 1, ...parts.filter(({ count }) => count > 0))
    return offset > 0 ? at + 1 : at
  }

  return {
    runs: () => runs,
    size: () => size,
    nextIndex: () => nextIndex,
    isArithmetic,
    takes,
    place: (placed, count, accepts) => placeAny(placed, count, accepts).count,
    placeOne: (placed, accepts) => placeAny(placed, 1, accepts).last,
    rejectionOnLast(asked) {
      const last = runs.at(-1)
      if (last === undefined) return { plugin: '', reasons: [] }
      const filters = filtersFor(asked)
      const state = runs.at(-1)?.kind.state()
      if (state === undefined) return { plugin: '', reasons: [] }
      if (filters.rejection !== undefined) return filters.rejection
      if (filters.only !== undefined && !filters.only.names.has(state.node.name)) {
        return { plugin: filters.only.plugins.join(', '), reasons: [] }
      }
      return filters.rejectionOn(state)
    },
    placeOnLast(placed) {
      const last = runs.at(-1)
      if (last === undefined) return
      note(placed)
      known = undefined
      change(runs.length - 1, last.count - 1, 1, last.kind.plus(placed))
      tell(placed, last.kind.node)
    },
    append(run) {
      if (run.count === 0) return
      size += run.count
      widenBy(run.kind)
      runs.push(run)
      prepared = undefined
      if (run.count > 1 || run.kind.node.name !== nodeNameIn(run, 0)) isSingle = false
    },
    remove(names, index, pods) {
      const at = isolate(names, index)
      const run = at === undefined ? undefined : runs[at]
      if (at === undefined || run === undefined) return undefined
      const changed = { ...run, kind: kindOf(pods.reduce(withoutPod, run.kind.state())) }
      runs[at] = changed
      prepared = undefined
      return changed
    },
    drop(names, index) {
      const at = isolate(names, index)
      if (at === undefined) return
      runs.splice(at, 1)
      size -= 1
      known = undefined
      prepared = undefined
    },
    checkpoint() {
      const saved = { runs: [...runs], size, isSingle, reach, prepared }
      return () => {
        runs = saved.runs
        known = undefined
        prepared = saved.prepared
        size = saved.size
        isSingle = saved.isSingle
        reach = saved.reach
      }
    },
  }
}

function wider(left: Reach, right: Reach): Reach {
  if (left === 'cluster' || right === 'cluster') return 'cluster'
  return left === 'node' || right === 'node' ? 'node' : 'amounts'
}

function canJoin(left: NodeRun, right: NodeRun): boolean {
  return (
    left.kind === right.kind &&
    left.origin === right.origin &&
    left.names === right.names &&
    left.start + left.count === right.start
  )
}
