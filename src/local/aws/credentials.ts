import { randomBytes } from 'node:crypto'

/** A set of keys the AWS stand-in knows, and who they are. */
export type KnownCredentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Only temporary credentials have one. */
  readonly sessionToken?: string
  /** ARN as `sts:GetCallerIdentity` tells it. */
  readonly arn: string
  readonly userId: string
  readonly account: string
  /** When temporary credentials end. */
  readonly expiresAt?: Date
}

/** Every key that may sign; the emulator itself accepts any, which would prove nothing about a token. */
export type CredentialStore = {
  add(credentials: KnownCredentials): void
  /** `undefined` for keys that are unknown or have ended. */
  find(accessKeyId: string): KnownCredentials | undefined
  remove(accessKeyId: string): void
  /** Makes and keeps temporary credentials for a session of a role. */
  issueForRole(role: RoleSession): KnownCredentials
}

export type RoleSession = {
  readonly account: string
  readonly partition: string
  readonly roleName: string
  readonly sessionName: string
  readonly durationSeconds: number
}

/** Opens a store that lives as long as the process. */
export function openCredentialStore(now: () => Date = () => new Date()): CredentialStore {
  const known = new Map<string, KnownCredentials>()
  const add = (credentials: KnownCredentials): void => {
    known.set(credentials.accessKeyId, credentials)
  }
  return {
    add,
    find: (accessKeyId) => {
      const found = known.get(accessKeyId)
      return found?.expiresAt && found.expiresAt <= now() ? undefined : found
    },
    remove: (accessKeyId) => void known.delete(accessKeyId),
    issueForRole: ({ account, partition, roleName, sessionName, durationSeconds }) => {
      const issued: KnownCredentials = {
        accessKeyId: `ASIA${upperCaseId(16)}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(96).toString('base64'),
        arn: `arn:${partition}:sts::${account}:assumed-role/${roleName}/${sessionName}`,
        userId: `AROA${upperCaseId(17)}:${sessionName}`,
        account,
        expiresAt: new Date(now().getTime() + durationSeconds * 1000),
      }
      add(issued)
      return issued
    },
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function upperCaseId(length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('')
}
