import { expect, test } from 'vitest'
import { hugePagesOf } from './huge-pages.ts'

test.each([
  ['what the user data says', { userData: 5280, bottlerocket: false, efaInterfaces: 4, vcpu: 96 }, 5280],
  ['also on Bottlerocket', { userData: 5280, bottlerocket: true, efaInterfaces: 4, vcpu: 96 }, 5280],
  ["Bottlerocket's own count", { userData: undefined, bottlerocket: true, efaInterfaces: 4, vcpu: 96 }, 10_560],
  ['none without EFA', { userData: undefined, bottlerocket: true, efaInterfaces: 0, vcpu: 96 }, 0],
  ['none on AL2023', { userData: undefined, bottlerocket: false, efaInterfaces: 4, vcpu: 96 }, 0],
])('%s', (_, input, pages) => {
  expect(hugePagesOf(input)).toBe(pages)
})
