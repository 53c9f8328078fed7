import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '@stricli/core'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments, parse as parseYaml } from 'yaml'
import { findInstanceType } from '../src/catalog/instance-types.ts'
import { application } from '../src/cli/application.ts'
import { recordedContext } from '../src/cli/testing/recorded-context.ts'
import { textAt, valueAt } from '../src/read/kubernetes/json.ts'
import { readRootModule } from '../src/read/terraform/root-module.ts'
import { inspectModuleCalls } from '../src/read/terraform/unknown-attributes.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const text = (page: string) => readFileSync(join(root, page), 'utf8')
const snippets = (page: string, language: string) =>
  [...text(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, snippet = '']) => snippet)
const pages = ['choose-instances', 'spot-or-on-demand', 'efa-training'].map((name) => `docs/module/${name}.md`)

describe.each(pages)('%s', (page) => {
  it('has module calls with arguments and attributes that the module knows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-docs-'))
    const calls = snippets(page, 'hcl')
    expect(calls.length).toBeGreaterThan(0)
    for (const [index, snippet] of calls.entries()) {
      const directory = join(folder, String(index))
      mkdirSync(directory)
      symlinkSync(join(root, 'modules'), join(directory, 'modules'))
      writeFileSync(join(directory, 'main.tf'), snippet)
      const module = await readRootModule(directory)
      expect(module.files.filter(({ hcl }) => hcl.broken !== undefined)).toEqual([])
      expect((await inspectModuleCalls(module, [], join(root, 'modules/eks-gpu-cluster'))).unknown).toEqual([])
    }
    rmSync(folder, { recursive: true, force: true })
  })

  it('has commands that are there', async () => {
    const commands = snippets(page, 'sh')
      .flatMap((snippet) => snippet.split('\n'))
      .filter((line) => line.startsWith('npx eks-gpu instances '))
      .map((line) => line.split(' ').slice(2))
    for (const command of commands) {
      const recorded = recordedContext(root, {})
      await run(application(), command, recorded.context)
      expect(recorded.out()).toMatch(/xlarge/)
    }
  })
})

describe('what a job for EFA asks', () => {
  const documented = snippets('docs/module/efa-training.md', 'yaml').map((snippet): unknown => parseYaml(snippet))
  const example = parseAllDocuments(text('examples/training-efa/train.yaml'))
    .map((document): unknown => document.toJS())
    .filter((object) => textAt(object, 'kind') === 'Job')

  it.each([...documented, ...example])('is within what a p4d.24xlarge has', (job) => {
    const type = findInstanceType('p4d.24xlarge')
    expect(valueAt(job, 'spec', 'template', 'spec', 'containers', 0, 'resources', 'limits')).toEqual({
      'nvidia.com/gpu': type?.gpu?.count,
      'vpc.amazonaws.com/efa': type?.efaInterfaces,
      'hugepages-2Mi': '5120Mi',
    })
  })
})
