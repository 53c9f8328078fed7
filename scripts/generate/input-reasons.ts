import { z } from 'zod'
import { type InputType, inputType } from '../../src/read/terraform/module-rules/input-type.ts'
import type { ModuleVariable } from '../../src/read/terraform/module-rules/module-source.ts'

/** Why each input of the module exists: `data/input-reasons.json`. */
export type InputReasons = {
  /** Day on which the threads were read, `YYYY-MM-DD`. */
  readonly asOf: string
  readonly source: string
  readonly sections: readonly { readonly title: string; readonly inputs: readonly InputReason[] }[]
  /** By id, such as `NET-10`. */
  readonly failures: Readonly<Record<string, Failure>>
}

/** Inputs that exist for the same reason. */
export type InputReason = {
  /** Inputs and their attributes, as in `gpu_node_groups.root_volume.size_gib`; `.*` stands for all that are below. */
  readonly names: readonly string[]
  /** What the input does against these failures; where there are none, what it exists for. */
  readonly why: string
  /** Ids of failures and wishes. */
  readonly failures: readonly string[]
}

/** What users reported, or wished for, with the addresses of their threads. */
export type Failure =
  | { readonly symptom: string; readonly cause: string; readonly threads: readonly string[] }
  | { readonly wish: string; readonly outcome: string; readonly threads: readonly string[] }

const threads = z.array(z.url({ protocol: /^https$/ })).min(1)
const names = z.array(z.string()).min(1)
const inputs = z.array(z.strictObject({ names, why: z.string(), failures: z.array(z.string()) }))

const schema: z.ZodType<InputReasons> = z.strictObject({
  asOf: z.iso.date(),
  source: z.string(),
  sections: z.array(z.strictObject({ title: z.string(), inputs })),
  failures: z.record(
    z.string().regex(/^[A-Z]+-\d\d$/),
    z.union([
      z.strictObject({ symptom: z.string(), cause: z.string(), threads }),
      z.strictObject({ wish: z.string(), outcome: z.string(), threads }),
    ]),
  ),
})

/** Reads the text of the file. Throws for one of another shape, and for a failure that an input names and the file lacks. */
export function readInputReasons(text: string): InputReasons {
  const reasons = schema.parse(JSON.parse(text))
  const named = reasons.sections.flatMap((section) => section.inputs.flatMap(({ failures }) => failures))
  const missing = named.filter((id) => reasons.failures[id] === undefined)
  if (missing.length > 0) throw new Error(`input-reasons.json says nothing of ${missing.join(', ')}`)
  return reasons
}

/** Inputs of a module and all their attributes, by path; elements of lists and maps add nothing to it. */
export function inputPaths(variables: readonly ModuleVariable[]): readonly string[] {
  return variables.flatMap(({ name, type }) => [name, ...pathsBelow(inputType(type), name)])
}

function pathsBelow(type: InputType, at: string): readonly string[] {
  switch (type.kind) {
    case 'object':
      return [...type.attributes].flatMap(([name, attribute]) => [
        `${at}.${name}`,
        ...pathsBelow(attribute.type, `${at}.${name}`),
      ])
    case 'list':
    case 'set':
    case 'map':
      return pathsBelow(type.element, at)
    case 'string':
    case 'number':
    case 'bool':
    case 'any':
      return []
  }
}

/** What is wrong with the reasons for these inputs, in sentences that say what to write where. */
export function reasonFaults({ sections }: InputReasons, paths: readonly string[]): readonly string[] {
  const written = sections.flatMap((section) => section.inputs.flatMap((input) => input.names))
  const stands = (name: string, path: string) =>
    name.endsWith('.*') ? path.startsWith(name.slice(0, -1)) : name === path
  return [
    ...paths.flatMap((path) => {
      const found = written.filter((name) => stands(name, path))
      if (found.length === 0) return [`${path} has no reason: name it in scripts/generate/data/input-reasons.json`]
      return found.length === 1 ? [] : [`${path} has several reasons: ${found.join(', ')}`]
    }),
    ...written
      .filter((name) => !paths.some((path) => stands(name, path)))
      .map((name) => `${name} is no input any more: remove it from scripts/generate/data/input-reasons.json`),
  ]
}
