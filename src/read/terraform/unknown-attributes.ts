import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type HclBlock, type HclExpression, type HclPosition, parseHcl } from './hcl.ts'
import { nearestName } from './nearest-name.ts'
import { readModule, type TerraformModule } from './root-module.ts'
import { readTypeConstraint, type TypeConstraint } from './type-constraint.ts'

/** A name in a call of the module that the module does not have. Terraform drops those in objects without a word. */
export type UnknownAttribute = {
  /** Name of the module call. */
  readonly call: string
  /** Where in the call, e.g. `gpu_node_groups.inference.taints`; empty for an argument of the module itself. */
  readonly path: string
  /** The node group it is in, when it is in one. */
  readonly group?: string
  readonly name: string
  /** The known name that is probably meant. */
  readonly nearest?: string
  readonly known: readonly string[]
  /** Absolute path. */
  readonly file: string
  readonly at: HclPosition
}

/** A GPU node group where it is written in the caller's files. */
export type WrittenGroup = {
  readonly call: string
  readonly name: string
  /** Absolute path. */
  readonly file: string
  readonly at: HclPosition
}

/** A call of our module. */
export type WrittenCall = {
  readonly name: string
  /** Absolute path. */
  readonly file: string
  readonly at: HclPosition
}

/** What the calls of our module say, as far as the text shows it. */
export type ModuleCallFindings = {
  readonly calls: readonly WrittenCall[]
  readonly unknown: readonly UnknownAttribute[]
  readonly groups: readonly WrittenGroup[]
}

const moduleFolder = 'modules/eks-gpu-cluster'
const metaArguments = new Set(['source', 'version', 'providers', 'count', 'for_each', 'depends_on'])

/** Whether a module source is ours: a folder or repository path that ends with `modules/eks-gpu-cluster`, or the registry's name. */
export function isOurModule(source: string): boolean {
  const path = source.replace(/\?.*$/, '').replace(/\/+$/, '')
  return (
    path === moduleFolder ||
    path.endsWith(`/${moduleFolder}`) ||
    /(?:^|\/)eks-gpu-cluster(?:s)?\/aws(?:\/\/modules\/eks-gpu-cluster)?$/.test(path)
  )
}

/**
 * Finds, in every call of the module below a root module, its groups and the names that it does not know: arguments, and attributes in objects
 * at any depth, also through `local`, `var` (defaults and .tfvars), `merge`, conditions and `for`. Sorted by place.
 * What the module knows is read from its own `variables.tf`, so there is no second list.
 * @param variableFiles further .tfvars files, absolute.
 * @param ownModule absolute folder of our module, for calls whose source is not on this disk.
 */
export async function inspectModuleCalls(
  root: TerraformModule,
  variableFiles: readonly string[],
  ownModule: string,
): Promise<ModuleCallFindings> {
  const found: UnknownAttribute[] = []
  const groups: WrittenGroup[] = []
  const calls: WrittenCall[] = []
  const seen = new Set<string>()
  const visit = async (module: TerraformModule, extraFiles: readonly string[]): Promise<void> => {
    if (seen.has(module.directory)) return
    seen.add(module.directory)
    const scope = await readScope(module, extraFiles)
    for (const { block, file } of callsIn(module)) {
      const source = literal(block, 'source')
      if (source === undefined) continue
      const folder = /^[./]/.test(source) ? resolve(module.directory, source) : undefined
      if (isOurModule(source)) {
        calls.push({ name: block.labels[0] ?? '', file, at: block.at })
        const known = await knownVariables(folder !== undefined && existsSync(folder) ? folder : ownModule)
        if (known.size > 0) checkCall(block, file, known, scope, found, groups)
      } else if (folder !== undefined && existsSync(folder)) await visit(await readModule(folder), [])
    }
  }
  await visit(root, variableFiles)
  return { calls: calls.sort(byPlace), unknown: found.sort(byPlace), groups: groups.sort(byPlace) }
}

type Place = { readonly value: HclExpression; readonly file: string }

/** Expressions that names of one module stand for. */
type Scope = { readonly locals: ReadonlyMap<string, Place>; readonly variables: ReadonlyMap<string, readonly Place[]> }

type Located = { readonly block: HclBlock; readonly file: string }

function callsIn(module: TerraformModule): readonly Located[] {
  return blocksIn(module, 'module')
}

function blocksIn(module: TerraformModule, type: string): readonly Located[] {
  return module.files.flatMap(({ name, hcl }) =>
    hcl.body.blocks
      .filter((block) => block.type === type)
      .map((block) => ({ block, file: join(module.directory, name) })),
  )
}

async function knownVariables(folder: string): Promise<ReadonlyMap<string, TypeConstraint>> {
  const known = new Map<string, TypeConstraint>()
  for (const { block } of blocksIn(await readModule(folder), 'variable')) {
    const [name] = block.labels
    const type = block.body.attributes.find((attribute) => attribute.name === 'type')
    if (name !== undefined) known.set(name, type === undefined ? { kind: 'anything' } : readTypeConstraint(type.value))
  }
  return known
}

