import { expect, it } from 'vitest'
import { readPod } from './read-pod.ts'

const container = (gpus: number) => ({ resources: { limits: { 'nvidia.com/gpu': String(gpus), cpu: '4' } } })

it.each([
  { what: 'one container', spec: { containers: [container(2)] }, largest: undefined },
  { what: 'two containers', spec: { containers: [container(1), container(1)] }, largest: { 'nvidia.com/gpu': 1 } },
  { what: 'one of two', spec: { containers: [container(3), {}] }, largest: undefined },
  { what: 'unlike ones', spec: { containers: [container(1), container(3)] }, largest: { 'nvidia.com/gpu': 3 } },
  {
    what: 'a step before it',
    spec: { containers: [container(1)], initContainers: [container(2)] },
    largest: undefined,
  },
  { what: 'nothing of devices', spec: { containers: [{ resources: { limits: { cpu: '1' } } }] }, largest: undefined },
])('tells the most that one container asks for: $what', ({ spec, largest }) => {
  expect(readPod({ metadata: { name: 'a' }, spec }).largestAsks).toEqual(largest)
})
