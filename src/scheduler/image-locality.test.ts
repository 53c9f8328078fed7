import { expect, test } from 'vitest'
import { explainCycle } from './explain-cycle.ts'
import { imageScore } from './image-locality.ts'
import { sampleSnapshot } from './testing/ask-filters.ts'
import { sampleNode, samplePod } from './testing/sample-cluster.ts'

const mebibyte = 1024 ** 2

test('an image that one of two nodes has counts with half its size', () => {
  const images = [{ names: ['registry/train:latest'], bytes: 1000 * mebibyte }]
  const snapshot = sampleSnapshot([sampleNode('a', { images }), sampleNode('b', { images: [] })])
  const scores = explainCycle(samplePod('p', { images: ['registry/train'] }), snapshot).nodes.map((node) =>
    node.kind === 'feasible' ? node.scores.find(({ plugin }) => plugin === 'ImageLocality')?.raw : undefined,
  )
  expect(scores).toEqual([48, 0])
})

test.for([
  { bytes: 0, containers: 1, score: 0 },
  { bytes: 23 * mebibyte, containers: 1, score: 0 },
  { bytes: 1000 * mebibyte, containers: 1, score: 100 },
  { bytes: 5000 * mebibyte, containers: 1, score: 100 },
  { bytes: 1000 * mebibyte, containers: 2, score: 49 },
  { bytes: 0, containers: 0, score: 0 },
])('$bytes bytes for $containers containers: $score', ({ bytes, containers, score }) => {
  expect(imageScore(bytes, containers)).toBe(score)
})
