import { evaluateTerm } from '../../src/read/terraform/module-rules/evaluate-term.ts'
import { type HclValue, isList, isRecord } from '../../src/read/terraform/module-rules/hcl-value.ts'
import { type InputType, inputType } from '../../src/read/terraform/module-rules/input-type.ts'
import type { ModuleSource, ModuleVariable } from '../../src/read/terraform/module-rules/module-source.ts'
import { type AllowedValues, allowedValues } from './allowed-values.ts'
import { inputDescriptions, inputOverlays, keyOverlays } from './input-overlays.ts'

/**
 * The text of `src/read/config/module-inputs.generated.ts`: for every variable of the module a field, as a TypeScript type with
 * docstrings and as a zod schema. Throws with what to write where, when a field has no description.
 */
export function moduleInputs({ variables }: ModuleSource): string {
  const writer = openWriter()
  const fields = variables.map((variable) => topField(variable, writer))
  const body = [
    objectType('ModuleInputs', 'The inputs of the module, under its own names.', fields),
    ...writer.declarations,
    '/** One schema for each input of the module. */',
    'export const moduleInputs: { readonly [Name in keyof ModuleInputs]-?: z.ZodType<ModuleInputs[Name], ModuleInputs[Name]> } = {',
    ...fields.map(({ name, schema }) => `  ${name}: ${schema},`),
    '}',
    '',
  ]
  return [
    '// Generated from modules/eks-gpu-cluster/variables.tf by `npm run generate`. Do not edit: see docs/typescript.md.',
    "import { z } from 'zod'",
    ...importOf('../../catalog/catalog-names.generated.ts', body),
    ...importOf('./input-parts.ts', body),
    ...importOf('./reference.ts', body),
    ...importOf('./unlisted.ts', body),
    '',
    ...body,
  ].join('\n')
}

const origins: Readonly<Record<string, readonly string[]>> = {
  '../../catalog/catalog-names.generated.ts': [
    'type AddonName',
    'addonNames',
    'type EksVersion',
    'eksVersionNames',
    'type GeneralInstanceType',
    'generalInstanceTypeNames',
    'type GpuAmiType',
    'gpuAmiTypeNames',
    'type GpuInstanceType',
    'gpuInstanceTypeNames',
    'type SystemAmiType',
    'systemAmiTypeNames',
  ],
  './input-parts.ts': [
    'byAddonName',
    'listedOr',
    'listOf',
    'type MarketplaceAddon',
    'mapOf',
    'oneOf',
    'oneOfNumbers',
    'orRef',
  ],
  './reference.ts': ['type Ref'],
  './unlisted.ts': ['type Unlisted'],
}

