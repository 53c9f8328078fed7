import { expect, test } from 'vitest'
import type { HostPort } from '../cluster/volume.ts'
import { schedule } from './schedule.ts'
import { askFilters, sampleSnapshot } from './testing/ask-filters.ts'
import { sampleNode, samplePod } from './testing/sample-cluster.ts'

const tcp = (port: number, hostIp = ''): HostPort => ({ protocol: 'TCP', hostIp, port })
const taken = "NodePorts U: node(s) didn't have free ports for the requested pod ports"

test.for([
  { wanted: tcp(80), used: tcp(80), says: taken },
  { wanted: tcp(80), used: tcp(81), says: 'fits' },
  { wanted: tcp(80), used: { ...tcp(80), protocol: 'UDP' as const }, says: 'fits' },
  { wanted: tcp(80, '10.0.0.1'), used: tcp(80, '0.0.0.0'), says: taken },
  { wanted: tcp(80, '0.0.0.0'), used: tcp(80, '10.0.0.1'), says: taken },
  { wanted: tcp(80, '10.0.0.1'), used: tcp(80, '10.0.0.2'), says: 'fits' },
  { wanted: tcp(0), used: tcp(0), says: 'fits' },
])('$wanted.hostIp:$wanted.port beside $used.hostIp:$used.port', ({ wanted, used, says }) => {
  const other = samplePod('q', { nodeName: 'n', hostPorts: [used] })
  expect(askFilters(samplePod('p', { hostPorts: [wanted] }), sampleSnapshot([sampleNode('n')], [other]))).toEqual({
    n: says,
  })
})

test('a pod of lower priority gives up its port', () => {
  const other = samplePod('q', { nodeName: 'n', hostPorts: [tcp(80)] })
  const pod = samplePod('p', { hostPorts: [tcp(80)], priority: 1 })
  expect(schedule(pod, sampleSnapshot([sampleNode('n')], [other]))).toMatchObject({
    message: "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
    preemption: { node: 'n', victims: [{ name: 'q' }] },
  })
})
