import { generateKeyPairSync } from 'node:crypto'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { ProblemError } from '../../../cluster/problem.ts'
import { userCacheFolder } from '../../user-cache-folder.ts'
import {
  type CertificateAuthority,
  type CertificatePair,
  createAuthority,
  issueClientCertificate,
  issueServerCertificate,
} from '../certificates.ts'
import { type KubernetesClient, openKubernetesClient } from '../client.ts'
import type { ControlPlane, ControlPlaneOptions, StartControlPlane } from '../control-plane.ts'
import { type ControlPlanePaths, type ControlPlaneProgram, findRealControlPlane } from '../find-control-plane.ts'
import { type ChildProgram, lastLogLines, startProgram } from './child-program.ts'
import type { ContainerState } from './container-logs.ts'
import { findFreePorts } from './free-ports.ts'
import { type GateServer, gateClientName, startGateServer } from './gate-server.ts'
import { podIdentityWebhook } from './pod-identity-webhook.ts'
import {
  apiServerFlags,
  authenticationConfiguration,
  type ControlPlaneFiles,
  type ControlPlanePorts,
  clientConfig,
  controllerManagerFlags,
  controlPlaneFiles,
  etcdFlags,
  schedulerFlags,
} from './program-flags.ts'

/** How long a start may take, in milliseconds; it takes about 5 s on two idle cores. */
const startDeadlineMs = 90_000
const portAttempts = 4

/**
 * Starts a real Kubernetes control plane (etcd, kube-apiserver, kube-controller-manager, kube-scheduler as child
 * processes), found by {@link findRealControlPlane} from this process's environment and the user's cache.
 * Throws a {@link ProblemError} when a program is missing or the control plane does not become ready.
 */
export const startReal: StartControlPlane = async (options) => {
  const search = await findRealControlPlane({ env: process.env, cacheFolder: userCacheFolder(process.env) })
  if (!search.found) throw new ProblemError(search.problem)
  return startRealFrom(search.paths, options)
}

/**
 * Starts a real control plane from given programs. A program that ends by itself is started again with the same ports
 * and data after a pause (1 s, doubling to 30 s); `logs/control-plane.log` says so. So `processes` is read anew whenever
 * it is needed; `onProcessesChange` tells when it changed.
 */
