import { expect, test } from 'vitest'
import { jsonKind } from './json-kind.ts'

test.each([
  ['{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{}}', 'plan'],
  ['\n{ "name": "ai", "kubernetesVersion": "1.36" }', 'cluster'],
  ['{ "nodeGroups": [] }', 'cluster'],
  ['{"apiVersion":"v1","kind":"Pod"}', 'other'],
  ['{\n  "kind": "Cluster", "spec": { "kubernetesVersion": "1.36" } }', 'other'],
  ['[{ "nodeGroups": [] }]', 'other'],
  ['', 'other'],
] as const)('%j is %s', (head, kind) => {
  expect(jsonKind(head)).toBe(kind)
})
