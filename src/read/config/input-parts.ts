import { z } from 'zod'
import { nearestName } from '../terraform/nearest-name.ts'
import { type Ref, referencePattern } from './reference.ts'
import type { Unlisted } from './unlisted.ts'

/** Lists of inputs are readonly. */
export function listOf<Out, In>(item: z.ZodType<Out, In>): z.ZodType<readonly Out[], readonly In[]> {
  return z.array(item)
}

/** Values by names of the user's choice. */
export function mapOf<Out, In>(
  value: z.ZodType<Out, In>,
): z.ZodType<Readonly<Record<string, Out>>, Readonly<Record<string, In>>> {
  // Names with a dollar are ours: { $ref: … }.
  return z.record(z.string().regex(/^[^$]/, { error: 'is not known' }), value)
}

/** A reference to something that only Terraform knows. */
const refSchema: z.ZodType<Ref, Ref> = z
  .strictObject({
    $ref: z.string().regex(referencePattern, {
      error: 'is no reference such as module.vpc.vpc_id, var.name or aws_vpc.main.id',
    }),
  })
  .meta({ id: 'Ref', description: 'A Terraform expression by name, such as module.vpc.vpc_id.' })

const unlistedSchema: z.ZodType<Unlisted, Unlisted> = z
  .strictObject({ $unlisted: z.string().min(1) })
  .meta({ id: 'Unlisted', description: 'A name that is newer than the catalogue of this release.' })

/** A value, or a reference to one. */
export function orRef<Out, In>(schema: z.ZodType<Out, In>): z.ZodType<Out | Ref, In | Ref> {
  return z.union([schema, refSchema], {
    error: ({ input }) => (isObject(input) ? faultOf(refSchema, input) : faultOf(schema, input)),
  })
}

/** One of some names; the message for another one says which is near. */
export function oneOf<const Name extends string>(names: readonly Name[], what: string): z.ZodType<Name, Name> {
  return z.enum(names, { error: ({ input }) => unknownName(input, names, what) })
}

/** One of some names of the catalogue, or one that is said to be newer. */
export function listedOr<Name extends string>(
  names: readonly Name[],
  what: string,
): z.ZodType<Name | Unlisted, Name | Unlisted> {
  return z.union([z.enum(names), unlistedSchema], {
    error: ({ input }) =>
      isObject(input)
        ? faultOf(unlistedSchema, input)
        : `${unknownName(input, names, what)}${typeof input === 'string' ? `; one that is newer than this release is written { $unlisted: ${JSON.stringify(input)} }` : ''}`,
  })
}

/** One of some numbers. */
export function oneOfNumbers<const Value extends number>(values: readonly Value[]): z.ZodType<Value, Value> {
  return z.literal(values, { error: `must be one of ${values.join(', ')}` })
}

/** Add-ons of AWS Marketplace are named `publisher_product`. */
export type MarketplaceAddon = `${string}_${string}`

/** Values by a name of a list, or by the name of an add-on of AWS Marketplace. */
export function byAddonName<Name extends string, Out, In>(
  names: readonly Name[],
  value: z.ZodType<Out, In>,
): z.ZodType<{ readonly [Key in Name | MarketplaceAddon]?: Out }, { readonly [Key in Name | MarketplaceAddon]?: In }> {
  const key = z.union([z.enum(names), z.templateLiteral([z.string(), '_', z.string()])], {
    error: ({ input }) => unknownName(input, names, 'EKS add-on'),
  })
  return z.partialRecord(key, value)
}

function unknownName(input: unknown, names: readonly string[], what: string): string {
  // YAML reads 1.30 as the number 1.3.
  if (typeof input === 'number') return `is a number: write it in quotes, as in ${JSON.stringify(names.at(-1) ?? '')}`
  if (typeof input !== 'string') return `must be a name of ${what}`
  const near = nearestName(input, names)
  if (near !== undefined) return `${JSON.stringify(input)} is no ${what} that we know; did you mean ${near}?`
  const some = names.length > 12 ? '' : `: it must be one of ${names.join(', ')}`
  return `${JSON.stringify(input)} is no ${what} that we know${some}`
}

function isObject(input: unknown): boolean {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}

function faultOf(schema: z.ZodType, input: unknown): string {
  const [issue] = schema.safeParse(input).error?.issues ?? []
  return issue?.message ?? 'Invalid input'
}
