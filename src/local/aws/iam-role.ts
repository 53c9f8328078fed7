import { AwsError } from './aws-error.ts'
import type { MotoClient } from './moto/moto-client.ts'
import { textAt } from './parse-xml.ts'

/** Name of the role in a role ARN, without its path; `undefined` for what is not one. */
export function roleNameOf(arn: string): string | undefined {
  return /^arn:[\w-]+:iam::\d{12}:role\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1]
}

/** The trust policy of a role as text; `undefined` when there is no such role. */
export async function roleTrust(moto: MotoClient, region: string, roleName: string): Promise<string | undefined> {
  try {
    const answer = await moto.query('iam', region, 'GetRole', { RoleName: roleName })
    const document = textAt(answer, 'GetRoleResult', 'Role', 'AssumeRolePolicyDocument')
    try {
      return decodeURIComponent(document.replaceAll('+', ' '))
    } catch {
      return document
    }
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchEntity') return undefined
    throw error
  }
}
