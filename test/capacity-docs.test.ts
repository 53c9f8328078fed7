import { describe, expect, it } from 'vitest'
import { parseAllDocuments, parse as parseYaml } from 'yaml'
import { findInstanceType } from '../src/catalog/instance-types.ts'
import { textAt, valueAt } from '../src/read/kubernetes/json.ts'
import { fencesOf, textOf } from './docs/pages.ts'

const snippets = (page: string, language: string) =>
  fencesOf(page)
    .filter((fence) => fence.language === language)
    .map(({ text }) => text)
const pages = ['choose-instances', 'spot-or-on-demand', 'efa-training'].map((name) => `docs/module/${name}.md`)

describe.each(pages)('%s', (page) => {
  // What stands in them is checked with all pages' in docs/hcl-snippets.test.ts.
  it('has module calls', () => {
    expect(snippets(page, 'hcl').length).toBeGreaterThan(0)
  })
})

describe('what a job for EFA asks', () => {
  const documented = snippets('docs/module/efa-training.md', 'yaml').map((snippet): unknown => parseYaml(snippet))
  const example = parseAllDocuments(textOf('examples/training-efa/train.yaml'))
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
