import { connect } from 'node:net'

/** Whether something accepts TCP connections at the host and port of a URL within `timeoutMs` milliseconds. */
export function answersAt(url: string, timeoutMs = 3_000): Promise<boolean> {
  return new Promise((settle) => {
    let target: URL
    try {
      target = new URL(url)
    } catch {
      settle(false)
      return
    }
    const port = Number(target.port) || (target.protocol === 'http:' ? 80 : 443)
    const socket = connect({ host: target.hostname, port })
    const end = (answer: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      settle(answer)
    }
    // Covers name resolution too, which has no timeout of its own.
    const timer = setTimeout(() => end(false), timeoutMs)
    socket.on('connect', () => end(true))
    socket.on('error', () => end(false))
  })
}
