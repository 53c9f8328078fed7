import { z } from 'zod'
import { ProblemError } from '../../cluster/problem.ts'

/**
 * The parts of Terraform's plan and state JSON that we read; everything else is let through.
 * Source: https://developer.hashicorp.com/terraform/internals/json-format
 */

/** Values of a resource by attribute, as the provider's schema names them. */
export type AttributeValues = Readonly<Record<string, unknown>>

/** One resource in a state. */
export type StateResource = {
  readonly address: string
  readonly mode: string
  readonly type: string
  readonly name: string
  readonly index?: string | number | undefined
  readonly values: AttributeValues
  /** Whether its creation ended with an error, so that the next apply replaces it. */
  readonly tainted?: boolean | undefined
  /** Same shape as the values, `true` where one is sensitive. */
  readonly sensitive_values?: unknown
}

/** One resource of a plan with what happens to it. */
export type ResourceChange = {
  readonly address: string
  readonly module_address?: string | undefined
  readonly mode: string
  readonly type: string
  readonly name: string
  readonly index?: string | number | undefined
  readonly change: {
    readonly actions: readonly string[]
    readonly before?: unknown
    readonly after?: unknown
    /** Same shape as `after`, `true` where a value is known only after apply. */
    readonly after_unknown?: unknown
    readonly after_sensitive?: unknown
  }
}

/** An expression of the configuration: what it refers to, or what it is. Nested blocks are arrays and not read. */
export type Expression =
  | { readonly references?: readonly string[] | undefined; readonly constant_value?: unknown }
  | readonly unknown[]

/** A resource as it is written, before `count` and `for_each`. */
export type ConfigurationResource = {
  readonly address: string
  readonly mode: string
  readonly type: string
  readonly name: string
  readonly expressions: Readonly<Record<string, Expression>>
  readonly for_each_expression?: Expression | undefined
}

/** A module as it is written. Its local values are not in the JSON. */
export type ModuleConfiguration = {
  readonly resources?: readonly ConfigurationResource[] | undefined
  readonly module_calls?: Readonly<Record<string, ModuleCallConfiguration>> | undefined
  readonly outputs?: Readonly<Record<string, { readonly expression?: Expression | undefined }>> | undefined
}

/** A call of a module as it is written. */
export type ModuleCallConfiguration = {
  readonly source?: string | undefined
  readonly expressions?: Readonly<Record<string, Expression>> | undefined
  readonly for_each_expression?: Expression | undefined
  readonly module?: ModuleConfiguration | undefined
}

type ProviderConfiguration = {
  readonly name?: string | undefined
  readonly full_name?: string | undefined
  readonly expressions: Readonly<Record<string, Expression>>
}

type ModuleValues = {
  readonly resources?: readonly StateResource[] | undefined
  readonly child_modules?: readonly ModuleValues[] | undefined
}

type Output = { readonly value?: unknown; readonly sensitive: boolean }

/** A plan as `terraform show -json PLAN` gives it. Holds sensitive values in clear. */
export type PlanJson = {
  readonly format_version: string
  readonly variables: Readonly<Record<string, { readonly value?: unknown }>>
  readonly resource_changes: readonly ResourceChange[]
  /** Outputs of the root module; `after` is absent where the value is known only after apply. */
  readonly output_changes?: Readonly<Record<string, { readonly after?: unknown }>> | undefined
  /** What Terraform found before it planned, data sources included. */
  readonly prior_state?: { readonly values?: { readonly root_module: ModuleValues } | undefined } | undefined
  readonly configuration?:
    | {
        readonly provider_config: Readonly<Record<string, ProviderConfiguration>>
        readonly root_module: ModuleConfiguration
      }
    | undefined
}

/** A state as `terraform show -json` gives it, its modules laid flat. Holds sensitive values in clear. */
export type StateJson = {
  readonly resources: readonly StateResource[]
  readonly outputs: Readonly<Record<string, Output>>
}

const values = z.record(z.string(), z.unknown())
const index = z.union([z.string(), z.number()]).optional()
const expression = z.union([
  z.looseObject({ references: z.array(z.string()).optional(), constant_value: z.unknown().optional() }),
  z.array(z.unknown()),
])
const expressions = z.record(z.string(), expression).default({})

const stateResource = z.looseObject({
  address: z.string(),
  mode: z.string().default('managed'),
  type: z.string(),
  name: z.string(),
  index,
  values: values.default({}),
  tainted: z.boolean().optional(),
  sensitive_values: z.unknown().optional(),
})

