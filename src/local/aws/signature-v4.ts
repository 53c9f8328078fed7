import { createHash, createHmac } from 'node:crypto'

/** SHA-256 of the empty string, in hex: the payload hash of a presigned GET. */
export const emptyPayloadHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** Where and when a signature is good: `20261123T120000Z`, region, service. */
export type SignatureScope = { readonly date: string; readonly region: string; readonly service: string }

/** What is signed. Query parameters are decoded pairs without `X-Amz-Signature`; header names are lower case. */
export type SignedParts = {
  readonly method: string
  readonly path: string
  readonly query: readonly (readonly [string, string])[]
  readonly headers: readonly (readonly [string, string])[]
  readonly payloadHash: string
}

/**
 * AWS Signature Version 4 of a request, in hex
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export function signatureV4(parts: SignedParts, scope: SignatureScope, secretAccessKey: string): string {
  const headers = [...parts.headers].sort(([a], [b]) => (a < b ? -1 : 1))
  const canonical = [
    parts.method,
    parts.path,
    parts.query
      .map(([key, value]) => `${percentEncode(key)}=${percentEncode(value)}`)
      .sort()
      .join('&'),
    ...headers.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}`),
    '',
    headers.map(([name]) => name).join(';'),
    parts.payloadHash,
  ].join('\n')
  const day = scope.date.slice(0, 8)
  const toSign = [
    'AWS4-HMAC-SHA256',
    scope.date,
    `${day}/${scope.region}/${scope.service}/aws4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n')
  const key = [day, scope.region, scope.service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`)
  return hmac(key, toSign).toString('hex')
}

/** `20261123T120000Z` of a moment. */
export function amzDate(moment: Date): string {
  return moment.toISOString().replace(/[-:]|\.\d{3}/g, '')
}

/** The moment of `20261123T120000Z`, or `undefined` when it is not one. */
export function parseAmzDate(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second] = match
  const moment = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(moment.getTime()) ? undefined : moment
}

/** RFC 3986: everything but letters, digits and `-_.~`. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}
