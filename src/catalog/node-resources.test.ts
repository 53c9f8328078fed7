import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  al2023StorageOverheadKib,
  allocatableStorageBytes,
  nodeResources,
  reservedCpuMillicores,
  reservedMemoryMib,
} from './node-resources.ts'

test.each([
  // vCPU, allocatable that `kubectl describe node` shows on EKS: m5.large 1930m, m5.xlarge 3920m, m5.2xlarge 7910m, …
  [1, 940],
  [2, 1930],
  [4, 3920],
  [8, 7910],
  [16, 15890],
  [48, 47810],
  [96, 95690],
  [192, 191450],
])('%i vCPU leave %i millicores to pods', (vcpu, allocatable) => {
  expect(vcpu * 1000 - reservedCpuMillicores(vcpu)).toBe(allocatable)
})

test.each([
  [29, 574],
  [58, 893],
  [110, 1465],
  [737, 8362],
])('%i pods reserve %i MiB', (maxPods, reserved) => {
  expect(reservedMemoryMib(maxPods)).toBe(reserved)
})

test.each([
  // KiB of capacity and bytes of allocatable as real nodes show them, root volumes of 20 and 200 GiB.
  [20_959_212, 18_242_267_924],
  [209_702_892, 192_188_443_124],
])('a disk of %i KiB leaves %i bytes', (capacity, allocatable) => {
  expect(allocatableStorageBytes(capacity)).toBe(allocatable)
})

test('a node of g5.xlarge, 200 GiB, with its pods limited by user data', () => {
  expect(
    nodeResources({
      vcpu: 4,
      memoryMib: 16_384,
      defaultMaxPods: 58,
      maxPods: 30,
      storageGib: 200,
      storageOverheadKib: al2023StorageOverheadKib,
    }),
  ).toEqual({
    capacity: {
      cpu: '4',
      'ephemeral-storage': '209637356Ki',
      'hugepages-2Mi': '0',
      memory: '15518924Ki',
      pods: '30',
    },
    allocatable: {
      cpu: '3920m',
      'ephemeral-storage': '192128045146',
      'hugepages-2Mi': '0',
      memory: '14502092Ki',
      pods: '30',
    },
  })
})

test('huge pages are listed, and taken from what is left of the memory', () => {
  const shape = {
    vcpu: 96,
    memoryMib: 1_179_648,
    defaultMaxPods: 737,
    maxPods: 250,
    storageGib: 200,
    storageOverheadKib: al2023StorageOverheadKib,
  }
  const without = nodeResources(shape).allocatable
  const { capacity, allocatable } = nodeResources({ ...shape, hugePages: 5280 })
  expect([capacity['hugepages-2Mi'], allocatable['hugepages-2Mi']]).toEqual(['10560Mi', '10560Mi'])
  expect(Number.parseInt(without['memory'] ?? '', 10) - Number.parseInt(allocatable['memory'] ?? '', 10)).toBe(
    10_560 * 1024,
  )
})

test('more processors never reserve less, and never more than 60 millicores a core', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 448 }), (vcpu) => {
      const reserved = reservedCpuMillicores(vcpu)
      expect(reservedCpuMillicores(vcpu + 1)).toBeGreaterThanOrEqual(reserved)
      expect(reserved).toBeLessThanOrEqual(vcpu * 60)
    }),
  )
})

test('what the kubelet is told to keep is not for pods', () => {
  const shape = {
    vcpu: 4,
    memoryMib: 16_384,
    defaultMaxPods: 58,
    maxPods: 58,
    storageGib: 200,
    storageOverheadKib: al2023StorageOverheadKib,
  }
  const gib = 1024 ** 3
  const usual = nodeResources(shape).allocatable
  const { allocatable, capacity } = nodeResources({
    ...shape,
    reserves: {
      kubeReserved: { cpu: '500m', memory: '2Gi', 'ephemeral-storage': '3Gi' },
      systemReserved: { memory: '1Gi' },
      evictionHard: { 'memory.available': '5%', 'nodefs.available': '20Gi' },
    },
  })
  expect(capacity).toEqual(nodeResources(shape).capacity)
  expect(usual['cpu']).toBe('3920m')
  expect(allocatable['cpu']).toBe('3500m')
  const disk = 209_637_356 * 1024
  expect(allocatable['ephemeral-storage']).toBe(String(disk - 23 * gib))
  const memory = 15_518_924
  expect(allocatable['memory']).toBe(
    `${memory - 3 * 1024 ** 2 - Math.ceil(Math.floor(memory * 1024 * Math.fround(0.05)) / 1024)}Ki`,
  )
})
