import { expect, test } from 'vitest'
import { autoscalerVersionFor } from './autoscaler-images.ts'

test.each([
  ['1.29', '1.31.5'],
  ['1.31', '1.31.5'],
  ['1.36', '1.36.1'],
  ['1.40', '1.36.1'],
])('Kubernetes %s: Cluster Autoscaler %s', (minor, version) => {
  expect(autoscalerVersionFor(minor)).toBe(version)
})
