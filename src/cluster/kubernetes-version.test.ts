import { expect, test } from 'vitest'
import { isAtLeast, newestPatch, parseKubernetesVersion } from './kubernetes-version.ts'

test.for([
  ['1.34', { minor: 34, patch: newestPatch }],
  ['1.34.2', { minor: 34, patch: 2 }],
  ['v1.34.2-eks-1a2b3c', { minor: 34, patch: 2 }],
  ['v1.36.3+build', { minor: 36, patch: 3 }],
] as const)('%s', ([text, version]) => {
  expect(parseKubernetesVersion(text)).toEqual(version)
})

test.for(['', '1', '2.1', 'latest', '1.x', '1.34.'])('%j is refused', (text) => {
  expect(() => parseKubernetesVersion(text)).toThrow('is not a Kubernetes version')
})

test('a minor alone is its newest patch', () => {
  expect(isAtLeast(parseKubernetesVersion('1.34'), 34, 2)).toBe(true)
  expect(isAtLeast(parseKubernetesVersion('1.34.1'), 34, 2)).toBe(false)
  expect(isAtLeast(parseKubernetesVersion('1.35.0'), 34, 2)).toBe(true)
  expect(isAtLeast(parseKubernetesVersion('1.33'), 34)).toBe(false)
})
