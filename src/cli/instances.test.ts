import { expect, test } from 'vitest'
import { z } from 'zod'
import { gpuMemoryMib } from './gpu-memory-mib.ts'
import { type InstancesFlags, instances } from './instances.ts'
import { recordedContext } from './testing/recorded-context.ts'

const flags: InstancesFlags = { efa: false, sort: 'name', format: 'human', debug: false }

async function run(more: Partial<InstancesFlags>): Promise<{ out: string; err: string; exit: number }> {
  const { context, out, err } = recordedContext('/', {})
  await instances.call(context, { ...flags, ...more })
  return { out: out(), err: err(), exit: context.exit }
}

test('a table with the day of the prices', async () => {
  expect(await run({ gpu: 'a100', sort: 'price' })).toEqual({
    out: `TYPE           GPU   GPUS  GPU GIB  VCPU   GIB  ARCH    EFA  NVME GB  PODS     $/H  $/GPU/H
p4d.24xlarge   A100     8       40    96  1152  x86_64    4     8000   250  21.958    2.745
p4de.24xlarge  A100     8       80    96  1152  x86_64    4     8000   250  27.447    3.431

2 instance types. On-Demand prices for Linux in us-east-1, read on 2026-07-20. PODS: on a node of a managed group.
`,
    err: '',
    exit: 0,
  })
})

test('parts of a GPU and types without a price are explained', async () => {
  const { out } = await run({ gpus: 1, arch: 'x86_64' })
  expect(out).toContain('(1)')
  expect(out).toContain('A GPU count in brackets is a part of a GPU')
  expect((await run({ gpu: 'H200' })).out).toContain('Types without a price are not sold On-Demand in public.')
})

test('nothing fits', async () => {
  expect(await run({ gpus: 3 })).toEqual({ out: 'No instance type of the catalogue fits.\n', err: '', exit: 0 })
})

test('an unknown model', async () => {
  const { err, exit } = await run({ gpu: 'A10GG' })
  expect(exit).toBe(1)
  expect(err).toContain('The catalogue has no GPU "A10GG".')
  expect(err).toContain('did you mean A10G?')
})

test('JSON for programs', async () => {
  const { out } = await run({ gpu: 'L4', gpus: 8, format: 'json' })
  const document = z
    .object({
      asOf: z.iso.date(),
      region: z.string(),
      source: z.array(z.url()),
      instanceTypes: z.array(z.looseObject({ name: z.string(), usdPerGpuHour: z.number().nullable() })),
    })
    .parse(JSON.parse(out))
  expect(document.instanceTypes.map(({ name }) => name)).toEqual(['g6.48xlarge'])
  expect(document.instanceTypes[0]?.usdPerGpuHour).toBeCloseTo(13.3504 / 8, 3)
})

test.each([
  ['40GiB', 40_960],
  ['40Gi', 40_960],
  ['40 gb', 40_960],
  ['40', 40_960],
  ['1.5G', 1536],
  ['24576MiB', 24_576],
])('%s is %i MiB', (text, mib) => {
  expect(gpuMemoryMib(text)).toBe(mib)
})

test.each(['', 'much', '-40GiB', '40TiB'])('%j is no amount of memory', (text) => {
  expect(() => gpuMemoryMib(text)).toThrow('is not an amount of memory such as 40GiB')
})
