import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalQuantity } from './canonical-quantity.ts'
import { tryParseQuantity } from './quantity.ts'

test.for([
  ['0.1', '100m'],
  ['1', '1'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['1000', '1k'],
  ['1024', '1024'],
  ['1024Mi', '1Gi'],
  ['1536Mi', '1536Mi'],
  ['1.5Gi', '1536Mi'],
  ['512', '512'],
  ['0.5Ki', '512'],
  ['16777216Ki', '16Gi'],
  ['100G', '100G'],
  ['1e3', '1e3'],
  ['1500e-3', '1500e-3'],
  ['0', '0'],
  ['0Gi', '0'],
  ['-1000m', '-1'],
] as const)('%s is given back as %s', ([text, expected]) => {
  expect(canonicalQuantity(text)).toBe(expected)
})

test('what is no quantity has no form', () => {
  expect(canonicalQuantity('1x')).toBeUndefined()
})

test('keeps the amount, and giving it back twice changes nothing', () => {
  const numbers = fc.tuple(
    fc.integer({ min: -1_000_000, max: 1_000_000 }),
    fc.constantFrom('n', 'u', 'm', '', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-3'),
  )
  fc.assert(
    fc.property(numbers, ([number, suffix]) => {
      const text = `${number}${suffix}`
      const canonical = canonicalQuantity(text) ?? ''
      expect(tryParseQuantity(canonical)).toBe(tryParseQuantity(text))
      expect(canonicalQuantity(canonical)).toBe(canonical)
    }),
  )
})
