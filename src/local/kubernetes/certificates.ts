// tsyringe, inside @peculiar/x509, refuses to load without this polyfill.
import 'reflect-metadata'

import { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'

/** A certificate and its private key (PKCS #8), both PEM. */
export type CertificatePair = { readonly certificate: string; readonly key: string }

/** A certificate authority of one local cluster; the pair is all there is, so it can be kept in files and used again. */
export type CertificateAuthority = CertificatePair

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const tenYears = 10 * 365 * 24 * 60 * 60 * 1000

/**
 * Makes a self-signed authority (ECDSA P-256, ten years from `now`).
 * The certificate is also backdated by five minutes, for programs whose clock is a little behind.
 */
export async function createAuthority(commonName: string, now: Date = new Date()): Promise<CertificateAuthority> {
  const keys = await generateKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: distinguishedName(commonName, []),
      keys,
      signingAlgorithm: algorithm,
      serialNumber: serialNumber(),
      ...validity(now),
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature,
          true,
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  )
  return { certificate: pem(certificate), key: await privateKeyPem(keys) }
}

/** Issues a server certificate for host names and IP addresses (`names`, e.g. `127.0.0.1`, `localhost`). */
export function issueServerCertificate(
  authority: CertificateAuthority,
  commonName: string,
  names: readonly string[],
  now: Date = new Date(),
): Promise<CertificatePair> {
  return issue(authority, distinguishedName(commonName, []), now, [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(
      names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
    ),
  ])
}

/**
 * Issues a client certificate as Kubernetes reads it: the common name is the user, each organization a group
 * (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates).
 */
export function issueClientCertificate(
  authority: CertificateAuthority,
  user: string,
  groups: readonly string[],
  now: Date = new Date(),
): Promise<CertificatePair> {
  return issue(authority, distinguishedName(user, groups), now, [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
  ])
}

async function issue(
  authority: CertificateAuthority,
  subject: x509.JsonName,
  now: Date,
  extensions: readonly x509.Extension[],
): Promise<CertificatePair> {
  const issuer = new x509.X509Certificate(authority.certificate)
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decodeFirst(authority.key),
    algorithm,
    false,
    ['sign'],
  )
  const keys = await generateKeys()
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject,
      issuer: issuer.subjectName.toJSON(),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: algorithm,
      serialNumber: serialNumber(),
      ...validity(now),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(issuer, false, webcrypto),
        ...extensions,
      ],
    },
    webcrypto,
  )
  return { certificate: pem(certificate), key: await privateKeyPem(keys) }
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

async function privateKeyPem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')}\n`
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`
}

/** Organizations first, as kubeadm writes them. */
function distinguishedName(commonName: string, organizations: readonly string[]): x509.JsonName {
  return [...organizations.map((organization) => ({ O: [organization] })), { CN: [commonName] }]
}

/** 127 random bits, positive, as RFC 5280 §4.1.2.2 asks (at most 20 octets). */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return Buffer.from(bytes).toString('hex')
}

function validity(now: Date): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(now.getTime() - 5 * 60 * 1000), notAfter: new Date(now.getTime() + tenYears) }
}
