import type { ClusterObjects } from '../../cluster/cluster-objects.ts'
import { isAtLeast } from '../../cluster/kubernetes-version.ts'
import type { Node } from '../../cluster/node.ts'
import type { Pod } from '../../cluster/pod.ts'
import type { Resources } from '../../cluster/resources.ts'
import type { Workload } from '../../cluster/workload.ts'
import { workloadPod } from '../../cluster/workload-pod.ts'
import { type NodeState, nodeState, withPod } from '../../scheduler/node-state.ts'
import { schedule } from '../../scheduler/schedule.ts'
import { defaultConstraints, ownConstraints, type SpreadConstraint } from '../../scheduler/spread-constraint.ts'
import { assumeVolumes } from '../../scheduler/volume-binding.ts'
import { createChangeJournal, trimJournal } from './change-journal.ts'
import { compareBytes } from './compare-bytes.ts'
import type {
  DisplacedPod,
  Engine,
  EngineNode,
  EngineOptions,
  EnginePreemption,
  FailedRun,
  NodeBucket,
  NodeUse,
  PodFate,
  PodRef,
  PodRun,
  ScheduleRound,
} from './engine.ts'
import { createNodeShapes, type NodeShapes } from './node-shapes.ts'
import { createNodeStates } from './node-states.ts'
import { addNode, countRequests, createNodeTable, dropNode, noPod, scalarId, slotOf, uses } from './node-table.ts'
import { addWorkload, createPodLedger, failureCode, podsOn, unlinkPod, untried } from './pod-ledger.ts'
import { orderedRuns, podsByWorkload } from './pod-queue.ts'
import { createPriorityCount } from './priority-count.ts'
import { type RequestClass, requestClass, requestClassKey } from './request-class.ts'
import { createScoreBoard } from './score-board.ts'
import { createShortageLog } from './shortage-log.ts'
import { createSpreadChoice } from './spread-choice.ts'
import { createSpreadGroups, type SpreadGroup, type SpreadGroups } from './spread-groups.ts'
import { type SpreadPlan, spreadPlan } from './spread-plan.ts'
import { createTermWatch } from './term-watch.ts'
import { withoutEvicted } from './without-evicted.ts'

/** More extended resources than this in one pod are left to the scheduler room. */
const mostScalars = 24
/** So many pods of one workload in a row are a long run. */
const longRun = 16

