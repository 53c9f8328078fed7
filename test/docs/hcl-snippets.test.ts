import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { parseHcl } from '../../src/read/terraform/hcl.ts'
import { readRootModule } from '../../src/read/terraform/root-module.ts'
import { inspectModuleCalls } from '../../src/read/terraform/unknown-attributes.ts'
import { hclSnippets } from './hcl-snippets.ts'
import { pages, repository, textOf } from './pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-snippets-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const snippets = await hclSnippets()

it.each(snippets.map((snippet) => [snippet.place, snippet] as const))(
  '%s has arguments and attributes that the module knows',
  async (_, { place, text }) => {
    const directory = join(folder, place.replaceAll(/\W/g, '-'))
    mkdirSync(directory)
    symlinkSync(join(repository, 'modules'), join(directory, 'modules'))
    writeFileSync(join(directory, 'main.tf'), text)
    const module = await readRootModule(directory)
    expect(module.files.filter(({ hcl }) => hcl.broken !== undefined)).toEqual([])
    const { unknown } = await inspectModuleCalls(module, [], join(repository, 'modules/eks-gpu-cluster'))
    expect(unknown.map(({ path, name }) => `${path}: ${name}`)).toEqual([])
  },
)

it.each(pages)('%s names outputs that the module has', async (page) => {
  const text = readFileSync(join(repository, 'modules/eks-gpu-cluster/outputs.tf'), 'utf8')
  const { body } = await parseHcl(text)
  const outputs = new Set(body.blocks.flatMap(({ type, labels }) => (type === 'output' ? labels : [])))
  const named = [...textOf(page).matchAll(/\bmodule\.gpu_cluster\.(\w+)/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !outputs.has(name))).toEqual([])
})
