import type { IncomingHttpHeaders } from 'node:http'

/** Who signed a request, and for which region and service; read, not verified. */
export type CredentialScope = { readonly accessKeyId: string; readonly region: string; readonly service: string }

/**
 * Reads the SigV4 credential scope of a request, from its Authorization header or, when presigned, from its query.
 * `undefined` for a request that is not signed.
 */
export function readCredentialScope(headers: IncomingHttpHeaders, query: URLSearchParams): CredentialScope | undefined {
  const credential =
    /^AWS4-HMAC-SHA256\s+(?:.*[\s,])?Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ??
    query.get('X-Amz-Credential') ??
    undefined
  const parts = credential?.split('/')
  if (parts?.length !== 5) return undefined
  const [accessKeyId = '', , region = '', service = ''] = parts
  return { accessKeyId, region, service }
}
