import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Finds `count` distinct ports of 127.0.0.1 that are free now. Another program may take one before ours listens, so
 * whoever uses them must be ready to ask again.
 */
export async function findFreePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  try {
    const ports: number[] = []
    for (const server of servers) {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('a TCP server has an address')
      ports.push(address.port)
    }
    return ports
  } finally {
    for (const server of servers) server.close()
  }
}
