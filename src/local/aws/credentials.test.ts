import { describe, expect, test } from 'vitest'
import { readCredentialScope } from './credential-scope.ts'
import { openCredentialStore } from './credentials.ts'
import { rememberCredentials } from './remember-credentials.ts'

describe('readCredentialScope', () => {
  const none = new URLSearchParams()
  test.each([
    [
      'AWS4-HMAC-SHA256 Credential=AKIA1/20261123/us-east-1/eks/aws4_request, SignedHeaders=host, Signature=0',
      { accessKeyId: 'AKIA1', region: 'us-east-1', service: 'eks' },
    ],
    [
      'AWS4-HMAC-SHA256 SignedHeaders=host,Credential=AKIA1/20261123/eu-west-1/ec2/aws4_request,Signature=0',
      { accessKeyId: 'AKIA1', region: 'eu-west-1', service: 'ec2' },
    ],
    ['AWS4-HMAC-SHA256 Credential=AKIA1/20261123', undefined],
    ['Bearer x', undefined],
    [undefined, undefined],
  ])('%s', (authorization, expected) => {
    expect(readCredentialScope({ authorization }, none)).toEqual(expected)
  })

  test('reads a presigned request', () => {
    const query = new URLSearchParams({ 'X-Amz-Credential': 'AKIA1/20261123/us-east-1/sts/aws4_request' })
    expect(readCredentialScope({}, query)).toEqual({ accessKeyId: 'AKIA1', region: 'us-east-1', service: 'sts' })
  })
})

test('temporary credentials end', () => {
  let now = new Date('2026-11-23T12:00:00Z')
  const store = openCredentialStore(() => now)
  const issued = store.issueForRole({
    account: '123456789012',
    partition: 'aws',
    roleName: 'r',
    sessionName: 's',
    durationSeconds: 900,
  })
  expect(issued.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
  expect(store.find(issued.accessKeyId)?.arn).toBe('arn:aws:sts::123456789012:assumed-role/r/s')
  now = new Date('2026-11-23T12:15:00Z')
  expect(store.find(issued.accessKeyId)).toBe(undefined)
})

test('learns the keys that the emulator hands out', () => {
  const store = openCredentialStore(() => new Date('2026-11-23T12:00:00Z'))
  rememberCredentials(
    store,
    'AssumeRole',
    `<AssumeRoleResponse><AssumeRoleResult><Credentials><SessionToken>t</SessionToken><SecretAccessKey>s</SecretAccessKey><Expiration>2026-11-23T13:00:00.000Z</Expiration><AccessKeyId>ASIA1</AccessKeyId></Credentials><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/me</Arn><AssumedRoleId>AROA1:me</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`,
    undefined,
    '123456789012',
  )
  expect(store.find('ASIA1')).toEqual({
    accessKeyId: 'ASIA1',
    secretAccessKey: 's',
    sessionToken: 't',
    arn: 'arn:aws:sts::123456789012:assumed-role/r/me',
    userId: 'AROA1:me',
    account: '123456789012',
    expiresAt: new Date('2026-11-23T13:00:00.000Z'),
  })
  rememberCredentials(
    store,
    'CreateAccessKey',
    '<R><CreateAccessKeyResult><AccessKey><UserName>bob</UserName><AccessKeyId>AKIA2</AccessKeyId><SecretAccessKey>s2</SecretAccessKey></AccessKey></CreateAccessKeyResult></R>',
    undefined,
    '123456789012',
  )
  expect(store.find('AKIA2')?.arn).toBe('arn:aws:iam::123456789012:user/bob')
  store.remove('AKIA2')
  expect(store.find('AKIA2')).toBe(undefined)
})
