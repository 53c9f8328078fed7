import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AwsError } from '../aws-error.ts'
import { openCredentialStore } from '../credentials.ts'
import { openMotoClient } from '../moto/moto-client.ts'
import { type Lambda, openLambda } from './open-lambda.ts'
import { unzip } from './unzip.ts'

/** A zip archive of one deflated file. */
function zipOf(path: string, content: string): Buffer {
  const name = Buffer.from(path)
  const raw = Buffer.from(content)
  const data = deflateRawSync(raw)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(8, 8)
  local.writeUInt32LE(data.length, 18)
  local.writeUInt32LE(raw.length, 22)
  local.writeUInt16LE(name.length, 26)
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(8, 10)
  central.writeUInt32LE(data.length, 20)
  central.writeUInt32LE(raw.length, 24)
  central.writeUInt16LE(name.length, 28)
  central.writeUInt32LE(((0o100644 << 16) >>> 0) >>> 0, 38)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(46 + name.length, 12)
  end.writeUInt32LE(30 + name.length + data.length, 16)
  return Buffer.concat([local, name, data, central, name, end])
}

describe('unzip', () => {
  test('reads a deflated file', () => {
    expect(unzip(zipOf('a/index.mjs', 'hello'))).toEqual([
      { path: 'a/index.mjs', content: Buffer.from('hello'), executable: false },
    ])
  })

  test.each([
    [Buffer.from('nothing'), 'Could not unzip uploaded file: no end of central directory'],
    [zipOf('../x', 'x'), 'Could not unzip uploaded file: unsafe path ../x'],
    [zipOf('/etc/x', 'x'), 'Could not unzip uploaded file: unsafe path /etc/x'],
  ])('%#', (archive, message) => {
    expect(() => unzip(archive)).toThrow(message)
  })
})

const code = zipOf(
  'index.mjs',
  `export const handler = async (event, context) => {
    console.log('working on', event.do)
    switch (event.do) {
      case 'fail': throw new TypeError('no good')
      case 'exit': process.exit(3)
      case 'hang': await new Promise((resolve) => setTimeout(resolve, 60000))
      case 'nothing': return
    }
    return {
      event,
      env: Object.keys(process.env).filter((name) => !name.startsWith('AWS_LAMBDA_')).sort(),
      own: process.env.CLUSTER_NAME,
      region: process.env.AWS_REGION,
      session: process.env.AWS_ACCESS_KEY_ID,
      remaining: context.getRemainingTimeInMillis() > 0,
      name: context.functionName,
    }
  }`,
)

let moto: Server
let directory = ''
let lambda: Lambda
let state = 'Active'
let timeout = 20
const credentials = openCredentialStore()

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'eks-gpu-lambda-'))
  // Only the one request that invocations make of the emulator.
  moto = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        Configuration: {
          FunctionName: 'installer',
          FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:installer',
          Handler: 'index.handler',
          Runtime: 'nodejs22.x',
          Role: 'arn:aws:iam::123456789012:role/path/installer',
          Timeout: timeout,
          CodeSha256: createHash('sha256').update(code).digest('base64'),
          State: state,
          Environment: { Variables: { CLUSTER_NAME: 'demo' } },
        },
      }),
    )
  })
  await new Promise<void>((resolve) => moto.listen(0, '127.0.0.1', resolve))
  const { port } = moto.address() as AddressInfo
  lambda = openLambda({
    directory,
    account: '123456789012',
    partition: 'aws',
    moto: openMotoClient(`http://127.0.0.1:${port}`),
    credentials,
  })
  await send('POST', '/2015-03-31/functions', { FunctionName: 'installer', Code: { ZipFile: code.toString('base64') } })
})

afterAll(async () => {
  lambda.stop()
  moto.closeAllConnections()
  moto.close()
  await rm(directory, { recursive: true, force: true, maxRetries: 10 })
})

function send(method: string, target: string, body: unknown, headers: Record<string, string> = {}) {
  const url = new URL(target, 'http://front')
  return lambda.handle(
    {
      method,
      target,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body: Buffer.from(JSON.stringify(body ?? {})),
    },
    'us-east-1',
  )
}

const invocations = '/2015-03-31/functions/installer/invocations'

describe('an invocation', () => {
  test("runs the function with its environment, its role's session and nothing of ours", async () => {
    const answer = await send('POST', invocations, { do: 'tell' }, { 'x-amz-log-type': 'Tail' })
    expect(answer?.status).toBe(200)
    expect(answer?.headers['x-amz-function-error']).toBe(undefined)
    const result = JSON.parse(answer?.body.toString('utf8') ?? '')
    expect(result).toEqual({
      event: { do: 'tell' },
      env: [
        'AWS_ACCESS_KEY_ID',
        'AWS_DEFAULT_REGION',
        'AWS_EXECUTION_ENV',
        'AWS_REGION',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'CLUSTER_NAME',
        'LAMBDA_RUNTIME_DIR',
        'LAMBDA_TASK_ROOT',
        'LANG',
        'PATH',
        'TZ',
        '_HANDLER',
      ],
      own: 'demo',
      region: 'us-east-1',
      session: expect.stringMatching(/^ASIA/),
      remaining: true,
      name: 'installer',
    })
    expect(credentials.find(result.session)?.arn).toBe('arn:aws:sts::123456789012:assumed-role/installer/installer')
    const log = Buffer.from(String(answer?.headers['x-amz-log-result']), 'base64').toString('utf8')
    expect(log).toContain('working on tell')
    expect(log).toContain('REPORT RequestId: ')
    expect(await readFile(join(directory, 'logs', 'installer.log'), 'utf8')).toContain('working on tell')
  })

  test('answers null for nothing', async () => {
    expect((await send('POST', invocations, { do: 'nothing' }))?.body.toString()).toBe('null')
  })

  test.each([
    ['fail', { errorType: 'TypeError', errorMessage: 'no good', trace: expect.any(Array) }],
    [
      'exit',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(/^RequestId: .* Error: Runtime exited with error: exit status 3$/),
      },
    ],
    [
      'hang',
      {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/^RequestId: .* Error: Task timed out after 1\.00 seconds$/),
      },
    ],
  ])('that should %s tells so', async (what, expected) => {
    timeout = what === 'hang' ? 1 : 20
    const answer = await send('POST', invocations, { do: what })
    expect(answer?.status).toBe(200)
    expect(answer?.headers['x-amz-function-error']).toBe('Unhandled')
    expect(JSON.parse(answer?.body.toString('utf8') ?? '')).toEqual(expected)
  })

  test('can be asynchronous, or dry', async () => {
    expect((await send('POST', invocations, {}, { 'x-amz-invocation-type': 'Event' }))?.status).toBe(202)
    expect((await send('POST', invocations, {}, { 'x-amz-invocation-type': 'DryRun' }))?.status).toBe(204)
  })

  test('is refused while the function is Pending', async () => {
    state = 'Pending'
    await expect(send('POST', invocations, {})).rejects.toThrow(
      new AwsError(
        'ResourceConflictException',
        409,
        'The operation cannot be performed at this time. The function is currently in the following state: Pending',
        { Type: 'User' },
      ),
    )
    state = 'Active'
  })
})

test('leaves the rest of the API to the emulator', async () => {
  expect(await send('GET', '/2015-03-31/functions/installer', undefined)).toBe(undefined)
  await expect(
    send('POST', '/2015-03-31/functions', { FunctionName: 'x', Code: { ZipFile: 'bm90IGEgemlw' } }),
  ).rejects.toThrow('Could not unzip uploaded file: no end of central directory')
})
