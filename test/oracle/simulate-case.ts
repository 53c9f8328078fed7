import { run } from '@stricli/core'
import { application } from '../../src/cli/application.ts'
import { recordedContext } from '../../src/cli/testing/recorded-context.ts'
import { matchesLabelSelector } from '../../src/cluster/label-selector.ts'
import {
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  recordAt,
  textAt,
  textsAt,
} from '../../src/read/kubernetes/json.ts'
import { readLabelSelector } from '../../src/read/kubernetes/read-label-selector.ts'
import { type OracleCase, type OracleStep, objectLists } from './oracle-case.ts'

/** What the command line says of a pod. */
export type SimulatedPod = {
  readonly pod: string
  readonly node: string | undefined
  /** How many nodes had the highest score; 0 for a pod without a node. */
  readonly tied: number
  readonly message: string | undefined
  /** Node → plugin → weighted score; empty where nothing is scored. */
  readonly scores: Readonly<Record<string, JsonObject>>
}

/**
 * Whether `eks-gpu simulate` is to say the same of the case as the oracle. It refuses what no API server takes, and does not
 * know that a node was promised to another pod that waits.
 */
export function isForCommandLine(input: OracleCase): boolean {
  const isPromised = input.queue.some((pod) => textAt(pod, 'status', 'nominatedNodeName') !== undefined)
  return (
    !/"[GL]t","values":\["(x|-4)"/.test(JSON.stringify(input)) &&
    (!isPromised || input.queue.length === 1) &&
    [...input.replicaSets, ...input.statefulSets].every(isTaken)
  )
}

/**
 * The case as the command line plays it: pods are admitted as by an API server, which has them tolerate nodes that are lost;
 * they are tried once, in the order of kube-scheduler's queue; and one that preempts takes its node at once, as it will
 * when its victims are gone.
 */
export function asPlayed(input: OracleCase): OracleCase & { readonly preemptorsStay: true } {
  const ordered = inQueueOrder(input)
  return { ...ordered, queue: ordered.queue.map(tolerant), preemptorsStay: true }
}

/** The case with its waiting pods in the order of kube-scheduler's queue, each tried once. */
export function inQueueOrder(input: OracleCase): OracleCase {
  const priority = (pod: JsonObject): number => numberAt(pod, 'spec', 'priority') ?? 0
  return { ...input, again: [], queue: input.queue.toSorted((a, b) => priority(b) - priority(a)) }
}

/** What the admission plugin DefaultTolerationSeconds makes of a pod. */
function tolerant(pod: JsonObject): JsonObject {
  const spec = objectAt(pod, 'spec')
  const own = listAt(spec, 'tolerations')
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter(
      (lost) =>
        !own.some((toleration) => {
          const [key = '', effect = ''] = [textAt(toleration, 'key'), textAt(toleration, 'effect')]
          return (key === lost || key === '') && (effect === '' || effect === 'NoExecute')
        }),
    )
    .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))
  return added.length === 0 ? pod : { ...pod, spec: { ...spec, tolerations: [...own, ...added] } }
}

/** A case as one List, which a user would have in a file. */
export function listOf(input: OracleCase): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      ...input.nodes.map((node) => ({ apiVersion: 'v1', kind: 'Node', ...node })),
      ...objectLists.flatMap(({ list, apiVersion, kind }) =>
        input[list].map((object) => ({ apiVersion, kind, ...withTemplate(kind, object) })),
      ),
      ...[...input.bound, ...input.queue].map((pod) => ({ apiVersion: 'v1', kind: 'Pod', ...pod })),
    ],
  }
}

/** A controller of a case may have a selector and nothing else; one in a file has a template that the selector selects. */
function withTemplate(kind: string, object: JsonObject): JsonObject {
  const spec = objectAt(object, 'spec')
  if ((kind !== 'ReplicaSet' && kind !== 'StatefulSet') || spec['template'] !== undefined) return object
  const labels = labelsFor(objectAt(spec, 'selector'))
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'app:1' }] } }
  return { ...object, spec: { replicas: 0, template, ...spec } }
}

