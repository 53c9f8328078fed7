// tsyringe, inside @peculiar/x509, refuses to load without this polyfill.
import 'reflect-metadata'

import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

/** A self-signed certificate for 127.0.0.1 and its key, both PEM, as node:https takes them. */
export async function makeServerCertificate(): Promise<{ readonly cert: string; readonly key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const day = 24 * 60 * 60 * 1000
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=fake API server',
      keys,
      signingAlgorithm: algorithm,
      serialNumber: '01',
      notBefore: new Date(Date.now() - day),
      notAfter: new Date(Date.now() + day),
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]),
      ],
    },
    webcrypto,
  )
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  return { cert: `${certificate.toString('pem')}\n`, key: `${key}\n` }
}
