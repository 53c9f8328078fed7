import { Agent, request as httpsRequest } from 'node:https'
import type { ControlPlane } from './control-plane.ts'

/** An answer of the API server; `body` is its JSON, or `undefined` when it sent none. */
export type KubernetesResponse = { readonly status: number; readonly body: unknown }

/** One line of a watch. */
export type WatchEvent = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: unknown
}

/** A plain JSON client of a local control plane, with the stand-ins' own administrator certificate. */
export type KubernetesClient = {
  /** Sends one request. `contentType` defaults to `application/json`; an answer of any status is returned, not thrown. */
  send(method: string, path: string, body?: unknown, contentType?: string): Promise<KubernetesResponse>
  /**
   * Follows a collection until `signal` aborts: calls `onEvent` for each event, and resolves when the server ends the
   * stream; the caller lists again and watches from the new resourceVersion.
   */
  watch(path: string, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>
  close(): void
}

/** Opens a client; connections are kept alive until `close`. Network failures reject with Node's own error. */
export function openKubernetesClient(
  plane: Pick<ControlPlane, 'endpoint' | 'certificateAuthority' | 'admin'>,
): KubernetesClient {
  const agent = new Agent({
    keepAlive: true,
    ca: plane.certificateAuthority,
    cert: plane.admin.certificate,
    key: plane.admin.key,
  })
  const open = (method: string, path: string, headers: Record<string, string>, signal?: AbortSignal) =>
    httpsRequest(new URL(path, plane.endpoint), { method, agent, headers, ...(signal && { signal }) })

  return {
    send: (method, path, body, contentType = 'application/json') =>
      new Promise((resolve, reject) => {
        const payload = body === undefined ? undefined : JSON.stringify(body)
        const headers: Record<string, string> = { accept: 'application/json' }
        if (payload !== undefined) {
          headers['content-type'] = contentType
          // Node frames no body of a DELETE by itself; the next request on the connection would begin with it.
          headers['content-length'] = String(Buffer.byteLength(payload))
        }
        const outgoing = open(method, path, headers)
        outgoing.on('error', reject)
        outgoing.on('response', (incoming) => {
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
          incoming.on('error', reject)
          incoming.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8')
            resolve({ status: incoming.statusCode ?? 0, body: parseJson(text) })
          })
        })
        outgoing.end(payload)
      }),

    watch: (path, onEvent, signal) =>
      new Promise((resolve, reject) => {
        const outgoing = open('GET', path, { accept: 'application/json' }, signal)
        outgoing.on('error', (error) => (signal.aborted ? resolve() : reject(error)))
        outgoing.on('response', (incoming) => {
          let rest = ''
          incoming.setEncoding('utf8')
          incoming.on('data', (chunk: string) => {
            const lines = (rest + chunk).split('\n')
            rest = lines.pop() ?? ''
            for (const line of lines) if (line !== '') onEvent(parseJson(line) as WatchEvent)
          })
          incoming.on('error', (error) => (signal.aborted ? resolve() : reject(error)))
          incoming.on('end', resolve)
        })
        outgoing.end()
      }),

    close: () => agent.destroy(),
  }
}

function parseJson(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
