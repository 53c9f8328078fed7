import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { noObjects } from '../src/cluster/cluster-objects.ts'
import { parseKubernetesVersion } from '../src/cluster/kubernetes-version.ts'
import type { Workload } from '../src/cluster/workload.ts'
import { type KubernetesClient, openKubernetesClient } from '../src/local/kubernetes/client.ts'
import { pathsIn } from '../src/local/kubernetes/find-control-plane.ts'
import { startRealFrom } from '../src/local/kubernetes/real/start-real.ts'
import { isJsonObject, listAt, textAt } from '../src/read/kubernetes/json.ts'
import { readNode } from '../src/read/kubernetes/read-node.ts'
import { readPod } from '../src/read/kubernetes/read-pod.ts'
import { createEngine } from '../src/simulation/engine/create-engine.ts'
import { engineNodes, nodeKinds, podKinds, workloadsByKind } from './gpu-cluster.ts'
import { seededRandom } from './random.ts'

/** Clock ticks of `/proc/PID/stat` in a second; the same on every Linux that Node runs on. */
const ticksPerSecond = 100
const writers = 32

/**
 * The same pods on the same nodes in the same order, placed by the real kube-scheduler of `KUBEBUILDER_ASSETS` and by the
 * engine; prints the CPU seconds of both. Nodes are stand-ins: API objects that nobody heartbeats, so the pods tolerate
 * every taint. The scheduler starts when all pods are there, and its start counts.
 */
