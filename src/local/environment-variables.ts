import { join } from 'node:path'
import type { EnvironmentRecord } from './environment.ts'

/**
 * Variables that make AWS's tools and Terraform's provider speak to a local environment and to nothing else. `undefined` means that a
 * variable must be unset: no profile of the user may be taken.
 */
export function environmentVariables(
  record: EnvironmentRecord,
  options: { readonly region?: string } = {},
): Readonly<Record<string, string | undefined>> {
  const empty = emptyAwsFile(record.home)
  return {
    AWS_ENDPOINT_URL: record.awsEndpoint,
    AWS_ACCESS_KEY_ID: record.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: record.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: undefined,
    AWS_SECURITY_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_DEFAULT_PROFILE: undefined,
    AWS_ROLE_ARN: undefined,
    AWS_WEB_IDENTITY_TOKEN_FILE: undefined,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: undefined,
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: undefined,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: undefined,
    AWS_USE_FIPS_ENDPOINT: undefined,
    AWS_USE_DUALSTACK_ENDPOINT: undefined,
    AWS_CA_BUNDLE: undefined,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: empty,
    AWS_SHARED_CREDENTIALS_FILE: empty,
    ...noProxy(record),
    ...(options.region !== undefined && { AWS_REGION: options.region, AWS_DEFAULT_REGION: options.region }),
  }
}

/** Path of the empty file that stands for the user's AWS configuration. */
export function emptyAwsFile(home: string): string {
  return join(home, 'aws-config')
}

/** A proxy for the internet would otherwise be asked for the loopback address. */
function noProxy(record: EnvironmentRecord): Readonly<Record<string, string>> {
  const host = record.awsEndpoint === '' ? '127.0.0.1' : new URL(record.awsEndpoint).hostname
  return { NO_PROXY: host, no_proxy: host }
}
