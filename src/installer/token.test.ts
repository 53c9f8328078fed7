import { expect, test } from 'vitest'
import { createTokenSource, stsHost } from './token.ts'

const environment = {
  AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session/token+=',
}
const cluster = { clusterName: 'prod', region: 'eu-west-1' }
const noon = Date.parse('2026-11-23T12:00:00Z')

function urlOf(token: string): URL {
  expect(token.startsWith('k8s-aws-v1.')).toBe(true)
  return new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8'))
}

test('a token is the presigned URL that EKS asks for', () => {
  const token = createTokenSource(cluster, environment, () => noon).current()
  expect(token).not.toContain('=')
  const url = urlOf(token)
  expect(`${url.protocol}//${url.host}${url.pathname}`).toBe('https://sts.eu-west-1.amazonaws.com/')
  const query = Object.fromEntries(url.searchParams)
  expect(query).toEqual({
    Action: 'GetCallerIdentity',
    Version: '2011-06-15',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'ASIAEXAMPLE/20261123/eu-west-1/sts/aws4_request',
    'X-Amz-Date': '20261123T120000Z',
    'X-Amz-Expires': '60',
    'X-Amz-Security-Token': 'session/token+=',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
  })
})

test('another cluster name gives another signature', () => {
  const signature = (clusterName: string) =>
    urlOf(createTokenSource({ ...cluster, clusterName }, environment, () => noon).current()).searchParams.get(
      'X-Amz-Signature',
    )
  expect(signature('prod')).not.toBe(signature('test'))
})

test('a token is kept for less than 14 minutes, and made anew on demand', () => {
  let now = noon
  const source = createTokenSource(cluster, environment, () => now)
  const first = source.current()
  now += 12 * 60_000
  expect(source.current()).toBe(first)
  now += 60_000
  const second = source.current()
  expect(urlOf(second).searchParams.get('X-Amz-Date')).toBe('20261123T121300Z')
  now += 1_000
  expect(source.current()).toBe(second)
  source.renew()
  expect(source.current()).not.toBe(second)
})

test('without credentials there is a clear error', () => {
  expect(() => createTokenSource(cluster, {}, () => noon).current()).toThrow(
    "The installer's environment lacks AWS credentials: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.",
  )
})

test.each([
  ['us-east-1', 'sts.us-east-1.amazonaws.com'],
  ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com'],
  ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
  ['us-iso-east-1', 'sts.us-iso-east-1.c2s.ic.gov'],
  ['us-isob-east-1', 'sts.us-isob-east-1.sc2s.sgov.gov'],
  ['us-isof-south-1', 'sts.us-isof-south-1.csp.hci.ic.gov'],
  ['eu-isoe-west-1', 'sts.eu-isoe-west-1.cloud.adc-e.uk'],
  ['eusc-de-east-1', 'sts.eusc-de-east-1.amazonaws.eu'],
])('the STS host of %s is %s', (region, host) => {
  expect(stsHost(region)).toBe(host)
})