/** Labels that the selector selects, if they are easily found. */
function labelsFor(selector: JsonObject): JsonObject {
  const expressed = listAt(selector, 'matchExpressions').flatMap((expression) => {
    const key = textAt(expression, 'key') ?? ''
    const operator = textAt(expression, 'operator')
    return operator === 'In' || operator === 'Exists' ? [[key, textsAt(expression, 'values')[0] ?? 'a'] as const] : []
  })
  return { ...Object.fromEntries(expressed), ...objectAt(selector, 'matchLabels') }
}

/** Whether an API server takes the controller: its selector selects its template, and not everything. */
function isTaken(controller: JsonObject): boolean {
  const spec = objectAt(controller, 'spec')
  const selector = objectAt(spec, 'selector')
  const labels = recordAt({ labels: labelsFor(selector) }, 'labels')
  return (
    spec['template'] !== undefined ||
    (Object.keys(selector).length > 0 && matchesLabelSelector(readLabelSelector(selector), labels))
  )
}

/** Runs `eks-gpu simulate -f FILE --order file --format json --scores`; every pod of the result by `namespace/name`. */
export async function simulateFile(file: string, version: string): Promise<ReadonlyMap<string, SimulatedPod>> {
  const recorded = recordedContext(process.cwd(), {})
  const words = [
    '-f',
    file,
    '--order',
    'file',
    '--format',
    'json',
    '--scores',
    '--quiet',
    '--kubernetes-version',
    version,
  ]
  await run(application(), ['simulate', ...words], recorded.context)
  if (recorded.out() === '') throw new Error(recorded.err())
  const outcome: unknown = JSON.parse(recorded.out())
  return new Map(
    listAt(outcome, 'pods')
      .map(readRow)
      .map((row) => [row.pod, row]),
  )
}

function readRow(row: unknown): SimulatedPod {
  return {
    pod: `${textAt(row, 'namespace') ?? ''}/${textAt(row, 'pod') ?? ''}`,
    node: textAt(row, 'node'),
    tied: numberAt(row, 'tied') ?? 0,
    message: textAt(row, 'message'),
    scores: Object.fromEntries(
      listAt(row, 'scores').map((score) => [textAt(score, 'node') ?? '', objectAt(score, 'plugins')]),
    ),
  }
}

/** What the command line should say of all pods where the oracle says this: where the waiting ones are, and which others are gone. */
export function expectedPods(input: OracleCase, steps: readonly OracleStep[]): readonly SimulatedPod[] {
  const victims = new Set(steps.flatMap((step) => step.victims ?? []))
  const nodes = new Set(input.nodes.map((node) => textAt(node, 'metadata', 'name')))
  const bound = input.bound
    .filter((pod) => !['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase') ?? ''))
    .map((pod): SimulatedPod => {
      const name = `${textAt(pod, 'metadata', 'namespace') ?? 'default'}/${textAt(pod, 'metadata', 'name') ?? ''}`
      const node = textAt(pod, 'spec', 'nodeName')
      return { pod: name, node: victims.has(name) || !nodes.has(node) ? undefined : node, ...nothingSaid }
    })
  return [...steps.map(expectedPod), ...bound]
}

const nothingSaid = { tied: 0, message: undefined, scores: {} }

function expectedPod({
  pod,
  outcome,
  hosts = [],
  feasible = [],
  scores = {},
  message,
  candidates,
}: OracleStep): SimulatedPod {
  if (candidates !== undefined) return { pod, node: candidates[0], tied: candidates.length, message, scores: {} }
  const scored = feasible.length > 1 ? feasible : []
  return {
    pod,
    node: hosts[0],
    tied: hosts.length,
    message: outcome === 'unschedulable' ? message : undefined,
    scores: Object.fromEntries(
      scored.map((node, index) => [
        node,
        Object.fromEntries(Object.entries(scores).map(([plugin, { weighted }]) => [plugin, weighted[index]])),
      ]),
    ),
  }
}
