import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { PlanJson } from '../../read/terraform/plan-json.ts'
import { configurationOf } from '../../read/terraform/plan-summary.ts'
import { redact } from '../../read/terraform/redact.ts'
import { filesOf, type Workspace } from '../workspace.ts'

const intended = z.object({
  address: z.string(),
  module: z.string(),
  type: z.string(),
  index: z.union([z.string(), z.number()]).nullable(),
  values: z.record(z.string(), z.unknown()),
  references: z.record(z.string(), z.array(z.string())),
})

const schema = z.object({ resources: z.array(intended) })

/** A resource that a plan creates: what is needed to find it again when Terraform was ended before it wrote it down. */
export type IntendedResource = {
  readonly address: string
  /** Address of its module; empty for the root. */
  readonly module: string
  readonly type: string
  readonly index: string | number | null
  /** Attributes known at plan, without sensitive ones. */
  readonly values: Readonly<Record<string, unknown>>
  /** What the other attributes refer to, as Terraform lists it: most specific first. */
  readonly references: Readonly<Record<string, readonly string[]>>
}

/** The resources that a plan creates or replaces. */
export function intentOf(plan: PlanJson): readonly IntendedResource[] {
  return plan.resource_changes
    .filter(({ mode, change }) => mode === 'managed' && change.actions.includes('create'))
    .map((resource) => {
      const references: Record<string, readonly string[]> = {}
      for (const [name, expression] of Object.entries(configurationOf(plan, resource)?.expressions ?? {}))
        if ('references' in expression && expression.references !== undefined) references[name] = expression.references
      const values = redact(resource.change.after, resource.change.after_sensitive)
      return {
        address: resource.address,
        module: resource.module_address ?? '',
        type: resource.type,
        index: resource.index ?? null,
        values: typeof values === 'object' && values !== null ? { ...values } : {},
        references,
      }
    })
}

/** Writes the intent down beside the plan, for the run after a crash. */
export function keepIntent(workspace: Pick<Workspace, 'folder'>, resources: readonly IntendedResource[]): void {
  writeFileSync(filesOf(workspace).intent, JSON.stringify({ resources }), { mode: 0o600 })
}

/** What {@link keepIntent} wrote, or nothing. */
export function readIntent(workspace: Pick<Workspace, 'folder'>): readonly IntendedResource[] {
  try {
    return schema.safeParse(JSON.parse(readFileSync(filesOf(workspace).intent, 'utf8'))).data?.resources ?? []
  } catch {
    return []
  }
}
