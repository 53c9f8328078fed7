import { expect, test } from 'vitest'
import { eksVersions } from './eks-versions.ts'
import { newestPatchOf } from './kubernetes-patches.ts'

test.each([
  ['1.29', '1.29.15'],
  ['1.36', '1.36.3'],
  ['1.12', undefined],
  ['constructor', undefined],
])('newest patch of %s: %s', (minor, newest) => {
  expect(newestPatchOf(minor)).toBe(newest)
})

test.each(eksVersions())('$version has one, of its own minor', ({ version }) => {
  expect(newestPatchOf(version)?.startsWith(`${version}.`)).toBe(true)
})
