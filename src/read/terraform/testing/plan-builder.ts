import { type PlanJson, readPlanJson } from '../plan-json.ts'

/** A resource of a plan under test: its address, what is known of it, and the mask of what is not. */
export type BuiltResource = {
  readonly address: string
  readonly after: Readonly<Record<string, unknown>>
  readonly unknown?: Readonly<Record<string, unknown>>
  readonly actions?: readonly string[]
}

/** A plan as `terraform show -json` prints it, of resources to be created and a configuration. */
export function buildPlan(options: {
  readonly resources: readonly BuiltResource[]
  readonly root?: Readonly<Record<string, unknown>>
  readonly data?: readonly { readonly address: string; readonly values: Readonly<Record<string, unknown>> }[]
  readonly outputs?: Readonly<Record<string, unknown>>
  readonly region?: string
}): PlanJson {
  return readPlanJson({
    format_version: '1.2',
    resource_changes: options.resources.map(({ address, after, unknown = {}, actions = ['create'] }) => ({
      address,
      mode: 'managed',
      ...partsOf(address),
      change: { actions, before: null, after, after_unknown: unknown },
    })),
    output_changes: Object.fromEntries(
      Object.entries(options.outputs ?? {}).map(([name, after]) => [name, { actions: ['create'], after }]),
    ),
    prior_state: {
      values: {
        root_module: {
          resources: (options.data ?? []).map(({ address, values }) => ({
            address,
            mode: 'data',
            ...partsOf(address.replace('data.', '')),
            values,
          })),
        },
      },
    },
    configuration: {
      provider_config:
        options.region === undefined
          ? {}
          : { aws: { name: 'aws', expressions: { region: { constant_value: options.region } } } },
      root_module: options.root ?? {},
    },
  })
}

/** A resource as it is written, with what its attributes refer to. */
export function written(
  type: string,
  name: string,
  references: Readonly<Record<string, readonly string[]>> = {},
): Readonly<Record<string, unknown>> {
  return {
    address: `${type}.${name}`,
    mode: 'managed',
    type,
    name,
    expressions: Object.fromEntries(
      Object.entries(references).map(([attribute, list]) => [attribute, { references: list }]),
    ),
  }
}

function partsOf(address: string): Readonly<Record<string, unknown>> {
  const match = /([a-z_0-9]+)\.([A-Za-z0-9_-]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?$/.exec(address)
  const index: unknown = match?.[3] === undefined ? undefined : JSON.parse(match[3])
  return { type: match?.[1], name: match?.[2], ...(index !== undefined && { index }) }
}
