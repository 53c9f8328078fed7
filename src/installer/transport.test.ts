import { createServer, type Server, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeServerCertificate } from './testing/server-certificate.ts'
import { openTransport, type Transport } from './transport.ts'

let server: Server
let transport: Transport
let other: Transport
let small: Transport
const connections = new Set<unknown>()

beforeAll(async () => {
  const certificate: ServerOptions & { readonly cert: string } = await makeServerCertificate()
  server = createServer(certificate, (request, response) => {
    connections.add(request.socket)
    if (request.url === '/silent') return
    if (request.url === '/moved') {
      response.writeHead(302, { location: 'https://evil.example/' }).end()
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.writeHead(201, { 'content-type': 'application/json', 'retry-after': '3' })
      response.end(
        JSON.stringify({
          method: request.method,
          url: request.url,
          authorization: request.headers.authorization,
          length: request.headers['content-length'],
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const endpoint = new URL(`https://127.0.0.1:${port}`)
  transport = openTransport(endpoint, certificate.cert)
  other = openTransport(endpoint, (await makeServerCertificate()).cert)
  small = openTransport(endpoint, certificate.cert, 10)
})

afterAll(async () => {
  for (const each of [transport, other, small]) each.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test('sends method, path, headers and body, and keeps the connection', async () => {
  const answer = await transport.send({
    method: 'PATCH',
    path: '/api?x=1',
    headers: { authorization: 'Bearer t' },
    body: '{"ü":1}',
    timeoutMs: 5_000,
  })
  expect(answer.status).toBe(201)
  expect(answer.headers['retry-after']).toBe('3')
  expect(JSON.parse(answer.text)).toEqual({
    method: 'PATCH',
    url: '/api?x=1',
    authorization: 'Bearer t',
    length: '8',
    body: '{"ü":1}',
  })
  connections.clear()
  for (let count = 0; count < 3; count += 1)
    await transport.send({ method: 'GET', path: '/', headers: {}, timeoutMs: 5_000 })
  expect(connections.size).toBe(1)
})

test('follows no redirect', async () => {
  expect(await transport.send({ method: 'GET', path: '/moved', headers: {}, timeoutMs: 5_000 })).toMatchObject({
    status: 302,
  })
})

test('trusts no other certificate', async () => {
  await expect(other.send({ method: 'GET', path: '/', headers: {}, timeoutMs: 5_000 })).rejects.toMatchObject({
    code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO_VERIFY/),
  })
})

test('waits no longer than told, and reads no more than it may', async () => {
  await expect(transport.send({ method: 'GET', path: '/silent', headers: {}, timeoutMs: 50 })).rejects.toThrow(
    'no answer within 0.05 seconds',
  )
  await expect(small.send({ method: 'GET', path: '/', headers: {}, timeoutMs: 5_000 })).rejects.toThrow(
    'the answer is larger than 10 bytes',
  )
})
