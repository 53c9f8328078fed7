import { amzDate, emptyPayloadHash, signatureV4 } from './aws/signature-v4.ts'
import type { EnvironmentRecord } from './environment.ts'

/** A token of an EKS cluster, and when it ends. */
export type ClusterToken = { readonly token: string; readonly expiresAt: Date }

/**
 * Signs a token for a cluster of a local environment with the environment's keys, as `aws eks get-token` does. It is good for 15
 * minutes; like the AWS CLI we tell kubectl 14.
 */
export function signClusterToken(
  record: EnvironmentRecord,
  clusterName: string,
  options: { readonly region?: string; readonly now?: Date } = {},
): ClusterToken {
  const now = options.now ?? new Date()
  const region = options.region ?? record.clusters.find(({ name }) => name === clusterName)?.region ?? 'us-east-1'
  const host = `sts.${region}.amazonaws.com`
  const date = amzDate(now)
  const scope = { date, region, service: 'sts' }
  const query: readonly (readonly [string, string])[] = [
    ['Action', 'GetCallerIdentity'],
    ['Version', '2011-06-15'],
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${record.credentials.accessKeyId}/${date.slice(0, 8)}/${region}/sts/aws4_request`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', '60'],
    ['X-Amz-SignedHeaders', 'host;x-k8s-aws-id'],
  ]
  const signature = signatureV4(
    {
      method: 'GET',
      path: '/',
      query,
      headers: [
        ['host', host],
        ['x-k8s-aws-id', clusterName],
      ],
      payloadHash: emptyPayloadHash,
    },
    scope,
    record.credentials.secretAccessKey,
  )
  const url = new URL(`https://${host}/`)
  for (const [key, value] of [...query, ['X-Amz-Signature', signature] as const]) url.searchParams.append(key, value)
  return {
    token: `k8s-aws-v1.${Buffer.from(url.href).toString('base64url')}`,
    expiresAt: new Date(now.getTime() + 14 * 60_000),
  }
}
