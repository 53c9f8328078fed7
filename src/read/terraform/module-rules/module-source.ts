import { join } from 'node:path'
import type { Node } from 'web-tree-sitter'
import { readHclTree } from '../hcl.ts'
import { readModule } from '../root-module.ts'
import type { HclTerm } from './hcl-term.ts'
import { termOf } from './term-of.ts'

/** A rule of the module: a condition, and what Terraform says when it does not hold. */
export type ModuleRule = { readonly condition: HclTerm; readonly message: HclTerm }

/** A `variable` block. */
export type ModuleVariable = {
  readonly name: string
  /** Plain text, without the indent of a heredoc. */
  readonly description: string | undefined
  readonly type: HclTerm
  /** `undefined` for a variable that must be given. */
  readonly default: HclTerm | undefined
  readonly nullable: boolean
  readonly validations: readonly ModuleRule[]
}

/** A resource or data source with preconditions. */
export type GuardedBlock = {
  /** e.g. `terraform_data.guard` */
  readonly address: string
  readonly forEach: HclTerm | undefined
  readonly count: HclTerm | undefined
  readonly preconditions: readonly ModuleRule[]
}

/** What the inputs of a module are, and what it refuses: read from its own files. */
export type ModuleSource = {
  /** Absolute path. */
  readonly directory: string
  /** In the order of the files. */
  readonly variables: readonly ModuleVariable[]
  readonly locals: ReadonlyMap<string, HclTerm>
  readonly guards: readonly GuardedBlock[]
  /** Assertions of `check` blocks, which warn. */
  readonly checks: readonly ModuleRule[]
}

/**
 * Reads a module's variables, locals, preconditions and checks.
 * @param directory absolute.
 */
export async function readModuleSource(directory: string): Promise<ModuleSource> {
  const module = await readModule(directory)
  const variables: ModuleVariable[] = []
  const locals = new Map<string, HclTerm>()
  const guards: GuardedBlock[] = []
  const checks: ModuleRule[] = []
  for (const { text } of module.files)
    await readHclTree(text, (root) => {
      for (const block of blocksOf(root)) {
        if (block.type === 'variable') variables.push(variableOf(block))
        if (block.type === 'locals') for (const [name, term] of block.attributes) locals.set(name, term)
        if (block.type === 'resource' || block.type === 'data') guards.push(...guardOf(block))
        if (block.type === 'check') checks.push(...rulesOf(block.blocks, 'assert'))
      }
    })
  return { directory: join(directory), variables, locals, guards, checks }
}

type Block = {
  readonly type: string
  readonly labels: readonly string[]
  readonly attributes: ReadonlyMap<string, HclTerm>
  readonly blocks: readonly Block[]
}

function blocksOf(node: Node): readonly Block[] {
  const body = node.type === 'config_file' ? childOf(node, 'body') : node
  return children(body).flatMap((child) => (child.type === 'block' ? [blockOf(child)] : []))
}

function blockOf(node: Node): Block {
  const [type, ...rest] = children(node)
  const body = childOf(node, 'body')
  return {
    type: type?.text ?? '',
    labels: rest.filter((child) => child.type === 'string_lit').map((child) => child.text.slice(1, -1)),
    attributes: new Map(
      children(body).flatMap((child): [string, HclTerm][] => {
        const [name, value] = children(child)
        return child.type === 'attribute' && name !== undefined && value !== undefined
          ? [[name.text, termOf(value)]]
          : []
      }),
    ),
    blocks: body === undefined ? [] : blocksOf(body),
  }
}

function children(node: Node | undefined): readonly Node[] {
  return (node?.namedChildren ?? []).filter((child): child is Node => child !== null && child.type !== 'comment')
}

function childOf(node: Node, type: string): Node | undefined {
  return children(node).find((child) => child.type === type)
}

function variableOf({ labels, attributes, blocks }: Block): ModuleVariable {
  const nullable = attributes.get('nullable')
  return {
    name: labels[0] ?? '',
    description: plainText(attributes.get('description')),
    type: attributes.get('type') ?? { kind: 'root', name: 'any' },
    default: attributes.get('default'),
    nullable: !(nullable?.kind === 'literal' && nullable.value === false),
    validations: rulesOf(blocks, 'validation'),
  }
}

function guardOf({ type, labels, attributes, blocks }: Block): readonly GuardedBlock[] {
  const preconditions = blocks
    .filter((block) => block.type === 'lifecycle')
    .flatMap((block) => rulesOf(block.blocks, 'precondition'))
  if (preconditions.length === 0) return []
  const address = [...(type === 'data' ? ['data'] : []), ...labels].join('.')
  return [{ address, forEach: attributes.get('for_each'), count: attributes.get('count'), preconditions }]
}

function rulesOf(blocks: readonly Block[], type: string): readonly ModuleRule[] {
  return blocks
    .filter((block) => block.type === type)
    .flatMap(({ attributes }) => {
      const condition = attributes.get('condition')
      const message = attributes.get('error_message')
      return condition === undefined || message === undefined ? [] : [{ condition, message }]
    })
}

function plainText(term: HclTerm | undefined): string | undefined {
  if (term?.kind === 'literal') return typeof term.value === 'string' ? term.value : undefined
  if (term?.kind !== 'template') return undefined
  return term.parts.every((part) => typeof part === 'string') ? term.parts.join('').trim() : undefined
}
