import { createHash } from 'node:crypto'

/** The API's default AMI type: Amazon Linux 2023 from 1.30 on, Amazon Linux 2 before. */
export function defaultAmiType(version: string): string {
  return Number(version.split('.')[1]) >= 30 ? 'AL2023_x86_64_STANDARD' : 'AL2_x86_64'
}

/** A release version in the form that the AMI family has; the stand-in knows no AMI calendar. */
export function releaseVersionOf(amiType: string, version: string): string {
  return amiType.startsWith('BOTTLEROCKET') ? '1.50.0-00000000' : `${version}.0-20260101`
}

/** A stable id for the AMI of a type, a Kubernetes minor and a region. */
export function imageIdOf(region: string, amiType: string, version: string): string {
  return `ami-${createHash('sha256').update(`${region}/${amiType}/${version}`).digest('hex').slice(0, 17)}`
}
