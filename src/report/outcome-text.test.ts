import { describe, expect, test } from 'vitest'
import type { Outcome, WorkloadOutcome } from '../simulation/outcome.ts'
import { formatComparison } from './comparison-text.ts'
import { counted } from './counted.ts'
import { formatExplanation } from './explanation-text.ts'
import { noFixText } from './no-fix-text.ts'
import { formatOutcome } from './outcome-text.ts'
import { plain } from './paint.ts'
import { formatSimulatedTime } from './simulated-time.ts'
import { expectGolden } from './testing/expect-golden.ts'
import {
  sampleComparison,
  sampleOutcome,
  samplePendingExplanation,
  samplePlacedExplanation,
} from './testing/sample-outcome.ts'
import { formatUsd } from './usd.ts'

const golden = (name: string, text: string) => expectGolden(import.meta.url, name, text)

describe('an outcome', () => {
  test('with one of everything', () => {
    golden('outcome', formatOutcome(sampleOutcome, plain))
  })

  test('of nothing', () => {
    golden('outcome-empty', formatOutcome(emptyOutcome, plain))
  })

  test('at scale names those that do not run whole, and how many more there are', () => {
    const running = (index: number): WorkloadOutcome => ({
      id: `Deployment/d${index}`,
      namespace: 'default',
      pods: 2000,
      running: index === 7 ? 1999 : 2000,
      pending: index === 7 ? 1 : 0,
      gated: 0,
      evicted: 0,
      placements: [{ group: 'gpu', pods: 2000, nodes: 250 }],
      reasons: [],
    })
    const workloads = Array.from({ length: 5000 }, (_, index) => running(index))
    const text = formatOutcome({ ...emptyOutcome, workloads }, plain)
    expect(text.split('\n').slice(2, 5)).toEqual([
      '  namespace  workload        pods  running  pending  running after  where',
      '  default    Deployment/d7  2,000    1,999        1  -              2,000 on 250 nodes of gpu',
      '  (4,999 more workloads, of which 4,999 run whole; --format json lists all)',
    ])
  })
})

test('many events of a kind are one line', () => {
  const steps = Array.from({ length: 40 }, (_, index) => index)
  const timeline: Outcome['timeline'] = [
    ...steps.map(
      (step) => ({ at: step * 10, kind: 'scale-up', group: 'gpu', from: step * 1000, to: (step + 1) * 1000 }) as const,
    ),
    ...steps.map((step) => ({ at: 120 + step * 10, kind: 'nodes-joined', group: 'gpu', nodes: 1000 }) as const),
    { at: 130, kind: 'nodes-joined', group: 'cpu', nodes: 1 },
  ]
  const text = formatOutcome({ ...emptyOutcome, timeline }, plain)
  expect(text.split('\n').slice(4, 8)).toEqual([
    'What happens:',
    '         0 s  the autoscaler takes gpu from 0 to 40,000 in 40 steps, the last after 6 min 30 s',
    '  2 min 00 s  40,000 nodes of gpu join, the last after 8 min 30 s',
    '  2 min 10 s  1 node of cpu joins',
  ])
})

test.each([
  [{ made: 0, complete: true }, 1, 'there is no single change to try that could let it run'],
  [
    { made: 0, complete: false },
    3,
    'none was looked for: every change takes another run, and as many as this input gets have been made',
  ],
  [{ made: 1, complete: true }, 3, 'the one single change that was tried does not let any of them run'],
  [{ made: 4, complete: true }, 3, 'none of the 4 single changes that were tried lets any of them run'],
  [
    { made: 8, complete: false },
    1,
    'none of the 8 single changes that were tried lets it run; not every one was tried, as each takes another run',
  ],
])('no fix after %j', (trials, pods, expected) => {
  expect(noFixText(trials, pods)).toBe(expected)
})

describe('an explanation', () => {
  test('of a pod that stays Pending', () => {
    golden('explanation-pending', formatExplanation(samplePendingExplanation, plain))
  })

  test('of a pod that runs', () => {
    golden('explanation-placed', formatExplanation(samplePlacedExplanation, plain))
  })

  test.each([
    ['Gated', 'is held by its scheduling gates; kube-scheduler does not look at it before they are gone'],
    ['Evicted', 'was pushed out, for a pod of higher priority or with its node'],
  ] as const)('of a pod that is %s', (phase, expected) => {
    const { message: _, ...pending } = samplePendingExplanation
    expect(formatExplanation({ ...pending, phase, nodes: [], groups: [] }, plain)).toBe(
      `Pod default/inference-4 of Deployment/inference: ${expected}`,
    )
  })

  test('of a pod that one node alone can take', () => {
    const text = formatExplanation(
      {
        ...samplePlacedExplanation,
        tied: 1,
        nodes: [
          {
            group: 'inference',
            names: ['inference-000000'],
            count: 1,
            verdict: { kind: 'feasible', total: 0, scores: [] },
          },
        ],
      },
      plain,
    )
    expect(text).toBe(
      [
        'Pod default/inference-0 of Deployment/inference: runs on inference-000000',
        '',
        'The cycle that placed it looked at 1 node:',
        '',
        '  yes  inference-000000 of inference: the only one that fits, taken without scoring',
      ].join('\n'),
    )
  })
})

describe('a comparison', () => {
  const names = { before: 'now.json', after: 'bigger.json' }

  test('with something new, gone and changed', () => {
    golden('comparison', formatComparison(sampleComparison, names, plain))
  })

  test('of the same', () => {
    const same = {
      workloads: [],
      groups: [],
      nodes: { before: 8, after: 8 },
      gpus: { before: { total: 0, used: 0 }, after: { total: 0, used: 0 } },
      hourAfter: { before: null, after: 1 },
      findings: { gone: [], added: ['gang-in-part'] },
    }
    expect(formatComparison(same, names, plain)).toBe(
      [
        'From now.json to bigger.json:',
        '',
        'Every workload fares the same.',
        '',
        'Findings added: gang-in-part',
        '',
        'Nodes   8',
        'GPUs    0 of 0',
        '$/hour  ? → 1.00',
      ].join('\n'),
    )
  })
})

test.each([
  [0, '0 s'],
  [59.4, '59 s'],
  [60, '1 min 00 s'],
  [250, '4 min 10 s'],
  [3599.6, '1 h 00 min'],
  [100_000, '1 d 03 h'],
])('formatSimulatedTime(%d)', (seconds, expected) => {
  expect(formatSimulatedTime(seconds)).toBe(expected)
})

test('amounts', () => {
  expect([counted(1, 'pod'), counted(0, 'pod'), counted(1_000_000, 'pod')]).toEqual([
    '1 pod',
    '0 pods',
    '1,000,000 pods',
  ])
  expect([formatUsd(1234.5), formatUsd(0), formatUsd(null)]).toEqual(['1,234.50', '0.00', '?'])
})

const emptyOutcome: Outcome = {
  ...sampleOutcome,
  settings: { ...sampleOutcome.settings, autoscaler: null, expanders: [] },
  cluster: { name: 'bare', kubernetesVersion: '1.29.14', region: null },
  workloads: [],
  groups: [],
  otherNodes: 0,
  loops: [],
  timeline: [],
  series: [],
  totals: {
    pods: 0,
    running: 0,
    pending: 0,
    gated: 0,
    evicted: 0,
    recorded: 0,
    nodes: 0,
    gpus: { total: 0, used: 0, allocationPercent: null, fragmentationPercent: null },
  },
  cost: { ...sampleOutcome.cost, hourNow: 0, hourAfter: null, monthAfter: null, notes: [] },
  findings: [],
  unknowns: [],
  notSimulated: [],
}
