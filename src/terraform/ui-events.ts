import { z } from 'zod'

/**
 * Terraform's machine-readable UI, one JSON object per line.
 * Source: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */

const positionSchema = z.looseObject({ line: z.number(), column: z.number() })

const diagnosticSchema = z.looseObject({
  severity: z.enum(['error', 'warning']),
  summary: z.string(),
  detail: z.string().default(''),
  address: z.string().optional(),
  range: z.looseObject({ filename: z.string(), start: positionSchema, end: positionSchema }).nullish(),
  snippet: z
    .looseObject({
      context: z.string().nullish(),
      code: z.string(),
      start_line: z.number(),
      highlight_start_offset: z.number(),
      highlight_end_offset: z.number(),
      values: z.array(z.looseObject({ traversal: z.string(), statement: z.string() })).nullish(),
    })
    .nullish(),
})

const resourceSchema = z.looseObject({
  addr: z.string(),
  resource_type: z.string(),
})

const changesSchema = z.looseObject({
  add: z.number(),
  change: z.number(),
  import: z.number().default(0),
  remove: z.number(),
  operation: z.string(),
})

const eventSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('diagnostic'), diagnostic: diagnosticSchema }),
  z.looseObject({ type: z.literal('change_summary'), changes: changesSchema }),
  z.looseObject({
    type: z.enum(['apply_start', 'apply_progress', 'apply_complete', 'apply_errored']),
    hook: z.looseObject({
      resource: resourceSchema,
      action: z.string().default(''),
      id_key: z.string().optional(),
      id_value: z.string().optional(),
      elapsed_seconds: z.number().optional(),
    }),
  }),
  z.looseObject({
    type: z.enum(['refresh_start', 'refresh_complete']),
    hook: z.looseObject({ resource: resourceSchema }),
  }),
  z.looseObject({ type: z.enum(['log', 'init_output', 'version']), '@message': z.string().default('') }),
])

/** What Terraform found wrong, or warns of, with the source around it. Columns and lines start at 1, offsets at 0. */
export type Diagnostic = {
  readonly severity: 'error' | 'warning'
  readonly summary: string
  readonly detail: string
  /** Resource that it is about, e.g. `module.gpu_cluster.aws_eks_cluster.this`. */
  readonly address?: string
  readonly at?: { readonly file: string; readonly line: number; readonly column: number }
  readonly snippet?: {
    /** The block around it, e.g. `resource "aws_eks_cluster" "this"`. */
    readonly context?: string
    readonly code: string
    readonly startLine: number
    readonly highlight: { readonly start: number; readonly end: number }
    /** Values at play, e.g. `var.x is "a"`. */
    readonly values: readonly string[]
  }
}

/** Number of resources by what happens to them. */
export type ChangeCounts = {
  readonly add: number
  readonly change: number
  readonly import: number
  readonly remove: number
}

/** One line of the stream, narrowed to what we use. `other` is a line of a kind that we do not read. */
export type UiEvent =
  | { readonly type: 'diagnostic'; readonly diagnostic: Diagnostic }
  | { readonly type: 'change-summary'; readonly operation: string; readonly counts: ChangeCounts }
  | {
      readonly type: 'apply-start' | 'apply-progress' | 'apply-complete' | 'apply-errored'
      readonly address: string
      readonly resourceType: string
      /** `create`, `update`, `delete`, `replace`, … */
      readonly action: string
      readonly id?: string
      readonly seconds: number
    }
  | { readonly type: 'refresh-start' | 'refresh-complete'; readonly address: string }
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'other' }

/** Reads one line of a `-json` stream. A line that is not JSON, such as a provider's cry, becomes a message. */
export function parseUiLine(line: string): UiEvent {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return { type: 'message', text: line }
  }
  const parsed = eventSchema.safeParse(json)
  if (!parsed.success) return { type: 'other' }
  const event = parsed.data
  switch (event.type) {
    case 'diagnostic':
      return { type: 'diagnostic', diagnostic: diagnosticOf(event.diagnostic) }
    case 'change_summary':
      return {
        type: 'change-summary',
        operation: event.changes.operation,
        counts: {
          add: event.changes.add,
          change: event.changes.change,
          import: event.changes.import,
          remove: event.changes.remove,
        },
      }
    case 'apply_start':
    case 'apply_progress':
    case 'apply_complete':
    case 'apply_errored':
      return {
        type: applyTypes[event.type],
        address: event.hook.resource.addr,
        resourceType: event.hook.resource.resource_type,
        action: event.hook.action,
        seconds: event.hook.elapsed_seconds ?? 0,
        ...(event.hook.id_value !== undefined && { id: event.hook.id_value }),
      }
    case 'refresh_start':
      return { type: 'refresh-start', address: event.hook.resource.addr }
    case 'refresh_complete':
      return { type: 'refresh-complete', address: event.hook.resource.addr }
    case 'log':
    case 'init_output':
    case 'version':
      return { type: 'message', text: event['@message'].trim() }
    default:
      return event satisfies never
  }
}

const applyTypes = {
  apply_start: 'apply-start',
  apply_progress: 'apply-progress',
  apply_complete: 'apply-complete',
  apply_errored: 'apply-errored',
} as const

function diagnosticOf(raw: z.output<typeof diagnosticSchema>): Diagnostic {
  const { snippet, range } = raw
  return {
    severity: raw.severity,
    summary: raw.summary,
    detail: raw.detail,
    ...(raw.address !== undefined && raw.address !== '' && { address: raw.address }),
    ...(range && { at: { file: range.filename, line: range.start.line, column: range.start.column } }),
    ...(snippet && {
      snippet: {
        ...(snippet.context && { context: snippet.context }),
        code: snippet.code,
        startLine: snippet.start_line,
        highlight: { start: snippet.highlight_start_offset, end: snippet.highlight_end_offset },
        values: (snippet.values ?? []).map(({ traversal, statement }) => `${traversal} ${statement}`),
      },
    }),
  }
}
