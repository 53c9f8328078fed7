/**
 * Measures a whole simulation in which groups grow from zero to 100,000 nodes, in a process of its own; prints one line of
 * JSON. `--defaults` leaves the autoscaler's `--cores-total` and `--memory-total` as they are.
 */
import type { AutoscalerSettings } from '../src/cluster/autoscaler-settings.ts'
import type { NodeGroup } from '../src/cluster/node-group.ts'
import { groupOfType } from '../src/simulation/group-of-type.ts'
import { simulate } from '../src/simulation/simulate.ts'
import {
  gpuToleration,
  sampleAutoscaler,
  sampleGpuGroup,
  sampleInput,
  sampleOptions,
  sampleScenario,
  sampleSystemGroup,
} from '../src/simulation/testing/sample-scenario.ts'
import { podKinds, workloadsByKind } from './gpu-cluster.ts'
import { seededRandom } from './random.ts'

const types = [
  'g4dn.xlarge',
  'g5.xlarge',
  'g5.8xlarge',
  'g5.12xlarge',
  'g5.48xlarge',
  'g6.xlarge',
  'g6.12xlarge',
  'g6.48xlarge',
  'g6e.12xlarge',
  'g6e.48xlarge',
] as const
const nodesOfGroup = 10_000
const pods = 1_000_000
const classes = 112

const limits: Partial<AutoscalerSettings> = process.argv.includes('--defaults')
  ? {}
  : { coresTotal: { min: 0, max: 1e9 }, memoryTotal: { min: 0, max: 1e12 } }
const cluster = sampleScenario({
  nodeGroups: [sampleSystemGroup(), ...types.map(groupAtZero)],
  autoscaler: sampleAutoscaler(limits),
})
const input = sampleInput(
  workloadsByKind(podKinds(classes, seededRandom(1)), pods).map((workload) => ({
    ...workload,
    template: { ...workload.template, tolerations: [gpuToleration] },
  })),
)

const before = process.cpuUsage()
const { outcome } = simulate(cluster, input, { ...sampleOptions, order: 'grouped', fixes: false })
const { user, system } = process.cpuUsage(before)
console.log(
  JSON.stringify({
    pods,
    classes,
    groups: types.length,
    nodes: outcome.groups.reduce((sum, { to, from }) => sum + to - from, 0),
    running: outcome.totals.running,
    loops: outcome.loops.length,
    seconds: (user + system) / 1e6,
    peakMib: process.resourceUsage().maxRSS / 1024,
  }),
)

function groupAtZero(type: string): NodeGroup {
  const group = groupOfType(sampleGpuGroup({ name: type, autoScalingGroup: type, maxSize: nodesOfGroup }), type)
  if (group === undefined) throw new RangeError(`the catalogue does not know ${type}`)
  return group
}
