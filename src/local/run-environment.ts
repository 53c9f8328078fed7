import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { controlRequests } from './aws/control-requests.ts'
import { openCredentialStore } from './aws/credentials.ts'
import type { EksCluster } from './aws/eks/eks-cluster.ts'
import type { EksWorld } from './aws/eks/eks-world.ts'
import { clusterFolder, runKubernetes } from './aws/eks/run-kubernetes.ts'
import { openLambda } from './aws/lambda/open-lambda.ts'
import { keepRuleDescriptions } from './aws/mends/keep-rule-descriptions.ts'
import { findMoto, motoFolder } from './aws/moto/find-moto.ts'
import { installMoto } from './aws/moto/install-moto.ts'
import { type MotoClient, openMotoClient } from './aws/moto/moto-client.ts'
import { type Moto, startMoto } from './aws/moto/start-moto.ts'
import { findElement, textAt } from './aws/parse-xml.ts'
import { keepPlacementGroups } from './aws/placement-groups.ts'
import { startFront } from './aws/start-front.ts'
import type { EnvironmentProcess, EnvironmentRecord } from './environment.ts'
import { readEnvironment, writeEnvironment } from './environment-file.ts'
import { errorText } from './error-text.ts'
import { holdLock } from './hold-lock.ts'
import { kubeconfigText } from './kubeconfig-text.ts'
import { identifyProcess } from './process-identity.ts'
import { programArguments } from './program-arguments.ts'

/** moto's account. */
const account = '123456789012'
/** The IAM user whose keys the environment hands out. */
const ownUser = 'eks-gpu-local'
/** How long the control planes may take to end, milliseconds. */
const stopTimeout = 12_000
/** How long another installation of moto may take, milliseconds. */
const installTimeout = 280_000

export type RunEnvironmentOptions = {
  /** The environment's own folder, with the record that its starter wrote. */
  readonly home: string
  /** Ends the environment. */
  readonly signal: AbortSignal
  /** Makes `signal` abort. */
  readonly stop: () => void
  readonly onProgress: (line: string) => void
  /** Told once the record is written and everything answers. */
  readonly onReady: () => void
  readonly say: (line: string) => void
}

/**
 * Runs a local environment until it is told to end: the emulator, the front, and a control plane for each EKS cluster. Keeps the
 * record up to date, so that another process can end everything should this one die.
 */
export async function runEnvironment(options: RunEnvironmentOptions): Promise<void> {
  const { home, signal, say } = options
  const seed = await readEnvironment(home)
  if (!seed) throw new Error(`no readable record in ${home}`)
  const program = (await findMoto(process.env)) ?? (await installMotoOnce(options.onProgress))
  options.onProgress('Starting the AWS stand-in')
  const emulator = await startMoto(program, join(home, 'moto'), process.env)
  const moto = openMotoClient(emulator.endpoint)
  const stack: (() => Promise<void>)[] = [() => emulator.stop(), async () => moto.close()]
  try {
    await serve(options, seed, emulator, moto, stack)
  } finally {
    for (const end of stack.toReversed())
      await end().catch((error: unknown) => say(`while ending: ${errorText(error)}`))
  }

  async function serve(
    _: RunEnvironmentOptions,
    first: EnvironmentRecord,
    running: Moto,
    client: MotoClient,
    ends: (() => Promise<void>)[],
  ): Promise<void> {
    const credentials = openCredentialStore()
    const keys = await createOwnUser(client)
    credentials.add({ ...keys, arn: `arn:aws:iam::${account}:user/${ownUser}`, account })
    const recorder = keepRecord(first, keys, running.pid, () => [...world.clusters.values()], say)
    const world: EksWorld = {
      asOf: first.asOf,
      account,
      moto: client,
      credentials,
      regions: new Set(),
      clusters: new Map(),
      onChange: () => {
        recorder.write()
        return recorder.settled()
      },
      startKubernetes: (cluster) =>
        runKubernetes({
          world,
          cluster,
          directory: clusterFolder(home, cluster),
          kubernetes: first.kubernetes,
          ownHost: () => new URL(front.endpoint).host,
          writeKubeconfig: (plane) => writeKubeconfig(first, cluster, plane),
          onProcessesChange: () => recorder.write(),
          say,
        }),
      background: (name, work) => {
        work(signal).catch((error: unknown) => {
          if (!signal.aborted) say(`${name}: ${errorText(error)}`)
        })
      },
    }
    const lambda = openLambda({ directory: join(home, 'lambda'), account, partition: 'aws', moto: client, credentials })
    ends.push(async () => lambda.stop())
    const placementGroups = keepPlacementGroups()
    const front = await startFront({
      account,
      moto: client,
      credentials,
      world,
      lambda,
      placementGroups,
      ruleDescriptions: keepRuleDescriptions(),
      control: controlRequests({
        secret: keys.secretAccessKey,
        world,
        placementGroups,
        ownUser,
        signal,
        say,
        // The answer goes out first.
        stop: () => void setTimeout(options.stop, 50),
      }),
      say,
    })
    ends.push(() => front.stop())
    ends.push(() => stopClusters(world))
    ends.push(() => recorder.settled())
    recorder.listensAt(front.endpoint)
    await recorder.settled()
    options.onReady()
    await Promise.race([aborted(signal), running.ended])
    if (!signal.aborted) {
      say('moto ended by itself; ending the environment')
      options.stop()
    }
  }
}