export async function benchRealScheduler(nodeCount = 5000, podCount = 20_000): Promise<void> {
  const assets = process.env['KUBEBUILDER_ASSETS']
  if (assets === undefined || assets === '') {
    console.log('side by side with kube-scheduler: not measured: KUBEBUILDER_ASSETS is not set')
    return
  }
  const directory = await mkdtemp(join(tmpdir(), 'eks-gpu-bench-'))
  try {
    await compare({ assets, directory, nodeCount, podCount })
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function compare(input: {
  readonly assets: string
  readonly directory: string
  readonly nodeCount: number
  readonly podCount: number
}): Promise<void> {
  const { assets, directory, nodeCount, podCount } = input
  const paths = pathsIn(assets)
  const gate = join(directory, 'go')
  const scheduler = join(directory, 'kube-scheduler')
  const config = join(directory, 'scheduler.json')
  const flags = ['--secure-port=0', '--leader-elect=false', `--config=${config}`]
  const configuration = {
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    clientConnection: { kubeconfig: join(directory, 'config', 'scheduler-kubeconfig.json'), qps: 5000, burst: 5000 },
    leaderElection: { leaderElect: false },
    percentageOfNodesToScore: 100,
  }
  await writeFile(config, JSON.stringify(configuration))
  // Waits until all pods are there; exec keeps the process that the control plane started.
  await writeFile(
    scheduler,
    `#!/bin/sh\nwhile [ ! -e '${gate}' ]; do sleep 0.1; done\nexec '${paths['kube-scheduler']}' ${flags.map((flag) => `'${flag}'`).join(' ')}\n`,
  )
  await chmod(scheduler, 0o755)

  const plane = await startRealFrom(
    { ...paths, 'kube-scheduler': scheduler },
    {
      clusterName: 'bench',
      kubernetesVersion: '1.36',
      directory,
      serviceCidr: '172.20.0.0/16',
      gate: {
        authenticate: async () => ({ refused: 'nobody comes with a token' }),
        authorize: async () => 'no-opinion',
        admitPod: async (pod) => pod,
        containerLog: async () => undefined,
      },
    },
  )
  const client = openKubernetesClient(plane)
  try {
    const workloads = workloadsByKind(podKinds(112, seededRandom(1)), podCount)
    const nodes = engineNodes(nodeKinds, nodeCount).map(({ node }) => nodeObject(node))
    const pods = workloads.flatMap((workload) =>
      Array.from({ length: workload.replicas }, (_, index) => podObject(workload, index)),
    )
    await createAll(client, '/api/v1/nodes', nodes)
    await createAll(client, '/api/v1/namespaces/default/pods', pods)

    const pid = plane.processes.find(({ name }) => name === 'kube-scheduler')?.pid
    if (pid === undefined) throw new Error('kube-scheduler does not run')
    await writeFile(gate, '')
    const bound = await untilDone(client, podCount)
    const real = cpuSeconds(pid)
    const listed = await list(client, '/api/v1/nodes')
    const grouped = engineSeconds(listed, workloads, false)
    const interleaved = engineSeconds(listed, workloads, true)
    console.log(
      `side by side with kube-scheduler: ${podCount.toLocaleString('en-US')} pods of ${workloads.length} request classes, ${nodeCount.toLocaleString('en-US')} stand-in nodes, ${flags.join(' ')} with ${JSON.stringify(configuration)}`,
    )
    console.log(
      `  kube-scheduler: ${bound} bound, ${real.toFixed(1)} CPU s; engine grouped: ${grouped.placed} placed, ${grouped.seconds.toFixed(4)} CPU s, ${Math.round(real / grouped.seconds).toLocaleString('en-US')} times less; interleaved: ${interleaved.placed} placed, ${interleaved.seconds.toFixed(4)} CPU s, ${Math.round(real / interleaved.seconds).toLocaleString('en-US')} times less`,
    )
  } finally {
    client.close()
    await plane.stop()
  }
}

/** The engine on the nodes as the API server shows them; the second of two runs, when the program is warm. */
function engineSeconds(
  nodes: readonly unknown[],
  workloads: readonly Workload[],
  interleaved: boolean,
): { readonly placed: number; readonly seconds: number } {
  const templates = workloads.map((workload) => ({ ...workload, template: readPod(podObject(workload, 0)) }))
  let result = { placed: 0, seconds: 0 }
  for (let run = 0; run < 2; run++) {
    const engine = createEngine({ version: parseKubernetesVersion('1.36.3'), objects: noObjects })
    for (const workload of templates) engine.registerWorkload(workload)
    engine.addNodes(nodes.map((node) => ({ node: readNode(node), group: null })))
    const queue = templates.flatMap(({ replicas }, workload) =>
      interleaved
        ? Array.from({ length: replicas }, (_, first) => ({ workload, first, count: 1 }))
        : [{ workload, first: 0, count: replicas }],
    )
    if (interleaved) queue.sort((a, b) => a.first - b.first || a.workload - b.workload)
    const before = process.cpuUsage()
    const { placed } = engine.schedule(queue)
    const { user, system } = process.cpuUsage(before)
    result = { placed, seconds: (user + system) / 1e6 }
  }
  return result
}

/** Waits until every pod has a node or a verdict; returns how many have a node. */
async function untilDone(client: KubernetesClient, pods: number): Promise<number> {
  for (const deadline = Date.now() + 3_600_000; Date.now() < deadline; await sleep(1000)) {
    const waiting = await list(client, '/api/v1/pods?fieldSelector=spec.nodeName%3D')
    const undecided = waiting.filter((pod) => listAt(pod, 'status', 'conditions').length === 0)
    if (undecided.length === 0) return pods - waiting.length
  }
  throw new Error('kube-scheduler did not end within an hour')
}

async function createAll(client: KubernetesClient, path: string, objects: readonly object[]): Promise<void> {
  let next = 0
  const write = async (): Promise<void> => {
    for (let object = objects[next++]; object !== undefined; object = objects[next++]) {
      const { status, body } = await client.send('POST', path, object)
      if (status >= 300) throw new Error(`POST ${path}: ${status} ${textAt(body, 'message') ?? ''}`)
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
}

async function list(client: KubernetesClient, path: string): Promise<readonly unknown[]> {
  const { body } = await client.send('GET', path)
  return isJsonObject(body) ? listAt(body, 'items') : []
}

function nodeObject(node: ReturnType<typeof readNode>): object {
  const { milliCpu, memory, scalars } = node.allocatable
  const amounts = {
    cpu: `${milliCpu}m`,
    memory: String(memory),
    pods: String(node.allocatablePods),
    ...Object.fromEntries(Object.entries(scalars).map(([name, amount]) => [name, String(amount)])),
  }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node.name, labels: node.labels },
    status: { capacity: amounts, allocatable: amounts, conditions: [{ type: 'Ready', status: 'True' }] },
  }
}

function podObject({ name, template }: Workload, index: number): object {
  const { milliCpu, memory, scalars } = template.requests
  const requests = {
    cpu: `${milliCpu}m`,
    memory: String(memory),
    ...Object.fromEntries(Object.entries(scalars).map(([resource, amount]) => [resource, String(amount)])),
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-${index}`, namespace: 'default' },
    spec: {
      tolerations: [{ operator: 'Exists' }],
      containers: [{ name: 'c', image: 'registry.invalid/c:1', resources: { requests, limits: requests } }],
    },
  }
}

/** User and system time of a process. */
function cpuSeconds(pid: number): number {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) throw new Error('kube-scheduler has ended')
  // The second field is the program's name in brackets, which may hold anything.
  const fields = readFileSync(file, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
