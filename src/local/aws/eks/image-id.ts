import { createHash } from 'node:crypto'

/** A stable id for the AMI that EKS would choose. */
export function imageIdOf(region: string, amiType: string, version: string): string {
  return `ami-${createHash('sha256').update(`${region}/${amiType}/${version}`).digest('hex').slice(0, 17)}`
}
