import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { z } from 'zod'
import { openWorkbench, terraformIn } from '../terraform/workbench.ts'
import { hclSnippets, readersOwn } from './hcl-snippets.ts'

const bench = openWorkbench()
afterAll(() => bench.remove())
const snippets = await hclSnippets()
const diagnostics = z.object({
  diagnostics: z.array(
    z.object({
      severity: z.string(),
      summary: z.string(),
      detail: z.string(),
      range: z.exactOptional(z.object({ filename: z.string() })),
    }),
  ),
})

it('every HCL block of the pages validates', async () => {
  const directory = join(bench.root, 'docs')
  mkdirSync(directory)
  const root = ['resource "terraform_data" "reader" {}\n']
  for (const [index, { text }] of snippets.entries()) {
    const folder = join(directory, `snippet-${index}`)
    mkdirSync(folder)
    symlinkSync(join(bench.root, 'modules'), join(folder, 'modules'))
    writeFileSync(join(folder, 'main.tf'), text)
    writeFileSync(join(folder, 'readers-own.tf'), `variable "${readersOwn}" {\n  type = any\n}\n`)
    root.push(
      `module "snippet_${index}" {\n  source = "./snippet-${index}"\n  ${readersOwn} = terraform_data.reader.output\n}\n`,
    )
  }
  writeFileSync(join(directory, 'main.tf'), root.join('\n'))
  expect(await terraformIn(directory, 'init', '-backend=false', '-input=false', '-no-color')).toMatchObject({
    status: 0,
  })
  const { stdout } = await terraformIn(directory, 'validate', '-json')
  const errors = diagnostics.parse(JSON.parse(stdout)).diagnostics.filter(({ severity }) => severity === 'error')
  const said = errors.map(({ summary, detail, range }) => {
    const [, index = ''] = /snippet-(\d+)/.exec(range?.filename ?? '') ?? []
    return `${snippets[Number(index)]?.place ?? range?.filename}: ${summary}: ${detail}`
  })
  expect(said).toEqual([])
})
