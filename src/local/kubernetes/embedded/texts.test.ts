import { expect, test } from 'vitest'
import { readRequestInfo } from './access.ts'
import { humanDuration } from './duration-text.ts'
import { serviceAddress } from './service-address.ts'

test.for([
  [-5_000, '<invalid>'],
  [0, '0s'],
  [119_999, '119s'],
  [120_000, '2m'],
  [200_000, '3m20s'],
  [600_000, '10m'],
  [3 * 3_600_000, '3h'],
  [2.25 * 3_600_000, '135m'],
  [4.5 * 3_600_000, '4h30m'],
  [9 * 3_600_000, '9h'],
  [50 * 3_600_000, '2d2h'],
  [9 * 86_400_000, '9d'],
  [800 * 86_400_000, '2y70d'],
  [4000 * 86_400_000, '10y'],
] as const)('%d ms is %s', ([milliseconds, text]) => {
  expect(humanDuration(milliseconds)).toBe(text)
})

test('services are addressed within the range, each always the same', () => {
  expect(serviceAddress('10.100.0.0/16', 'default', 'kubernetes')).toBe('10.100.0.1')
  const address = serviceAddress('10.100.0.0/24', 'a', 'b')
  expect(address).toMatch(/^10\.100\.0\.\d+$/)
  expect(serviceAddress('10.100.0.0/24', 'a', 'b')).toBe(address)
})

test.for([
  ['GET', '/api/v1/pods', { verb: 'list', resource: 'pods', namespace: '', name: '' }],
  ['GET', '/api/v1/pods?watch=1', { verb: 'watch' }],
  ['GET', '/api/v1/namespaces/a/pods/b/log', { verb: 'get', namespace: 'a', name: 'b', subresource: 'log' }],
  ['GET', '/api/v1/namespaces/a', { verb: 'get', resource: 'namespaces', namespace: 'a', name: 'a' }],
  ['PUT', '/api/v1/namespaces/a/status', { verb: 'update', resource: 'namespaces', subresource: 'status' }],
  ['DELETE', '/apis/apps/v1/namespaces/a/deployments', { verb: 'deletecollection', group: 'apps' }],
  ['POST', '/apis/apps/v1/namespaces/a/deployments', { verb: 'create', version: 'v1' }],
  ['PATCH', '/api/v1/nodes/n', { verb: 'patch', resource: 'nodes', name: 'n' }],
  ['GET', '/apis/apps/v1', { kind: 'path', verb: 'get', path: '/apis/apps/v1' }],
  ['GET', '/version', { kind: 'path', path: '/version' }],
] as const)('%s %s', ([method, path, expected]) => {
  expect(readRequestInfo(method, new URL(path, 'https://127.0.0.1'))).toMatchObject(expected)
})