/** Two environments that start at once share one installation. */
function installMotoOnce(onProgress: (line: string) => void): Promise<string> {
  return holdLock(
    `${motoFolder(process.env)}.lock`,
    { timeoutMs: installTimeout, what: 'installing moto' },
    async () => (await findMoto(process.env)) ?? (await installMoto(process.env, onProgress)),
  )
}

type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly userId: string }

/** The user is moto's own, so that its other services know it as well. */
async function createOwnUser(moto: MotoClient): Promise<Keys> {
  const created = await moto.query('iam', 'us-east-1', 'CreateUser', { UserName: ownUser })
  const answer = await moto.query('iam', 'us-east-1', 'CreateAccessKey', { UserName: ownUser })
  const key = findElement(answer, 'AccessKey')
  return {
    accessKeyId: textAt(key, 'AccessKeyId'),
    secretAccessKey: textAt(key, 'SecretAccessKey'),
    userId: textAt(findElement(created, 'User'), 'UserId'),
  }
}

async function stopClusters(world: EksWorld): Promise<void> {
  const all = Promise.all([...world.clusters.values()].map(async (cluster) => cluster.kubernetes?.stop()))
  await Promise.race([all, sleep(stopTimeout, undefined, { ref: false })])
}

async function writeKubeconfig(
  record: EnvironmentRecord,
  cluster: EksCluster,
  plane: { readonly endpoint: string; readonly certificateAuthority: string },
): Promise<string> {
  const path = join(clusterFolder(record.home, cluster), 'kubeconfig')
  const text = kubeconfigText({
    clusterName: cluster.name,
    endpoint: plane.endpoint,
    certificateAuthority: plane.certificateAuthority,
    command: [
      process.execPath,
      ...programArguments('../cli/main', import.meta.url),
      'local',
      'token',
      '--cluster',
      cluster.name,
      '--environment',
      record.name,
    ],
    // The environment's folder is `<state folder>/local/<name>`.
    environment: { EKS_GPU_HOME: dirname(dirname(record.home)) },
  })
  await writeFile(path, text, { mode: 0o600 })
  return path
}

type Recorder = {
  /** Writes the record soon; calls while one is being written are taken together. */
  write(): void
  listensAt(endpoint: string): void
  /** Resolves when everything asked for is written. */
  settled(): Promise<void>
}

function keepRecord(
  first: EnvironmentRecord,
  keys: Keys,
  motoPid: number,
  clusters: () => readonly EksCluster[],
  say: (line: string) => void,
): Recorder {
  let awsEndpoint = ''
  let wanted = false
  let writing: Promise<void> | undefined
  const writeOnce = async (): Promise<void> => {
    const running = clusters()
    const processes: EnvironmentProcess[] = []
    for (const { name, pid } of [
      { name: 'aws-stand-in', pid: process.pid },
      { name: 'moto', pid: motoPid },
      ...running.flatMap(({ processes: own }) => own),
    ]) {
      const identified = await identifyProcess(name, pid)
      if (identified) processes.push(identified)
    }
    await writeEnvironment({
      ...first,
      awsEndpoint,
      credentials: { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey },
      processes,
      clusters: running.flatMap((cluster) =>
        cluster.kubernetes
          ? [
              {
                name: cluster.name,
                region: cluster.region,
                endpoint: cluster.kubernetes.plane.endpoint,
                kubernetes: cluster.kubernetes.plane.implementation,
                kubeconfig: cluster.kubernetes.kubeconfig,
              },
            ]
          : [],
      ),
    })
  }
  const loop = async (): Promise<void> => {
    while (wanted) {
      wanted = false
      await writeOnce().catch((error: unknown) => say(`could not write the record: ${errorText(error)}`))
    }
    writing = undefined
  }
  const write = (): void => {
    wanted = true
    writing ??= loop()
  }
  return {
    write,
    listensAt: (endpoint) => {
      awsEndpoint = endpoint
      write()
    },
    settled: async () => {
      await writing
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
