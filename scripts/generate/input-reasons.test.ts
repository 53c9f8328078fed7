import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readModuleSource } from '../../src/read/terraform/module-rules/module-source.ts'
import { type InputReasons, inputPaths, readInputReasons, reasonFaults } from './input-reasons.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const reasons = readInputReasons(readFileSync(join(root, 'scripts/generate/data/input-reasons.json'), 'utf8'))
const { variables } = await readModuleSource(join(root, 'modules/eks-gpu-cluster'))

it('every input and attribute of the module has one reason', () => {
  expect(reasonFaults(reasons, inputPaths(variables))).toEqual([])
})

it('ids of failures on pages and in the module are explained', () => {
  const files = ['docs', 'docs/module', 'modules/eks-gpu-cluster', 'examples']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)))
    .filter((file) => /\.(?:md|tf)$/.test(file))
  const named = files.flatMap((file) => [
    ...readFileSync(file, 'utf8').matchAll(/\b(?:AMI|AS|CAP|COST|GPU|IAM|NET|NG|OBS|STO|SYS|TF|W)-\d\d\b/g),
  ])
  expect(named.length).toBeGreaterThan(50)
  const unknown = named.map(([id]) => id).filter((id) => !(id in reasons.failures))
  expect(unknown).toEqual([])
})

it('every failure is one that an input is against, or that a page names', () => {
  const pages = ['docs/module', 'docs']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)))
    .filter((file) => file.endsWith('.md') && !file.endsWith('why.md'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('')
  const against = new Set(reasons.sections.flatMap(({ inputs }) => inputs.flatMap(({ failures }) => failures)))
  expect(Object.keys(reasons.failures).filter((id) => !against.has(id) && !pages.includes(id))).toEqual([])
})

const few: InputReasons = {
  asOf: '2026-01-01',
  source: 'a test',
  sections: [
    {
      title: 'All',
      inputs: [
        { names: ['a', 'a.b.*'], why: 'exists', failures: [] },
        { names: ['a.b.c', 'gone'], why: 'exists', failures: [] },
      ],
    },
  ],
  failures: {},
}

it('says what lacks a reason, what has two, and what is gone', () => {
  expect(reasonFaults(few, ['a', 'a.b', 'a.b.c', 'a.b.d'])).toEqual([
    'a.b has no reason: name it in scripts/generate/data/input-reasons.json',
    'a.b.c has several reasons: a.b.*, a.b.c',
    'gone is no input any more: remove it from scripts/generate/data/input-reasons.json',
  ])
})

it('refuses an input against a failure that nobody tells of', () => {
  const [section] = few.sections
  const text = JSON.stringify({
    ...few,
    sections: [{ ...section, inputs: [{ names: ['a'], why: 'it helps', failures: ['NET-99'] }] }],
  })
  expect(() => readInputReasons(text)).toThrow('input-reasons.json says nothing of NET-99')
})
