import { X509Certificate } from 'node:crypto'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { createAuthority, issueClientCertificate, issueServerCertificate } from './certificates.ts'

test('an authority signs itself and is marked as one', async () => {
  const authority = await createAuthority('prod')
  const certificate = new X509Certificate(authority.certificate)
  expect(certificate.ca).toBe(true)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(certificate.subject).toBe('CN=prod')
})

test('server and client know each other by the authority, the user by its name and groups', async () => {
  const authority = await createAuthority('prod')
  const server = await issueServerCertificate(authority, 'kube-apiserver', ['127.0.0.1', 'localhost', '::1'])
  const client = await issueClientCertificate(authority, 'eks-gpu:local-admin', ['system:masters', 'others'])
  expect(new X509Certificate(server.certificate).checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(new X509Certificate(server.certificate).checkHost('localhost')).toBe('localhost')

  const seen = new Promise<{ authorized: boolean; subject: unknown }>((resolve, reject) => {
    const listener = createServer(
      {
        ca: authority.certificate,
        cert: server.certificate,
        key: server.key,
        requestCert: true,
        rejectUnauthorized: false,
      },
      (incoming, outgoing) => {
        const socket = incoming.socket as TLSSocket
        resolve({ authorized: socket.authorized, subject: { ...socket.getPeerCertificate().subject } })
        outgoing.end()
        listener.close()
      },
    )
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address() as AddressInfo
      request({
        host: '127.0.0.1',
        port,
        ca: authority.certificate,
        cert: client.certificate,
        key: client.key,
        agent: false,
      })
        .on('error', reject)
        .end()
    })
  })
  expect(await seen).toEqual({
    authorized: true,
    subject: { CN: 'eks-gpu:local-admin', O: ['system:masters', 'others'] },
  })
})
