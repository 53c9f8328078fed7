import type { Environment } from './configuration.ts'
import { refused } from './installer-error.ts'
import { presign } from './sigv4.ts'

/** Bearer tokens for one cluster. */
export type TokenSource = {
  /** A token with at least two minutes of life left. */
  current(): string
  /** Forgets the present token, so that the next one is made anew. */
  renew(): void
}

/** EKS takes a token for 15 minutes after its X-Amz-Date, whatever X-Amz-Expires says. */
const renewAfterMs = 13 * 60_000

/**
 * Makes EKS bearer tokens: `k8s-aws-v1.` and the base64url of a presigned STS GetCallerIdentity URL that covers the
 * header `x-k8s-aws-id`. Signed here, so no request leaves for STS
 * (https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster).
 * Lambda's credentials are read from `environment` at each signing. Throws `InstallerRefused` when there are none.
 */
export function createTokenSource(
  cluster: { readonly clusterName: string; readonly region: string },
  environment: Environment,
  now: () => number,
): TokenSource {
  let token: { readonly text: string; readonly madeAt: number } | undefined
  return {
    current() {
      const at = now()
      if (token === undefined || at - token.madeAt >= renewAfterMs) {
        token = { text: createToken(cluster, environment, at), madeAt: at }
      }
      return token.text
    },
    renew() {
      token = undefined
    },
  }
}

function createToken(
  cluster: { readonly clusterName: string; readonly region: string },
  environment: Environment,
  at: number,
): string {
  const accessKeyId = environment['AWS_ACCESS_KEY_ID']
  const secretAccessKey = environment['AWS_SECRET_ACCESS_KEY']
  const sessionToken = environment['AWS_SESSION_TOKEN']
  if (!accessKeyId || !secretAccessKey) {
    throw refused("The installer's environment lacks AWS credentials: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.")
  }
  const url = presign({
    host: stsHost(cluster.region),
    path: '/',
    query: [
      ['Action', 'GetCallerIdentity'],
      ['Version', '2011-06-15'],
    ],
    headers: { 'x-k8s-aws-id': cluster.clusterName },
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
    region: cluster.region,
    service: 'sts',
    at,
    expires: 60,
  })
  return `k8s-aws-v1.${Buffer.from(url, 'utf8').toString('base64url')}`
}

/** DNS suffixes by region prefix, https://github.com/aws/aws-sdk-go-v2/blob/main/internal/endpoints/awsrulesfn/partitions.json */
const suffixes = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['us-iso-', 'c2s.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['eusc-', 'amazonaws.eu'],
] as const

/** The regional STS host of a region's partition; EKS accepts no global one outside us-east-1. */
export function stsHost(region: string): string {
  const suffix = suffixes.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com'
  return `sts.${region}.${suffix}`
}
