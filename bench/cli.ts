import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** Each command runs so often; the least is taken, as nothing makes a program faster than it is. */
const runs = 7
/** Sends what a program used to its fourth descriptor as it ends. */
const meter = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, JSON.stringify(process.cpuUsage())))",
)}`

type Cost = { readonly cpu: number; readonly wall: number; readonly out: string }

/** Prints what whole commands of the built command line take, beside a Node program that does nothing. */
export async function benchCli(): Promise<void> {
  const main = resolve('dist/cli/main.js')
  if (!existsSync(main)) throw new Error(`there is no ${main}: npm run build`)
  const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-bench-'))
  try {
    const nothing = await least(['--eval', '0'])
    console.log(`a Node program that does nothing: ${said(nothing)}`)
    print('eks-gpu --help', await least([main, '--help']), nothing)
    const production = ['--cluster', resolve('examples/workloads/production.json'), '--format', 'json', '--quiet']
    for (const [name, workloads] of Object.entries({
      'all run': calm,
      'one kind waits': waiting,
      'six kinds wait': full,
    })) {
      const file = join(folder, 'workloads.json')
      writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: workloads }))
      const cost = await least([main, 'simulate', ...production, '-f', file])
      print(`eks-gpu simulate, ${sizes(cost.out)}, ${name}`, cost, nothing)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function print(name: string, cost: Cost, nothing: Cost): void {
  console.log(`${name}: ${said(cost)}, ${(cost.cpu / nothing.cpu).toFixed(1)} times the CPU of nothing`)
}

function said({ cpu, wall }: Cost): string {
  return `${cpu.toFixed(3)} CPU s, ${wall.toFixed(3)} s`
}

/** The size of the input, and how many changes were tried, from a result in JSON. */
function sizes(out: string): string {
  const result: unknown = JSON.parse(out)
  const of = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
  const workloads = list(of(result, 'workloads')).filter((workload) => of(workload, 'system') === undefined)
  const trials = workloads.reduce<number>(
    (sum, workload) => sum + Number(of(of(list(of(workload, 'reasons'))[0], 'trials'), 'made') ?? 0),
    0,
  )
  const totals = of(result, 'totals')
  return [
    `${list(of(result, 'groups')).length} groups`,
    `${workloads.length} workloads`,
    `${String(of(totals, 'pods'))} pods of which ${String(of(totals, 'pending'))} wait`,
    `${String(of(totals, 'nodes'))} nodes`,
    `changes tried: ${trials}`,
  ].join(', ')
}

async function least(words: readonly string[]): Promise<Cost> {
  let best = await once(words)
  for (let run = 1; run < runs; run += 1) {
    const { cpu, wall, out } = await once(words)
    best = { cpu: Math.min(best.cpu, cpu), wall: Math.min(best.wall, wall), out }
  }
  return best
}

async function once(words: readonly string[]): Promise<Cost> {
  const start = performance.now()
  const child = spawn(process.execPath, ['--import', meter, ...words], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] })
  const pieces: Record<'out' | 'used', string> = { out: '', used: '' }
  child.stdout?.on('data', (piece: Buffer) => (pieces.out += piece.toString()))
  child.stdio[3]?.on('data', (piece: Buffer) => (pieces.used += piece.toString()))
  await new Promise((done, fail) => child.once('error', fail).once('close', done))
  const wall = (performance.now() - start) / 1000
  const used: unknown = JSON.parse(pieces.used)
  const micros = typeof used === 'object' && used !== null && 'user' in used && 'system' in used ? used : undefined
  return { cpu: (Number(micros?.user) + Number(micros?.system)) / 1e6, wall, out: pieces.out }
}

/** Twenty workloads that all find or get their nodes. */
const calm: readonly object[] = [
  ...many(10, (index) => deployment(`api-${index}`, 2, { cpu: '200m', memory: '256Mi' })),
  ...many(6, (index) => deployment(`infer-${index}`, 1, { cpu: '2', memory: '6Gi', gpus: 1 })),
  ...many(4, (index) =>
    deployment(`batch-${index}`, 1, { cpu: '4', memory: '16Gi', gpus: 2, nodeSelector: { 'workload-type': 'batch' } }),
  ),
]

/** The same, but for one that lacks a toleration. */
const waiting: readonly object[] = [
  ...calm.slice(0, -1),
  deployment('untolerated', 3, { cpu: '2', memory: '6Gi', gpus: 1, tolerates: false }),
]

/** Twenty workloads of which six wait, each for another reason. */
const full: readonly object[] = [
  ...calm.slice(0, 14),
  deployment('untolerated', 3, { cpu: '2', memory: '6Gi', gpus: 1, tolerates: false }),
  deployment('labelled', 2, {
    cpu: '2',
    memory: '6Gi',
    gpus: 1,
    nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-A10G' },
  }),
  deployment('numerous', 40, { cpu: '2', memory: '6Gi', gpus: 1 }),
  deployment('huge', 2, { cpu: '500', memory: '2Ti' }),
  deployment('eightfold', 6, { cpu: '20', memory: '200Gi', gpus: 8 }),
  deployment('elsewhere', 2, {
    cpu: '1',
    memory: '1Gi',
    nodeSelector: { 'topology.kubernetes.io/zone': 'us-east-1z' },
  }),
]

type PodShape = {
  readonly cpu: string
  readonly memory: string
  readonly gpus?: number
  readonly tolerates?: boolean
  readonly nodeSelector?: Readonly<Record<string, string>>
}

function deployment(name: string, replicas: number, shape: PodShape): object {
  const { cpu, memory, gpus, tolerates = gpus !== undefined, nodeSelector = {} } = shape
  const tolerations = tolerates ? [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }] : []
  const limits = gpus === undefined ? {} : { limits: { 'nvidia.com/gpu': gpus } }
  const containers = [
    { name, image: `registry.example.com/${name}:1`, resources: { requests: { cpu, memory }, ...limits } },
  ]
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { nodeSelector, tolerations, containers } },
    },
  }
}

function many(count: number, make: (index: number) => object): readonly object[] {
  return Array.from({ length: count }, (_, index) => make(index))
}
