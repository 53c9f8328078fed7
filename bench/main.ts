/**
 * What `npm run bench` runs, see run.ts: how cost grows with the size of the input, as ratios within this run; no test
 * measures time.
 */
import { fileURLToPath } from 'node:url'
import { Bench } from 'tinybench'
import { parseKubernetesVersion } from '../src/cluster/kubernetes-version.ts'
import { readNode } from '../src/read/kubernetes/read-node.ts'
import { readPod } from '../src/read/kubernetes/read-pod.ts'
import { parseHcl } from '../src/read/terraform/hcl.ts'
import { type NodeState, nodeState } from '../src/scheduler/node-state.ts'
import { schedule } from '../src/scheduler/schedule.ts'
import { snapshotOf } from '../src/scheduler/snapshot.ts'
import { benchCli } from './cli.ts'
import { benchEngine } from './engine.ts'
import { benchRealScheduler } from './real-scheduler.ts'
import { benchScaleUp } from './scale-up.ts'

const version = parseKubernetesVersion('1.36.0')
const toleration = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }
const running = gpuPod('running', [toleration])
const cases = [
  { name: 'a GPU pod that fits, over', sizes: [500, 5000], unit: 'nodes', run: fits },
  { name: 'a GPU pod that fits nowhere, with its message, over', sizes: [500, 5000], unit: 'nodes', run: pending },
  { name: 'parse HCL of', sizes: [50, 500], unit: 'groups', run: hcl },
]

/** The parts, by the names that the command line takes; all without one. */
const parts: Readonly<Record<string, () => Promise<void>>> = {
  growth: benchGrowth,
  cli: benchCli,
  engine: () => benchEngine(fileURLToPath(new URL('./engine-case.js', import.meta.url))),
  'scale-up': () => benchScaleUp(fileURLToPath(new URL('./scale-up-case.js', import.meta.url))),
  'real-scheduler': benchRealScheduler,
}
const wanted = process.argv.slice(2)
for (const name of wanted.length === 0 ? Object.keys(parts) : wanted) {
  const part = parts[name]
  if (part === undefined) throw new RangeError(`there is no part ${name}: ${Object.keys(parts).join(', ')}`)
  await part()
}

async function benchGrowth(): Promise<void> {
  for (const { name, sizes, unit, run } of cases) {
    const bench = new Bench({ time: 300, warmupTime: 100 })
    for (const size of sizes) bench.add(String(size), run(size))
    await bench.run()
    const means = bench.tasks.map(({ result }) => ('latency' in result ? result.latency.mean : Number.NaN))
    const [small = Number.NaN, large = Number.NaN] = means
    const [few = 1, many = 1] = sizes
    console.log(
      `${name} ${few} and ${many} ${unit}: ${small.toFixed(2)} and ${large.toFixed(2)} ms, ${(large / small).toFixed(1)} times for ${many / few} times the input`,
    )
  }
}

function fits(size: number): () => void {
  const nodes = gpuNodes(size, false)
  const pod = gpuPod('fits', [toleration])
  return () => {
    schedule(pod, snapshotOf(nodes, version))
  }
}

function pending(size: number): () => void {
  const nodes = gpuNodes(size, true)
  const pod = gpuPod('pending', [])
  return () => {
    schedule(pod, snapshotOf(nodes, version))
  }
}

function hcl(size: number): () => Promise<void> {
  const groups = Array.from(
    { length: size },
    (_, index) => `    g${index} = { instance_types = ["g5.xlarge"], max_size = ${index + 1} }`,
  )
  const text = `module "gpu" {\n  source = "./modules/eks-gpu-cluster"\n  gpu_node_groups = {\n${groups.join('\n')}\n  }\n}\n`
  return async () => {
    await parseHcl(text)
  }
}

function gpuNodes(size: number, full: boolean): readonly NodeState[] {
  return Array.from({ length: size }, (_, index) =>
    nodeState(
      readNode({
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: `node-${index}`, labels: { 'nvidia.com/gpu': 'true' } },
        spec: { taints: index % 2 === 0 ? [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }] : [] },
        status: { allocatable: { cpu: '3920m', memory: '14Gi', pods: '58', 'nvidia.com/gpu': '1' } },
      }),
      full ? [running] : [],
    ),
  )
}

function gpuPod(name: string, tolerations: readonly object[]): ReturnType<typeof readPod> {
  return readPod({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: {
      tolerations,
      containers: [{ name: 'c', resources: { limits: { 'nvidia.com/gpu': '1', cpu: '1', memory: '1Gi' } } }],
    },
  })
}
