import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import type { OutcomeRows } from '../simulation/outcome.ts'
import { mostRows, type OutcomeDocument, outcomeDocument, outcomeJson, rowLines } from './outcome-document.ts'
import {
  sampleComparison,
  sampleOutcome,
  samplePendingExplanation,
  samplePlacedExplanation,
  samplePods,
  sampleRows,
} from './testing/sample-outcome.ts'

const validator = (name: string) => {
  const text = readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8')
  return new Ajv2020({ allErrors: true }).compile(JSON.parse(text) as object)
}
const validate = validator('outcome')
const asRead = (document: OutcomeDocument): unknown => JSON.parse(JSON.stringify(document))

test('the document is what the published schema says', () => {
  const document = outcomeDocument(sampleOutcome, sampleRows)
  validate(asRead(document))
  expect(validate.errors).toBeNull()
  expect(document.pods).toHaveLength(2)
  expect(document.nodes).toHaveLength(8)
})

test('a document that has something else is not', () => {
  validate({ ...sampleOutcome, pods: null, nodes: null, schemaVersion: 2, surprise: true })
  expect(validate.errors?.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`)).toEqual([
    ' additionalProperties',
    '/schemaVersion const',
  ])
})

test('what has too many pods lists none and reads none', () => {
  const unread: OutcomeRows = {
    pods: () => {
      throw new Error('read')
    },
    nodes: () => [],
  }
  const totals = { ...sampleOutcome.totals, pods: mostRows, recorded: 1 }
  expect(outcomeDocument({ ...sampleOutcome, totals }, unread)).toMatchObject({ pods: null, nodes: [] })
})

test.each([
  ['with rows', outcomeDocument(sampleOutcome, sampleRows)],
  ['without', outcomeDocument(sampleOutcome, { pods: () => [], nodes: () => [] })],
  ['with none listed', { ...sampleOutcome, pods: null, nodes: null }],
])('its text %s is the document', (_, document) => {
  expect(JSON.parse([...outcomeJson(document)].join(''))).toEqual(asRead(document))
})

test('rows are one line each', () => {
  const lines = [...rowLines(samplePods)].join('').split('\n')
  expect(lines.map((line) => (line === '' ? '' : (JSON.parse(line) as unknown)))).toEqual([...samplePods, ''])
})

test.each([
  ['explanation', { schemaVersion: 1, ...samplePendingExplanation }],
  ['explanation', { schemaVersion: 1, ...samplePlacedExplanation }],
  ['comparison', { schemaVersion: 1, names: { before: 'a', after: 'b' }, ...sampleComparison }],
])('an %s is what its published schema says', (name, document) => {
  const validateOther = validator(name)
  validateOther(JSON.parse(JSON.stringify(document)))
  expect(validateOther.errors).toBeNull()
})
