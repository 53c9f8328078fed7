import { z } from 'zod'
import type { Explanation } from '../simulation/explanation.ts'

/** The JSON form of `--explain`. */
export type ExplanationDocument = { readonly schemaVersion: 1 } & Explanation

const list = <T extends z.ZodType>(item: T): z.ZodType<readonly z.infer<T>[]> => z.array(item)
const text = z.string()

const described = z
  .strictObject({
    schemaVersion: z.literal(1),
    namespace: text,
    pod: text,
    workload: text,
    phase: z.enum(['Running', 'Pending', 'Gated', 'Evicted']),
    node: text.nullable(),
    tied: z.int().min(0).describe('How many nodes shared the best score when it was placed.'),
    message: text
      .exactOptional()
      .describe(
        'FailedScheduling text of a pod that is Pending; of one that runs where others had to leave for it, that of the cycle that found them.',
      ),
    state: z
      .enum(['at-placement', 'final'])
      .describe('at-placement: the cluster when the pod was placed. final: the cluster at the end, without the pod.'),
    nodes: list(
      z.strictObject({
        group: text.nullable(),
        names: list(text).describe('In the order of bytes; at most ten.'),
        count: z.int().min(1),
        verdict: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('rejected'), plugin: text, reasons: list(text) }),
          z.strictObject({
            kind: z.literal('feasible'),
            total: z.int(),
            scores: list(
              z.strictObject({ plugin: text, raw: z.number(), normalised: z.number(), weight: z.number() }),
            ).describe('Empty where only one node was feasible: it is taken without scoring.'),
          }),
        ]),
      }),
    ),
    groups: list(
      z.strictObject({
        group: text,
        verdict: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('fits') }),
          z.strictObject({ kind: z.literal('rejected'), plugin: text, reasons: list(text) }),
          z.strictObject({ kind: z.literal('skipped'), reason: text }),
        ]),
      }),
    ).describe("The autoscaler's view of the node groups; empty without an autoscaler."),
  })
  .meta({ title: 'eks-gpu simulate --explain NAMESPACE/POD --format json', description: 'Why one pod is where it is.' })

/** The schema, which does not compile when the type has something that it lacks. */
const complete: [ExplanationDocument] extends [z.infer<typeof described>] ? typeof described : never = described

/** The published form of an explanation. Does not compile when it has something that the type lacks. */
export const explanationSchema: z.ZodType<ExplanationDocument> = complete
