import { expect, test } from 'vitest'
import { pickPodAddress } from './pod-address.ts'

test.each<readonly [string, readonly string[], string]>([
  ['10.0.1.10', [], '10.0.1.11'],
  ['10.0.1.10', ['10.0.1.11', '10.0.1.12'], '10.0.1.13'],
  ['10.0.1.254', [], '10.0.1.4'],
])('beside %s with %j taken', (node, used, expected) => {
  expect(pickPodAddress(node, new Set([node, ...used]))).toBe(expected)
})

test('goes to the next block when the first is full, and never gives an address twice', () => {
  const used = new Set(['10.0.1.10'])
  for (let count = 0; count < 600; count++) {
    const address = pickPodAddress('10.0.1.10', used)
    expect(used.has(address)).toBe(false)
    used.add(address)
  }
  expect(used.has('10.0.3.50')).toBe(true)
  expect([...used].some((address) => /\.(?:[0-3]|255)$/.test(address))).toBe(false)
})
