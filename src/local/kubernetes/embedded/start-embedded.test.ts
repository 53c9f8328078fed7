import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listAt, textAt, valueAt } from '../../../read/kubernetes/json.ts'
import { openKubernetesClient } from '../client.ts'
import { conformanceGate } from '../testing/conformance-gate.ts'
import { startEmbedded } from './start-embedded.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'eks-gpu-embedded-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const start = (kubernetesVersion = '1.36') =>
  startEmbedded({
    clusterName: 'kept',
    kubernetesVersion,
    directory,
    serviceCidr: '10.100.0.0/16',
    gate: conformanceGate(),
  })

test('a second start in the same folder goes on with the same objects and authority', async () => {
  const first = await start()
  const client = openKubernetesClient(first)
  await client.send('POST', '/api/v1/namespaces/default/configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kept' },
    data: { a: '1' },
  })
  client.close()
  await first.stop()
  await first.stop()
  expect((await stat(join(directory, 'embedded.json'))).mode & 0o777).toBe(0o600)

  const second = await start()
  const again = openKubernetesClient(second)
  const found = await again.send('GET', '/api/v1/namespaces/default/configmaps/kept')
  again.close()
  await second.stop()
  expect(valueAt(found.body, 'data')).toEqual({ a: '1' })
  expect(second.certificateAuthority).toBe(first.certificateAuthority)
})

test('a damaged state is none', async () => {
  await writeFile(join(directory, 'embedded.json'), '{"authority":')
  const plane = await start()
  const client = openKubernetesClient(plane)
  const { body } = await client.send('GET', '/api/v1/namespaces')
  client.close()
  await plane.stop()
  expect(listAt(body, 'items').map((item) => textAt(item, 'metadata', 'name'))).toEqual([
    'default',
    'kube-node-lease',
    'kube-public',
    'kube-system',
  ])
})

test('says the version it was asked for, and addresses services in the range it was given', async () => {
  const plane = await start('1.31')
  const client = openKubernetesClient(plane)
  const version = await client.send('GET', '/version')
  const service = await client.send('GET', '/api/v1/namespaces/default/services/kubernetes')
  client.close()
  await plane.stop()
  expect(version.body).toMatchObject({ major: '1', minor: '31', gitVersion: 'v1.31.0-embedded' })
  expect(service.body).toMatchObject({ spec: { clusterIP: '10.100.0.1' } })
})

test('a connection that never shakes hands holds no interrupt up, nor does one that does so afterwards', async () => {
  const plane = await start()
  const port = Number(new URL(plane.endpoint).port)
  const silent = connect(port, '127.0.0.1')
  await once(silent, 'connect')
  const late = connect(port, '127.0.0.1')
  await once(late, 'connect')
  const closed = Promise.all([once(silent, 'close'), once(late, 'close')])
  const interrupted = plane.interrupt()
  for (const socket of [silent, late]) socket.on('error', () => {})
  late.write('hello')
  await interrupted
  await closed
  await plane.stop()
})

test('a watch from a revision that is long gone is sent to list again', async () => {
  const plane = await start()
  const client = openKubernetesClient(plane)
  const events: unknown[] = []
  await client.watch(
    '/api/v1/pods?watch=true&resourceVersion=-1',
    (event) => events.push(event),
    new AbortController().signal,
  )
  client.close()
  await plane.stop()
  expect(events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }])
})

test('what it does not know, it says, with the way to what does', async () => {
  const plane = await start()
  const client = openKubernetesClient(plane)
  const answer = await client.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {})
  client.close()
  await plane.stop()
  expect(answer).toMatchObject({ status: 404, body: { reason: 'NotFound' } })
  expect(textAt(answer.body, 'message')).toContain(
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions is not known to the embedded control plane',
  )
  expect(textAt(answer.body, 'message')).toContain('eks-gpu local install-kubernetes')
})
