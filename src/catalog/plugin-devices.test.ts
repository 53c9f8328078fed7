import { describe, expect, it } from 'vitest'
import { allocationRefusal, type PluginSharing, pluginDevices, wholeGpus } from './plugin-devices.ts'

const sliced = (more: Partial<PluginSharing> = {}): PluginSharing => ({
  ...wholeGpus,
  kind: 'timeSlicing',
  replicas: { 'nvidia.com/gpu': 4 },
  ...more,
})
const mig = ['3g.20gb', '1g.5gb', '1g.5gb', '1g.5gb+me']
const seven = Array.from({ length: 7 }, () => '1g.5gb')

describe('pluginDevices', () => {
  it.each<readonly [string, PluginSharing, number, readonly string[], object]>([
    ['whole GPUs', wholeGpus, 8, [], { devices: { 'nvidia.com/gpu': 8 } }],
    ['MIG unseen', wholeGpus, 8, seven, { devices: { 'nvidia.com/gpu': 8 } }],
    ['time-slicing', sliced(), 2, [], { devices: { 'nvidia.com/gpu': 8 } }],
    ['another name', sliced({ renameByDefault: true }), 2, [], { devices: { 'nvidia.com/gpu.shared': 8 } }],
    ['MPS', sliced({ kind: 'mps' }), 1, [], { devices: { 'nvidia.com/gpu': 4 } }],
    ['a strategy without MIG', sliced({ migStrategy: 'mixed' }), 1, [], { devices: { 'nvidia.com/gpu': 4 } }],
    [
      'mixed MIG',
      { ...wholeGpus, migStrategy: 'mixed' },
      8,
      mig,
      { devices: { 'nvidia.com/mig-3g.20gb': 8, 'nvidia.com/mig-1g.5gb': 16, 'nvidia.com/mig-1g.5gb.me': 8 } },
    ],
    ['single MIG', { ...wholeGpus, migStrategy: 'single' }, 8, seven, { devices: { 'nvidia.com/gpu': 56 } }],
    [
      'single MIG of two kinds',
      { ...wholeGpus, migStrategy: 'single' },
      8,
      mig,
      { fails: 'more than one MIG device type present on node' },
    ],
    [
      'shared MIG devices, some of them',
      sliced({ migStrategy: 'mixed', renameByDefault: true, replicas: { 'nvidia.com/mig-1g.5gb': 3 } }),
      1,
      mig,
      { devices: { 'nvidia.com/mig-3g.20gb': 1, 'nvidia.com/mig-1g.5gb.shared': 6, 'nvidia.com/mig-1g.5gb.me': 1 } },
    ],
    [
      'MPS on MIG',
      sliced({ kind: 'mps', migStrategy: 'single' }),
      1,
      seven,
      { fails: 'sharing using MPS is not supported for MIG devices' },
    ],
  ])('%s', (_, sharing, gpus, profiles, result) => {
    expect(pluginDevices(sharing, gpus, profiles)).toEqual(result)
  })
})

describe('allocationRefusal', () => {
  const text = (resource: string) =>
    `invalid allocation request for "${resource}": invalid request: maximum request size for shared resources is 1; found 2`
  it.each<readonly [string, PluginSharing, string, number, string | undefined]>([
    ['one share', sliced({ oneShareEach: true }), 'nvidia.com/gpu', 1, undefined],
    ['two shares', sliced({ oneShareEach: true }), 'nvidia.com/gpu', 2, text('nvidia.com/gpu')],
    ['two shares that are allowed', sliced(), 'nvidia.com/gpu', 2, undefined],
    [
      'two renamed shares',
      sliced({ oneShareEach: true, renameByDefault: true }),
      'nvidia.com/gpu.shared',
      2,
      text('nvidia.com/gpu.shared'),
    ],
    ['two whole GPUs', wholeGpus, 'nvidia.com/gpu', 2, undefined],
    ['two of something else', sliced({ oneShareEach: true }), 'vpc.amazonaws.com/efa', 2, undefined],
  ])('%s', (_, sharing, resource, count, refusal) => {
    expect(allocationRefusal(sharing, resource, count)).toBe(refusal)
  })
})
