import { z } from 'zod'
import type { StateJson, StateResource } from './plan-json.ts'

const instance = z.looseObject({
  index_key: z.union([z.string(), z.number()]).optional(),
  /** An object that waits to be deleted after it was replaced. */
  deposed: z.string().optional(),
  status: z.string().optional(),
  attributes: z.record(z.string(), z.unknown()),
})

const stateFile = z.looseObject({
  version: z.literal(4),
  outputs: z
    .record(z.string(), z.looseObject({ value: z.unknown().optional(), sensitive: z.boolean().default(false) }))
    .default({}),
  resources: z
    .array(
      z.looseObject({
        module: z.string().optional(),
        mode: z.string(),
        type: z.string(),
        name: z.string(),
        instances: z.array(instance),
      }),
    )
    .default([]),
})

/**
 * Reads a state as Terraform and OpenTofu keep it (`terraform state pull`), format version 4, the one that Terraform has written
 * since 0.12; `undefined` for any other text. It says the same of managed resources as `terraform show -json`, for which Terraform
 * starts every provider, which takes seconds.
 * Source: https://github.com/hashicorp/terraform/blob/main/internal/states/statefile/version4.go
 */
export function readStateFile(text: string): StateJson | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const parsed = stateFile.safeParse(json)
  if (!parsed.success) return undefined
  const { resources, outputs } = parsed.data
  return {
    outputs,
    resources: resources.flatMap(({ module, mode, type, name, instances }) =>
      mode !== 'managed'
        ? []
        : instances
            .filter(({ deposed }) => deposed === undefined)
            .map(({ index_key, status, attributes }): StateResource => {
              const key = index_key === undefined ? '' : `[${JSON.stringify(index_key)}]`
              return {
                address: `${module === undefined ? '' : `${module}.`}${type}.${name}${key}`,
                mode,
                type,
                name,
                ...(index_key !== undefined && { index: index_key }),
                values: attributes,
                ...(status === 'tainted' && { tainted: true }),
              }
            }),
    ),
  }
}
