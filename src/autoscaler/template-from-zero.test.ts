import { describe, expect, it } from 'vitest'
import { parseKubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { AutoscaledGroup } from '../cluster/node-group.ts'
import { samplePod } from '../scheduler/testing/sample-cluster.ts'
import { type TemplateSources, templateFromZero } from './template-from-zero.ts'
import { sampleGroup, sampleSettings } from './testing/sample-view.ts'

const tag = 'k8s.io/cluster-autoscaler/node-template'
const mebibyte = 1024 ** 2

function sources(version: string, more: Partial<TemplateSources> = {}): TemplateSources {
  return {
    version: parseKubernetesVersion(version),
    taints: sampleSettings(),
    daemonSets: [],
    staticInstanceTypes: true,
    ...more,
  }
}

function template(group: Partial<AutoscaledGroup>, version = '1.36.1', more: Partial<TemplateSources> = {}) {
  const found = templateFromZero(sampleGroup('a', group), sources(version, more))
  if (found === undefined) throw new Error('there is no template')
  return found
}

describe('templateFromZero', () => {
  it('knows a type’s amounts, 110 pods and the first zone, and labels it as EKS would', () => {
    const { node, pods } = template({ instanceTypes: ['g5.xlarge', 'g5.2xlarge'], zones: ['us-east-1b', 'us-east-1a'] })
    expect(node).toEqual({
      name: 'template-node-for-a-0',
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'g5.xlarge',
        'topology.kubernetes.io/region': 'us-east-1',
        'topology.kubernetes.io/zone': 'us-east-1b',
        'topology.ebs.csi.aws.com/zone': 'us-east-1b',
        'kubernetes.io/hostname': 'template-node-for-a-0',
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'beta.kubernetes.io/instance-type': 'g5.xlarge',
        'failure-domain.beta.kubernetes.io/region': 'us-east-1',
        'failure-domain.beta.kubernetes.io/zone': 'us-east-1b',
        'cluster-autoscaler.kubernetes.io/template-node': 'true',
      },
      taints: [],
      unschedulable: false,
      allocatable: {
        milliCpu: 4000,
        memory: 16_384 * mebibyte,
        ephemeralStorage: 0,
        scalars: { 'nvidia.com/gpu': 1 },
      },
      allocatablePods: 110,
      capacity: {
        milliCpu: 4000,
        memory: 16_384 * mebibyte,
        ephemeralStorage: 0,
        scalars: { 'nvidia.com/gpu': 1 },
      },
    })
    expect(pods.map(({ name, requests }) => [name, requests.milliCpu])).toEqual([['kube-proxy-a', 100]])
  })

  it('takes labels, taints and resources from tags', () => {
    const { node } = template({
      tags: {
        [`${tag}/label/tier`]: 'gpu',
        [`${tag}/taint/dedicated`]: 'ml:NoSchedule',
        [`${tag}/taint/broken`]: 'no-effect',
        [`${tag}/resources/ephemeral-storage`]: '100Gi',
        [`${tag}/resources/vpc.amazonaws.com/efa`]: '4',
        [`${tag}/resources/cpu`]: '1500m',
        [`${tag}/resources/pods`]: '29',
        [`${tag}/resources/memory`]: 'much',
        'eks:cluster-name': 'ai',
        'eks:nodegroup-name': 'gpu',
      },
    })
    expect(node.labels).toMatchObject({ tier: 'gpu', 'cluster-name': 'ai', 'nodegroup-name': 'gpu' })
    expect(node.taints).toEqual([{ key: 'dedicated', value: 'ml', effect: 'NoSchedule' }])
    expect(node.allocatable).toEqual({
      milliCpu: 1500,
      memory: 8192 * mebibyte,
      ephemeralStorage: 100 * 1024 ** 3,
      scalars: { 'nvidia.com/gpu': 0, 'vpc.amazonaws.com/efa': 4 },
    })
    expect(node.allocatablePods).toBe(29)
  })

  it.each([
    ['1.36.1', [{ key: 'dedicated', value: 'ml', effect: 'NoSchedule' }], 'true'],
    ['1.35.0', [{ key: 'dedicated', value: 'ml', effect: 'NoSchedule' }], undefined],
    ['1.31.0', [{ key: 'dedicated', value: 'ml', effect: 'NoSchedule' }], undefined],
    ['1.30.0', [], undefined],
  ] as const)('reads of managed node groups what %s makes of them', (version, taints, mark) => {
    const { node } = template(
      {
        managed: {
          cluster: 'ai',
          nodegroup: 'gpu',
          labels: { tier: 'gpu' },
          taints: [
            { key: 'dedicated', value: 'ml', effect: 'NoSchedule' },
            { key: 'valueless', effect: 'NoSchedule' },
          ],
          amiType: 'AL2023_x86_64_NVIDIA',
          capacityType: 'ON_DEMAND',
          diskSizeGib: 100,
          kubernetesMinor: '1.36',
        },
      },
      version,
    )
    expect(node.taints).toEqual(taints)
    expect(node.labels['cluster-autoscaler.kubernetes.io/template-node']).toBe(mark)
    expect(node.labels).toMatchObject({
      tier: 'gpu',
      amiType: 'AL2023_x86_64_NVIDIA',
      diskSize: '100',
      k8sVersion: '1.36',
      'eks.amazonaws.com/capacityType': 'ON_DEMAND',
      'eks.amazonaws.com/nodegroup': 'gpu',
    })
  })

  it('counts the DaemonSets that would run there', () => {
    const owner = (name: string) => ({ kind: 'DaemonSet', name, uid: name })
    const daemonSets = [
      samplePod('agent', { owner: owner('agent') }),
      samplePod('windows', { owner: owner('windows'), nodeSelector: { 'kubernetes.io/os': 'windows' } }),
      samplePod('everywhere', {
        owner: owner('everywhere'),
        tolerations: [{ key: '', operator: 'Exists', value: '' }],
      }),
    ]
    const { pods } = template({ tags: { [`${tag}/taint/dedicated`]: 'ml:NoSchedule' } }, '1.36.1', { daemonSets })
    expect(pods.map(({ name }) => name)).toEqual(['kube-proxy-a', 'everywhere'])
  })

  it('takes off taints that come and go', () => {
    const taints = { ...sampleSettings(), startupTaints: ['mine'], statusTaints: ['state'] }
    const names = [
      'node.kubernetes.io/not-ready',
      'mine',
      'state',
      'startup-taint.cluster-autoscaler.kubernetes.io/x',
      'kept',
    ]
    const tags = Object.fromEntries(names.map((name) => [`${tag}/taint/${name}`, 'true:NoSchedule']))
    expect(template({ tags }, '1.36.1', { taints }).node.taints.map(({ key }) => key)).toEqual(['kept'])
  })

  it('knows no type that its list lacks, and asks EC2 without a list', () => {
    const group = sampleGroup('a', { instanceTypes: ['z9.huge'] })
    expect(templateFromZero(group, sources('1.36.1'))).toBeUndefined()
    const resources = { milliCpu: 3500, memory: 5 * mebibyte, ephemeralStorage: 0, scalars: { 'nvidia.com/gpu': 2 } }
    const realNode = {
      labels: { 'kubernetes.io/arch': 'arm64' },
      taints: [],
      capacity: resources,
      capacityPods: 29,
      allocatable: resources,
      allocatablePods: 29,
    }
    const found = templateFromZero({ ...group, realNode }, sources('1.36.1', { staticInstanceTypes: false }))
    expect(found?.node.allocatable).toEqual({ ...resources, milliCpu: 4000 })
    expect(found?.node.labels['kubernetes.io/arch']).toBe('arm64')
  })
})
