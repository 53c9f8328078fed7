import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect as tlsConnect } from 'node:tls'

/**
 * Whether a registry answers to Terraform's service discovery (`/.well-known/terraform.json`), through the proxy that the
 * environment names. Any answer counts; only silence, refusal and an unknown host do not.
 * Source: https://developer.hashicorp.com/terraform/internals/remote-service-discovery
 * @param timeoutMs milliseconds until silence counts as no.
 */
export async function reachesRegistry(host: string, env: NodeJS.ProcessEnv, timeoutMs = 3_000): Promise<boolean> {
  const proxy = proxyFor(host, env)
  const path = '/.well-known/terraform.json'
  const work = proxy === undefined ? askDirectly(host, path, timeoutMs) : askThroughProxy(host, path, proxy, timeoutMs)
  // Name resolution has no timeout of its own.
  const silence = new Promise<boolean>((settle) => setTimeout(() => settle(false), timeoutMs + 500).unref())
  return Promise.race([work, silence])
}

/** The proxy for HTTPS requests to a host, as Go programs choose it: HTTPS_PROXY unless NO_PROXY covers the host. */
export function proxyFor(host: string, env: NodeJS.ProcessEnv): URL | undefined {
  const text = env['HTTPS_PROXY'] || env['https_proxy']
  if (!text) return undefined
  const exempt = (env['NO_PROXY'] || env['no_proxy'] || '').split(',').map((entry) => entry.trim().replace(/:\d+$/, ''))
  for (const entry of exempt) {
    if (entry === '') continue
    if (entry === '*') return undefined
    const bare = entry.replace(/^\*?\./, '')
    if (host === bare || host.endsWith(`.${bare}`)) return undefined
  }
  try {
    return new URL(text.includes('://') ? text : `http://${text}`)
  } catch {
    return undefined
  }
}

function askDirectly(host: string, path: string, timeoutMs: number): Promise<boolean> {
  return new Promise((settle) => {
    const outgoing = httpsRequest({ host, path, timeout: timeoutMs, agent: false }, (answer) => {
      answer.resume()
      settle(true)
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')))
    outgoing.on('error', () => settle(false))
    outgoing.end()
  })
}

function askThroughProxy(host: string, path: string, proxy: URL, timeoutMs: number): Promise<boolean> {
  return new Promise((settle) => {
    const headers: Record<string, string> = { host: `${host}:443` }
    if (proxy.username !== '') {
      const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
      headers['proxy-authorization'] = `Basic ${Buffer.from(login).toString('base64')}`
    }
    const ask = proxy.protocol === 'https:' ? httpsRequest : httpRequest
    const tunnel = ask({
      host: proxy.hostname,
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: `${host}:443`,
      headers,
      timeout: timeoutMs,
      agent: false,
    })
    tunnel.on('connect', (answer, socket) => {
      if (answer.statusCode !== 200) {
        socket.destroy()
        settle(false)
        return
      }
      const secured = tlsConnect({ socket, servername: host }, () => {
        secured.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      })
      secured.setTimeout(timeoutMs, () => secured.destroy(new Error('timeout')))
      secured.once('data', () => {
        settle(true)
        secured.destroy()
      })
      secured.on('error', () => settle(false))
      secured.on('close', () => settle(false))
    })
    tunnel.on('timeout', () => tunnel.destroy(new Error('timeout')))
    tunnel.on('response', (answer) => {
      answer.resume()
      settle(false)
    })
    tunnel.on('error', () => settle(false))
    tunnel.end()
  })
}
