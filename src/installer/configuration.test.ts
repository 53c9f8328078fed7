import { expect, test } from 'vitest'
import { readConfiguration } from './configuration.ts'

const good = {
  CLUSTER_NAME: 'prod',
  CLUSTER_ENDPOINT: 'https://0123.gr7.us-east-1.eks.amazonaws.com',
  CLUSTER_CA: Buffer.from('-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n').toString('base64'),
  BUNDLE_DIGEST: 'a'.repeat(64),
  AWS_REGION: 'us-east-1',
}

test('reads the environment', () => {
  expect(readConfiguration(good)).toEqual({
    clusterName: 'prod',
    endpoint: new URL('https://0123.gr7.us-east-1.eks.amazonaws.com'),
    certificateAuthority: '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n',
    digest: 'a'.repeat(64),
    region: 'us-east-1',
  })
})

test.each([
  [{ CLUSTER_NAME: undefined, CLUSTER_CA: ' ' }, "The installer's environment lacks CLUSTER_NAME, CLUSTER_CA."],
  [
    { CLUSTER_ENDPOINT: 'http://10.0.0.1' },
    "The installer's environment has CLUSTER_ENDPOINT=http://10.0.0.1, which is no https address.",
  ],
  [{ CLUSTER_ENDPOINT: 'prod' }, "The installer's environment has CLUSTER_ENDPOINT=prod, which is no https address."],
  [{ CLUSTER_CA: 'zzz' }, "The installer's environment has a CLUSTER_CA that is not the base64 of a PEM certificate."],
  [{ BUNDLE_DIGEST: 'abc' }, "The installer's environment has a BUNDLE_DIGEST that is not a SHA-256 in hex."],
  [{ AWS_REGION: 'nowhere' }, "The installer's environment has AWS_REGION=nowhere, which is no AWS region."],
])('refuses %o', (change, message) => {
  expect(() => readConfiguration({ ...good, ...change })).toThrow(message)
})
