import { expect, test } from 'vitest'
import { formatNodePrice } from './node-price.ts'

test.each([
  ['on-demand', 55.04, 2, '110.08'],
  ['spot', 0.5, 1, '0.50'],
  ['on-demand', null, 1, '?'],
  ['capacity-block', 0, 2, '-'],
  ['capacity-block', null, 2, '-'],
] as const)('a %s group at %s: %i nodes cost %s', (capacityType, usdPerNodeHour, nodes, text) => {
  expect(formatNodePrice({ capacityType, usdPerNodeHour }, nodes)).toBe(text)
})
