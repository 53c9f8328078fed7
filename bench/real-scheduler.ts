import { existsSync, readFileSync, rmSync } from 'node:fs'
import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noObjects } from '../src/cluster/cluster-objects.ts'
import { parseKubernetesVersion } from '../src/cluster/kubernetes-version.ts'
import type { Node } from '../src/cluster/node.ts'
import type { Workload } from '../src/cluster/workload.ts'
import { type KubernetesClient, openKubernetesClient } from '../src/local/kubernetes/client.ts'
import type { ControlPlane } from '../src/local/kubernetes/control-plane.ts'
import { pathsIn } from '../src/local/kubernetes/find-control-plane.ts'
import { startRealFrom } from '../src/local/kubernetes/real/start-real.ts'
import { isJsonObject, type JsonObject, listAt, textAt } from '../src/read/kubernetes/json.ts'
import { readNode } from '../src/read/kubernetes/read-node.ts'
import { readPod } from '../src/read/kubernetes/read-pod.ts'
import { nodeState } from '../src/scheduler/node-state.ts'
import { schedule } from '../src/scheduler/schedule.ts'
import { createEngine } from '../src/simulation/engine/create-engine.ts'
import { engineNodes, nodeKinds, podKinds, workloadsByKind } from './gpu-cluster.ts'
import { seededRandom } from './random.ts'

/** Clock ticks of `/proc/PID/stat` in a second; the same on every Linux that Node runs on. */
const ticksPerSecond = 100
const writers = 32
const version = parseKubernetesVersion('1.36.3')
/** Pods of which the reference's time is taken. */
const referencePods = 40
/** Minutes after which kube-scheduler is given up; 20,000 pods on 5,000 nodes take it about ten on two cores. */
const mostMinutes = 45

/**
 * The same pods on the same nodes in the same order, placed by the real kube-scheduler of `KUBEBUILDER_ASSETS`, by the
 * engine and by one plain cycle a pod; prints the CPU seconds of all. Nodes are stand-ins: API objects that nobody
 * heartbeats, so the pods tolerate every taint. The scheduler starts when all pods are there, takes them by name, and is
 * measured from its first binding to its last.
 */
export async function benchRealScheduler(nodeCount = 5000, podCount = 20_000): Promise<void> {
  const assets = process.env['KUBEBUILDER_ASSETS']
  if (assets === undefined || assets === '') {
    console.log('side by side with kube-scheduler: not measured: KUBEBUILDER_ASSETS is not set')
    return
  }
  const directory = await mkdtemp(join(tmpdir(), 'eks-gpu-bench-'))
  // What was started ends with this process, also when it is told to end: the control plane's programs listen for that.
  const end = (): never => process.exit(1)
  const remove = (): void => rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end)
  process.once('exit', remove)
  try {
    await compare({ assets, directory, nodeCount, podCount })
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, end)
    process.off('exit', remove)
    remove()
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
  // Without WatchListClient it finds the pods sorted by name; with it, in the random order of a Go map.
  const flags = ['--secure-port=0', '--feature-gates=WatchListClient=false', `--config=${config}`]
  const configuration = {
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    clientConnection: { kubeconfig: join(directory, 'config', 'scheduler-kubeconfig.json'), qps: 5000, burst: 5000 },
    leaderElection: { leaderElect: false },
    percentageOfNodesToScore: 100,
  }
  await writeFile(config, JSON.stringify(configuration))
  // Waits until all pods are there; exec keeps the process that the control plane started. Go's own setting for memory, not
  // that of our control plane, which trades processor time for memory.
  await writeFile(
    scheduler,
    `#!/bin/sh\nunset GOGC GOMEMLIMIT\nwhile [ ! -e '${gate}' ]; do sleep 0.1; done\nexec '${paths['kube-scheduler']}' ${flags.map((flag) => `'${flag}'`).join(' ')}\n`,
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
    // kube-scheduler finds them sorted by name, so their names number them.
    const pods = workloads
      .flatMap((workload) => Array.from({ length: workload.replicas }, () => workload))
      .map((workload, index) => podObject(workload, `p-${String(index).padStart(9, '0')}`))
    // Without its controllers nobody writes beside us: no taints for nodes that are silent, no events.
    process.kill(pidOf(plane, 'kube-controller-manager'), 'SIGSTOP')
    await removeWebhooks(client)
    await createAll(client, '/api/v1/nodes', nodes)
    await createAll(client, '/api/v1/namespaces/default/pods', pods)

    const since = Date.now()
    const pid = pidOf(plane, 'kube-scheduler')
    const real = await untilDecided(
      client,
      podCount,
      () => cpuSeconds(pid),
      () => writeFile(gate, ''),
    )
    const wall = (Date.now() - since) / 1000
    const listed = (await list(client, '/api/v1/nodes')).map(readNode)
    const templates = workloads.map((workload) => ({
      ...workload,
      template: readPod(podObject(workload, workload.name)),
    }))
    const grouped = engineSeconds(listed, templates, false)
    const interleaved = engineSeconds(listed, templates, true)
    const reference = referenceSeconds(listed, templates) * podCount
    console.log(
      `side by side with kube-scheduler: ${count(podCount)} pods of ${workloads.length} request classes, ${count(nodeCount)} stand-in nodes, ${flags.join(' ')} with ${JSON.stringify(configuration)}`,
    )
    console.log(
      `  kube-scheduler, grouped: ${count(real.bound)} bound, ${real.seconds.toFixed(1)} CPU s from the first binding to the last (${wall.toFixed(0)} s with its start)`,
    )
    for (const [name, { placed, seconds }] of [
      ['grouped', grouped],
      ['interleaved', interleaved],
    ] as const)
      console.log(
        `  engine, ${name}: ${count(placed)} placed, ${seconds.toFixed(4)} CPU s: ${count(Math.round(real.seconds / seconds))} times less`,
      )
    console.log(
      `  one plain cycle a pod: ${reference.toFixed(1)} CPU s, extrapolated from ${referencePods} pods on empty nodes: ${(real.seconds / reference).toFixed(1)} times less`,
    )
  } finally {
    client.close()
    await plane.stop()
  }
}

