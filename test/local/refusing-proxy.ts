import { createServer } from 'node:http'

/** A proxy that lets nothing through and records who was asked for: for machines that give no network namespace. */
export type RefusingProxy = {
  /** Environment variables that send programs to it. */
  readonly variables: NodeJS.ProcessEnv
  /** Hosts that were called so far, each once, sorted. */
  hosts(): readonly string[]
  close(): void
}

/** Opens the proxy on a free port of this machine. */
export async function openRefusingProxy(): Promise<RefusingProxy> {
  const hosts = new Set<string>()
  const server = createServer(({ url = '' }, response) => {
    hosts.add(new URL(url, 'http://unnamed').hostname)
    response.writeHead(403).end()
  })
  server.on('connect', ({ url = '' }, socket) => {
    hosts.add(url.replace(/:\d+$/, ''))
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const proxy = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const local = 'localhost,127.0.0.1,::1'
  return {
    variables: {
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      http_proxy: proxy,
      https_proxy: proxy,
      NO_PROXY: local,
      no_proxy: local,
    },
    hosts: () => [...hosts].toSorted(),
    close: () => server.close(),
  }
}
