import fc from 'fast-check'
import { expect, test } from 'vitest'
import { effectiveRequests } from './pod-requests.ts'
import { noResources, type Resources } from './resources.ts'

const of = (milliCpu: number, gpus = 0): Resources => ({
  ...noResources,
  milliCpu,
  scalars: gpus === 0 ? {} : { 'nvidia.com/gpu': gpus },
})
const start = (milliCpu: number) => ({ requests: of(milliCpu), restartable: false })
const sidecar = (milliCpu: number) => ({ requests: of(milliCpu), restartable: true })

test.for([
  { what: 'containers add up', containers: [of(100), of(200)], initContainers: [], expected: 300 },
  { what: 'a small init container is covered', containers: [of(300)], initContainers: [start(200)], expected: 300 },
  { what: 'a large init container decides', containers: [of(300)], initContainers: [start(500)], expected: 500 },
  {
    what: 'init containers run one by one',
    containers: [of(1)],
    initContainers: [start(500), start(400)],
    expected: 500,
  },
  { what: 'sidecars run along', containers: [of(300)], initContainers: [sidecar(200)], expected: 500 },
  {
    what: 'an init container runs beside the sidecars before it only',
    containers: [of(10)],
    initContainers: [sidecar(100), start(500), sidecar(1000)],
    expected: 1110,
  },
  {
    what: 'an init container after sidecars can decide',
    containers: [of(10)],
    initContainers: [sidecar(100), start(500)],
    expected: 600,
  },
])('$what', ({ containers, initContainers, expected }) => {
  expect(effectiveRequests({ containers, initContainers, overhead: noResources }).milliCpu).toBe(expected)
})

test('pod-level requests replace the sum for what they name, overhead comes on top', () => {
  const requests = effectiveRequests({
    containers: [of(100, 1), of(200)],
    initContainers: [],
    overhead: of(50),
    podLevel: { milliCpu: 1000 },
  })
  expect(requests).toEqual({ ...noResources, milliCpu: 1050, scalars: { 'nvidia.com/gpu': 1 } })
})

test('never less than the containers together, nor than any init container', () => {
  const amounts = fc.integer({ min: 0, max: 10_000 })
  const inits = fc.array(fc.record({ requests: amounts.map((cpu) => of(cpu)), restartable: fc.boolean() }))
  fc.assert(
    fc.property(fc.array(amounts), inits, (containers, initContainers) => {
      const { milliCpu } = effectiveRequests({
        containers: containers.map((cpu) => of(cpu)),
        initContainers,
        overhead: noResources,
      })
      expect(milliCpu).toBeGreaterThanOrEqual(containers.reduce((sum, cpu) => sum + cpu, 0))
      for (const { requests } of initContainers) expect(milliCpu).toBeGreaterThanOrEqual(requests.milliCpu)
    }),
  )
})
