import { describe, expect, test } from 'vitest'
import type { Cluster } from '../cluster/cluster.ts'
import { noObjects } from '../cluster/cluster-objects.ts'
import { ProblemError } from '../cluster/problem.ts'
import { defaultAutoscalerSettings } from '../read/config/autoscaler-flags.ts'
import type { SimulateFlags } from './simulate-flags.ts'
import { kubernetesVersion, newestKubernetesVersion, podTemplatePath, simulationOptions } from './simulate-options.ts'

const flags: SimulateFlags = {
  fromCluster: false,
  printCluster: false,
  order: 'file',
  seed: 0,
  percentageOfNodesToScore: 100,
  autoscaler: true,
  eachPod: false,
  scores: false,
  cost: false,
  format: 'human',
  quiet: false,
  debug: false,
}
const cluster: Cluster = {
  name: 'ai',
  kubernetesVersion: '1.36.3',
  nodeGroups: [],
  nodes: [],
  pods: [],
  daemonSets: [],
  systemWorkloads: [],
  objects: noObjects,
  unknowns: [],
}
const scaled: Cluster = {
  ...cluster,
  autoscaler: { ...defaultAutoscalerSettings('1.36.1'), expanders: ['priority'], maxNodesTotal: 7 },
}
const problemOf = (body: () => unknown) => {
  try {
    body()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  return undefined
}

describe('simulationOptions', () => {
  test('without flags', () => {
    expect(simulationOptions(flags, cluster)).toEqual({
      order: 'file',
      seed: 0,
      percentageOfNodesToScore: 100,
      provisioning: 120,
      gpuReady: 60,
      fixes: true,
      scores: false,
    })
  })

  test('with all that change them', () => {
    const options = simulationOptions(
      {
        ...flags,
        kubernetesVersion: '1.29',
        order: 'shuffled',
        seed: 7,
        percentageOfNodesToScore: 5,
        provisioning: '90s',
        gpuReady: '0',
        until: '1h30m',
        eachPod: true,
        scores: true,
        autoscaler: false,
      },
      scaled,
    )
    expect(options).toMatchObject({
      order: 'shuffled',
      seed: 7,
      percentageOfNodesToScore: 5,
      autoscaler: null,
      provisioning: 90,
      gpuReady: 0,
      until: 5400,
      fixes: false,
      scores: true,
    })
    expect(options.kubernetesVersion).toMatch(/^1\.29\.\d+$/)
  })

  test('the autoscaler keeps what the cluster says and no flag changes', () => {
    const options = simulationOptions(
      {
        ...flags,
        expander: 'least-nodes,random',
        balanceSimilarNodeGroups: true,
        coresTotal: '0:1000000',
        autoscalerFlag: ['--scale-down-unneeded-time=1m', 'max-nodes-per-scaleup=5'],
      },
      scaled,
    )
    expect(options.autoscaler).toEqual({
      ...defaultAutoscalerSettings('1.36.1'),
      expanders: ['least-nodes', 'random'],
      balanceSimilarNodeGroups: true,
      coresTotal: { min: 0, max: 1_000_000 },
      maxNodesTotal: 7,
      maxNodesPerScaleUp: 5,
      scaleDown: { ...defaultAutoscalerSettings('1.36.1').scaleDown, unneededTime: 60 },
    })
  })

  test('a flag makes an autoscaler where the cluster has none', () => {
    expect(simulationOptions({ ...flags, maxNodesTotal: 9 }, cluster).autoscaler).toEqual({
      ...defaultAutoscalerSettings('1.36.0'),
      maxNodesTotal: 9,
    })
  })

  test.each([
    [{ provisioning: 'soon' }, 'duration-malformed', '--provisioning cannot be "soon".'],
    [{ gpuReady: '-5s' }, 'duration-malformed', '--gpu-ready cannot be "-5s".'],
    [
      { autoscaler: false, expander: 'random' },
      'flags-contradict',
      '--no-autoscaler and --expander=random contradict each other.',
    ],
    [
      { autoscalerFlag: ['--cores-totl=0:1'] },
      'autoscaler-flag-unknown',
      'The Cluster Autoscaler has no flag --cores-totl that changes what it decides.',
    ],
    [{ expander: 'price' }, 'autoscaler-flag-malformed', 'The autoscaler\'s flag --expander cannot be "price".'],
    [{ kubernetesVersion: '1.28' }, 'kubernetes-version-not-simulated', 'Kubernetes 1.28 is not simulated.'],
    [{ kubernetesVersion: 'new' }, 'kubernetes-version-malformed', '"new" is not a Kubernetes version'],
  ])('%j is refused: %s', (wrong, id, what) => {
    expect(problemOf(() => simulationOptions({ ...flags, ...wrong }, cluster))).toMatchObject({ id, what })
  })
})

test.each([
  ['1.34.2', '1.34.2'],
  ['v1.34.2', '1.34.2'],
])('kubernetesVersion(%s)', (text, expected) => {
  expect(kubernetesVersion(text)).toBe(expected)
})

test('a version without a patch means the newest known one', () => {
  expect(newestKubernetesVersion()).toMatch(/^1\.36\.\d+$/)
})

describe('podTemplatePath', () => {
  test.each([
    [
      'Trainer=spec.template:spec.workers',
      { kind: 'Trainer', path: ['spec', 'template'], countPath: ['spec', 'workers'] },
    ],
    ['Thing=template', { kind: 'Thing', path: ['template'] }],
  ])('%s', (text, expected) => {
    expect(podTemplatePath(text)).toEqual(expected)
  })

  test.each(['Trainer', '=spec', 'Trainer=', 'Trainer=a:b:c'])('%s is refused', (text) => {
    expect(problemOf(() => podTemplatePath(text))?.id).toBe('pod-template-malformed')
  })
})