function count(amount: number): string {
  return amount.toLocaleString('en-US')
}

function pidOf({ processes }: ControlPlane, program: string): number {
  const pid = processes.find(({ name }) => name === program)?.pid
  if (pid === undefined) throw new Error(`${program} does not run`)
  return pid
}

/** The engine on the nodes as the API server shows them; the last of some runs, when the program is warm. */
function engineSeconds(
  nodes: readonly Node[],
  workloads: readonly Workload[],
  interleaved: boolean,
): { readonly placed: number; readonly seconds: number } {
  let result = { placed: 0, seconds: 0 }
  for (let run = 0; run < 5; run++) {
    const engine = createEngine({ version, objects: noObjects })
    for (const workload of workloads) engine.registerWorkload(workload)
    engine.addNodes(nodes.map((node) => ({ node, group: null })))
    const queue = workloads.flatMap(({ replicas }, workload) =>
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

/** CPU seconds of one pod in the plain scheduler, over all nodes. */
function referenceSeconds(nodes: readonly Node[], workloads: readonly Workload[]): number {
  const states = nodes.map((node) => nodeState(node, []))
  const before = process.cpuUsage()
  for (let pod = 0; pod < referencePods; pod++) {
    const workload = workloads[pod % workloads.length]
    if (workload !== undefined) schedule(workload.template, { version, nodes: states, objects: noObjects })
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6 / referencePods
}

/** Pods are created as they are, without a call to us for each. */
async function removeWebhooks(client: KubernetesClient): Promise<void> {
  const collection = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'
  for (const webhook of await list(client, collection))
    await client.send('DELETE', `${collection}/${textAt(webhook, 'metadata', 'name') ?? ''}`)
}

/** Begins, and follows all pods until each has a node or a verdict. `seconds` tells the CPU time so far. */
async function untilDecided(
  client: KubernetesClient,
  podCount: number,
  seconds: () => number,
  begin: () => Promise<void>,
): Promise<{ readonly bound: number; readonly seconds: number }> {
  const { body } = await client.send('GET', '/api/v1/pods?limit=1')
  let seen = textAt(body, 'metadata', 'resourceVersion') ?? ''
  const bound = new Set<string>()
  const failed = new Set<string>()
  let [first, last] = [0, 0]
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), mostMinutes * 60_000)
  await begin()
  while (!stop.signal.aborted) {
    await client.watch(
      `/api/v1/pods?watch=true&timeoutSeconds=${mostMinutes * 60}&resourceVersion=${seen}`,
      ({ type, object }) => {
        if (type === 'ERROR') throw new Error(`the watch of pods ended: ${textAt(object, 'message') ?? ''}`)
        seen = textAt(object, 'metadata', 'resourceVersion') ?? seen
        const name = textAt(object, 'metadata', 'name') ?? ''
        if (textAt(object, 'spec', 'nodeName') !== undefined) {
          if (bound.has(name)) return
          last = seconds()
          if (bound.size === 0) first = last
          bound.add(name)
          failed.delete(name)
        } else if (listAt(object, 'status', 'conditions').length > 0) failed.add(name)
        if (bound.size + failed.size === podCount) stop.abort()
      },
      stop.signal,
    )
  }
  clearTimeout(timer)
  if (bound.size + failed.size < podCount)
    throw new Error(
      `kube-scheduler has decided about ${bound.size + failed.size} of ${podCount} pods within ${mostMinutes} minutes`,
    )
  return { bound: bound.size, seconds: last - first }
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

async function list(client: KubernetesClient, path: string): Promise<readonly JsonObject[]> {
  const { body } = await client.send('GET', path)
  return listAt(body, 'items').filter(isJsonObject)
}

function nodeObject(node: Node): JsonObject {
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

function podObject({ template }: Workload, name: string): JsonObject {
  const { milliCpu, memory, scalars } = template.requests
  const requests = {
    cpu: `${milliCpu}m`,
    memory: String(memory),
    ...Object.fromEntries(Object.entries(scalars).map(([resource, amount]) => [resource, String(amount)])),
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
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
