import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findInstanceType, instanceTypes } from './instance-types.ts'
import { type MigGpu, migGeometry, migGpus } from './mig-geometry.ts'

const a100 = { name: 'A100', memoryMib: 40960 }
const devices = (...profiles: readonly string[]) => ({ kind: 'devices', profiles }) as const
const bottlerocket = (byGpu: Readonly<Record<string, string>>) => ({ kind: 'bottlerocket', byGpu }) as const

describe('migGeometry', () => {
  it.each([
    ['no request', undefined, a100, { profiles: [] }],
    ['no GPU', devices('1g.5gb'), undefined, { profiles: [] }],
    ['two sizes', devices('3g.20gb', '2g.10gb', '1g.5gb'), a100, { profiles: ['3g.20gb', '2g.10gb', '1g.5gb'] }],
    ['another GPU', devices('1g.5gb'), { name: 'L4', memoryMib: 22888 }, { refused: 'L4 has no MIG' }],
    [
      'another memory',
      devices('1g.5gb'),
      { name: 'A100', memoryMib: 81920 },
      { refused: 'A100 80 GB has no MIG profile 1g.5gb' },
    ],
    ['too many', devices('1g.5gb+me', '1g.5gb+me'), a100, { refused: 'A100 40 GB has room for 1 x 1g.5gb+me' }],
    [
      'too much',
      devices('3g.20gb', '3g.20gb', '1g.5gb'),
      a100,
      { refused: 'A100 40 GB has no room for 3g.20gb, 3g.20gb, 1g.5gb together' },
    ],
    [
      'a profile of Bottlerocket',
      bottlerocket({ 'a100.40gb': '2g.10gb' }),
      a100,
      { profiles: ['2g.10gb', '2g.10gb', '2g.10gb'] },
    ],
    [
      'a count of Bottlerocket',
      bottlerocket({ 'a100.40gb': '4' }),
      a100,
      { profiles: ['1g.10gb', '1g.10gb', '1g.10gb', '1g.10gb'] },
    ],
    ['one part of Bottlerocket', bottlerocket({ 'a100.40gb': '1' }), a100, { profiles: ['7g.40gb'] }],
    ['a setting for another GPU', bottlerocket({ 'h100.80gb': '7' }), a100, { profiles: [] }],
  ])('%s', (_, request, gpu, geometry) => {
    expect(migGeometry(request, gpu)).toEqual(geometry)
  })

  it('knows GPUs of the catalogue by model and memory', () => {
    const known = new Set([...instanceTypes().types.values()].map(({ gpu }) => `${gpu?.model} ${gpu?.memoryMib}`))
    for (const { gpuModel, memoryMib } of migGpus()) expect(known).toContain(`${gpuModel} ${memoryMib}`)
    expect(findInstanceType('p4d.24xlarge')?.gpu).toMatchObject({ model: 'A100', memoryMib: 40960 })
  })

  it('finds a place for whatever stays within slices and counts', () => {
    fc.assert(
      fc.property(fc.constantFrom(...migGpus()), fc.array(fc.nat(20), { maxLength: 8 }), (gpu, picks) => {
        const names = Object.keys(gpu.profiles)
        const profiles = picks.flatMap((pick) => names[pick % names.length] ?? [])
        const fits = 'profiles' in migGeometry(devices(...profiles), { name: gpu.gpuModel, memoryMib: gpu.memoryMib })
        // Media engines are counted by the profiles' own limits, not by places.
        expect(fits && !placeable(gpu, profiles)).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})

/**
 * Whether every device finds a place on the GPU's memory slices. Places as `nvidia-smi mig -lgipp` lists them for A100 and
 * newer: a device starts at a multiple of its size; the smallest ones leave the last slice of a GPU of eight to those of two.
 */
function placeable(gpu: MigGpu, profiles: readonly string[]): boolean {
  const sizes = profiles
    .map((name) => gpu.profiles[name] ?? { compute: 0, memory: 0 })
    .sort((a, b) => b.memory - a.memory || b.compute - a.compute)
  const taken = new Set<number>()
  const place = (index: number): boolean => {
    const size = sizes[index]
    if (size === undefined) return true
    for (let start = 0; start + size.memory <= gpu.memorySlices; start += size.memory) {
      if (gpu.memorySlices === 8 && start + size.compute > gpu.computeSlices) continue
      const slices = Array.from({ length: size.memory }, (_, at) => start + at)
      if (slices.some((slice) => taken.has(slice))) continue
      for (const slice of slices) taken.add(slice)
      if (place(index + 1)) return true
      for (const slice of slices) taken.delete(slice)
    }
    return false
  }
  return place(0)
}
