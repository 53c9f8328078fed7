import { expect, test } from 'vitest'
import { type LabelRequirement, matchesLabelRequirement, matchesLabelSelector } from './label-selector.ts'
import { matchesNodeSelectorTerms, type NodeSelectorRequirement } from './node-selector.ts'

const labels = { tier: 'front', empty: '', count: '8' }

test.for<[LabelRequirement, boolean]>([
  [{ key: 'tier', operator: 'In', values: ['front', 'back'] }, true],
  [{ key: 'tier', operator: 'In', values: ['back'] }, false],
  [{ key: 'missing', operator: 'In', values: ['x'] }, false],
  [{ key: 'tier', operator: 'NotIn', values: ['back'] }, true],
  [{ key: 'missing', operator: 'NotIn', values: ['x'] }, true],
  [{ key: 'empty', operator: 'Exists', values: [] }, true],
  [{ key: 'missing', operator: 'Exists', values: [] }, false],
  [{ key: 'missing', operator: 'DoesNotExist', values: [] }, true],
  [{ key: 'constructor', operator: 'Exists', values: [] }, false],
])('label requirement %j', ([requirement, expected]) => {
  expect(matchesLabelRequirement(requirement, labels)).toBe(expected)
})

test('a label selector needs all, an empty one nothing', () => {
  expect(matchesLabelSelector({ matchLabels: {}, matchExpressions: [] }, labels)).toBe(true)
  const both = {
    matchLabels: { tier: 'front' },
    matchExpressions: [{ key: 'count', operator: 'Exists' as const, values: [] }],
  }
  expect(matchesLabelSelector(both, labels)).toBe(true)
  expect(matchesLabelSelector(both, { tier: 'front' })).toBe(false)
})

const node = { name: 'node-1', labels }

test.for<[NodeSelectorRequirement, boolean]>([
  [{ key: 'count', operator: 'Gt', values: ['7'] }, true],
  [{ key: 'count', operator: 'Gt', values: ['8'] }, false],
  [{ key: 'count', operator: 'Lt', values: ['9'] }, true],
  [{ key: 'count', operator: 'Lt', values: ['9', '10'] }, false],
  [{ key: 'tier', operator: 'Gt', values: ['1'] }, false],
  [{ key: 'count', operator: 'Gt', values: ['x'] }, false],
  [{ key: 'count', operator: 'Gt', values: ['99999999999999999999'] }, false],
  [{ key: 'missing', operator: 'Lt', values: ['1'] }, false],
])('node requirement %j', ([requirement, expected]) => {
  expect(matchesNodeSelectorTerms([{ matchExpressions: [requirement], matchFields: [] }], node)).toBe(expected)
})

test('terms are alternatives, conditions within one are not; an empty term or list matches nothing', () => {
  const named = { key: 'metadata.name', operator: 'In' as const, values: ['node-1'] }
  const absent = { key: 'missing', operator: 'Exists' as const, values: [] }
  expect(matchesNodeSelectorTerms([], node)).toBe(false)
  expect(matchesNodeSelectorTerms([{ matchExpressions: [], matchFields: [] }], node)).toBe(false)
  expect(matchesNodeSelectorTerms([{ matchExpressions: [absent], matchFields: [named] }], node)).toBe(false)
  expect(
    matchesNodeSelectorTerms(
      [
        { matchExpressions: [absent], matchFields: [] },
        { matchExpressions: [], matchFields: [named] },
      ],
      node,
    ),
  ).toBe(true)
})

test.for<[NodeSelectorRequirement, 'matchExpressions' | 'matchFields']>([
  [{ key: 'count', operator: 'Gt', values: ['-4'] }, 'matchExpressions'],
  [{ key: 'tier', operator: 'NotIn', values: ['back', '-back'] }, 'matchExpressions'],
  [{ key: 'tier', operator: 'NotIn', values: ['x'.repeat(64)] }, 'matchExpressions'],
  [{ key: 'metadata.name', operator: 'In', values: ['node-1', 'node-2'] }, 'matchFields'],
  [{ key: 'metadata.name', operator: 'Exists', values: [] }, 'matchFields'],
])('kube-scheduler drops a term with a malformed condition: %j', ([requirement, place]) => {
  const good = { key: 'tier', operator: 'Exists' as const, values: [] }
  const term = { matchExpressions: [good], matchFields: [] }
  expect(matchesNodeSelectorTerms([term], node)).toBe(true)
  const bad = { ...term, [place]: [...term[place], requirement] }
  expect(matchesNodeSelectorTerms([bad], node)).toBe(false)
  expect(matchesNodeSelectorTerms([bad, term], node)).toBe(true)
})
