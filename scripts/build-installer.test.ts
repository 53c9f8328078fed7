import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createFakeApi } from '../src/installer/testing/fake-api.ts'
import { configMap } from '../src/installer/testing/sample-objects.ts'
import { makeServerCertificate } from '../src/installer/testing/server-certificate.ts'
import { buildInstaller } from './build-installer.ts'

const committed = readFileSync(new URL('../modules/eks-gpu-cluster/installer/installer.zip', import.meta.url))

test('the committed zip is what the sources build, and small', async () => {
  const built = await buildInstaller()
  expect(Buffer.compare(built, committed), 'run `npx tsx scripts/build-installer.ts` and commit the zip').toBe(0)
  expect(built.byteLength).toBeLessThan(60_000)
})

test('the shipped file installs over TLS in a process of its own, as Lambda runs it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'eks-gpu-installer-'))
  const certificate = await makeServerCertificate()
  const api = createFakeApi(Date.now)
  const tokens = new Set<string>()
  const server = createServer(certificate, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'https://api.test')
      const text = Buffer.concat(chunks).toString('utf8')
      tokens.add(request.headers.authorization ?? '')
      const answer = api.handle({
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        body: text === '' ? undefined : JSON.parse(text),
        contentType: request.headers['content-type'] ?? '',
        authorization: request.headers.authorization ?? '',
      })
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
    })
  })
  try {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    writeFileSync(join(directory, 'index.mjs'), unpack(committed))
    writeFileSync(
      join(directory, 'run.mjs'),
      `import { handler } from './index.mjs'
       const result = await handler(JSON.parse(process.argv[2]), { awsRequestId: 'r', getRemainingTimeInMillis: () => 60_000 })
       console.error(JSON.stringify(result))`,
    )
    const bundle = JSON.stringify([configMap('a', { x: '<&>' })])
    const child = spawn(
      process.execPath,
      [join(directory, 'run.mjs'), JSON.stringify({ bundle, tf: { action: 'create' } })],
      {
        env: {
          CLUSTER_NAME: 'prod',
          CLUSTER_ENDPOINT: `https://127.0.0.1:${port}`,
          CLUSTER_CA: Buffer.from(certificate.cert).toString('base64'),
          BUNDLE_DIGEST: createHash('sha256').update(bundle).digest('hex'),
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
          AWS_SECRET_ACCESS_KEY: 'secret-access-key',
          AWS_SESSION_TOKEN: 'session-token',
        },
      },
    )
    let result = ''
    let log = ''
    child.stderr.on('data', (chunk: Buffer) => {
      result += chunk.toString('utf8')
    })
    child.stdout.on('data', (chunk: Buffer) => {
      log += chunk.toString('utf8')
    })
    expect(await new Promise((resolve) => child.on('close', resolve)), result).toBe(0)
    expect(JSON.parse(result)).toEqual({ ok: true, applied: 1, pruned: [], notes: [] })
    expect(api.get('/api/v1/namespaces/kube-system/configmaps/a')).toMatchObject({ data: { x: '<&>' } })
    expect([...tokens].every((token) => token.startsWith('Bearer k8s-aws-v1.'))).toBe(true)
    expect(
      log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).step),
    ).toEqual(['start', 'lease', 'inventory', 'apply', 'inventory', 'end'])
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    rmSync(directory, { recursive: true, force: true })
  }
})

/** The one file of the archive. */
function unpack(archive: Buffer): Buffer {
  const start = 30 + archive.readUInt16LE(26) + archive.readUInt16LE(28)
  return inflateRawSync(archive.subarray(start, start + archive.readUInt32LE(18)))
}
