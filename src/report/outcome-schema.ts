import { z } from 'zod'
import { outcomeSchemaVersion } from '../simulation/outcome.ts'
import type { OutcomeDocument } from './outcome-document.ts'

const list = <T extends z.ZodType>(item: T): z.ZodType<readonly z.infer<T>[]> => z.array(item)
const whole = z.int()
const count = z.int().min(0)
const seconds = z.number().min(0).describe('Seconds from the start.')
const usd = z.number().nullable()
const text = z.string()
const position = z.strictObject({ file: text, line: whole, column: whole })
const group = text.nullable().describe('Node group; null for nodes outside of groups.')
const usage = z.strictObject({ total: z.number(), used: z.number() })

const change = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('add-toleration'), key: text, value: text, effect: text }),
  z.strictObject({ kind: z.literal('remove-node-selector'), key: text, value: text }),
  z.strictObject({ kind: z.literal('add-template-label'), group: text, key: text, value: text }),
  z.strictObject({ kind: z.literal('raise-max-size'), group: text, from: whole, to: whole }),
  z.strictObject({ kind: z.literal('change-instance-type'), group: text, from: text, to: text }),
  z.strictObject({ kind: z.literal('lower-request'), resource: text, from: text, to: text }),
  z.strictObject({ kind: z.literal('add-resource-tag'), group: text, resource: text, amount: text }),
  z.strictObject({ kind: z.literal('raise-limit'), flag: text, from: text, to: text }),
  z.strictObject({ kind: z.literal('relax-spread'), topologyKey: text }),
  z.strictObject({ kind: z.literal('relax-affinity'), topologyKey: text }),
])

const reason = z.strictObject({
  pods: count,
  message: text.describe("kube-scheduler's FailedScheduling text, word for word."),
  notTriggeredScaleUp: list(text).exactOptional().describe("The autoscaler's reasons, sorted: a set, not an order."),
  explanation: text,
  fix: z
    .strictObject({ change, text, runs: count, usdPerHour: usd })
    .exactOptional()
    .describe('The single change that lets pods run, tried in the engine.'),
  trials: z
    .strictObject({
      made: count.describe('Single changes that were tried, each by a run of the whole simulation.'),
      complete: z.boolean().describe('Whether that was all there was to try.'),
    })
    .exactOptional()
    .describe('How a fix was looked for; absent where none was.'),
})

const workload = z.strictObject({
  id: text,
  namespace: text,
  at: position.exactOptional(),
  system: z.literal(true).exactOptional().describe('Runs in the cluster by itself.'),
  pods: count.describe('running + pending + gated + evicted'),
  running: count,
  pending: count,
  gated: count,
  evicted: count,
  placements: list(z.strictObject({ group, node: text.exactOptional(), pods: count, nodes: count })),
  reasons: list(reason),
  runningAfter: z.strictObject({ first: seconds, last: seconds }).exactOptional(),
  gang: z
    .strictObject({
      name: text,
      size: count,
      complete: z.boolean(),
      groups: z
        .strictObject({ count, complete: count })
        .describe('One gang of the size after the other: how many there are, and how many of them run whole.')
        .exactOptional(),
    })
    .exactOptional(),
})

const nodeGroup = z.strictObject({
  name: text,
  instanceTypes: list(text),
  capacityType: z.enum(['on-demand', 'spot', 'capacity-block']),
  minSize: count,
  maxSize: count,
  from: count,
  to: count,
  gpus: usage,
  usdPerNodeHour: usd,
})

const loop = z.strictObject({
  at: seconds,
  options: list(
    z.strictObject({
      group: text,
      nodes: count,
      pods: count,
      waste: z.strictObject({ cpu: z.number(), memory: z.number(), blended: z.number() }).exactOptional(),
    }),
  ),
  tied: list(text),
  scaleUps: list(z.strictObject({ group: text, from: count, to: count, max: count })),
  scaleDowns: list(z.strictObject({ node: text, group: text, how: z.enum(['empty', 'drain']) })),
  skippedGroups: list(z.strictObject({ group: text, reason: text })),
})

