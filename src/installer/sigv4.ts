import { createHash, createHmac } from 'node:crypto'

/** AWS credentials; Lambda's are temporary and carry a session token. */
type Credentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** A GET request without a body, to be signed in its query string. */
export type PresignRequest = {
  readonly host: string
  /** Absolute path; each segment is encoded here. */
  readonly path: string
  readonly query: readonly (readonly [name: string, value: string])[]
  /** Headers beside `host` that the signature covers; whoever sends the request must send them too. */
  readonly headers: Readonly<Record<string, string>>
  readonly credentials: Credentials
  readonly region: string
  readonly service: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Life of the URL, seconds. */
  readonly expires: number
}

const algorithm = 'AWS4-HMAC-SHA256'

/** SHA-256 of nothing: the payload of a GET. */
const emptyPayload = sha256('')

/**
 * Signs a GET request with AWS Signature Version 4, in the query string, and returns its URL
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). Local: nothing is sent.
 */
export function presign(request: PresignRequest): string {
  const { credentials, region, service } = request
  const timestamp = new Date(request.at).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const scope = [timestamp.slice(0, 8), region, service, 'aws4_request'].join('/')
  const headers = Object.entries({ ...request.headers, host: request.host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replaceAll(/ +/g, ' ')] as const)
    .sort(([a], [b]) => compare(a, b))
  const signedHeaders = headers.map(([name]) => name).join(';')

  const query: readonly (readonly [string, string])[] = [
    ...request.query,
    ['X-Amz-Algorithm', algorithm],
    ['X-Amz-Credential', `${credentials.accessKeyId}/${scope}`],
    ['X-Amz-Date', timestamp],
    ['X-Amz-Expires', String(request.expires)],
    ...(credentials.sessionToken === undefined ? [] : [['X-Amz-Security-Token', credentials.sessionToken] as const]),
    ['X-Amz-SignedHeaders', signedHeaders],
  ]
  const canonicalQuery = query
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const path = request.path.split('/').map(encode).join('/')

  const canonicalRequest = [
    'GET',
    // Every service but S3 encodes the path once more for the canonical request than on the wire.
    path.split('/').map(encode).join('/'),
    canonicalQuery,
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    signedHeaders,
    emptyPayload,
  ].join('\n')
  const stringToSign = [algorithm, timestamp, scope, sha256(canonicalRequest)].join('\n')
  const key = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${credentials.secretAccessKey}`)
  const signature = hmac(key, stringToSign).toString('hex')
  return `https://${request.host}${path}?${canonicalQuery}&X-Amz-Signature=${signature}`
}

/** Percent-encodes all but the unreserved characters of RFC 3986, in UTF-8, upper-case hex. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Order by code point, which is what the signature asks for; a locale's order would differ. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest()
}
