import { expect, it } from 'vitest'
import { readContainerRequests } from './read-container-requests.ts'

const requests = (cpu: string, memory: string) => ({ resources: { requests: { cpu, memory } } })

it.each([
  ['containers alone', { containers: [requests('1', '1Ki')] }, {}],
  [
    'init containers do not count',
    { containers: [requests('1', '1Ki'), requests('500m', '1Ki')], initContainers: [requests('8', '1Gi')] },
    { containerRequests: { milliCpu: 1500, memory: 2048 } },
  ],
  [
    'overhead does not count',
    { containers: [requests('1', '1Ki')], overhead: { cpu: '250m' } },
    { containerRequests: { milliCpu: 1000, memory: 1024 } },
  ],
  [
    'the pod’s own requests do not count, limits stand in',
    { containers: [{ resources: { limits: { cpu: '2' } } }], resources: { requests: { cpu: '4' } } },
    { containerRequests: { milliCpu: 2000, memory: 0 } },
  ],
])('what the autoscaler weighs pods by: %s', (_, spec, expected) => {
  expect(readContainerRequests(spec)).toEqual(expected)
})
