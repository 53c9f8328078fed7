import { expect, test } from 'vitest'
import { findInstanceType } from './instance-types.ts'
import { type MaxPodsInput, maxPodsOf } from './max-pods.ts'

const cases: readonly (readonly [name: string, more: Partial<MaxPodsInput>, pods: number])[] = [
  ['g5.xlarge', {}, 58],
  ['g5.xlarge', { prefixDelegation: true }, 110],
  ['g5.xlarge', { userData: 30 }, 30],
  ['g5.xlarge', { userData: 200, prefixDelegation: true }, 200],
  ['g5.4xlarge', {}, 110],
  ['g5.4xlarge', { managedImage: false }, 234],
  ['g5.4xlarge', { managedImage: false, prefixDelegation: true }, 234],
  ['g5.12xlarge', {}, 250],
  ['p5.48xlarge', {}, 100],
  ['p5.48xlarge', { prefixDelegation: true }, 250],
  ['t3.medium', { prefixDelegation: true }, 110],
]

test.each(cases)('%s %o: %i pods', (name, more, pods) => {
  const type = findInstanceType(name)
  expect(type && maxPodsOf({ type, managedImage: true, prefixDelegation: false, ...more })).toBe(pods)
})