const event = z.discriminatedUnion('kind', [
  z.strictObject({ at: seconds, kind: z.literal('pods-placed'), workload: text, pods: count, group }),
  z.strictObject({ at: seconds, kind: z.literal('pods-pending'), workload: text, pods: count }),
  z.strictObject({ at: seconds, kind: z.literal('pods-preempted'), workload: text, pods: count, by: text }),
  z.strictObject({ at: seconds, kind: z.literal('scale-up'), group: text, from: count, to: count }),
  z.strictObject({ at: seconds, kind: z.literal('nodes-joined'), group: text, nodes: count }),
  z.strictObject({ at: seconds, kind: z.literal('gpus-ready'), group: text, nodes: count }),
  z.strictObject({ at: seconds, kind: z.literal('scale-down'), group: text, nodes: count }),
])

const podRow = z
  .strictObject({
    namespace: text,
    pod: text,
    workload: text,
    phase: z.enum(['Running', 'Pending', 'Gated', 'Evicted']),
    group,
    node: text.nullable(),
    tied: count.describe('How many nodes shared the best score when it was placed; 0 for a pod that was not.'),
    message: text
      .exactOptional()
      .describe(
        'FailedScheduling text of a pod that is Pending; of one that runs where others had to leave for it, that of the cycle that found them.',
      ),
    scores: list(z.strictObject({ node: text, total: whole, plugins: z.record(text, whole) }))
      .exactOptional()
      .describe('With --scores: weighted scores of every feasible node of the cycle that placed it.'),
  })
  .meta({ id: 'PodRow', description: 'One pod at the end; also one line of --each-pod.' })

const nodeRow = z
  .strictObject({ node: text, group, zone: text.nullable(), pods: count, gpus: usage, cpu: usage, memory: usage })
  .meta({ id: 'NodeRow', description: 'One node at the end; CPU in millicores, memory in bytes.' })

const described = z
  .strictObject({
    schemaVersion: z.literal(outcomeSchemaVersion),
    cluster: z.strictObject({ name: text, kubernetesVersion: text, region: text.nullable() }),
    settings: z.strictObject({
      order: z.enum(['file', 'grouped', 'shuffled']),
      seed: z.number(),
      percentageOfNodesToScore: z.number(),
      autoscaler: text.nullable(),
      expanders: list(text),
      provisioning: z.number(),
      gpuReady: z.number(),
      until: z.number().nullable(),
    }),
    workloads: list(workload),
    groups: list(nodeGroup),
    otherNodes: count,
    loops: list(loop),
    timeline: list(event),
    series: list(
      z.strictObject({
        at: seconds,
        nodes: list(count).describe('Nodes that have joined, by group, in the order of groups.'),
        gpus: usage,
        pods: z.strictObject({ running: count, pending: count }),
      }),
    ),
    totals: z.strictObject({
      pods: count,
      running: count,
      pending: count,
      gated: count,
      evicted: count,
      recorded: count,
      nodes: count,
      gpus: z.strictObject({
        total: count,
        used: count,
        allocationPercent: z.number().nullable(),
        fragmentationPercent: z.number().nullable(),
      }),
    }),
    cost: z.strictObject({
      hourNow: usd,
      hourAfter: usd,
      monthAfter: usd,
      asOf: text,
      region: text,
      notes: list(text),
    }),
    findings: list(
      z.strictObject({
        id: text,
        severity: z.enum(['error', 'warning', 'info']),
        what: text,
        why: text,
        fix: text,
        group: text.exactOptional(),
        workload: text.exactOptional(),
      }),
    ),
    unknowns: list(z.strictObject({ what: text, why: text, at: text.exactOptional() })),
    notSimulated: list(z.strictObject({ what: text, why: text, count })),
    pods: list(podRow)
      .nullable()
      .describe('Every pod, or null where there are more than 20,000: --each-pod streams them.'),
    nodes: list(nodeRow).nullable().describe('Every node, or null where there are more than 20,000.'),
  })
  .meta({
    title: 'eks-gpu simulate --format json',
    description: 'The result of a simulation. Money is USD, durations are seconds, sizes are bytes.',
  })

/** The schema, which does not compile when the type has something that it lacks. */
const complete: [OutcomeDocument] extends [z.infer<typeof described>] ? typeof described : never = described

/**
 * The published form of a simulation: what the types of `simulation/outcome.ts` say, for readers outside, who find it as
 * `schemas/outcome.schema.json`. Does not compile when it has something that the types lack.
 */
export const outcomeSchema: z.ZodType<OutcomeDocument> = complete
