import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkCase } from './compare-case.ts'
import { goldenFiles, readGoldenCase } from './golden-case.ts'
import { checkSimulated, whyNotSimulated } from './simulate-case.ts'

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

describe('recorded decisions, by the whole simulation', () => {
  it('are all played but for those that no simulation of one cluster can play', () => {
    expect(
      cases.flatMap((golden) => {
        const why = whyNotSimulated(golden)
        return why === undefined ? [] : [`${golden.id}: ${why}`]
      }),
    ).toEqual(['upcoming-nodes: its objects come and go'])
  })

  const played = cases.filter((golden) => whyNotSimulated(golden) === undefined)
  it.each(played.map((golden) => [golden.id, golden] as const))('%s comes out as recorded', async (_, golden) => {
    expect(await checkSimulated(golden)).toEqual([])
  })

  it.each([
    ['another plan', { scaleUps: [{ plan: [{ group: 'no-such-group', from: 0, to: 1, max: 1 }] }] }],
    ['another number of nodes', { nodes: { 'no-such-group': 1 } }],
    ['another text', { events: { 'Deployment/none': { NotTriggerScaleUp: ['text'] } } }],
  ])('are not met by a recording with %s', async (_, fields) => {
    const [golden] = played
    if (golden === undefined) throw new Error('there is no case')
    const recorded = golden.recorded.map((phase) => ({ ...phase, ...fields }))
    expect((await checkSimulated({ ...golden, recorded }, 1)).length).toBeGreaterThan(0)
  })
})
