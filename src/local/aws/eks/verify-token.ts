import { timingSafeEqual } from 'node:crypto'
import type { KnownCredentials } from '../credentials.ts'
import { emptyPayloadHash, parseAmzDate, signatureV4 } from '../signature-v4.ts'

/** What a token is checked against. */
export type TokenCheck = {
  readonly clusterName: string
  /** Host and port of the AWS stand-in, for tokens that `aws eks get-token` signs with AWS_ENDPOINT_URL. */
  readonly ownHost: string
  readonly now: Date
  readonly find: (accessKeyId: string) => KnownCredentials | undefined
}

const prefix = 'k8s-aws-v1.'
const maxTokenBytes = 4096
const allowedParameters = new Set([
  'action',
  'version',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
  'x-amz-user-agent',
])
/** STS takes a presigned URL for 15 minutes, whatever X-Amz-Expires says. */
const lifetime = 15 * 60_000
const clockSkew = 5 * 60_000

/**
 * Checks a token as EKS's authenticator does, in the same order and words, then as STS would check the URL in it.
 * Rules: https://github.com/kubernetes-sigs/aws-iam-authenticator, pkg/token.
 */
export function verifyToken(
  token: string,
  check: TokenCheck,
): { readonly credentials: KnownCredentials } | { readonly refused: string } {
  if (Buffer.byteLength(token) > maxTokenBytes)
    return refused('input token was not properly formatted: token is too large')
  if (!token.startsWith(prefix))
    return refused(`input token was not properly formatted: token is missing expected "${prefix}" prefix`)
  const encoded = token.slice(prefix.length)
  if (!/^[A-Za-z0-9_-]*$/.test(encoded) || encoded.length % 4 === 1)
    return refused('input token was not properly formatted: illegal base64 data')
  const text = Buffer.from(encoded, 'base64url').toString('utf8')
  if (!URL.canParse(text)) return refused('input token was not properly formatted: cannot parse the pre-signed URL')
  const url = new URL(text)
  const own = url.host === check.ownHost
  if (url.protocol !== 'https:' && !(own && url.protocol === 'http:'))
    return refused(
      `input token was not properly formatted: unexpected scheme "${url.protocol.slice(0, -1)}" in pre-signed URL`,
    )
  if (!own && !isStsHost(url.host))
    return refused(`input token was not properly formatted: unexpected hostname "${url.host}" in pre-signed URL`)
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    return refused('input token was not properly formatted: unexpected parts in pre-signed URL')
  if (url.pathname !== '/') return refused('input token was not properly formatted: unexpected path in pre-signed URL')

  const parameters = new Map<string, string>()
  for (const [key, value] of url.searchParams) {
    const name = key.toLowerCase()
    if (!allowedParameters.has(name))
      return refused(`input token was not properly formatted: non-whitelisted query parameter "${key}"`)
    if (parameters.has(name))
      return refused('input token was not properly formatted: query parameter with multiple values not supported')
    parameters.set(name, value)
  }
  const get = (name: string): string => parameters.get(name) ?? ''
  if (get('action') !== 'GetCallerIdentity')
    return refused('input token was not properly formatted: unexpected action parameter in pre-signed URL')
  const signedHeaders = get('x-amz-signedheaders').split(';')
  if (!signedHeaders.some((name) => name.toLowerCase() === 'x-k8s-aws-id'))
    return refused(
      'input token was not properly formatted: client did not sign the x-k8s-aws-id header in the pre-signed URL',
    )
  const expires = /^\d+$/.test(get('x-amz-expires')) ? Number(get('x-amz-expires')) : Number.NaN
  if (!(expires >= 0 && expires <= 900))
    return refused(
      `input token was not properly formatted: invalid X-Amz-Expires parameter in pre-signed URL: ${Number.isNaN(expires) ? 0 : expires}`,
    )
  const signedAt = parseAmzDate(get('x-amz-date'))
  if (!signedAt)
    return refused('input token was not properly formatted: X-Amz-Date parameter must be present in pre-signed URL')
  const age = check.now.getTime() - signedAt.getTime()
  if (age > lifetime)
    return refused(
      `input token was not properly formatted: X-Amz-Date parameter is expired (15 minute expiration) ${signedAt.toISOString()}`,
    )
  return askSts(url, parameters, signedHeaders, signedAt, check)
}

/** What STS answers to the request that the token is: its own checks, with the cluster's name as the signed header's value. */
function askSts(
  url: URL,
  parameters: ReadonlyMap<string, string>,
  signedHeaders: readonly string[],
  signedAt: Date,
  check: TokenCheck,
): { readonly credentials: KnownCredentials } | { readonly refused: string } {
  const sts = (code: string, message: string): { readonly refused: string } =>
    refused(`error from AWS (expected 200, got 403). ${code}: ${message}`)
  const [accessKeyId = '', day = '', region = '', service = '', end = ''] = (
    parameters.get('x-amz-credential') ?? ''
  ).split('/')
  const date = parameters.get('x-amz-date') ?? ''
  if (
    parameters.get('x-amz-algorithm') !== 'AWS4-HMAC-SHA256' ||
    service !== 'sts' ||
    end !== 'aws4_request' ||
    day !== date.slice(0, 8)
  )
    return sts('SignatureDoesNotMatch', 'Credential should be scoped to correct service and date.')
  if (signedAt.getTime() - check.now.getTime() > clockSkew)
    return sts('SignatureDoesNotMatch', `Signature not yet current: ${date} is still later than now`)
  const known = check.find(accessKeyId)
  const sessionToken = parameters.get('x-amz-security-token')
  if (!known || known.sessionToken !== sessionToken)
    return sts('InvalidClientTokenId', 'The security token included in the request is invalid.')
  const values: Readonly<Record<string, string>> = { host: url.host, 'x-k8s-aws-id': check.clusterName }
  const headers = signedHeaders.map((name) => [name, values[name]] as const)
  if (!signedHeaders.includes('host') || headers.some(([, value]) => value === undefined))
    return sts(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
    )
  const expected = signatureV4(
    {
      method: 'GET',
      path: '/',
      query: [...url.searchParams].filter(([name]) => name !== 'X-Amz-Signature'),
      headers: headers.map(([name, value]) => [name, value ?? ''] as const),
      payloadHash: emptyPayloadHash,
    },
    { date, region, service },
    known.secretAccessKey,
  )
  if (!sameText(expected, parameters.get('x-amz-signature') ?? ''))
    return sts(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    )
  return { credentials: known }
}

function isStsHost(host: string): boolean {
  return (
    host === 'sts.amazonaws.com' || /^sts(-fips)?\.[a-z]{2}(-[a-z]+)+-\d\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(host)
  )
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function refused(why: string): { readonly refused: string } {
  return { refused: why }
}
