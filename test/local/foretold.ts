import { z } from 'zod'
import type { EnvironmentRecord } from '../../src/local/environment.ts'
import type { Output } from '../terraform/workbench.ts'
import { kubectl } from './eks-gpu.ts'

const gpu = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }

function deployment(
  name: string,
  replicas: number,
  gpus: number,
  spec: { readonly nodeSelector: object; readonly tolerations?: readonly object[] },
): object {
  const { nodeSelector, tolerations = [] } = spec
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          nodeSelector,
          tolerations: [gpu, ...tolerations],
          containers: [{ name: 'main', image: 'example.com/app:1', resources: { limits: { 'nvidia.com/gpu': gpus } } }],
        },
      },
    },
  }
}

/** Workloads for examples/production whose fate no tie can change: whole nodes of two empty groups, and one that no node takes. */
export const waitingWorkloads: object = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    deployment('captions', 3, 4, { nodeSelector: { 'workload-type': 'batch' } }),
    deployment('llama', 1, 8, {
      nodeSelector: { 'workload-type': 'training' },
      tolerations: [{ key: 'workload-type', operator: 'Exists', effect: 'NoSchedule' }],
    }),
    deployment('lost', 2, 1, { nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-A10G' } }),
  ],
}

/** How it ends: nodes per group, pods of the workloads that run, and what is said of those that wait. */
export type Ending = {
  readonly groups: Readonly<Record<string, number>>
  readonly running: number
  readonly pending: Readonly<Record<string, { readonly message: string; readonly reasons: readonly string[] }>>
}

const outcome = z.object({
  workloads: z.array(
    z.object({
      id: z.string(),
      running: z.number(),
      reasons: z.array(
        z.object({
          pods: z.number(),
          message: z.string(),
          notTriggeredScaleUp: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
  groups: z.array(z.object({ name: z.string(), to: z.number() })),
})

const ours = ['captions', 'llama', 'lost']

/** What `simulate --format json` says. Throws with everything it printed when it could not run. */
export function foretold({ status, stdout, stderr }: Output): Ending {
  if (status !== 2) throw new Error(`simulate ended with ${status}, not with 2\n${stdout}\n${stderr}`)
  const { workloads, groups } = outcome.parse(JSON.parse(stdout))
  const known = workloads.filter(({ id }) => ours.some((name) => id === `Deployment/${name}`))
  return {
    groups: Object.fromEntries(groups.map(({ name, to }) => [name, to])),
    running: known.reduce((sum, { running }) => sum + running, 0),
    pending: Object.fromEntries(
      known.flatMap(({ id, reasons }) =>
        reasons.map(({ message, notTriggeredScaleUp = [] }) => [
          id.slice('Deployment/'.length),
          { message, reasons: [...notTriggeredScaleUp].sort() },
        ]),
      ),
    ),
  }
}

const objects = z.object({ items: z.array(z.looseObject({})) })
const node = z.looseObject({ metadata: z.object({ labels: z.record(z.string(), z.string()) }) })
const pod = z.looseObject({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }),
  status: z.object({
    phase: z.string(),
    conditions: z.array(z.object({ type: z.string(), status: z.string(), message: z.string().nullish() })).default([]),
  }),
})
const event = z.looseObject({ involvedObject: z.object({ name: z.string() }), reason: z.string(), message: z.string() })

async function list<T>(
  record: EnvironmentRecord,
  what: readonly string[],
  schema: z.ZodType<T>,
): Promise<readonly T[]> {
  const { stdout } = await kubectl(record, 'get', ...what, '-o', 'json')
  return objects.parse(JSON.parse(stdout)).items.map((item) => schema.parse(item))
}

/** Nodes per group (by the key in `gpu_node_groups`, or `system`) and the pods of ours that run. */
export async function neededNodes(
  record: EnvironmentRecord,
): Promise<{ readonly nodes: Readonly<Record<string, number>>; readonly running: number }> {
  const nodes: Record<string, number> = {}
  for (const { metadata } of await list(record, ['nodes'], node)) {
    const name = groupOf(metadata.labels['eks.amazonaws.com/nodegroup'] ?? '')
    nodes[name] = (nodes[name] ?? 0) + 1
  }
  const pods = await list(record, ['pods'], pod)
  return { nodes, running: pods.filter(({ status }) => status.phase === 'Running').length }
}

/** How it ended in the cluster; `undefined` until scheduler and autoscaler have both spoken of every pod that waits. */
export async function happened(record: EnvironmentRecord): Promise<Ending | undefined> {
  const { nodes, running } = await neededNodes(record)
  const pods = (await list(record, ['pods'], pod)).filter(({ status }) => status.phase === 'Pending')
  const events = await list(record, ['events'], event)
  const pending: Record<string, Ending['pending'][string]> = {}
  for (const { metadata, status } of pods) {
    const message = status.conditions.find(({ type }) => type === 'PodScheduled')?.message
    const text = events.find(
      ({ reason, involvedObject }) => reason === 'NotTriggerScaleUp' && involvedObject.name === metadata.name,
    )?.message
    if (message === undefined || message === null || text === undefined) return undefined
    const reasons = text.slice("pod didn't trigger scale-up: ".length).split(', ').sort()
    pending[metadata.labels['app'] ?? ''] = { message, reasons }
  }
  const groups = { batch: 0, training: 0, ...nodes }
  return { groups, running, pending }
}

/** `inference-spot-20260101…` → `inference-spot`; a system group is named for its cluster. */
function groupOf(nodegroup: string): string {
  const prefix = nodegroup.replace(/-?\d{20,}.*$/, '')
  return prefix.endsWith('system') ? 'system' : prefix
}
