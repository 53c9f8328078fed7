import type { Cluster } from '../../src/cluster/cluster.ts'
import { noObjects } from '../../src/cluster/cluster-objects.ts'
import type { NodeGroup } from '../../src/cluster/node-group.ts'
import { workloadId } from '../../src/cluster/workload.ts'
import { readAutoscalerFlags } from '../../src/read/config/autoscaler-flags.ts'
import { type JsonObject, listAt, objectAt, recordAt, valueAt } from '../../src/read/kubernetes/json.ts'
import { readKubernetesInput } from '../../src/read/kubernetes/read-kubernetes-input.ts'
import { readNode } from '../../src/read/kubernetes/read-node.ts'
import type { Outcome, OutcomeRows } from '../../src/simulation/outcome.ts'
import { simulate } from '../../src/simulation/simulate.ts'
import { sampleDaemonSet } from '../../src/simulation/testing/sample-scenario.ts'
import { differencesOf } from './compare-case.ts'
import type { GoldenCase, GoldenGroup } from './golden-case.ts'
import { autoscaledGroup, priorityExpander, withZone } from './play-case.ts'

/**
 * Seconds from the order to the node: longer than a phase lasts, so that what the autoscaler orders in one phase joins in
 * the next.
 */
const provisioning = 300

/** Seconds from the node to its GPUs, where they come late: before what the autoscaler orders meanwhile joins. */
const gpuReady = 200
const devicePlugin = sampleDaemonSet(undefined, { nodeSelector: {} })

/** Whether nodes join without their GPUs and get them in the next phase, as by a device plugin. */
function haveLateGpus({ phases }: GoldenCase): boolean {
  const [, join, patch] = phases
  return phases.length === 3 && join?.kind === 'join' && patch?.kind === 'patchNodes'
}

/** Why a case cannot be played from start to end by a simulation; `undefined` when it can. */
export function whyNotSimulated(golden: GoldenCase): string | undefined {
  if (golden.phases.some(({ kind }) => kind === 'create' || kind === 'delete')) return 'its objects come and go'
  if (haveLateGpus(golden)) return undefined
  if (golden.phases.some(({ fields }) => Object.keys(fields).length > 0))
    return 'its nodes join as others than they become'
  if (golden.phases.slice(1).some(({ kind }) => kind === 'loop')) return 'its nodes wait longer than one phase'
  return undefined
}

/**
 * Plays a case with the whole simulation until a course of chance gives what was recorded, and tells where the one that comes
 * closest differs: in the plans from start to end, in the removed nodes, and in nodes, pods and texts at the end.
 */
export async function checkSimulated(golden: GoldenCase, seeds = 10): Promise<readonly string[]> {
  const expected = whole(golden.recorded.slice(1))
  let closest: readonly string[] | undefined
  for (let seed = 0; seed < seeds; seed += 1) {
    const differences = differencesOf(expected, await simulateCase(golden, seed), golden.id)
    if (differences.length === 0) return differences
    if (closest === undefined || differences.length < closest.length) closest = differences
  }
  return closest ?? []
}

/** What an outcome says of all phases together; a simulation has no pauses, so a plan may come a phase earlier. */
function whole(phases: readonly JsonObject[]): JsonObject {
  const last = phases.at(-1)
  return {
    scaleUps: phases.flatMap((phase) => listAt(phase, 'scaleUps').map((plan) => valueAt(plan, 'plan') ?? plan)),
    scaleDowns: phases.flatMap((phase) => listAt(phase, 'scaleDowns')),
    nodes: objectAt(last, 'nodes'),
    pods: Object.fromEntries(
      Object.entries(objectAt(last, 'pods')).map(([owner, pods]) => {
        const [boundTo, messages] = [valueAt(pods, 'boundTo'), valueAt(pods, 'schedulerMessages')]
        return [
          owner,
          {
            ...(boundTo !== undefined && { boundTo }),
            ...(messages !== undefined && { schedulerMessages: messages }),
          },
        ]
      }),
    ),
    notTriggered: Object.fromEntries(
      Object.entries(objectAt(last, 'events')).flatMap(([owner, events]) => {
        const texts = listAt(events, 'NotTriggerScaleUp')
        return texts.length === 0 ? [] : [[owner, texts]]
      }),
    ),
  }
}

