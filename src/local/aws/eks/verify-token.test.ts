import { describe, expect, test } from 'vitest'
import type { EnvironmentRecord } from '../../environment.ts'
import { signClusterToken } from '../../sign-cluster-token.ts'
import type { KnownCredentials } from '../credentials.ts'
import { verifyToken } from './verify-token.ts'

const now = new Date('2026-11-23T12:00:00Z')
const user: KnownCredentials = {
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: 'secret',
  arn: 'arn:aws:iam::123456789012:user/eks-gpu-local',
  userId: 'AIDAEXAMPLE',
  account: '123456789012',
}
const record: EnvironmentRecord = {
  version: 1,
  name: 'basic-000000',
  directory: '/x',
  home: '/h',
  asOf: '2026-11-23',
  kubernetes: 'embedded',
  awsEndpoint: 'http://127.0.0.1:4566',
  credentials: user,
  processes: [],
  clusters: [],
}

function check(token: string, at: Date = now, clusterName = 'demo') {
  return verifyToken(token, {
    clusterName,
    ownHost: '127.0.0.1:4566',
    now: at,
    find: (id) => (id === user.accessKeyId ? user : undefined),
  })
}

const { token } = signClusterToken(record, 'demo', { now, region: 'us-east-1' })

/** The token with another URL in it. */
function changed(change: (url: URL) => void): string {
  const url = new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8'))
  change(url)
  return `k8s-aws-v1.${Buffer.from(url.href).toString('base64url')}`
}

const malformed = 'input token was not properly formatted: '

describe('verifyToken', () => {
  test('knows who signed', () => {
    expect(check(token)).toEqual({ credentials: user })
    expect(check(token, new Date(now.getTime() + 14 * 60_000))).toEqual({ credentials: user })
  })

  test.each<readonly [string, string, string]>([
    ['another prefix', 'k8s-aws-v2.abc', `${malformed}token is missing expected "k8s-aws-v1." prefix`],
    ['no base64', 'k8s-aws-v1.a+b', `${malformed}illegal base64 data`],
    ['too large', `k8s-aws-v1.${'a'.repeat(5000)}`, `${malformed}token is too large`],
    [
      'no URL',
      `k8s-aws-v1.${Buffer.from('hello').toString('base64url')}`,
      `${malformed}cannot parse the pre-signed URL`,
    ],
    [
      'plain http',
      changed((url) => {
        url.protocol = 'http:'
      }),
      `${malformed}unexpected scheme "http" in pre-signed URL`,
    ],
    [
      'another host',
      changed((url) => {
        url.host = 'sts.us-east-1.amazonaws.com.evil.example'
      }),
      `${malformed}unexpected hostname "sts.us-east-1.amazonaws.com.evil.example" in pre-signed URL`,
    ],
    [
      'another port',
      changed((url) => {
        url.port = '8443'
      }),
      `${malformed}unexpected hostname "sts.us-east-1.amazonaws.com:8443" in pre-signed URL`,
    ],
    [
      'a path',
      changed((url) => {
        url.pathname = '/x'
      }),
      `${malformed}unexpected path in pre-signed URL`,
    ],
    [
      'another parameter',
      changed((url) => url.searchParams.append('RoleArn', 'x')),
      `${malformed}non-whitelisted query parameter "RoleArn"`,
    ],
    [
      'a parameter twice',
      changed((url) => url.searchParams.append('action', 'GetCallerIdentity')),
      `${malformed}query parameter with multiple values not supported`,
    ],
    [
      'another action',
      changed((url) => url.searchParams.set('Action', 'GetSessionToken')),
      `${malformed}unexpected action parameter in pre-signed URL`,
    ],
    [
      'the cluster header not signed',
      changed((url) => url.searchParams.set('X-Amz-SignedHeaders', 'host')),
      `${malformed}client did not sign the x-k8s-aws-id header in the pre-signed URL`,
    ],
    [
      'a long life',
      changed((url) => url.searchParams.set('X-Amz-Expires', '901')),
      `${malformed}invalid X-Amz-Expires parameter in pre-signed URL: 901`,
    ],
    [
      'no date',
      changed((url) => url.searchParams.delete('X-Amz-Date')),
      `${malformed}X-Amz-Date parameter must be present in pre-signed URL`,
    ],
    [
      'a key nobody has',
      changed((url) => url.searchParams.set('X-Amz-Credential', 'AKIAOTHER/20261123/us-east-1/sts/aws4_request')),
      'error from AWS (expected 200, got 403). InvalidClientTokenId: The security token included in the request is invalid.',
    ],
    [
      'a session token that is not its own',
      changed((url) => url.searchParams.set('X-Amz-Security-Token', 'x')),
      'error from AWS (expected 200, got 403). InvalidClientTokenId: The security token included in the request is invalid.',
    ],
    [
      'another service',
      changed((url) => url.searchParams.set('X-Amz-Credential', 'AKIAEXAMPLE/20261123/us-east-1/s3/aws4_request')),
      'error from AWS (expected 200, got 403). SignatureDoesNotMatch: Credential should be scoped to correct service and date.',
    ],
    [
      'another signature',
      changed((url) => url.searchParams.set('X-Amz-Signature', '0'.repeat(64))),
      'error from AWS (expected 200, got 403). SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    ],
    [
      'another region of the same name in the host',
      changed((url) => {
        url.host = 'sts.eu-west-1.amazonaws.com'
      }),
      'error from AWS (expected 200, got 403). SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    ],
  ])('refuses %s', (_, changedToken, refused) => {
    expect(check(changedToken)).toEqual({ refused })
  })

  test('refuses it for another cluster, after 15 minutes, and from the future', () => {
    expect(check(token, now, 'other')).toEqual({
      refused:
        'error from AWS (expected 200, got 403). SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    })
    expect(check(token, new Date(now.getTime() + 15 * 60_000 + 1000))).toEqual({
      refused: `${malformed}X-Amz-Date parameter is expired (15 minute expiration) 2026-11-23T12:00:00.000Z`,
    })
    expect(check(token, new Date(now.getTime() - 6 * 60_000))).toEqual({
      refused:
        'error from AWS (expected 200, got 403). SignatureDoesNotMatch: Signature not yet current: 20261123T120000Z is still later than now',
    })
  })
})
