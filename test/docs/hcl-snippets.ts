import { join } from 'node:path'
import { type HclExpression, parseHcl } from '../../src/read/terraform/hcl.ts'
import { type InputType, inputType } from '../../src/read/terraform/module-rules/input-type.ts'
import { readModuleSource } from '../../src/read/terraform/module-rules/module-source.ts'
import { isOurModule } from '../../src/read/terraform/unknown-attributes.ts'
import { type Fence, fencesOf, pages, placeOf, repository } from './pages.ts'

/** HCL of a page as a whole configuration. */
export type HclSnippet = {
  /** `page:line` */
  readonly place: string
  /** Blocks of a configuration; what the page leaves to the reader is filled in. */
  readonly text: string
  /** Whether it has values that only the reader's own configuration has. */
  readonly open: boolean
  /** Whether it calls the module. */
  readonly calls: boolean
}

/** What stands for a value of the reader's own configuration. */
export const readersOwn = 'readers_own'

/**
 * Every HCL block of every page. A page may show a configuration, or only arguments of the module, groups, or attributes of a group, which are
 * put into a call here. Other people's modules and providers are left out: they are not to be had everywhere.
 * Throws for a block that is none of these.
 */
export async function hclSnippets(): Promise<readonly HclSnippet[]> {
  const names = await inputNames()
  return Promise.all(
    pages
      .flatMap((page) => fencesOf(page).filter(({ language }) => language === 'hcl'))
      .map((fence) => snippetOf(fence, names)),
  )
}

type InputNames = { readonly inputs: ReadonlySet<string>; readonly group: ReadonlySet<string> }

async function inputNames(): Promise<InputNames> {
  const { variables } = await readModuleSource(join(repository, 'modules/eks-gpu-cluster'))
  const groups = variables.find(({ name }) => name === 'gpu_node_groups')
  const type: InputType | undefined = groups && inputType(groups.type)
  const element = type?.kind === 'map' ? type.element : undefined
  return {
    inputs: new Set(variables.map(({ name }) => name)),
    group: new Set(element?.kind === 'object' ? element.attributes.keys() : []),
  }
}

async function snippetOf(fence: Fence, names: InputNames): Promise<HclSnippet> {
  const place = placeOf(fence)
  const { body, broken } = await parseHcl(fence.text)
  if (broken !== undefined) throw new Error(`${place} is no HCL at its line ${broken.line}`)
  const written = body.blocks.length > 0 ? fence.text : `${inCall(place, fence.text, body.attributes, names)}\n`
  const lines = written.split('\n')
  const { body: whole } = await parseHcl(written)
  const declared = new Set<string>()
  let calls = false
  for (const [index, { type, labels, at, body: inner }] of whole.blocks.entries()) {
    const source = inner.attributes.find(({ name }) => name === 'source')?.value
    const ours = type === 'module' && source?.kind === 'string' && isOurModule(source.value)
    calls ||= ours
    const kept =
      type === 'module'
        ? ours
        : type === 'resource' || type === 'data'
          ? /^(?:aws|terraform)_/.test(labels[0] ?? '')
          : type === 'provider'
            ? labels[0] === 'aws'
            : type !== 'terraform'
    if (kept) {
      if (type === 'locals') for (const { name } of inner.attributes) declared.add(`local.${name}`)
      const prefix = type === 'resource' ? [] : type === 'variable' ? ['var'] : [type]
      declared.add([...prefix, ...labels].join('.'))
    } else {
      const end = (whole.blocks[index + 1]?.at.line ?? lines.length + 1) - 1
      for (let line = at.line; line <= end; line += 1) lines[line - 1] = ''
    }
  }
  const { text, open } = withReadersOwn(lines.join('\n'), declared)
  return {
    place,
    text: text.replaceAll(/source(\s*)= "[^"]*modules\/eks-gpu-cluster"/g, 'source$1= "./modules/eks-gpu-cluster"'),
    open,
    calls,
  }
}

/** Arguments, groups or attributes of a group in a call of the module. */
function inCall(
  place: string,
  text: string,
  attributes: readonly { readonly name: string; readonly value: HclExpression }[],
  names: InputNames,
): string {
  const written = attributes.map(({ name }) => name)
  const call = (inside: string) =>
    `module "gpu_cluster" {\n  source = "./modules/eks-gpu-cluster"\n${written.includes('cluster_name') ? '' : '  cluster_name = "docs"\n'}${inside}\n}`
  if (written.every((name) => names.inputs.has(name))) return call(text)
  if (written.every((name) => names.group.has(name))) return call(`gpu_node_groups = {\n  docs = {\n${text}\n}\n}`)
  if (attributes.every(({ name, value }) => value.kind === 'object' && !names.inputs.has(name)))
    return call(`gpu_node_groups = {\n${text}\n}`)
  throw new Error(
    `${place} is neither a configuration nor arguments of the module, groups or attributes of a group: show the whole module block`,
  )
}

/** Replaces references to what the snippet does not declare. */
function withReadersOwn(
  text: string,
  declared: ReadonlySet<string>,
): { readonly text: string; readonly open: boolean } {
  let open = false
  const replaced = text
    .split('\n')
    .map((line) =>
      line
        .replace(/^\s*#.*$/, '')
        .replaceAll(
          /(?<![\w."-])((?:data\.[a-z]\w*\.|[a-z]+_\w+\.|module\.|var\.|local\.)[a-zA-Z_][\w-]*)((?:\.\w+|\[[^\][]*\])*)/g,
          (whole: string, root: string) => {
            if (declared.has(root)) return whole
            open = true
            return `var.${readersOwn}`
          },
        ),
    )
    .join('\n')
  return { text: replaced, open }
}
