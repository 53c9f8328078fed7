import { z } from 'zod'
import type { Change, OutcomeComparison } from '../simulation/compare-outcomes.ts'

/** The JSON form of `--compare`. */
export type ComparisonDocument = {
  readonly schemaVersion: 1
  /** What the two sides are called, e.g. the paths of their plans. */
  readonly names: Change<string>
} & OutcomeComparison

const list = <T extends z.ZodType>(item: T): z.ZodType<readonly z.infer<T>[]> => z.array(item)
const text = z.string()
const count = z.int().min(0)
const change = <T extends z.ZodType>(side: T) => z.strictObject({ before: side, after: side })
const counts = change(count.nullable()).describe('null: not on that side')

const described = z
  .strictObject({
    schemaVersion: z.literal(1),
    names: change(text),
    workloads: list(
      z.strictObject({
        id: text,
        namespace: text,
        system: z.literal(true).exactOptional().describe('Runs in the cluster by itself.'),
        running: counts,
        pending: counts,
        placements: change(list(z.strictObject({ group: text.nullable(), pods: count }))),
        messages: change(list(text)),
      }),
    ).describe('Those that differ.'),
    groups: list(z.strictObject({ name: text, nodes: counts, instanceTypes: change(list(text).nullable()) })).describe(
      'Those that differ.',
    ),
    nodes: change(count),
    gpus: change(z.strictObject({ total: count, used: count })),
    hourAfter: change(z.number().nullable()),
    findings: z.strictObject({ gone: list(text), added: list(text) }),
  })
  .meta({
    title: 'eks-gpu simulate --compare OTHER --format json',
    description: 'What differs between two simulations.',
  })

/** The schema, which does not compile when the type has something that it lacks. */
const complete: [ComparisonDocument] extends [z.infer<typeof described>] ? typeof described : never = described

/** The published form of a comparison. Does not compile when it has something that the type lacks. */
export const comparisonSchema: z.ZodType<ComparisonDocument> = complete
