import { Agent, request as httpsRequest } from 'node:https'

/** One HTTP request to the cluster's endpoint. */
type TransportRequest = {
  readonly method: string
  /** Path with query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds until the whole answer must be there. */
  readonly timeoutMs: number
}

/** What came back, whatever its status. */
export type TransportResponse = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
}

/** The one way out of the function. */
export type Transport = {
  /** Rejects only when no whole answer arrived. */
  send(request: TransportRequest): Promise<TransportResponse>
  close(): void
}

/** An answer larger than this is an error, not a reason to run out of memory. */
const maxResponseBytes = 32 * 1024 * 1024

/** Speaks HTTPS to `endpoint` and to nothing else, trusting only `certificateAuthority` (PEM); follows no redirect. */
export function openTransport(
  endpoint: URL,
  certificateAuthority: string,
  maxBytes: number = maxResponseBytes,
): Transport {
  const agent = new Agent({ keepAlive: true, maxSockets: 2, ca: certificateAuthority })
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        const outgoing = httpsRequest({
          agent,
          host: endpoint.hostname.replaceAll(/^\[|\]$/g, ''),
          port: endpoint.port === '' ? 443 : Number(endpoint.port),
          method: request.method,
          path: request.path,
          headers: {
            ...request.headers,
            ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
          },
        })
        const fail = (error: Error) => {
          clearTimeout(timer)
          reject(error)
          outgoing.destroy()
        }
        const timer = setTimeout(
          () => fail(new Error(`no answer within ${request.timeoutMs / 1000} seconds`)),
          request.timeoutMs,
        )
        outgoing.on('error', fail)
        outgoing.on('response', (incoming) => {
          const chunks: Buffer[] = []
          let size = 0
          incoming.on('data', (chunk: Buffer) => {
            size += chunk.length
            if (size > maxBytes) fail(new Error(`the answer is larger than ${maxBytes} bytes`))
            else chunks.push(chunk)
          })
          incoming.on('error', fail)
          incoming.on('end', () => {
            clearTimeout(timer)
            resolve({
              status: incoming.statusCode ?? 0,
              headers: incoming.headers,
              text: Buffer.concat(chunks).toString('utf8'),
            })
          })
        })
        outgoing.end(request.body)
      }),
    close: () => agent.destroy(),
  }
}
