/**
 * Measures one case of `engine-cases.ts` in a process of its own, so that its peak memory is its own; prints one line of
 * JSON. Its argument is the index of the case.
 */
import { type ClusterObjects, noObjects } from '../src/cluster/cluster-objects.ts'
import { parseKubernetesVersion } from '../src/cluster/kubernetes-version.ts'
import { podName, type Workload } from '../src/cluster/workload.ts'
import { nodeState } from '../src/scheduler/node-state.ts'
import { schedule } from '../src/scheduler/schedule.ts'
import { createEngine } from '../src/simulation/engine/create-engine.ts'
import type { EngineNode, PodRun } from '../src/simulation/engine/engine.ts'
import { type EngineCase, engineCases } from './engine-cases.ts'
import { controllers, engineNodes, nodeKinds, podKinds, workloadsByKind } from './gpu-cluster.ts'
import { readGpuTrace } from './gpu-trace.ts'
import { type Random, seededRandom } from './random.ts'

/** Pods of which the reference's time is taken. */
const referencePods = 2

const version = parseKubernetesVersion('1.36.3')
const found = engineCases[Number(process.argv[2])]
if (found === undefined) throw new RangeError(`there is no case ${process.argv[2]}`)
console.log(JSON.stringify(measure(found)))

function measure(given: EngineCase): object {
  const random = seededRandom(1)
  const trace = given.trace === true ? readGpuTrace(process.env['EKS_GPU_TRACE'] ?? '') : undefined
  const kinds = trace?.pods ?? podKinds(given.classes, random)
  const nodes = engineNodes(trace?.nodes ?? nodeKinds, given.nodes)
  const { controllers: count } = given
  const workloads =
    count === undefined ? workloadsByKind(kinds, given.pods) : controllers(kinds, count, given.pods / count, random)
  const objects = count === undefined ? noObjects : withReplicaSets(workloads)
  const queue = queueOf(workloads, given, random)
  const engine = createEngine({ version, objects })
  for (const workload of workloads) engine.registerWorkload(workload)

  let before = process.cpuUsage()
  const steps = inSteps(nodes, given.steps ?? 1)
  const [first = [], ...later] = steps
  engine.addNodes(first)
  const adding = secondsSince(before)
  before = process.cpuUsage()
  let { placed } = engine.schedule(queue)
  for (const more of later) {
    engine.addNodes(more)
    placed += engine.schedule(queue).placed
  }
  const seconds = secondsSince(before)
  const peakMib = process.resourceUsage().maxRSS / 1024
  return {
    classes: kinds.length,
    kinds: new Set(nodes.map(({ group }) => group)).size,
    placed,
    adding,
    seconds,
    peakMib,
    reference: referenceSeconds(nodes, workloads, objects) * given.pods,
  }
}

/** CPU seconds of one pod in the plain scheduler, over all nodes, empty as they are at first. */
function referenceSeconds(
  nodes: readonly EngineNode[],
  workloads: readonly Workload[],
  objects: ClusterObjects,
): number {
  const states = nodes.map(({ node }) => nodeState(node, []))
  const before = process.cpuUsage()
  for (const workload of workloads.slice(0, referencePods)) {
    schedule({ ...workload.template, name: podName(workload, 0) }, { version, nodes: states, objects })
  }
  return secondsSince(before) / referencePods
}

function withReplicaSets(workloads: readonly Workload[]): ClusterObjects {
  return {
    ...noObjects,
    controllers: workloads.map(({ namespace, name, template }) => ({
      kind: 'ReplicaSet',
      namespace,
      name,
      selector: { matchLabels: template.labels, matchExpressions: [] },
    })),
  }
}

function queueOf(
  workloads: readonly Workload[],
  { order }: EngineCase,
  random: Random,
): readonly PodRun[] | Int32Array {
  if (order === 'grouped') return workloads.map(({ replicas }, workload) => ({ workload, first: 0, count: replicas }))
  const total = workloads.reduce((sum, { replicas }) => sum + replicas, 0)
  const queue = new Int32Array(total)
  let at = 0
  if (order === 'shuffled') {
    workloads.forEach(({ replicas }, workload) => {
      queue.fill(workload, at, at + replicas)
      at += replicas
    })
    random.shuffle(queue)
    return queue
  }
  for (let round = 0; at < total; round++) {
    workloads.forEach(({ replicas }, workload) => {
      if (round < replicas) queue[at++] = workload
    })
  }
  return queue
}

function inSteps(nodes: readonly EngineNode[], steps: number): readonly (readonly EngineNode[])[] {
  const size = Math.ceil(nodes.length / steps)
  return Array.from({ length: steps }, (_, step) => nodes.slice(step * size, (step + 1) * size))
}

function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
