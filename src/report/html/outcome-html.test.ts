import { describe, expect, test } from 'vitest'
import type { NodeRow, Outcome } from '../../simulation/outcome.ts'
import { expectGolden } from '../testing/expect-golden.ts'
import { sampleOutcome, sampleRows } from '../testing/sample-outcome.ts'
import { drawNodeMap } from './node-map.ts'
import { formatOutcomeHtml } from './outcome-html.ts'
import { drawStepChart } from './step-chart.ts'

const page = formatOutcomeHtml(sampleOutcome, sampleRows)

describe('the page', () => {
  test('reads as it did, style left out', () => {
    expectGolden(import.meta.url, 'page', page.replace(/<style>.*?<\/style>/s, '<style></style>').trimEnd())
  })

  test('runs no script and loads nothing', () => {
    expect(page).not.toMatch(/<script|javascript:|https?:|\bsrc=|<link|@import|url\(/)
  })

  test('closes what it opens', () => {
    const open: string[] = []
    for (const [, end, name = '', rest = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b([^>]*)>/g)) {
      if (end === '/') expect(open.pop()).toBe(name)
      else if (name !== 'meta' && !rest.endsWith('/')) open.push(name)
    }
    expect(open).toEqual([])
  })

  test('shows what a user wrote as text', () => {
    const [first] = sampleOutcome.workloads
    const evil = '<img src=x onerror=alert(1)>&"\''
    const outcome: Outcome = {
      ...sampleOutcome,
      cluster: { ...sampleOutcome.cluster, name: evil },
      workloads: first === undefined ? [] : [{ ...first, id: evil }],
      groups: sampleOutcome.groups.map((group) => ({ ...group, name: evil })),
    }
    const text = formatOutcomeHtml(outcome, sampleRows)
    expect(text).not.toContain('<img')
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;')
  })

  test('of nothing has no charts', () => {
    const text = formatOutcomeHtml(
      { ...sampleOutcome, workloads: [], groups: [], series: [], timeline: [], findings: [] },
      { pods: () => [], nodes: () => [] },
    )
    expect(text).not.toContain('<svg')
    expect(text).toContain('There are no nodes.')
  })

  test('draws groups beyond the largest seven together', () => {
    const [group] = sampleOutcome.groups
    expect(group).toBeDefined()
    if (group === undefined) return
    const groups = Array.from({ length: 10 }, (_, index) => ({ ...group, name: `g${index}` }))
    const series = [
      { at: 0, nodes: groups.map((_, index) => index), gpus: { total: 0, used: 0 }, pods: { running: 0, pending: 0 } },
    ]
    const text = formatOutcomeHtml({ ...sampleOutcome, groups, series }, sampleRows)
    expect(text).toContain('g3 3, g4 4, g5 5, g6 6, g7 7, g8 8, g9 9, 3 smaller groups 3.')
  })
})

test('a chart stacks steps, and its axes end with good figures', () => {
  const chart = drawStepChart({
    id: 'x',
    title: 'Nodes',
    description: 'All of them.',
    times: [0, 30, 100],
    areas: [
      { label: 'a', values: [0, 5, 5] },
      { label: 'b', values: [1, 1, 6] },
    ],
  })
  expect([...chart.matchAll(/class="tick y">([^<]*)/g)].map(([, text]) => text)).toEqual(['0', '3', '6', '9', '12'])
  expect([...chart.matchAll(/class="tick x">([^<]*)/g)].map(([, text]) => text)).toEqual([
    '0 s',
    '20 s',
    '40 s',
    '60 s',
    '80 s',
    '100 s',
  ])
  expect([...chart.matchAll(/<path d="([^"]*)" fill/g)].map(([, path]) => path)).toEqual([
    'M64 220H249.6V133.3H682.5V133.3H732L732 220V220H682.5V220H249.6V220H64Z',
    'M64 202.7H249.6V116H682.5V29.3H732L732 133.3V133.3H682.5V133.3H249.6V220H64Z',
  ])
})

test('a map of many nodes is one bar a group', () => {
  const row = (index: number): NodeRow => ({
    node: `gpu-${index}`,
    group: 'training',
    zone: null,
    pods: 1,
    gpus: { total: 8, used: index % 2 === 0 ? 8 : 0 },
    cpu: { total: 0, used: 0 },
    memory: { total: 0, used: 0 },
  })
  const rows = Array.from({ length: 100_001 }, (_, index) => row(index))
  const text = drawNodeMap(sampleOutcome, rows)
  expect(text).toContain('<h3>training: 100,001 nodes</h3>')
  expect(text).toContain('aria-label="50,000 idle, 50,001 full"')
  expect(text.length).toBeLessThan(2000)
})