const moduleValues: z.ZodType<ModuleValues> = z.lazy(() =>
  z.looseObject({ resources: z.array(stateResource).optional(), child_modules: z.array(moduleValues).optional() }),
)

const stateValues = z.looseObject({
  outputs: z
    .record(z.string(), z.looseObject({ value: z.unknown().optional(), sensitive: z.boolean().default(false) }))
    .default({}),
  root_module: moduleValues.default({}),
})

const configurationResource = z.looseObject({
  address: z.string(),
  mode: z.string().default('managed'),
  type: z.string(),
  name: z.string(),
  expressions,
  for_each_expression: expression.optional(),
})

const moduleConfiguration: z.ZodType<ModuleConfiguration> = z.lazy(() =>
  z.looseObject({
    resources: z.array(configurationResource).optional(),
    module_calls: z
      .record(
        z.string(),
        z.looseObject({
          source: z.string().optional(),
          expressions: expressions.optional(),
          for_each_expression: expression.optional(),
          module: moduleConfiguration.optional(),
        }),
      )
      .optional(),
    outputs: z.record(z.string(), z.looseObject({ expression: expression.optional() })).optional(),
  }),
)

const plan: z.ZodType<PlanJson> = z.looseObject({
  format_version: z.string(),
  variables: z.record(z.string(), z.looseObject({ value: z.unknown().optional() })).default({}),
  resource_changes: z
    .array(
      z.looseObject({
        address: z.string(),
        module_address: z.string().optional(),
        mode: z.string(),
        type: z.string(),
        name: z.string(),
        index,
        change: z.looseObject({
          actions: z.array(z.string()),
          before: z.unknown().optional(),
          after: z.unknown().optional(),
          after_unknown: z.unknown().optional(),
          after_sensitive: z.unknown().optional(),
        }),
      }),
    )
    .default([]),
  output_changes: z.record(z.string(), z.looseObject({ after: z.unknown().optional() })).optional(),
  prior_state: z
    .looseObject({ values: z.looseObject({ root_module: moduleValues.default({}) }).optional() })
    .optional(),
  configuration: z
    .looseObject({
      provider_config: z
        .record(
          z.string(),
          z.looseObject({ name: z.string().optional(), full_name: z.string().optional(), expressions }),
        )
        .default({}),
      root_module: moduleConfiguration.default({}),
    })
    .optional(),
})

const state = z.looseObject({ values: stateValues.optional() })

/** Narrows the JSON of a plan. @throws ProblemError `plan-unreadable`. */
export function readPlanJson(json: unknown): PlanJson {
  const parsed = plan.safeParse(json)
  if (parsed.success) return parsed.data
  throw new ProblemError({
    id: 'plan-unreadable',
    what: 'This is not a Terraform plan in JSON.',
    why: 'It must be what "terraform show -json PLAN" prints, format version 1.',
    fix: 'run "terraform plan -out plan.tfplan" and then "terraform show -json plan.tfplan > plan.json"',
    detail: z.prettifyError(parsed.error).split('\n').slice(0, 4),
  })
}

/** Narrows the JSON of a state; a state without anything gives empty lists. @throws ProblemError `state-unreadable`. */
export function readStateJson(json: unknown): StateJson {
  const parsed = state.safeParse(json)
  if (parsed.success)
    return {
      resources: flatten(parsed.data.values?.root_module),
      outputs: parsed.data.values?.outputs ?? {},
    }
  throw new ProblemError({
    id: 'state-unreadable',
    what: 'This is not a Terraform state in JSON.',
    why: 'It must be what "terraform show -json" prints, format version 1.',
    detail: z.prettifyError(parsed.error).split('\n').slice(0, 4),
  })
}

/** What Terraform read of data sources before it planned. */
export function readDataSources(plan: PlanJson): readonly StateResource[] {
  return resourcesIn(plan.prior_state?.values?.root_module).filter(({ mode }) => mode === 'data')
}

/** Managed resources of a module and of all modules below it. */
function flatten(module: ModuleValues | undefined): readonly StateResource[] {
  return resourcesIn(module).filter(({ mode }) => mode === 'managed')
}

function resourcesIn(module: ModuleValues | undefined): readonly StateResource[] {
  if (module === undefined) return []
  return [...(module.resources ?? []), ...(module.child_modules ?? []).flatMap(resourcesIn)]
}
