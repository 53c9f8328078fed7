import type { CredentialStore, KnownCredentials } from './credentials.ts'
import { findElement, parseXml, textAt } from './parse-xml.ts'

/**
 * Learns the keys in an answer of the emulator, so that requests and tokens signed with them are known: STS's temporary credentials
 * and IAM's new access keys. Other answers teach nothing.
 */
export function rememberCredentials(
  store: CredentialStore,
  action: string,
  answer: string,
  asker: KnownCredentials | undefined,
  account: string,
): void {
  if (action === 'AssumeRole' || action === 'AssumeRoleWithWebIdentity' || action === 'AssumeRoleWithSAML') {
    const root = parseXml(answer)
    const user = findElement(root, 'AssumedRoleUser')
    keep(root, textAt(user, 'Arn'), textAt(user, 'AssumedRoleId'))
  } else if (action === 'GetSessionToken' && asker) keep(parseXml(answer), asker.arn, asker.userId)
  else if (action === 'CreateAccessKey') {
    const key = findElement(parseXml(answer), 'AccessKey')
    const name = textAt(key, 'UserName')
    if (key)
      store.add({
        accessKeyId: textAt(key, 'AccessKeyId'),
        secretAccessKey: textAt(key, 'SecretAccessKey'),
        arn: `arn:aws:iam::${account}:user/${name}`,
        userId: `AIDA${name.toUpperCase()}`,
        account,
      })
  }

  function keep(root: ReturnType<typeof parseXml>, arn: string, userId: string): void {
    const found = findElement(root, 'Credentials')
    if (!found) return
    const ends = new Date(textAt(found, 'Expiration'))
    store.add({
      accessKeyId: textAt(found, 'AccessKeyId'),
      secretAccessKey: textAt(found, 'SecretAccessKey'),
      sessionToken: textAt(found, 'SessionToken'),
      arn,
      userId,
      account: /^arn:[\w-]+:\w+::(\d{12}):/.exec(arn)?.[1] ?? account,
      ...(Number.isNaN(ends.getTime()) ? {} : { expiresAt: ends }),
    })
  }
}