/** An engine without nodes and workloads. */
export function createEngine(options: EngineOptions): Engine {
  const { version, percentageOfNodesToScore = 100 } = options
  let { objects } = options
  const table = createNodeTable()
  const ledger = createPodLedger()
  const journal = createChangeJournal()
  const classes: RequestClass[] = []
  const classByKey = new Map<string, RequestClass>()
  const classOf: RequestClass[] = []
  const nodeStates = createNodeStates(table)
  const board = createScoreBoard(table, journal, nodeStates, classes, isAtLeast(version, 36))
  const shortages = createShortageLog(table, journal, nodeStates, classes, board, version)
  const priorities = createPriorityCount()
  const watch = createTermWatch()
  const spreading = createSpreadChoice(table, board)
  const labelKeys = new Set<string>()
  let shapes: NodeShapes | undefined
  /** Soft constraints of each workload; made anew with workloads, objects and shapes. */
  let spreads: Spreads | undefined
  /** Keys of the spreading that the shapes know. */
  let spreadKeys = ''
  /** Nodes whose shape or pods from outside changed since the spreading was counted. */
  const renewedSlots: number[] = []
  /** By workload: whether its template is plain; made anew with the spreading. */
  let plain: (boolean | undefined)[] = []
  let nodesHaveImages = false
  let startIndex = 0

  /** By slot: the node's whole state, made when the scheduler room needs it. */
  const stateCache: (NodeState | undefined)[] = []
  let statesInUse = false
  const podIds = new WeakMap<Pod, number>()
  /** Failure of a pod that the scheduler room turned down without a preemption, as long as nothing has changed. */
  let slowFailures = new Map<number, { readonly at: number; readonly epoch: number; readonly failure: number }>()

  /** Brings shapes and spreading up to date with workloads, objects and nodes. */
  function prepare(): { readonly shapes: NodeShapes; readonly spreads: Spreads } {
    if (spreads === undefined) {
      const found = findSpreads()
      if (found.keys.join() !== spreadKeys) shapes = undefined
      spreadKeys = found.keys.join()
      spreads = found
      spreading.use(found.groups)
      plain = []
    }
    const current = spreads
    if (shapes === undefined) {
      shapes = createNodeShapes([...labelKeys], current.keys)
      board.reshape(shapes)
      shortages.reshape(shapes)
      current.plans.clear()
      current.planned.length = 0
      current.groups.clear()
      current.counted = false
    }
    board.place()
    if (current.keys.length > 0) countSpreads(current)
    return { shapes, spreads: current }
  }

  /** What spreads each workload, and where the pods are that it counts. */
  function findSpreads(): Spreads {
    const groups = createSpreadGroups()
    const keys = new Set<string>()
    const constraints = ledger.workloads.map(({ template, namespace }): SoftSpread | undefined => {
      const isOwn = template.topologySpread.length > 0
      const soft = isOwn
        ? ownConstraints(template, 'ScheduleAnyway')
        : defaultConstraints(template, { version, nodes: [], objects })
      const [first] = soft
      if (first === undefined || ownConstraints(template, 'DoNotSchedule').length > 0) return undefined
      const same = JSON.stringify(first.selector)
      const group = soft.every(({ selector }) => JSON.stringify(selector) === same)
        ? groups.groupOf(namespace, first.selector)
        : undefined
      for (const { topologyKey } of soft) keys.add(topologyKey)
      return { constraints: soft, isOwn, group }
    })
    return {
      keys: [...keys].sort(),
      groups,
      constraints,
      countedIn: ledger.workloads.map(({ template }) => groups.groupsWith(template)),
      boundIn: new Map(),
      plans: new Map(),
      planned: [],
      counted: false,
    }
  }

  /** Counts the pods on nodes in the groups of the spreading: all of them at first, then those whose nodes changed. */
  function countSpreads(of: Spreads): void {
    const slots = of.counted ? renewedSlots : Array.from({ length: table.size }, (_, slot) => slot)
    of.counted = true
    for (const slot of slots) {
      if (table.nodes[slot] === undefined) continue
      const shape = shapeOf(slot)
      const pods = podsOn(ledger, table, slot)
      const bound = table.bound[slot] ?? []
      const groups = [
        ...pods.flatMap((pod) => of.countedIn[ledger.workload[pod] ?? 0] ?? []),
        ...bound.flatMap((pod) => boundIn(of, pod)),
      ]
      for (const group of groups) of.groups.drop(group, slot)
      for (const group of groups) of.groups.count(group, slot, shape, 1)
    }
    renewedSlots.length = 0
  }

  function boundIn(of: Spreads, pod: Pod): readonly SpreadGroup[] {
    let groups = of.boundIn.get(pod)
    if (groups === undefined) {
      groups = of.groups.groupsWith(pod)
      of.boundIn.set(pod, groups)
    }
    return groups
  }

  function shapeOf(slot: number): number {
    return board.columns.shape[slot] ?? -1
  }

  function workloadAt(index: number): Workload {
    const workload = ledger.workloads[index]
    if (workload === undefined) throw new RangeError(`there is no workload ${index}`)
    return workload
  }

  function classAt(workload: number): RequestClass {
    const request = classOf[workload]
    if (request === undefined) throw new RangeError(`there is no workload ${workload}`)
    return request
  }

  function numberOf({ workload, index }: PodRef): number {
    if (index < 0 || index >= workloadAt(workload).replicas)
      throw new RangeError(`workload ${workload} has no pod ${index}`)
    return (ledger.first[workload] ?? 0) + index
  }

  function refOf(pod: number): PodRef {
    const workload = ledger.workload[pod] ?? 0
    return { workload, index: pod - (ledger.first[workload] ?? 0) }
  }

  /** The pod itself, as the scheduler room sees it. */
  function podAt(pod: number): Pod {
    const { workload, index } = refOf(pod)
    const from = workloadAt(workload)
    const made = workloadPod(from, index)
    podIds.set(made, pod)
    return made
  }

  /** All pods of a node in the order in which they came: among equals it decides who is evicted. */
  function podsInOrder(slot: number): readonly Pod[] {
    const bound = table.bound[slot] ?? []
    const after = table.boundAfter[slot] ?? []
    const isAfter = (pod: number): readonly Pod[] => bound.filter((_, at) => after[at] === pod)
    return [...isAfter(noPod), ...podsOn(ledger, table, slot).flatMap((pod) => [podAt(pod), ...isAfter(pod)])]
  }

  function stateAt(slot: number): NodeState {
    const cached = stateCache[slot]
    if (cached !== undefined) return cached
    const node = table.nodes[slot]
    if (node === undefined) throw new RangeError(`there is no node at ${slot}`)
    const state = nodeState(node, podsInOrder(slot))
    stateCache[slot] = state
    statesInUse = true
    return state
  }

  function allStates(): readonly NodeState[] {
    const states: NodeState[] = []
    for (let slot = 0; slot < table.size; slot++) if (table.nodes[slot] !== undefined) states.push(stateAt(slot))
    return states
  }

  function place(pod: number, slot: number, tied: number, request: RequestClass): void {
    const workload = ledger.workload[pod] ?? 0
    ledger.fate[pod] = slot
    ledger.tied[pod] = tied
    ledger.before[pod] = table.firstPod[slot] ?? noPod
    table.firstPod[slot] = pod
    ledger.placed[workload] = (ledger.placed[workload] ?? 0) + 1
    const { requests, scoredRequests } = request.pod
    const { use } = table
    const base = slot * table.stride
    use[base + uses.pods] = (use[base + uses.pods] ?? 0) + 1
    use[base + uses.cpu] = (use[base + uses.cpu] ?? 0) + requests.milliCpu
    use[base + uses.memory] = (use[base + uses.memory] ?? 0) + requests.memory
    use[base + uses.storage] = (use[base + uses.storage] ?? 0) + requests.ephemeralStorage
    use[base + uses.scoredCpu] = (use[base + uses.scoredCpu] ?? 0) + scoredRequests.milliCpu
    use[base + uses.scoredMemory] = (use[base + uses.scoredMemory] ?? 0) + scoredRequests.memory
    for (const { id, amount } of request.scalars) {
      const at = base + uses.scalars + id
      use[at] = (use[at] ?? 0) + amount
    }
    shortages.filled(slot, request)
    const counted = spreads?.countedIn[workload] ?? []
    spreading.leaving(slot, counted)
    board.filled(slot, request.id)
    for (const group of counted) spreads?.groups.count(group, slot, shapeOf(slot), 1)
    spreading.arrived(slot, counted)
  }

  /** Takes a workload's pod off its node. */
  function displace(pod: number): void {
    const slot = ledger.fate[pod] ?? untried
    if (slot < 0) return
    const { workload } = refOf(pod)
    const { template } = workloadAt(workload)
    shortages.settle()
    const after = table.boundAfter[slot] ?? []
    for (let at = after.indexOf(pod); at >= 0; at = after.indexOf(pod)) after[at] = ledger.before[pod] ?? noPod
    unlinkPod(ledger, table, slot, pod)
    ledger.fate[pod] = untried
    ledger.tied[pod] = 0
    ledger.placed[workload] = (ledger.placed[workload] ?? 0) - 1
    countRequests(table, slot, template, -1)
    priorities.add(template.priority, -1)
    watch.count(workload, -1)
    stateCache[slot] = undefined
    if (spreads?.counted === true)
      for (const group of spreads.countedIn[workload] ?? []) spreads.groups.count(group, slot, shapeOf(slot), -1)
    spreading.forget()
    board.changed(slot)
  }

  function bindTo(slot: number, pod: Pod): void {
    const pods = table.bound[slot] ?? []
    const after = table.boundAfter[slot] ?? []
    pods.push(pod)
    after.push(table.firstPod[slot] ?? noPod)
    table.bound[slot] = pods
    table.boundAfter[slot] = after
    countRequests(table, slot, pod, 1)
    priorities.add(pod.priority, 1)
    watch.bound(pod, 1)
    stateCache[slot] = undefined
  }

  function displaceBound(slot: number, pod: Pod): void {
    const pods = table.bound[slot] ?? []
    const at = pods.indexOf(pod)
    if (at < 0) throw new Error(`pod ${pod.name} is not on node ${table.nodes[slot]?.name}`)
    shortages.settle()
    pods.splice(at, 1)
    table.boundAfter[slot]?.splice(at, 1)
    countRequests(table, slot, pod, -1)
    priorities.add(pod.priority, -1)
    watch.bound(pod, -1)
    stateCache[slot] = undefined
    if (spreads?.counted === true)
      for (const group of boundIn(spreads, pod)) spreads.groups.count(group, slot, shapeOf(slot), -1)
    spreading.forget()
    board.changed(slot)
  }

  /** Whether the quick way is exact for a workload's pods, as the cluster is now. */
  function isPlain(workload: number, request: RequestClass): boolean {
    const known = plain[workload]
    const answer = known ?? isPlainTemplate(workload, request)
    if (known === undefined) plain[workload] = answer
    return answer && !watch.concerns(workload) && !(nodesHaveImages && workloadAt(workload).template.images.length > 0)
  }

  /** Whether nothing but the node itself and soft spreading decides about a workload's pods. */
  function isPlainTemplate(workload: number, request: RequestClass): boolean {
    if (percentageOfNodesToScore < 100) return false
    const { template } = workloadAt(workload)
    const { affinity, antiAffinity } = template
    const soft = spreads?.constraints[workload]
    return (
      template.hostPorts.length === 0 &&
      template.volumes.length === 0 &&
      template.nodeName === undefined &&
      template.nominatedNodeName === undefined &&
      template.resourceClaims.length === 0 &&
      affinity.required.length + affinity.preferred.length === 0 &&
      antiAffinity.required.length + antiAffinity.preferred.length === 0 &&
      !template.topologySpread.some(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule') &&
      (soft === undefined || soft.group !== undefined) &&
      !request.perNode &&
      request.scalars.length <= mostScalars
    )
  }

  /** The plan and the group of a workload's spreading; `undefined` when nothing spreads it. */
  function spreadOf(workload: number, request: RequestClass, of: Spreads): PlannedSpread | undefined {
    const soft = of.constraints[workload]
    if (soft?.group === undefined || shapes === undefined) return undefined
    const known = of.planned[workload]
    if (known?.shapes === shapes.list.length) return known
    const parts = soft.constraints.map(({ selector: _selector, ...rest }) => rest)
    const key = JSON.stringify([request.id, soft.isOwn, parts])
    let plan = of.plans.get(key)
    if (plan === undefined || plan.domainOfShape.length !== shapes.list.length) {
      plan = spreadPlan(request, soft.constraints, soft.isOwn, shapes)
      of.plans.set(key, plan)
    }
    const made = { plan, group: soft.group, shapes: shapes.list.length }
    of.planned[workload] = made
    return made
  }

  function runSchedule(queue: readonly PodRun[] | Int32Array): ScheduleRound {
    const { spreads: soft } = prepare()
    const failed: number[] = []
    const preemptions: EnginePreemption[] = []
    let placed = 0
    let unschedulable = 0
    const left = new Map<number, number>()
    const runs = orderedRuns(queue, ledger)
    for (const [workload, count] of podsByWorkload(queue)) {
      const { id } = classAt(workload)
      left.set(id, (left.get(id) ?? 0) + count)
    }

    /** Notes that pods failed, joined with the last entry where it goes on. */
    /** Pods `first` to `end` of a workload, as far as they have no node, share a failure. */
    const fail = (workload: number, first: number, end: number, failure: number): void => {
      const { fate } = ledger
      const offset = ledger.first[workload] ?? 0
      const code = failureCode(failure)
      for (let index = first; index < end; index++) {
        if ((fate[offset + index] ?? untried) >= 0) continue
        const from = index
        while (index < end && (fate[offset + index] ?? untried) < 0) fate[offset + index++] = code
        noteFailed(workload, from, index - from, failure)
      }
    }

    const noteFailed = (workload: number, first: number, count: number, failure: number): void => {
      unschedulable += count
      const last = failed.length - 4
      const goesOn =
        failed[last] === workload &&
        failed[last + 3] === failure &&
        (failed[last + 1] ?? 0) + (failed[last + 2] ?? 0) === first
      if (goesOn) failed[last + 2] = (failed[last + 2] ?? 0) + count
      else failed.push(workload, first, count, failure)
    }

    /** One cycle in the scheduler room, over all nodes. */
    const trySlowly = (workload: number, index: number, request: RequestClass): void => {
      const number = (ledger.first[workload] ?? 0) + index
      const known = slowFailures.get(workload)
      if (known !== undefined && known.at === journal.end && known.epoch === table.epoch) {
        fail(workload, index, index + 1, known.failure)
        return
      }
      const pod = podAt(number)
      const states = allStates()
      const outcome = schedule(
        pod,
        { version, nodes: states, objects },
        percentageOfNodesToScore < 100 ? { percentageOfNodesToScore, startIndex } : {},
      )
      if (percentageOfNodesToScore < 100 && states.length > 0)
        startIndex = (startIndex + outcome.visited) % states.length
      if (outcome.kind === 'placed') {
        settle(number, pod, slotOf(table, outcome.node), outcome.tied, request)
        return
      }
      const failure = shortages.noteText(outcome.message)
      const { preemption } = outcome
      if (preemption === undefined) {
        if (podIsAlike(workload)) slowFailures.set(workload, { at: journal.end, epoch: table.epoch, failure })
        fail(workload, index, index + 1, failure)
        return
      }
      const slot = slotOf(table, preemption.node)
      const victims = preemption.victims.map((victim): DisplacedPod => {
        const id = podIds.get(victim)
        if (id === undefined) {
          displaceBound(slot, victim)
          return { kind: 'bound', pod: victim, node: preemption.node }
        }
        displace(id)
        return { kind: 'workload', ...refOf(id) }
      })
      objects = withoutEvicted(objects, preemption.victims)
      preemptions.push({ pod: { workload, index }, node: preemption.node, victims, message: outcome.message })
      // Its next cycle tries the node that was freed for it first, and takes it without a look at the others.
      settle(number, pod, slot, 1, request)
    }

    const settle = (number: number, pod: Pod, slot: number, tied: number, request: RequestClass): void => {
      const cached = stateCache[slot]
      place(number, slot, tied, request)
      if (cached !== undefined && stateCache[slot] === cached) stateCache[slot] = withPod(cached, pod)
      else stateCache[slot] = undefined
      placed++
      const { workload } = refOf(number)
      priorities.add(pod.priority, 1)
      watch.count(workload, 1)
      const node = table.nodes[slot]
      if (node !== undefined) objects = assumeVolumes(pod, node, objects)
    }

    for (const { workload, first, count } of runs) {
      const request = classAt(workload)
      const { template } = workloadAt(workload)
      const offset = ledger.first[workload] ?? 0
      let index = first
      const end = first + count
      if (isPlain(workload, request)) {
        board.open(request.id, count >= longRun)
        const spread = spreadOf(workload, request, soft)
        let arrived = 0
        for (; index < end; index++) {
          const pod = offset + index
          if ((ledger.fate[pod] ?? untried) >= 0) continue
          const { slot, tied } =
            spread === undefined ? board.best(request.id) : spreading.best(request.id, spread.plan, spread.group)
          if (slot < 0) break
          place(pod, slot, tied, request)
          if (statesInUse) stateCache[slot] = undefined
          arrived++
        }
        if (arrived > 0) {
          placed += arrived
          priorities.add(template.priority, arrived)
          watch.count(workload, arrived)
        }
        if (index < end && (template.preemptionPolicy === 'Never' || !priorities.hasBelow(template.priority))) {
          const failure = shortages.note(request.id)
          fail(workload, index, end, failure)
          index = end
        }
      }
      for (; index < end; index++) {
        if ((ledger.fate[offset + index] ?? untried) < 0) trySlowly(workload, index, request)
      }
      const rest = (left.get(request.id) ?? 0) - count
      left.set(request.id, rest)
      // A class that is closed catches up when it is opened: cheaper than to follow every placement of long runs of others.
      if (rest <= 0 || count >= longRun) board.close(request.id)
      if (rest <= 0) shortages.leave(request.id)
    }
    for (const id of left.keys()) board.close(id)
    spreading.forget()
    shortages.settle()
    trimJournal(journal, table.size)

    return {
      placed,
      unschedulable,
      preemptions,
      *failures(): Iterable<FailedRun> {
        for (let at = 0; at < failed.length; at += 4) {
          const [workload = 0, first = 0, count = 0, failure = 0] = failed.slice(at, at + 4)
          yield { workload, first, count, message: shortages.textOf(failure) }
        }
      },
    }
  }

  /** Whether all pods of a workload get the same answer: a pod with a volume of its own may not. */
  function podIsAlike(workload: number): boolean {
    return workloadAt(workload).template.volumes.length === 0
  }

  function bucketKey(slot: number): string {
    const counts = new Map<number, number>()
    for (let pod = table.firstPod[slot] ?? noPod; pod !== noPod; pod = ledger.before[pod] ?? noPod) {
      const workload = ledger.workload[pod] ?? 0
      counts.set(workload, (counts.get(workload) ?? 0) + 1)
    }
    const pods = [...counts].sort(([a], [b]) => a - b).join(' ')
    const bound = table.bound[slot] ?? []
    return `${table.groups[slot] ?? ''}\n${shapeKey(slot)}\n${pods}\n${bound.map(boundKey).sort().join(' ')}`
  }

  const shapesForBuckets = createBucketShapes()
  function shapeKey(slot: number): string {
    const node = table.nodes[slot]
    return node === undefined ? '' : shapesForBuckets(node)
  }

  const boundKeys = new WeakMap<Pod, string>()
  function boundKey(pod: Pod): string {
    const known = boundKeys.get(pod)
    if (known !== undefined) return known
    const { name: _name, nodeName: _nodeName, requiredNodeTerms: _terms, createdAt: _created, ...rest } = pod
    const key = JSON.stringify(rest)
    boundKeys.set(pod, key)
    return key
  }

  return {
    workloads: ledger.workloads,

    registerWorkload(workload) {
      const { template } = workload
      const key = requestClassKey(template)
      let request = classByKey.get(key)
      if (request === undefined) {
        request = requestClass(classes.length, template, version, (name) => scalarId(table, name))
        classes.push(request)
        classByKey.set(key, request)
        for (const label of request.labelKeys) {
          if (labelKeys.has(label)) continue
          labelKeys.add(label)
          shapes = undefined
        }
      }
      spreads = undefined
      classOf.push(request)
      watch.register(workload)
      return addWorkload(ledger, workload)
    },

    addNodes(nodes: readonly EngineNode[]) {
      for (const { node, group, pods = [] } of nodes) {
        const slot = addNode(table, node, group)
        stateCache.push(undefined)
        if (node.images !== undefined && node.images.length > 0) nodesHaveImages = true
        for (const name of Object.keys(node.allocatable.scalars)) scalarId(table, name)
        for (const pod of pods) bindTo(slot, pod)
        board.renewed(slot)
        renewedSlots.push(slot)
      }
    },

    removeNodes(names) {
      return names.flatMap((name) => {
        const slot = slotOf(table, name)
        const workloadPods = podsOn(ledger, table, slot)
        const bound = [...(table.bound[slot] ?? [])]
        for (const pod of workloadPods) displace(pod)
        for (const pod of bound) displaceBound(slot, pod)
        dropNode(table, slot)
        board.renewed(slot)
        return [
          ...bound.map((pod): DisplacedPod => ({ kind: 'bound', pod, node: name })),
          ...workloadPods.map((pod): DisplacedPod => ({ kind: 'workload', ...refOf(pod) })),
        ]
      })
    },

    replaceNode(node: Node) {
      const slot = slotOf(table, node.name)
      table.nodes[slot] = node
      table.epoch++
      stateCache[slot] = undefined
      if (node.images !== undefined && node.images.length > 0) nodesHaveImages = true
      for (const name of Object.keys(node.allocatable.scalars)) scalarId(table, name)
      board.renewed(slot)
      renewedSlots.push(slot)
    },

    bind(pod, nodeName) {
      const slot = slotOf(table, nodeName)
      bindTo(slot, pod)
      renewedSlots.push(slot)
      board.changed(slot)
    },

    unbind(pods) {
      for (const pod of pods) displace(numberOf(pod))
    },

    setObjects(next: ClusterObjects) {
      objects = next
      spreads = undefined
      slowFailures = new Map()
    },

    get objects() {
      return objects
    },

    schedule: runSchedule,

    fateOf(pod): PodFate {
      const number = numberOf(pod)
      const fate = ledger.fate[number] ?? untried
      if (fate === untried) return { kind: 'untried' }
      if (fate < 0) return { kind: 'unschedulable', message: shortages.textOf(failureCode(fate)) }
      return { kind: 'placed', node: table.nodes[fate]?.name ?? '', tied: ledger.tied[number] ?? 0 }
    },

    nodeIndexOf: (pod) => Math.max(-1, ledger.fate[numberOf(pod)] ?? -1),

    placedOf: (workload) => ledger.placed[workload] ?? 0,

    get nodeCount() {
      return table.live
    },

    *nodes(): Iterable<NodeUse> {
      for (let slot = 0; slot < table.size; slot++) {
        const node = table.nodes[slot]
        if (node === undefined) continue
        yield {
          node,
          group: table.groups[slot] ?? null,
          pods: table.use[slot * table.stride + uses.pods] ?? 0,
          requested: requestedOn(slot),
        }
      }
    },

    buckets(): readonly NodeBucket[] {
      const slotsByKey = new Map<string, number[]>()
      for (let slot = 0; slot < table.size; slot++) {
        if (table.nodes[slot] === undefined) continue
        const key = bucketKey(slot)
        const slots = slotsByKey.get(key)
        if (slots === undefined) slotsByKey.set(key, [slot])
        else slots.push(slot)
      }
      const nameOf = (slot: number): string => table.nodes[slot]?.name ?? ''
      return [...slotsByKey.values()].map((slots) => {
        const first = slots.reduce((least, slot) => (compareBytes(nameOf(slot), nameOf(least)) < 0 ? slot : least))
        return {
          get state() {
            return stateAt(first)
          },
          group: table.groups[first] ?? null,
          count: slots.length,
          names: () => slots.map(nameOf).sort(compareBytes),
        }
      })
    },

    stateOf(nodeName) {
      const slot = table.slots.get(nodeName)
      return slot === undefined ? undefined : stateAt(slot)
    },

    states: allStates,
  }

  function requestedOn(slot: number): Resources {
    const { use } = table
    const base = slot * table.stride
    const scalars: Record<string, number> = {}
    for (const [name, id] of table.scalarIds) {
      const amount = use[base + uses.scalars + id] ?? 0
      if (amount !== 0) scalars[name] = amount
    }
    return {
      milliCpu: use[base + uses.cpu] ?? 0,
      memory: use[base + uses.memory] ?? 0,
      ephemeralStorage: use[base + uses.storage] ?? 0,
      scalars,
    }
  }
}

/** Soft spreading of one workload; without a group when its constraints count different pods. */
type SoftSpread = {
  readonly constraints: readonly SpreadConstraint[]
  /** The pod's own constraints, not the system's. */
  readonly isOwn: boolean
  readonly group: SpreadGroup | undefined
}

/** A plan for as long as there are so many shapes. */
type PlannedSpread = { readonly plan: SpreadPlan; readonly group: SpreadGroup; readonly shapes: number }

type Spreads = {
  /** Topology keys, sorted. */
  readonly keys: readonly string[]
  readonly groups: SpreadGroups
  /** By workload. */
  readonly constraints: readonly (SoftSpread | undefined)[]
  readonly countedIn: readonly (readonly SpreadGroup[])[]
  /** By pod that is no workload's. */
  readonly boundIn: Map<Pod, readonly SpreadGroup[]>
  readonly plans: Map<string, SpreadPlan>
  /** By workload. */
  readonly planned: (PlannedSpread | undefined)[]
  /** Whether the groups hold the pods on nodes. */
  counted: boolean
}

/** Texts that are equal for nodes that differ in nothing but name and host name. */
function createBucketShapes(): (node: Node) => string {
  const ids = new WeakMap<object, string>()
  const idOf = (part: object | undefined): string => {
    if (part === undefined) return ''
    const known = ids.get(part)
    if (known !== undefined) return known
    const text = JSON.stringify(part)
    ids.set(part, text)
    return text
  }
  return (node) => {
    const labels = Object.entries(node.labels).filter(([key]) => key !== 'kubernetes.io/hostname')
    return `${JSON.stringify(labels)}${idOf(node.taints)}${node.unschedulable}${idOf(node.allocatable)}${node.allocatablePods}${idOf(node.capacity)}${idOf(node.images)}`
  }
}
