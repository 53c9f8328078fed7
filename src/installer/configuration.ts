import { refused } from './installer-error.ts'

/** Environment variables as `process.env` gives them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the function may act on: one cluster, one bundle. Comes from its environment and from nowhere else. */
export type Configuration = {
  readonly clusterName: string
  readonly endpoint: URL
  /** PEM of the authority that signed the API server's certificate. */
  readonly certificateAuthority: string
  /** SHA-256 of the bundle this function may install, 64 hex digits. */
  readonly digest: string
  readonly region: string
}

const variables = ['CLUSTER_NAME', 'CLUSTER_ENDPOINT', 'CLUSTER_CA', 'BUNDLE_DIGEST', 'AWS_REGION'] as const

/** Reads the configuration; throws `InstallerRefused` naming every variable that is missing or unusable. */
export function readConfiguration(environment: Environment): Configuration {
  const [clusterName = '', endpoint = '', authority = '', digest = '', region = ''] = variables.map(
    (name) => environment[name]?.trim() ?? '',
  )
  const values = [clusterName, endpoint, authority, digest, region]
  const missing = variables.filter((_, index) => values[index] === '')
  if (missing.length > 0) throw refused(`The installer's environment lacks ${missing.join(', ')}.`)

  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url?.protocol !== 'https:') {
    throw refused(`The installer's environment has CLUSTER_ENDPOINT=${endpoint}, which is no https address.`)
  }
  const certificateAuthority = Buffer.from(authority, 'base64').toString('utf8')
  if (!certificateAuthority.includes('-----BEGIN CERTIFICATE-----')) {
    throw refused("The installer's environment has a CLUSTER_CA that is not the base64 of a PEM certificate.")
  }
  if (!/^[0-9a-f]{64}$/.test(digest)) {
    throw refused("The installer's environment has a BUNDLE_DIGEST that is not a SHA-256 in hex.")
  }
  if (!/^[a-z]{2,5}(-[a-z]+)+-\d+$/.test(region)) {
    throw refused(`The installer's environment has AWS_REGION=${region}, which is no AWS region.`)
  }
  return { clusterName, endpoint: url, certificateAuthority, digest, region }
}
