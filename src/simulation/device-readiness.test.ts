import { describe, expect, it } from 'vitest'
import { deviceReadiness, withoutGpus } from './device-readiness.ts'
import { createGroupNodes } from './group-nodes.ts'
import { sampleDaemonSet, sampleGpuGroup, sampleSystemGroup } from './testing/sample-scenario.ts'

const bottlerocket = sampleGpuGroup()
const plugin = sampleDaemonSet()

describe('deviceReadiness', () => {
  it.each([
    ['a group without GPUs', sampleSystemGroup(), [], { kind: 'with-node' }],
    ['a plugin that runs there', sampleGpuGroup(), [plugin], { kind: 'after-plugin', daemonSet: plugin }],
    [
      'no plugin',
      sampleGpuGroup(),
      [sampleDaemonSet('agent', { images: ['agent'] })],
      { kind: 'never', why: 'there is no device plugin DaemonSet' },
    ],
    [
      'a plugin that does not tolerate the taint',
      sampleGpuGroup(),
      [sampleDaemonSet('nvidia-device-plugin-daemonset', { tolerations: [] })],
      {
        kind: 'never',
        why: 'DaemonSet nvidia-device-plugin-daemonset does not run there: it does not tolerate nvidia.com/gpu=true:NoSchedule',
      },
    ],
    [
      'a plugin that selects other nodes',
      sampleGpuGroup(),
      [sampleDaemonSet('nvidia-device-plugin-daemonset', { nodeSelector: { pool: 'x' } })],
      { kind: 'never', why: 'DaemonSet nvidia-device-plugin-daemonset does not run there: it selects pool=x' },
    ],
    [
      'Bottlerocket, which brings its own',
      sampleGpuGroup({
        realNode: { ...bottlerocket.realNode, labels: { 'eks-gpu-clusters/ami-family': 'bottlerocket' } },
      }),
      [],
      { kind: 'with-node' },
    ],
  ] as const)('%s', (_, group, daemonSets, expected) => {
    const node = createGroupNodes(group, [], new Set(), () => ({})).next()
    expect(deviceReadiness(group, node, daemonSets)).toEqual(expected)
  })
})

describe('withoutGpus', () => {
  it('leaves out GPUs, whole and shared, and nothing else', () => {
    const node = createGroupNodes(sampleGpuGroup(), [], new Set(), () => ({})).next()
    const scalars = {
      'nvidia.com/gpu': 1,
      'nvidia.com/gpu.shared': 4,
      'nvidia.com/mig-1g.5gb': 7,
      'vpc.amazonaws.com/efa': 1,
    }
    const whole = { ...node, allocatable: { ...node.allocatable, scalars }, capacity: { ...node.allocatable, scalars } }
    const bare = withoutGpus(whole)
    expect(bare.allocatable.scalars).toEqual({ 'vpc.amazonaws.com/efa': 1 })
    expect(bare.capacity?.scalars).toEqual({ 'vpc.amazonaws.com/efa': 1 })
  })
})
