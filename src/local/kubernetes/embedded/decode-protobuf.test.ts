import { expect, test } from 'vitest'
import { decodeProtobuf } from './decode-protobuf.ts'

/** A field with bytes in it: tag, length, content. */
const field = (number: number, content: Buffer | string): Buffer => {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes])
}
const integer = (number: number, value: number): Buffer => Buffer.from([number << 3, value])
const envelope = (apiVersion: string, kind: string, body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from('k8s\0', 'latin1'),
    field(1, Buffer.concat([field(1, apiVersion), field(2, kind)])),
    field(2, body),
  ])

test('reads a Deployment: pointers keep their zero, empty text and empty objects are absent', () => {
  const metadata = Buffer.concat([
    field(1, 'web'),
    field(2, ''),
    field(8, ''),
    field(11, Buffer.concat([field(1, 'app'), field(2, 'web')])),
  ])
  const resources = field(1, Buffer.concat([field(1, 'nvidia.com/gpu'), field(2, field(1, '1'))]))
  const container = Buffer.concat([field(1, 'main'), field(2, 'registry/app:1'), field(8, resources)])
  const template = Buffer.concat([field(1, ''), field(2, field(2, container))])
  const spec = Buffer.concat([integer(1, 0), field(3, template), field(4, ''), integer(5, 0)])
  expect(
    decodeProtobuf(envelope('apps/v1', 'Deployment', Buffer.concat([field(1, metadata), field(2, spec)]))),
  ).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: {
      replicas: 0,
      template: {
        spec: {
          containers: [{ name: 'main', image: 'registry/app:1', resources: { limits: { 'nvidia.com/gpu': '1' } } }],
        },
      },
    },
  })
})

test('what stands inline in JSON is put in line', () => {
  const emptyDirectory = field(2, field(2, ''))
  const volume = Buffer.concat([field(1, 'scratch'), emptyDirectory])
  const pod = field(2, field(1, volume))
  expect(decodeProtobuf(envelope('v1', 'Pod', pod))).toMatchObject({
    spec: { volumes: [{ name: 'scratch', emptyDir: {} }] },
  })
})

test.for([
  ['no magic', Buffer.from('{}'), 'the body is no Kubernetes protobuf message'],
  ['a message that ends early', Buffer.from('k8s\0\x0a\x7f', 'latin1'), 'the protobuf message is cut short'],
  ['a kind we have not', envelope('v1', 'ResourceQuota', Buffer.alloc(0)), 'cannot read ResourceQuota in version "v1"'],
] as const)('refuses %s', ([, body, message]) => {
  expect(() => decodeProtobuf(body)).toThrow(message)
})
