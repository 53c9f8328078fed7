import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import type { OutcomeRows } from '../simulation/outcome.ts'
import { mostRows, type OutcomeDocument, outcomeDocument } from './outcome-document.ts'
import { sampleOutcome, sampleRows } from './testing/sample-outcome.ts'

const schema: unknown = JSON.parse(readFileSync(new URL('../../schemas/outcome.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ allErrors: true }).compile(schema as object)
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
