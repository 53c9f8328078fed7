import type { Server } from 'node:https'
import type { Duplex } from 'node:stream'

/**
 * Returns what closes a server with all its connections, those included that are only about to shake hands: `close` waits for
 * them as for the others, and `closeAllConnections` does not know them.
 */
export function serverCloser(server: Server): () => Promise<void> {
  const sockets = new Set<Duplex>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
}
