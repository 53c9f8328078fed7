import { type HclBlock, type HclExpression, type HclPosition, parseHcl } from '../../src/read/terraform/hcl.ts'

const BEGIN = '<!-- BEGIN_TF_DOCS -->'
const END = '<!-- END_TF_DOCS -->'

/** A Terraform module's files, as text by name. */
export type ModuleFiles = { readonly variables: string; readonly outputs: string; readonly versions: string }

/**
 * Replaces what stands between the markers of a module's README by tables of its requirements, inputs and outputs.
 * Throws when a variable or output has no description, or the README has no markers.
 */
export async function withModuleTables(readme: string, files: ModuleFiles): Promise<string> {
  const begin = readme.indexOf(BEGIN)
  const end = readme.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`README has no ${BEGIN} … ${END}`)
  return `${readme.slice(0, begin)}${BEGIN}\n${await moduleTables(files)}${readme.slice(end)}`
}

async function moduleTables({ variables, outputs, versions }: ModuleFiles): Promise<string> {
  const inputs = (await blocksOf(variables, 'variable')).map((block) => ({
    name: block.labels[0] ?? '',
    description: descriptionOf(block, variables),
    type: textOf(block, 'type', variables) ?? 'any',
    fallback: textOf(block, 'default', variables),
  }))
  const given = (await blocksOf(outputs, 'output')).map((block) => ({
    name: block.labels[0] ?? '',
    description: descriptionOf(block, outputs),
    sensitive: textOf(block, 'sensitive', outputs) === 'true',
  }))
  return [
    '## Requirements',
    '',
    '| name | version |',
    '|---|---|',
    ...(await requirements(versions)).map(([name, version]) => `| ${name} | \`${version}\` |`),
    '',
    '## Inputs',
    '',
    '| name | description | type | default |',
    '|---|---|---|---|',
    ...inputs
      .toSorted(
        (a, b) => Number(a.fallback !== undefined) - Number(b.fallback !== undefined) || (a.name < b.name ? -1 : 1),
      )
      .map(
        ({ name, description, type, fallback }) =>
          `| \`${name}\` | ${cell(description)} | ${code(type)} | ${fallback === undefined ? '**required**' : code(fallback)} |`,
      ),
    '',
    '## Outputs',
    '',
    '| name | description |',
    '|---|---|',
    ...given
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(
        ({ name, description, sensitive }) =>
          `| \`${name}\` | ${cell(description)}${sensitive ? ' (sensitive)' : ''} |`,
      ),
    '',
  ].join('\n')
}

async function blocksOf(text: string, type: string): Promise<readonly HclBlock[]> {
  const { body, broken } = await parseHcl(text)
  if (broken !== undefined) throw new Error(`not HCL at ${broken.line}:${broken.column}`)
  return body.blocks.filter((block) => block.type === type)
}

async function requirements(versions: string): Promise<readonly (readonly [string, string])[]> {
  const [terraform] = await blocksOf(versions, 'terraform')
  const required = terraform?.body.attributes.find(({ name }) => name === 'required_version')?.value
  const providers = terraform?.body.blocks.find(({ type }) => type === 'required_providers')?.body.attributes ?? []
  return [
    ['terraform', stringOf(required)],
    ...providers.map(({ name, value }): [string, string] => [
      name,
      stringOf(value.kind === 'object' ? value.items.find((item) => item.name === 'version')?.value : undefined),
    ]),
  ]
}

function stringOf(value: HclExpression | undefined): string {
  return value?.kind === 'string' ? value.value : ''
}

function descriptionOf(block: HclBlock, text: string): string {
  const value = block.body.attributes.find(({ name }) => name === 'description')?.value
  if (value === undefined) throw new Error(`${block.type} "${block.labels[0]}" has no description`)
  return value.kind === 'string' ? value.value : heredoc(textAt(value.at, text))
}

function textOf(block: HclBlock, name: string, text: string): string | undefined {
  const attribute = block.body.attributes.find((candidate) => candidate.name === name)
  return attribute && textAt(attribute.value.at, text)
}

/** The source of one expression: up to the end of the line on which every bracket that it opened is closed again. */
function textAt(at: HclPosition, text: string): string {
  const lines = text.split('\n').slice(at.line - 1)
  const first = lines[0]?.slice(at.column - 1) ?? ''
  const marker = /^<<-?(\w+)$/.exec(first.trim())?.[1]
  if (marker !== undefined) {
    const last = lines.findIndex((line, index) => index > 0 && line.trim() === marker)
    return [first, ...lines.slice(1, last + 1)].join('\n')
  }
  let depth = 0
  const taken: string[] = []
  for (const line of [first, ...lines.slice(1)]) {
    taken.push(line)
    for (const character of line.replace(/"(?:[^"\\]|\\.)*"/g, '').replace(/(?:#|\/\/).*$/, ''))
      depth += '([{'.includes(character) ? 1 : ')]}'.includes(character) ? -1 : 0
    if (depth <= 0) break
  }
  return undent(taken)
}

function undent([first = '', ...rest]: readonly string[]): string {
  const indents = rest.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length)
  const indent = Math.min(...indents)
  return [first.trimEnd(), ...rest.map((line) => line.slice(indent).trimEnd())].join('\n')
}

function heredoc(source: string): string {
  return undent(['', ...source.split('\n').slice(1, -1)]).trim()
}

/** Markdown of a table cell: a blank line becomes two breaks, a list item a break. */
function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replace(/\n\n+/g, '<br><br>')
    .replace(/\n(?=[-*] )/g, '<br>')
    .replaceAll('\n', ' ')
}

function code(text: string): string {
  if (!text.includes('\n')) return `\`${text.replaceAll('|', '\\|')}\``
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '&#124;')
  return `<pre>${escaped.replaceAll('\n', '<br>')}</pre>`
}
