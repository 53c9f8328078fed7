import { request } from 'node:https'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type CertificatePair,
  createAuthority,
  issueClientCertificate,
  issueServerCertificate,
} from '../certificates.ts'
import type { AccessRequest, EksGate } from '../control-plane.ts'
import type { ContainerState } from './container-logs.ts'
import { type GateServer, gateClientName, startGateServer } from './gate-server.ts'

const asked: AccessRequest[] = []
const said: string[] = []
const states: Record<string, ContainerState> = {
  done: { state: 'terminated', startedAt: '2026-11-23T20:00:00Z' },
  waiting: { state: 'waiting', reason: 'ContainerCreating' },
  following: { state: 'running', startedAt: '2026-11-23T20:00:00Z' },
}
let followed = 'first\n'
const gate: EksGate = {
  authenticate: async (token) =>
    token === 'good'
      ? { user: { username: 'arn:aws:iam::1:role/a', uid: '1', groups: ['g'], extra: { arn: ['a'] } } }
      : { refused: 'its signature is wrong' },
  authorize: async (access) => {
    asked.push(access)
    return access.user.username === 'admin' ? 'allow' : 'no-opinion'
  },
  admitPod: async (pod) => {
    if (pod.metadata.name === 'broken') throw new Error('a defect')
    return pod.metadata.name === 'plain' ? pod : { ...pod, spec: { changed: true } }
  },
  containerLog: async ({ container }) =>
    container === 'following' ? followed : container === 'done' ? 'a\nb\n' : undefined,
}

let server: GateServer
let authority: CertificatePair
let apiServer: CertificatePair
let stranger: CertificatePair

beforeAll(async () => {
  authority = await createAuthority('prod')
  apiServer = await issueClientCertificate(authority, gateClientName, [])
  stranger = await issueClientCertificate(authority, 'someone', [])
  server = await startGateServer({
    gate,
    certificateAuthority: authority.certificate,
    server: await issueServerCertificate(authority, 'kube-apiserver', ['127.0.0.1']),
    readContainer: async ({ container }) => states[container],
    say: (line) => said.push(line),
  })
})
afterAll(() => server.close())

function ask(
  path: string,
  body?: object,
  client: CertificatePair | 'none' = apiServer,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: server.port,
        path,
        method: body === undefined ? 'GET' : 'POST',
        ca: authority.certificate,
        agent: false,
        ...(client === 'none' ? {} : { cert: client.certificate, key: client.key }),
      },
      (incoming) => {
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (chunk: string) => {
          text += chunk
        })
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }))
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

const json = async (path: string, body: object): Promise<unknown> => JSON.parse((await ask(path, body)).text)

test('a token is reviewed by the gate', async () => {
  expect(await json('/token-review', { spec: { token: 'good' } })).toMatchObject({
    kind: 'TokenReview',
    status: { authenticated: true, user: { username: 'arn:aws:iam::1:role/a', extra: { arn: ['a'] } } },
  })
  expect(await json('/token-review', { spec: { token: 'bad' } })).toMatchObject({
    status: { authenticated: false, error: 'its signature is wrong' },
  })
})

test('access is reviewed by the gate, to resources and to paths', async () => {
  expect(
    await json('/access-review', {
      spec: {
        user: 'admin',
        groups: ['a'],
        resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'default' },
      },
    }),
  ).toMatchObject({ status: { allowed: true } })
  expect(
    await json('/access-review', { spec: { user: 'u', nonResourceAttributes: { verb: 'get', path: '/metrics' } } }),
  ).toMatchObject({ kind: 'SubjectAccessReview', status: { allowed: false } })
  expect(asked).toEqual([
    {
      user: { username: 'admin', uid: '', groups: ['a'], extra: {} },
      verb: 'get',
      group: '',
      resource: 'pods',
      subresource: '',
      namespace: 'default',
      name: '',
    },
    {
      user: { username: 'u', uid: '', groups: [], extra: {} },
      verb: 'get',
      group: '',
      resource: '',
      subresource: '',
      namespace: '',
      name: '',
      path: '/metrics',
    },
  ])
})

test.each<readonly [string, object[] | undefined]>([
  ['plain', undefined],
  ['other', [{ op: 'replace', path: '/spec', value: { changed: true } }]],
])('a pod named %s passes admission', async (name, patch) => {
  const review = { request: { uid: 'u1', namespace: 'default', object: { metadata: { name }, spec: {} } } }
  const answer = await json('/admit-pod', review)
  expect(answer).toMatchObject({ kind: 'AdmissionReview', response: { uid: 'u1', allowed: true } })
  const { response } = answer as { response: { patch?: string } }
  expect(
    response.patch === undefined ? undefined : JSON.parse(Buffer.from(response.patch, 'base64').toString()),
  ).toEqual(patch)
  expect(server.admissionSeen()).toBe(true)
})

test('a defect behind the gate is an error of the server, and is said', async () => {
  const review = { request: { uid: 'u1', object: { metadata: { name: 'broken' }, spec: {} } } }
  expect(await ask('/admit-pod', review)).toEqual({ status: 500, text: 'The local stand-in failed; see its log.' })
  expect(said).toEqual(['POST /admit-pod: a defect'])
})

test('nobody but the API server asks about tokens, access and logs', async () => {
  for (const path of ['/token-review', '/access-review', '/containerLogs/default/p/done']) {
    expect(await ask(path, { spec: {} }, stranger)).toEqual({ status: 401, text: 'Unauthorized' })
    expect(await ask(path, { spec: {} }, 'none')).toEqual({ status: 401, text: 'Unauthorized' })
  }
})

test.each<readonly [string, number, string]>([
  ['/containerLogs/default/p/done', 200, 'a\nb\n'],
  ['/containerLogs/default/p/done?tailLines=1&timestamps=true', 200, '2026-11-23T20:00:00Z b\n'],
  ['/containerLogs/default/p/done?follow=true', 200, 'a\nb\n'],
  ['/containerLogs/default/p/done?previous=true', 400, 'previous terminated container "done" in pod "p" not found'],
  ['/containerLogs/default/p/waiting', 400, 'container "waiting" in pod "p" is waiting to start: ContainerCreating'],
  ['/containerLogs/default/p/other', 404, 'container "other" in pod "p" not found'],
  ['/exec/default/p/done', 404, 'The local node stand-in runs no containers: it serves their logs only.'],
])('GET %s answers %i', async (path, status, text) => {
  expect(await ask(path)).toEqual({ status, text })
})

test('a followed log goes on until its container ends', async () => {
  const answer = ask('/containerLogs/default/p/following?follow=true')
  setTimeout(() => {
    followed = 'first\nsecond\n'
    states['following'] = { state: 'terminated', startedAt: '2026-11-23T20:00:00Z' }
  }, 100)
  expect(await answer).toEqual({ status: 200, text: 'first\nsecond\n' })
})
