import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { createAuthority, issueClientCertificate, issueServerCertificate } from '../certificates.ts'
import type { ControlPlane, ControlPlaneOptions, StartControlPlane } from '../control-plane.ts'
import { createEmbeddedApi } from './embedded-api.ts'
import { furnishCluster } from './furnish-cluster.ts'
import { handleRequest } from './handle-request.ts'
import { openObjectStore } from './object-store.ts'
import { startControllers } from './start-controllers.ts'

/**
 * Starts the embedded control plane: an HTTPS server in this process, on a loopback port of its own, with the objects in
 * memory. Rejects only when no port can be had.
 */
export const startEmbedded: StartControlPlane = async (options: ControlPlaneOptions): Promise<ControlPlane> => {
  const authority = await createAuthority(`${options.clusterName} (embedded)`)
  const [serving, admin] = await Promise.all([
    issueServerCertificate(authority, 'kube-apiserver', ['127.0.0.1', 'localhost', 'kubernetes.default.svc']),
    issueClientCertificate(authority, 'eks-gpu-clusters:local', ['system:masters']),
  ])
  const store = openObjectStore()
  const api = createEmbeddedApi(store, options.gate)
  await furnishCluster(api, authority.certificate)

  let stopped = new AbortController()
  let controllers = startControllers(api, options.kubernetesVersion)
  const context = () => ({
    api,
    gate: options.gate,
    version: versionText(options.kubernetesVersion),
    stopped: stopped.signal,
  })
  let sockets = new Set<TLSSocket>()
  let server = await listen(0)
  const { port } = addressOf(server)

  async function listen(wanted: number): Promise<Server> {
    const created = createServer(
      {
        ca: authority.certificate,
        cert: serving.certificate,
        key: serving.key,
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => void handleRequest(context(), request, response),
    )
    // Watches stay open for as long as their client wants.
    created.requestTimeout = 0
    created.keepAliveTimeout = 60_000
    const own = sockets
    created.on('secureConnection', (socket) => {
      own.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => own.delete(socket))
    })
    await new Promise<void>((resolve, reject) => {
      created.once('error', reject)
      created.listen(wanted, '127.0.0.1', resolve)
    })
    return created
  }

  async function close(): Promise<void> {
    controllers.stop()
    stopped.abort()
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  let running = true
  return {
    implementation: 'embedded',
    endpoint: `https://127.0.0.1:${port}`,
    certificateAuthority: authority.certificate,
    admin,
    processes: [],
    kubeletPort: undefined,
    async interrupt() {
      if (!running) return
      running = false
      await close()
    },
    async resume() {
      if (running) return
      running = true
      stopped = new AbortController()
      sockets = new Set()
      server = await listen(port)
      controllers = startControllers(api, options.kubernetesVersion)
    },
    async stop() {
      if (!running) return
      running = false
      await close()
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
