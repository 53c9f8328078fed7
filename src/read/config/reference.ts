/**
 * A Terraform expression by name, made by {@link ref}; JSON and YAML files write it as `{ $ref: module.vpc.vpc_id }`.
 */
export type Ref = { readonly $ref: string }

/** What may be referred to: variables, locals, data sources, other modules and resources, with what follows the name. */
export type Reference =
  | `var.${string}`
  | `local.${string}`
  | `module.${string}.${string}`
  | `data.${string}.${string}.${string}`
  | `${string}_${string}.${string}.${string}`

/** How a reference is written: names and dots, indexes, splats. */
export const referencePattern: RegExp =
  /^(?:var|local|module\.[\w-]+|data\.\w+\.[\w-]+|[a-z0-9]+_\w+\.[\w-]+)(?:\.[\w-]+|\.\*|\[(?:\*|\d+|"[^"$%\\]+")\])+$/

/**
 * Refers to something of the same Terraform root that only Terraform knows, such as the output of a VPC module in a `.tf` file
 * beside the generated ones.
 *
 * @example
 * defineCluster({ cluster_name: 'ai', vpc_id: ref('module.vpc.vpc_id'), subnet_ids: ref('module.vpc.private_subnets') })
 */
export function ref(reference: Reference): Ref {
  return { $ref: reference }
}
