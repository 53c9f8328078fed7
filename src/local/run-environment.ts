import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { offerCapacityBlocks } from './aws/capacity-block-offerings.ts'
import { keepCapacityReservations } from './aws/capacity-reservations.ts'
import { startClock } from './aws/clock.ts'
import { controlRequests } from './aws/control-requests.ts'
import { openCredentialStore } from './aws/credentials.ts'
import type { EksWorld } from './aws/eks/eks-world.ts'
import { keepTimetable } from './aws/eks/keep-timetable.ts'
import { clusterFolder, runKubernetes } from './aws/eks/run-kubernetes.ts'
import { openLambda } from './aws/lambda/open-lambda.ts'
import { keepRuleDescriptions } from './aws/mends/keep-rule-descriptions.ts'
import { findMoto, motoFolder } from './aws/moto/find-moto.ts'
import { installMoto } from './aws/moto/install-moto.ts'
import { type MotoClient, openMotoClient } from './aws/moto/moto-client.ts'
import { type Moto, startMoto } from './aws/moto/start-moto.ts'
import { findElement, textAt } from './aws/parse-xml.ts'
import { keepPlacementGroups } from './aws/placement-groups.ts'
import { keepScheduledActions } from './aws/scheduled-actions.ts'
import { startFront } from './aws/start-front.ts'
import type { EnvironmentRecord } from './environment.ts'
import { readEnvironment } from './environment-file.ts'
import { errorText } from './error-text.ts'
import { holdLock } from './hold-lock.ts'
import { type EnvironmentKeys, keepRecord } from './keep-record.ts'
import { writeKubeconfig } from './write-kubeconfig.ts'

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
  const { home, say } = options
  const record = await readEnvironment(home)
  if (!record) throw new Error(`no readable record in ${home}`)
  const program = (await findMoto(process.env)) ?? (await installMotoOnce(options.onProgress))
  options.onProgress('Starting the AWS stand-in')
  const emulator = await startMoto(program, join(home, 'moto'), process.env)
  const moto = openMotoClient(emulator.endpoint)
  const ends: (() => Promise<void>)[] = [() => emulator.stop(), async () => moto.close()]
  try {
    await serve(options, { record, emulator, moto, ends })
  } finally {
    for (const end of ends.toReversed()) await end().catch((error: unknown) => say(`while ending: ${errorText(error)}`))
  }
}

type Parts = {
  readonly record: EnvironmentRecord
  readonly emulator: Moto
  readonly moto: MotoClient
  /** What must be ended, last first. */
  readonly ends: (() => Promise<void>)[]
}

async function serve(options: RunEnvironmentOptions, { record, emulator, moto, ends }: Parts): Promise<void> {
  const { home, signal, say } = options
  const credentials = openCredentialStore()
  const keys = await createOwnUser(moto)
  credentials.add({ ...keys, arn: `arn:aws:iam::${account}:user/${ownUser}`, account })
  const recorder = keepRecord({
    record,
    keys,
    motoPid: emulator.pid,
    clusters: () => [...world.clusters.values()],
    say,
  })
  const clock = startClock()
  const world: EksWorld = {
    asOf: record.asOf,
    clock,
    account,
    moto,
    credentials,
    placementGroups: keepPlacementGroups(),
    reservations: keepCapacityReservations(clock, offerCapacityBlocks(clock)),
    scheduledActions: keepScheduledActions(clock),
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
        kubernetes: record.kubernetes,
        ownHost: () => new URL(front.endpoint).host,
        writeKubeconfig: (plane) => writeKubeconfig(record, cluster, plane),
        onProcessesChange: () => recorder.write(),
        say,
      }),
    background: (name, work) => {
      work(signal).catch((error: unknown) => {
        if (!signal.aborted) say(`${name}: ${errorText(error)}`)
      })
    },
  }
  const timetable = keepTimetable(world, say)
  const lambda = openLambda({ directory: join(home, 'lambda'), account, partition: 'aws', moto, credentials })
  const front = await startFront({
    account,
    moto,
    credentials,
    world,
    lambda,
    ruleDescriptions: keepRuleDescriptions(),
    control: controlRequests({
      secret: keys.secretAccessKey,
      world,
      timetable,
      ownUser,
      signal,
      say,
      // The answer goes out first.
      stop: () => void setTimeout(options.stop, 50),
    }),
    say,
  })
  ends.push(
    async () => lambda.stop(),
    () => front.stop(),
    () => stopClusters(world),
    () => recorder.settled(),
  )
  world.background('scheduled events', async (ended) => {
    while (!ended.aborted) {
      await timetable.runUntil(clock.now())
      await sleep(1000, undefined, { signal: ended, ref: false }).catch(() => undefined)
    }
  })
  recorder.listensAt(front.endpoint)
  await recorder.settled()
  options.onReady()
  await Promise.race([aborted(signal), emulator.ended])
  if (signal.aborted) return
  say('moto ended by itself; ending the environment')
  options.stop()
}

/** Two environments that start at once share one installation. */
function installMotoOnce(onProgress: (line: string) => void): Promise<string> {
  return holdLock(
    `${motoFolder(process.env)}.lock`,
    { timeoutMs: installTimeout, what: 'installing moto' },
    async () => (await findMoto(process.env)) ?? (await installMoto(process.env, onProgress)),
  )
}

/** The user is moto's own, so that its other services know it as well. */
async function createOwnUser(moto: MotoClient): Promise<EnvironmentKeys> {
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

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
