import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkCase } from './compare-case.ts'
import { goldenFiles, readGoldenCase } from './golden-case.ts'

const cases = goldenFiles(fileURLToPath(new URL('./autoscaler', import.meta.url))).map(readGoldenCase)

describe('recorded decisions of the real autoscaler', () => {
  it('are all there', () => {
    expect(cases.length).toBeGreaterThanOrEqual(28)
  })

  it.each(cases.map((golden) => [golden.id, golden] as const))('%s comes out as recorded', (_, golden) => {
    expect(checkCase(golden).differences).toEqual([])
  })

  it.each([
    ['another number of nodes', 'desired', { 'no-such-group': 1 }],
    ['a scale-up that did not happen', 'scaleUps', [{ plan: [], best: 'no-such-group', estimatedNodes: 1 }]],
    ['an event that was not seen', 'events', { 'Deployment/none': { NotTriggerScaleUp: ['text'] } }],
    ['a node that does not exist', 'nodes', { 'no-such-group': 1 }],
  ])('are not met by a recording with %s', (_, field, value) => {
    const golden = cases[0]
    if (golden === undefined) throw new Error('there is no case')
    const recorded = golden.recorded.map((phase) => ({ ...phase, [field]: value }))
    expect(checkCase({ ...golden, recorded }, 1).differences.length).toBeGreaterThan(0)
  })
})
