import { expect, test } from 'vitest'
import { ProblemError } from '../../cluster/problem.ts'
import { autoscalerFlagNames, defaultAutoscalerSettings, readAutoscalerFlags } from './autoscaler-flags.ts'
import { parseGoDuration } from './go-duration.ts'

test.each([
  ['1.29.5', ['random']],
  ['1.32.7', ['random']],
  ['1.33.0', ['least-waste']],
  ['1.36.1', ['least-waste']],
])('expander of %s without a flag: %j', (version, expanders) => {
  expect(defaultAutoscalerSettings(version).expanders).toEqual(expanders)
})

test('the command line of a manifest', () => {
  const read = readAutoscalerFlags(
    [
      './cluster-autoscaler',
      '--v=4',
      '--stderrthreshold=info',
      '--cloud-provider=aws',
      '--expander=priority,least-waste',
      '--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/ai=owned',
      '--nodes=1:5:my-group',
      '--balance-similar-node-groups',
      '--max_node_provision_time',
      '20m',
      '--skip-nodes-with-system-pods=false',
      '--scale-down-unneeded-time=1m30s',
      '--gpu-total=nvidia-a10g:0:8',
      '--gpu-total=nvidia-l4:0:4',
      '--cores-total=0:100',
      '--startup-taint=a',
      '--startup-taint=b',
      '--max-pod-eviction-time=3m',
    ],
    '1.36.1',
  )
  const base = defaultAutoscalerSettings('1.36.1')
  expect(read).toEqual({
    settings: {
      ...base,
      expanders: ['priority', 'least-waste'],
      balanceSimilarNodeGroups: true,
      maxNodeProvisionTime: 1200,
      coresTotal: { min: 0, max: 100 },
      gpuTotal: [
        { type: 'nvidia-a10g', min: 0, max: 8 },
        { type: 'nvidia-l4', min: 0, max: 4 },
      ],
      startupTaints: ['a', 'b'],
      scaleDown: { ...base.scaleDown, skipNodesWithSystemPods: false, unneededTime: 90 },
    },
    discovery: [
      [{ key: 'k8s.io/cluster-autoscaler/enabled' }, { key: 'k8s.io/cluster-autoscaler/ai', value: 'owned' }],
    ],
    groups: [{ min: 1, max: 5, name: 'my-group' }],
    unknown: ['--max-pod-eviction-time=3m'],
  })
})

test.each([
  ['--expander=price', /--expander cannot be "price"/],
  ['--scan-interval=10', /--scan-interval cannot be "10"/],
  ['--max-nodes-total=many', /--max-nodes-total cannot be "many"/],
  ['--cores-total=5', /--cores-total cannot be "5"/],
  ['--scale-down-enabled=maybe', /--scale-down-enabled cannot be "maybe"/],
  ['--node-group-auto-discovery=mig:namePrefix=x', /--node-group-auto-discovery cannot be/],
  ['--max-nodes-total', /--max-nodes-total cannot be without a value/],
])('%s is refused', (word, text) => {
  expect(() => readAutoscalerFlags([word], '1.36.1')).toThrow(ProblemError)
  expect(() => readAutoscalerFlags([word], '1.36.1')).toThrow(text)
})

const samples = ['7m', '7', 'false', 'true', '0:5', 'nvidia-l4:0:1', 'most-pods', 'x']

test.each(autoscalerFlagNames().map((name) => [name]))('--%s changes the settings', (name) => {
  const base = defaultAutoscalerSettings('1.36.1')
  const changed = samples.filter((value) => {
    try {
      const { settings, unknown } = readAutoscalerFlags([`--${name}=${value}`], '1.36.1')
      return unknown.length === 0 && JSON.stringify(settings) !== JSON.stringify(base)
    } catch {
      return false
    }
  })
  expect(changed.length).toBeGreaterThan(0)
})

test.each([
  ['10m', 600],
  ['1h30m', 5400],
  ['1.5s', 1.5],
  ['500ms', 0.5],
  ['0', 0],
  ['-1m', -60],
  ['10', undefined],
  ['', undefined],
  ['m', undefined],
])('duration %s: %s', (text, seconds) => {
  expect(parseGoDuration(text)).toBe(seconds)
})