/** What the recorder would have written in the end, as far as an outcome says it. */
async function simulateCase(golden: GoldenCase, seed: number): Promise<JsonObject> {
  const settings = {
    ...readAutoscalerFlags(golden.flags, golden.autoscalerVersion).settings,
    scanInterval: 1,
    staticInstanceTypes: true,
  }
  const cluster: Cluster = {
    name: golden.id,
    kubernetesVersion: golden.kubernetes,
    nodeGroups: golden.groups.map((group) => nodeGroup(group, haveLateGpus(golden))),
    nodes: golden.nodes.map(({ group, ready, node }) => ({
      node: readNode(
        withZone(
          node,
          golden.groups.find(({ name }) => name === group),
        ),
      ),
      ...(group !== undefined && { group }),
      ready,
      readySince: 0,
    })),
    pods: [],
    daemonSets: haveLateGpus(golden) ? [devicePlugin] : [],
    systemWorkloads: [],
    objects: noObjects,
    autoscaler: priorityExpander(settings, golden.objects),
    unknowns: [],
  }
  const source = { name: 'objects.yaml', open: () => documents(golden.objects) }
  const input = await readKubernetesInput([source], { kubernetesVersion: golden.kubernetes, clusterKnown: true })
  if (input.problems.length > 0) throw new Error(JSON.stringify(input.problems))
  const seconds = haveLateGpus(golden) ? 0 : golden.phases.reduce((sum, phase) => sum + phase.seconds, 0)
  const joins = golden.phases.filter(({ kind }) => kind !== 'patchNodes').length
  const { outcome, rows } = simulate(cluster, input, {
    order: 'file',
    seed,
    percentageOfNodesToScore: 100,
    provisioning,
    gpuReady,
    until: seconds > 0 ? seconds : provisioning * joins - 1,
    fixes: false,
    scores: false,
  })
  return resultOf(outcome, rows)
}

async function* documents(objects: readonly JsonObject[]): AsyncGenerator<string> {
  await Promise.resolve()
  for (const object of objects) yield `---\n${JSON.stringify(object)}\n`
}

function nodeGroup(group: GoldenGroup, lateGpus: boolean): NodeGroup {
  const { name, realNode } = group
  const { labels, taints, allocatable, allocatablePods, capacity } = readNode({
    metadata: { name, labels: recordAt(realNode, 'labels') },
    spec: { taints: listAt(realNode, 'taints') },
    status: { capacity: objectAt(realNode, 'capacity'), allocatable: objectAt(realNode, 'allocatable') },
  })
  return {
    ...autoscaledGroup(group),
    realNode: {
      // There are no device plugins in most recordings: GPUs are there as the node is.
      labels: lateGpus ? labels : { ...labels, 'eks-gpu-clusters/ami-family': 'bottlerocket' },
      taints,
      allocatable,
      allocatablePods,
      capacity: capacity ?? allocatable,
      capacityPods: allocatablePods,
    },
    usdPerHour: null,
  }
}

function resultOf({ loops, workloads, groups }: Outcome, rows: OutcomeRows): JsonObject {
  return {
    scaleUps: loops.flatMap(({ scaleUps }) => (scaleUps.length > 0 ? [scaleUps] : [])),
    scaleDowns: loops.flatMap(({ scaleDowns }) => scaleDowns.map(({ node, how }) => ({ node, how }))),
    nodes: Object.fromEntries(groups.flatMap(({ name, to }) => (to === 0 ? [] : [[name, to]]))),
    pods: podsByOwner(rows),
    notTriggered: Object.fromEntries(
      workloads.flatMap(({ id, reasons }) => {
        const texts = reasons.flatMap(({ notTriggeredScaleUp }) => notTriggeredScaleUp ?? [])
        return texts.length === 0 ? [] : [[id, [`pod didn't trigger scale-up: ${texts.join(', ')}`]]]
      }),
    ),
  }
}

function podsByOwner(rows: OutcomeRows): JsonObject {
  const owners = new Map<string, { boundTo: Map<string, number>; messages: Map<string, number> }>()
  for (const { workload, group, node, message } of rows.pods()) {
    if (workload === workloadId(devicePlugin)) continue
    const owner = owners.get(workload) ?? { boundTo: new Map<string, number>(), messages: new Map<string, number>() }
    owners.set(workload, owner)
    const where = group ?? node
    if (where !== null) owner.boundTo.set(where, (owner.boundTo.get(where) ?? 0) + 1)
    if (message !== undefined) owner.messages.set(message, (owner.messages.get(message) ?? 0) + 1)
  }
  return Object.fromEntries(
    [...owners].map(([owner, { boundTo, messages }]) => [
      owner,
      {
        ...(boundTo.size > 0 && { boundTo: Object.fromEntries(boundTo) }),
        ...(messages.size > 0 && { schedulerMessages: Object.fromEntries(messages) }),
      },
    ]),
  )
}