export async function startRealFrom(paths: ControlPlanePaths, options: ControlPlaneOptions): Promise<ControlPlane> {
  const files = controlPlaneFiles(options.directory)
  const logs = join(options.directory, 'logs')
  for (const folder of ['pki', 'config', 'logs', 'etcd'])
    await mkdir(join(options.directory, folder), { recursive: true, mode: 0o700 })
  const say = (line: string): void => {
    appendFile(join(logs, 'control-plane.log'), `${new Date().toISOString()} ${line}\n`).catch(() => {})
  }

  const authority = await prepareAuthority(files, options.clusterName)
  const names = ['127.0.0.1', 'localhost', '::1', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc']
  const [server, etcdClient, gateClient, admin, scheduler, controllerManager] = await Promise.all([
    issueServerCertificate(authority, 'kube-apiserver', names),
    issueClientCertificate(authority, 'kube-apiserver-etcd-client', []),
    issueClientCertificate(authority, gateClientName, []),
    issueClientCertificate(authority, 'eks-gpu:local', ['system:masters']),
    issueClientCertificate(authority, 'system:kube-scheduler', []),
    // All controllers share one client here, so it must do what their service accounts may do together.
    issueClientCertificate(authority, 'system:kube-controller-manager', ['system:masters']),
  ])

  let client: KubernetesClient | undefined
  const gate = await startGateServer({
    gate: options.gate,
    certificateAuthority: authority.certificate,
    server,
    readContainer: async (of) => (client === undefined ? undefined : readContainer(client, of)),
    say,
  })

  const programs = new Map<ControlPlaneProgram, ChildProgram>()
  let stopping = false
  const endAll = (): void => {
    for (const program of programs.values()) if (program.pid !== undefined) process.kill(program.pid, 'SIGKILL')
  }
  process.on('exit', endAll)
  const stopAll = async (): Promise<void> => {
    stopping = true
    client?.close()
    for (const name of ['kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'etcd'] as const)
      await programs.get(name)?.stop(3_000)
    await gate.close()
    process.off('exit', endAll)
    options.onProcessesChange?.([])
  }

  try {
    await writeFiles(files, { authority, server, etcdClient, gateClient, gatePort: gate.port })
    for (let attempt = 1; ; attempt++) {
      const [etcd = 0, etcdPeer = 0, apiServer = 0] = await findFreePorts(3)
      const ports: ControlPlanePorts = { etcd, etcdPeer, apiServer }
      const endpoint = `https://127.0.0.1:${apiServer}`
      const reach = { endpoint, certificateAuthority: authority.certificate, admin }
      for (const [file, certificate] of [
        [files.schedulerConfig, scheduler],
        [files.controllerManagerConfig, controllerManager],
      ] as const)
        await writePrivate(
          file,
          JSON.stringify(
            clientConfig({ server: endpoint, certificateAuthority: authority.certificate, client: certificate }),
          ),
        )
      const flags = {
        etcd: etcdFlags(files, ports),
        'kube-apiserver': apiServerFlags(files, ports, options.serviceCidr),
        'kube-controller-manager': controllerManagerFlags(files, options.serviceCidr),
        'kube-scheduler': schedulerFlags(files),
      } satisfies Record<ControlPlaneProgram, readonly string[]>
      let ready = false

      const start = async (name: ControlPlaneProgram, restarts = 0): Promise<void> => {
        const startedAt = Date.now()
        const program = await startProgram({
          name,
          path: paths[name],
          flags: flags[name],
          // GOGC trades processor time for about a quarter of the memory; who has more of that says so.
          env: {
            HOME: options.directory,
            TMPDIR: options.directory,
            GOGC: process.env['GOGC'] ?? '50',
            ...(process.env['GOMEMLIMIT'] !== undefined && { GOMEMLIMIT: process.env['GOMEMLIMIT'] }),
          },
          logFile: join(logs, `${name}.log`),
          onEnd: (how) => {
            say(`${name} ended by itself: ${how}`)
            if (!ready || stopping) return
            const again = Date.now() - startedAt > 60_000 ? 0 : restarts
            setTimeout(
              () => {
                if (stopping || programs.get(name) !== program) return
                say(`starting ${name} again`)
                start(name, again + 1).catch((error: unknown) => say(`${name} cannot be started: ${String(error)}`))
              },
              Math.min(30_000, 1_000 * 2 ** again),
            ).unref()
          },
        })
        programs.set(name, program)
        options.onProcessesChange?.(running())
      }
      const running = (): readonly { readonly name: string; readonly pid: number }[] =>
        [...programs.values()].flatMap(({ name, pid }) => (pid === undefined ? [] : [{ name, pid }]))

      const deadline = Date.now() + startDeadlineMs
      const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
        for (;;) {
          for (const program of programs.values())
            if (program.ended !== undefined) throw await notReady(program, `${program.name}: ${program.ended}`)
          if (await within(5_000, isSo())) return
          const program = programs.get('kube-apiserver') ?? programs.get('etcd')
          if (Date.now() > deadline && program !== undefined)
            throw await notReady(program, `${what} took more than ${startDeadlineMs / 1000} s`)
          await sleep(50)
        }
      }

      try {
        await start('etcd')
        await until('etcd to listen', () => listens(ports.etcd))
        await start('kube-apiserver')
        client = openKubernetesClient(reach)
        const api = client
        await until('kube-apiserver to be ready', async () => (await api.send('GET', '/readyz')).status === 200)
        await Promise.all([start('kube-controller-manager'), start('kube-scheduler')])
        await settle(api, until, gate, authority.certificate)
      } catch (error) {
        client?.close()
        for (const program of programs.values()) await program.kill()
        const inUse = await portWasTaken([...programs.values()])
        programs.clear()
        if (!inUse || attempt === portAttempts) throw error
        say('a port was taken by another program meanwhile: trying others')
        continue
      }

      ready = true
      options.onProcessesChange?.(running())
      return {
        implementation: 'real',
        ...reach,
        get processes() {
          return running()
        },
        kubeletPort: gate.port,
        interrupt: async () => {
          await programs.get('kube-apiserver')?.kill()
          options.onProcessesChange?.(running())
        },
        resume: async () => {
          if (programs.get('kube-apiserver')?.pid !== undefined) return
          await start('kube-apiserver')
          const again = Date.now() + startDeadlineMs
          const api = client ?? openKubernetesClient(reach)
          while (
            !(await within(
              5_000,
              api.send('GET', '/readyz').then(({ status }) => status === 200),
            ))
          ) {
            const program = programs.get('kube-apiserver')
            if (program !== undefined && (program.ended !== undefined || Date.now() > again)) {
              // It stays interrupted: nobody starts it again behind the caller's back.
              programs.delete('kube-apiserver')
              await program.kill()
              throw await notReady(program, program.ended ?? `it took more than ${startDeadlineMs / 1000} s`)
            }
            await sleep(50)
          }
        },
        stop: stopAll,
      }
    }
  } catch (error) {
    await stopAll()
    throw error
  }
}

/** Waits until a pod can be created, and passes the gate on its way. */
async function settle(
  client: KubernetesClient,
  until: (what: string, isSo: () => Promise<boolean>) => Promise<void>,
  gate: GateServer,
  certificateAuthority: string,
): Promise<void> {
  const webhook = podIdentityWebhook(gate.port, certificateAuthority)
  await until('the Pod Identity webhook to be registered', async () => {
    const { status } = await client.send(
      'PATCH',
      `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${webhook.metadata.name}?fieldManager=eks&force=true`,
      webhook,
      'application/apply-patch+yaml',
    )
    return status === 200 || status === 201
  })
  for (const namespace of ['default', 'kube-system'])
    await until(`the default service account of namespace ${namespace}`, async () => {
      const { status } = await client.send('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`)
      return status === 200
    })
  const probe = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'eks-gpu-probe' },
    spec: { containers: [{ name: 'probe', image: 'probe' }] },
  }
  await until('kube-apiserver to call the Pod Identity webhook', async () => {
    await client.send('POST', '/api/v1/namespaces/default/pods?dryRun=All', probe)
    return gate.admissionSeen()
  })
}

/** The authority and the service accounts' key outlive a stop: what they signed stays valid in the same folder. */
async function prepareAuthority(files: ControlPlaneFiles, clusterName: string): Promise<CertificateAuthority> {
  try {
    const [certificate, key] = await Promise.all([
      readFile(files.authority, 'utf8'),
      readFile(files.authorityKey, 'utf8'),
    ])
    return { certificate, key }
  } catch {
    const authority = await createAuthority(clusterName)
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    await writePrivate(files.serviceAccountPublicKey, publicKey.export({ type: 'spki', format: 'pem' }).toString())
    await writePrivate(files.serviceAccountKey, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    await writePrivate(files.authorityKey, authority.key)
    await writePrivate(files.authority, authority.certificate)
    return authority
  }
}

async function writeFiles(
  files: ControlPlaneFiles,
  certificates: {
    readonly authority: CertificateAuthority
    readonly server: CertificatePair
    readonly etcdClient: CertificatePair
    readonly gateClient: CertificatePair
    readonly gatePort: number
  },
): Promise<void> {
  const { authority, server, etcdClient, gateClient, gatePort } = certificates
  const webhook = (path: string): string =>
    JSON.stringify(
      clientConfig({
        server: `https://127.0.0.1:${gatePort}${path}`,
        certificateAuthority: authority.certificate,
        client: gateClient,
      }),
    )
  await Promise.all([
    writePrivate(files.server, server.certificate),
    writePrivate(files.serverKey, server.key),
    writePrivate(files.etcdClient, etcdClient.certificate),
    writePrivate(files.etcdClientKey, etcdClient.key),
    writePrivate(files.gateClient, gateClient.certificate),
    writePrivate(files.gateClientKey, gateClient.key),
    writePrivate(files.authenticationConfig, JSON.stringify(authenticationConfiguration)),
    writePrivate(files.tokenWebhookConfig, webhook('/token-review')),
    writePrivate(files.authorizationWebhookConfig, webhook('/access-review')),
  ])
}

function writePrivate(file: string, text: string): Promise<void> {
  return writeFile(file, text, { mode: 0o600 })
}

/** Whether a check succeeds in time; one that fails, or that nobody answers, does not. */
function within(ms: number, check: Promise<boolean>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    void check
      .catch(() => false)
      .then(resolve)
      .finally(() => clearTimeout(timer))
  })
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function portWasTaken(programs: readonly ChildProgram[]): Promise<boolean> {
  for (const program of programs)
    if ((await lastLogLines(program.logFile, 30)).some((line) => line.includes('address already in use'))) return true
  return false
}

async function notReady(program: ChildProgram, how: string): Promise<ProblemError> {
  return new ProblemError({
    id: 'control-plane-not-ready',
    what: `The local Kubernetes control plane did not start: ${how}.`,
    why: `These are the last lines of ${program.name}'s log, ${program.logFile}.`,
    fix: 'Run the command again; use `--kubernetes embedded` to go without these programs.',
    detail: await lastLogLines(program.logFile, 12),
  })
}

const stateSchema = z.object({
  waiting: z.object({ reason: z.string().optional() }).optional(),
  running: z.object({ startedAt: z.string().optional() }).optional(),
  terminated: z.object({ startedAt: z.string().optional() }).optional(),
})
const statusesSchema = z
  .array(z.object({ name: z.string(), state: stateSchema.optional(), lastState: stateSchema.optional() }))
  .default([])
const podSchema = z.object({
  spec: z.object({
    containers: z.array(z.object({ name: z.string() })),
    initContainers: z.array(z.object({ name: z.string() })).default([]),
  }),
  status: z.object({ containerStatuses: statusesSchema, initContainerStatuses: statusesSchema }),
})

async function readContainer(
  client: KubernetesClient,
  of: { readonly namespace: string; readonly pod: string; readonly container: string },
): Promise<ContainerState | undefined> {
  const { status, body } = await client.send(
    'GET',
    `/api/v1/namespaces/${encodeURIComponent(of.namespace)}/pods/${encodeURIComponent(of.pod)}`,
  )
  const pod = podSchema.safeParse(body)
  if (status !== 200 || !pod.success) return undefined
  const { spec, status: pods } = pod.data
  if (![...spec.containers, ...spec.initContainers].some(({ name }) => name === of.container)) return undefined
  const found = [...pods.containerStatuses, ...pods.initContainerStatuses].find(({ name }) => name === of.container)
  const { running, waiting } = found?.state ?? {}
  // A container that waits to be started again has the log of its last run.
  const terminated = found?.state?.terminated ?? found?.lastState?.terminated
  if (running !== undefined) return { state: 'running', ...startedAt(running.startedAt) }
  if (terminated !== undefined) return { state: 'terminated', ...startedAt(terminated.startedAt) }
  return { state: 'waiting', reason: waiting?.reason ?? 'ContainerCreating' }
}

function startedAt(time: string | undefined): { readonly startedAt?: string } {
  return time === undefined ? {} : { startedAt: time }
}
