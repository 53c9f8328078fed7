import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { evaluateTerm } from '../terraform/module-rules/evaluate-term.ts'
import type { HclValue } from '../terraform/module-rules/hcl-value.ts'
import { type InputType, inputType } from '../terraform/module-rules/input-type.ts'
import { readModuleSource } from '../terraform/module-rules/module-source.ts'
import { moduleInputs } from './module-inputs.generated.ts'

const { variables } = await readModuleSource(
  fileURLToPath(new URL('../../../modules/eks-gpu-cluster', import.meta.url)),
)
const remedy = 'src/read/config/module-inputs.generated.ts is not what variables.tf says. Run: npm run generate'

type JsonSchema = {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly (string | number)[]
  readonly anyOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema | boolean
  readonly default?: unknown
  readonly description?: string
}
type Root = JsonSchema & { readonly $defs: Readonly<Record<string, JsonSchema>> }

const root = z.toJSONSchema(z.strictObject(moduleInputs), { io: 'input' }) as Root

/** A type in one notation, out of the schema: what may also be a reference or an unlisted name counts as what it stands for. */
function written(schema: JsonSchema): unknown {
  if (schema.$ref !== undefined) return written(root.$defs[schema.$ref.replace('#/$defs/', '')] ?? {})
  if (schema.anyOf !== undefined) {
    const own = schema.anyOf.filter(({ $ref }) => $ref !== '#/$defs/Ref' && $ref !== '#/$defs/Unlisted')
    return own.length === 1 && own[0] !== undefined ? written(own[0]) : own.map(written)
  }
  if (schema.type === 'array') return { list: written(schema.items ?? {}) }
  if (schema.properties !== undefined)
    return {
      object: Object.fromEntries(
        Object.entries(schema.properties).map(([name, field]) => [
          name,
          { type: written(field), optional: !(schema.required ?? []).includes(name), default: field.default ?? null },
        ]),
      ),
    }
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object')
    return { map: written(schema.additionalProperties) }
  return schema.type ?? (typeof schema.enum?.[0] === 'number' ? 'number' : schema.enum === undefined ? 'any' : 'string')
}

/** The same notation, out of variables.tf. */
function declared(type: InputType): unknown {
  switch (type.kind) {
    case 'string':
    case 'number':
      return type.kind
    case 'bool':
      return 'boolean'
    case 'any':
      return 'any'
    case 'list':
    case 'set':
      return { list: declared(type.element) }
    case 'map':
      return { map: declared(type.element) }
    case 'object':
      return {
        object: Object.fromEntries(
          [...type.attributes].map(([name, { type: inner, optional, fallback }]) => [
            name,
            { type: declared(inner), optional, default: fallback },
          ]),
        ),
      }
    default:
      return type satisfies never
  }
}

describe('the inputs in TypeScript and variables.tf', () => {
  it('have the same names in the same order', () => {
    expect(Object.keys(moduleInputs), remedy).toEqual(variables.map(({ name }) => name))
  })

  it.each(variables.map((variable) => [variable.name, variable] as const))('say the same of %s', (name, variable) => {
    const schema = root.properties?.[name] ?? {}
    const fallback: HclValue = variable.default === undefined ? null : evaluateTerm(variable.default, () => undefined)
    expect(
      {
        type: written(schema),
        optional: !(root.required ?? []).includes(name),
        default: schema.default ?? null,
        description: schema.description,
      },
      remedy,
    ).toEqual({
      type: declared(inputType(variable.type)),
      optional: variable.default !== undefined,
      default: fallback,
      // The list of attributes stands at the attributes.
      description: variable.description?.split(/\n- `/)[0]?.trim().replace(/:$/, '.'),
    })
  })
})
