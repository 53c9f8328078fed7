import { run } from '@stricli/core'
import { application } from '../../src/cli/application.ts'
import { recordedContext } from '../../src/cli/testing/recorded-context.ts'
import { isJsonObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../../src/read/kubernetes/json.ts'
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
 * Whether `eks-gpu simulate` is to say the same of the case as the oracle: it admits pods as an API server does (each gets
 * tolerations for nodes that are not ready), refuses what is malformed, and does not play the seconds in which a claim that
 * got its first pod waits for its volume: other pods of the claim are tried again after them, the oracle tries them once.
 */
export function isForCommandLine(input: OracleCase): boolean {
  const text = JSON.stringify(input)
  const waits = input.persistentVolumeClaims.some((claim) => textAt(claim, 'status', 'phase') === 'Pending')
  const controllers = [...input.replicaSets, ...input.statefulSets]
  return (
    !/"nominatedNodeName":|"node\.kubernetes\.io\/not-ready"|"[GL]t","values":\["(x|-4)"/.test(text) &&
    (!waits || input.queue.length === 1) &&
    controllers.every((controller) => isJsonObject(objectAt(controller, 'spec')['template']))
  )
}

/** The case with its waiting pods in the order of kube-scheduler's queue, each tried once. */
export function inQueueOrder(input: OracleCase): OracleCase {
  const priority = (pod: JsonObject): number => numberAt(pod, 'spec', 'priority') ?? 0
  return { ...input, again: [], queue: input.queue.toSorted((a, b) => priority(b) - priority(a)) }
}

/** Whether a pod drives others out: the command line goes on from there, and shows where the pod is in the end. */
export function preempts(steps: readonly OracleStep[]): boolean {
  return steps.some(({ candidates }) => candidates !== undefined)
}

/** A case as one List, which a user would have in a file. */
export function listOf(input: OracleCase): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      ...input.nodes.map((node) => ({ apiVersion: 'v1', kind: 'Node', ...node })),
      ...objectLists.flatMap(({ list, apiVersion, kind }) =>
        input[list].map((object) => ({ apiVersion, kind, ...object })),
      ),
      ...[...input.bound, ...input.queue].map((pod) => ({ apiVersion: 'v1', kind: 'Pod', ...pod })),
    ],
  }
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

/** What the command line should say where the oracle says this. */
export function expectedPod({
  pod,
  outcome,
  hosts = [],
  feasible = [],
  scores = {},
  message,
}: OracleStep): SimulatedPod {
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