function importOf(path: string, body: readonly string[]): readonly string[] {
  const text = body.join('\n').replace(/\/\*\*[\s\S]*?\*\//g, '')
  const used = (origins[path] ?? []).filter((name) => new RegExp(`\\b${name.replace('type ', '')}\\b`).test(text))
  if (used.length === 0) return []
  return used.every((name) => name.startsWith('type '))
    ? [`import type { ${used.map((name) => name.slice(5)).join(', ')} } from '${path}'`]
    : [`import { ${used.join(', ')} } from '${path}'`]
}

type Field = {
  readonly name: string
  readonly description: string
  readonly optional: boolean
  readonly fallback: HclValue
  readonly type: string
  /** With `.optional()` and what editors show. */
  readonly schema: string
}

type Place = {
  /** Dotted; `*` for elements. */
  readonly path: string
  readonly variable: ModuleVariable
  readonly allowed: AllowedValues
  readonly writer: Writer
}

/** Types of objects are declared beside the inputs, by name. */
type Writer = { readonly declarations: string[]; readonly names: Map<string, string> }

function openWriter(): Writer {
  return { declarations: [], names: new Map() }
}

function topField(variable: ModuleVariable, writer: Writer): Field {
  const allowed = allowedValues(variable)
  const fallback = variable.default === undefined ? null : evaluateTerm(variable.default, () => undefined)
  const description = headOf(variable.description ?? '')
  if (description === '') throw new Error(`Variable "${variable.name}" has no description: write one in variables.tf.`)
  return field(
    variable.name,
    description,
    variable.default !== undefined,
    fallback,
    typedValue(inputType(variable.type), { path: variable.name, variable, allowed, writer }),
  )
}

function field(name: string, description: string, optional: boolean, fallback: HclValue, value: Value): Field {
  const shown = fallback === null ? '' : `, default: ${literalText(fallback)}`
  return {
    name,
    description,
    optional,
    fallback,
    type: value.type,
    schema: `${value.schema}${optional ? '.optional()' : ''}.meta({ description: ${JSON.stringify(description)}${shown} })`,
  }
}

type Value = { readonly type: string; readonly schema: string }

function typedValue(type: InputType, place: Place): Value {
  const overlay = inputOverlays[place.path]
  const allowed = place.allowed.get(place.path)
  switch (type.kind) {
    case 'string': {
      // What the catalogue decides must be known before the apply.
      if (overlay !== undefined) return overlay
      if (allowed !== undefined) {
        const names = allowed.map((value) => `'${value}'`)
        return withRef(names.join(' | '), `oneOf([${names.join(', ')}], '${leafOf(place.path)}')`)
      }
      return withRef('string', 'z.string()')
    }
    case 'number':
      return allowed === undefined
        ? withRef('number', 'z.number()')
        : withRef(allowed.join(' | '), `oneOfNumbers([${allowed.join(', ')}])`)
    case 'bool':
      return withRef('boolean', 'z.boolean()')
    case 'any':
      throw new Error(`${place.path} is of type any: say in variables.tf what it is.`)
    case 'list':
    case 'set': {
      const element = typedValue(type.element, { ...place, path: `${place.path}.*` })
      const list = { type: `readonly (${element.type})[]`, schema: `listOf(${element.schema})` }
      return holdsObjects(type) || inputOverlays[`${place.path}.*`] !== undefined
        ? list
        : withRef(list.type, list.schema)
    }
    case 'map': {
      const element = typedValue(type.element, { ...place, path: `${place.path}.*` })
      const keys = keyOverlays[place.path]
      const map =
        keys === undefined
          ? { type: `Readonly<Record<string, ${element.type}>>`, schema: `mapOf(${element.schema})` }
          : {
              type: `{ readonly [Name in ${keys.keys}]?: ${element.type} }`,
              schema: `${keys.schema}${element.schema})`,
            }
      return holdsObjects(type) ? map : withRef(map.type, map.schema)
    }
    case 'object':
      return objectOf(type, place)
    default:
      return type satisfies never
  }
}

function withRef(type: string, schema: string): Value {
  return { type: `${type} | Ref`, schema: `orRef(${schema})` }
}

function holdsObjects(type: InputType): boolean {
  return type.kind === 'object' || ('element' in type && holdsObjects(type.element))
}

function objectOf(type: InputType & { readonly kind: 'object' }, place: Place): Value {
  const name = typeName(place.path)
  const fields = [...type.attributes].map(([key, attribute]) => {
    const path = `${place.path}.${key}`
    return field(
      key,
      descriptionOf(path, key, place.variable),
      attribute.optional,
      attribute.fallback,
      typedValue(attribute.type, { ...place, path }),
    )
  })
  const schema = `${name[0]?.toLowerCase()}${name.slice(1)}`
  place.writer.declarations.push(
    objectType(name, `${capital(place.path.replaceAll('.*', '').replaceAll('.', ', '))}: one object of it.`, fields),
    `const ${schema}: z.ZodType<${name}, ${name}> = z.strictObject({`,
    ...fields.map((each) => `  ${each.name}: ${each.schema},`),
    `}).meta({ id: '${name}' })`,
    '',
  )
  return { type: name, schema }
}

function objectType(name: string, what: string, fields: readonly Field[]): string {
  return [
    `/** ${what} */`,
    `export type ${name} = {`,
    ...fields.flatMap((each) => [
      ...docstring(each),
      `  readonly ${each.name}${each.optional ? '?' : ''}: ${each.type}${each.optional ? ' | undefined' : ''}`,
    ]),
    '}',
    '',
  ].join('\n')
}

function docstring({ description, optional, fallback }: Field): readonly string[] {
  const lines = description.split('\n')
  if (optional && fallback !== null) lines.push(`@default ${literalText(fallback)}`)
  if (lines.length === 1) return [`  /** ${lines[0]} */`]
  return ['  /**', ...lines.map((line) => `   * ${line}`), '   */']
}

/** The description of a variable without its list of attributes. */
function headOf(description: string): string {
  const lines = description.split('\n')
  const list = lines.findIndex((line) => line.startsWith('- `'))
  return (list < 0 ? lines : lines.slice(0, list)).join('\n').trim().replace(/:$/, '.')
}

/** What the variable's description says of one attribute, in a line such as `- \`min_size\`, \`max_size\`: nodes.` */
function descriptionOf(path: string, name: string, variable: ModuleVariable): string {
  const below = path.slice(variable.name.length + 1).replaceAll('*.', '')
  for (const line of (variable.description ?? '').split(/\n(?=- )/)) {
    const [, names = '', text = ''] = /^- ((?:`[\w.]+`(?:, )?)+):\s*([\s\S]*)$/.exec(line) ?? []
    if (names.split(', ').includes(`\`${below}\``)) return capital(text.replace(/\s*\n\s*/g, ' ').trim())
  }
  const written = inputDescriptions[path]
  if (written !== undefined) return written
  throw new Error(
    `${path} has no description. Write a line "- \`${below}\`: …" into the description of variable "${variable.name}" in ` +
      `modules/eks-gpu-cluster/variables.tf, or one for '${path}' in scripts/generate/input-overlays.ts (${name}), then: npm run generate`,
  )
}

/** `gpu_node_groups.*.root_volume` is `GpuNodeGroupRootVolume`. */
function typeName(path: string): string {
  return path
    .split('.')
    .flatMap((part, index, parts) =>
      part === '*' ? [] : (parts[index + 1] === '*' ? singular(part) : part).split('_').map(capital),
    )
    .join('')
}

function singular(word: string): string {
  return word.endsWith('ies') ? `${word.slice(0, -3)}y` : word.replace(/s$/, '')
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}

function leafOf(path: string): string {
  return (
    path
      .split('.')
      .filter((part) => part !== '*')
      .at(-1) ?? path
  )
}

function literalText(value: HclValue): string {
  if (isList(value)) return `[${value.map(literalText).join(', ')}]`
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([key, item]) => `${key}: ${literalText(item)}`)
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
  }
  return typeof value === 'symbol' ? 'undefined' : JSON.stringify(value)
}