async function readScope(module: TerraformModule, extraFiles: readonly string[]): Promise<Scope> {
  const locals = new Map<string, Place>()
  for (const { block, file } of blocksIn(module, 'locals'))
    for (const { name, value } of block.body.attributes) locals.set(name, { value, file })
  const variables = new Map<string, Place[]>()
  const add = (name: string, place: Place) => {
    variables.set(name, [...(variables.get(name) ?? []), place])
  }
  for (const { block, file } of blocksIn(module, 'variable')) {
    const standard = block.body.attributes.find(({ name }) => name === 'default')
    if (standard !== undefined && block.labels[0] !== undefined) add(block.labels[0], { value: standard.value, file })
  }
  const automatic = existsSync(module.directory)
    ? readdirSync(module.directory)
        .filter((name) => name === 'terraform.tfvars' || name.endsWith('.auto.tfvars'))
        .sort()
        .map((name) => join(module.directory, name))
    : []
  for (const file of [...automatic, ...extraFiles]) {
    if (!file.endsWith('.tfvars') || !existsSync(file)) continue
    const { body } = await parseHcl(readFileSync(file, 'utf8'))
    for (const { name, value } of body.attributes) add(name, { value, file })
  }
  return { locals, variables }
}

function checkCall(
  block: HclBlock,
  file: string,
  known: ReadonlyMap<string, TypeConstraint>,
  scope: Scope,
  found: UnknownAttribute[],
  groups: WrittenGroup[],
): void {
  const call = block.labels[0] ?? ''
  const names = [...known.keys()]
  for (const { name, at, value } of block.body.attributes) {
    const type = known.get(name)
    if (type !== undefined)
      checkValue({ value, file }, type, { call, path: [name], scope, found, groups, following: new Set() })
    else if (!metaArguments.has(name)) {
      const nearest = nearestName(name, names)
      found.push({ call, path: '', name, known: names.sort(), file, at, ...(nearest && { nearest }) })
    }
  }
}

type Walk = {
  readonly call: string
  readonly path: readonly string[]
  readonly scope: Scope
  readonly found: UnknownAttribute[]
  readonly groups: WrittenGroup[]
  /** Names being followed, so that a circle ends. */
  readonly following: ReadonlySet<string>
}

function checkValue({ value, file }: Place, type: TypeConstraint, walk: Walk): void {
  if (type.kind === 'anything') return
  switch (value.kind) {
    case 'reference':
      for (const place of targetsOf(value.path, walk.scope))
        if (!walk.following.has(value.path))
          checkValue(place, type, { ...walk, following: new Set([...walk.following, value.path]) })
      return
    case 'conditional':
      for (const branch of value.branches) checkValue({ value: branch, file }, type, walk)
      return
    case 'call':
      // Functions whose result has the type of what they are given.
      if (
        ['merge', 'tomap', 'try', 'coalesce', 'concat', 'tolist', 'toset', 'distinct', 'flatten'].includes(value.name)
      )
        for (const argument of value.arguments) checkValue({ value: argument, file }, type, walk)
      return
    case 'for':
      if (type.kind === 'collection')
        checkValue({ value: value.value, file }, type.element, { ...walk, path: [...walk.path, '*'] })
      return
    case 'tuple':
      if (type.kind === 'collection')
        for (const item of value.items) checkValue({ value: item, file }, type.element, walk)
      return
    case 'object':
      for (const item of value.items) {
        if (type.kind === 'collection') {
          if (walk.path.length === 1 && walk.path[0] === 'gpu_node_groups' && item.name !== undefined)
            walk.groups.push({ call: walk.call, name: item.name, file, at: item.at })
          checkValue({ value: item.value, file }, type.element, { ...walk, path: [...walk.path, item.name ?? '*'] })
          continue
        }
        if (item.name === undefined) continue
        const attribute = type.attributes.get(item.name)
        if (attribute !== undefined)
          checkValue({ value: item.value, file }, attribute, { ...walk, path: [...walk.path, item.name] })
        else walk.found.push(unknown(item.name, item.at, file, [...type.attributes.keys()].sort(), walk))
      }
      return
    case 'string':
    case 'number':
    case 'bool':
    case 'null':
    case 'other':
      return
    default:
      value satisfies never
  }
}

function unknown(name: string, at: HclPosition, file: string, known: readonly string[], walk: Walk): UnknownAttribute {
  const nearest = nearestName(name, known)
  const group = walk.path[0] === 'gpu_node_groups' ? walk.path[1] : undefined
  return {
    call: walk.call,
    path: walk.path.join('.'),
    name,
    known,
    file,
    at,
    ...(group !== undefined && group !== '*' && { group }),
    ...(nearest !== undefined && { nearest }),
  }
}

function targetsOf(path: string, scope: Scope): readonly Place[] {
  const [kind, name, ...rest] = path.split('.')
  if (name === undefined || rest.length > 0) return []
  if (kind === 'local') {
    const place = scope.locals.get(name)
    return place === undefined ? [] : [place]
  }
  return kind === 'var' ? (scope.variables.get(name) ?? []) : []
}

function literal(block: HclBlock, name: string): string | undefined {
  const value = block.body.attributes.find((attribute) => attribute.name === name)?.value
  return value?.kind === 'string' ? value.value : undefined
}

type Placed = { readonly file: string; readonly at: HclPosition }

function byPlace(a: Placed, b: Placed): number {
  return compare(a.file, b.file) || a.at.line - b.at.line || a.at.column - b.at.column
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
