import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createAuthority, issueClientCertificate, issueServerCertificate } from '../certificates.ts'
import type { ControlPlane, ControlPlaneOptions, StartControlPlane } from '../control-plane.ts'
import { serverCloser } from '../server-closer.ts'
import { createEmbeddedApi } from './embedded-api.ts'
import { furnishCluster } from './furnish-cluster.ts'
import { handleRequest } from './handle-request.ts'
import { openObjectStore } from './object-store.ts'
import { readSavedState, writeSavedState } from './saved-state.ts'
import { startControllers } from './start-controllers.ts'

/** How long after a change the state is written to the folder, in milliseconds. */
const saveDelay = 500

/**
 * Starts the embedded control plane: an HTTPS server in this process, on a loopback port of its own, with the objects in
 * memory and a copy of them in the folder, from which a later start goes on. Rejects when no port can be had or the
 * folder cannot be written.
 */
export const startEmbedded: StartControlPlane = async (options: ControlPlaneOptions): Promise<ControlPlane> => {
  const { clusterName, directory, gate, kubernetesVersion } = options
  const saved = await readSavedState(directory)
  const authority = saved?.authority ?? (await createAuthority(`${clusterName} (embedded)`))
  const [serving, admin] = await Promise.all([
    issueServerCertificate(authority, 'kube-apiserver', ['127.0.0.1', 'localhost', 'kubernetes.default.svc']),
    issueClientCertificate(authority, 'eks-gpu-clusters:local', ['system:masters']),
  ])
  const store = openObjectStore(saved?.snapshot)
  const api = createEmbeddedApi(store, gate, { serviceCidr: options.serviceCidr })
  if (saved === undefined) await furnishCluster(api, authority.certificate)

  let saving: Promise<void> = Promise.resolve()
  let saveTimer: NodeJS.Timeout | undefined
  const save = (): Promise<void> => {
    clearTimeout(saveTimer)
    saveTimer = undefined
    saving = saving.then(() => writeSavedState(directory, { authority, snapshot: store.snapshot() }))
    return saving
  }
  await save()
  store.subscribe(() => {
    // A folder that is taken away meanwhile ends nothing: what counts is in memory.
    saveTimer ??= setTimeout(() => void save().catch(() => {}), saveDelay).unref()
  })

  let running = await open(0)
  const { port } = running

  /** Listens and works, until it is closed. */
  async function open(wanted: number): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
    const stopped = new AbortController()
    const context = { api, gate, version: versionText(kubernetesVersion), stopped: stopped.signal }
    const server = createServer(
      {
        ca: authority.certificate,
        cert: serving.certificate,
        key: serving.key,
        requestCert: true,
        rejectUnauthorized: false,
        keepAliveTimeout: 60_000,
        // Watches stay open for as long as their client wants.
        requestTimeout: 0,
      },
      (request, response) => void handleRequest(context, request, response),
    )
    const closeServer = serverCloser(server)
    server.on('secureConnection', (socket) => socket.on('error', () => socket.destroy()))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(wanted, '127.0.0.1', resolve)
    })
    const controllers = startControllers(api, kubernetesVersion)
    return {
      port: addressOf(server).port,
      close() {
        controllers.stop()
        stopped.abort()
        return closeServer()
      },
    }
  }

  let state: 'running' | 'interrupted' | 'stopped' = 'running'
  return {
    implementation: 'embedded',
    endpoint: `https://127.0.0.1:${port}`,
    certificateAuthority: authority.certificate,
    admin,
    processes: [],
    kubeletPort: undefined,
    async interrupt() {
      if (state !== 'running') return
      state = 'interrupted'
      await running.close()
    },
    async resume() {
      if (state !== 'interrupted') return
      running = await open(port)
      state = 'running'
    },
    async stop() {
      if (state === 'stopped') return
      if (state === 'running') await running.close()
      state = 'stopped'
      await save().catch(() => {})
    },
  }
}

function addressOf(server: Server): AddressInfo {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the embedded API server has no port')
  return address
}

function versionText(kubernetesVersion: string): string {
  return `v${kubernetesVersion}${/^\d+\.\d+$/.test(kubernetesVersion) ? '.0' : ''}-embedded`
}
