import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { appendFile, chmod, mkdir, writeFile } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { delimiter, dirname, join } from 'node:path'
import { z } from 'zod'
import { programArguments } from '../../program-arguments.ts'
import { AwsError } from '../aws-error.ts'
import type { CredentialStore } from '../credentials.ts'
import { describeSubnets } from '../ec2.ts'
import { roleNameOf } from '../iam-role.ts'
import { keepFunctionSettings } from '../mends/keep-function-settings.ts'
import type { MotoClient, RawResponse } from '../moto/moto-client.ts'
import { unzip } from './unzip.ts'

/** A request to the Lambda API. */
export type LambdaRequest = {
  readonly method: string
  readonly path: string
  readonly target: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Lambda's code store and invocations; everything else of its API is the emulator's. */
export type Lambda = {
  /** The answer, or `undefined` when the emulator shall give it. */
  handle(request: LambdaRequest, region: string): Promise<RawResponse | undefined>
  /** Completes an answer of the emulator. */
  mend(answer: RawResponse, region: string): RawResponse
  /** Ends every invocation that runs. */
  stop(): void
}

const configurationSchema = z.looseObject({
  FunctionName: z.string(),
  FunctionArn: z.string(),
  Handler: z.string().optional(),
  Runtime: z.string().optional(),
  Role: z.string(),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  CodeSha256: z.string(),
  Version: z.string().default('$LATEST'),
  State: z.string().optional(),
  Environment: z.looseObject({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
})

type Configuration = z.output<typeof configurationSchema>

type Outcome = { readonly kind: 'ok'; readonly payload: string } | { readonly kind: 'error'; readonly payload: string }

/** Lambda keeps the last 4 KB of a log for the caller. */
const logTail = 4096

/**
 * Opens the Lambda stand-in: it keeps the code that functions are created with (the emulator does not unpack it) and runs each
 * invocation in a Node process of its own. Unpacked code and logs lie in `directory`.
 */
export function openLambda(options: {
  readonly directory: string
  readonly account: string
  readonly partition: string
  readonly moto: MotoClient
  readonly credentials: CredentialStore
}): Lambda {
  const { directory, moto, credentials } = options
  const unpacked = new Map<string, Promise<string>>()
  const running = new Set<() => void>()
  const settings = keepFunctionSettings()

  const keepCode = async (code: Buffer): Promise<void> => {
    const digest = createHash('sha256').update(code).digest()
    const key = digest.toString('base64')
    if (!unpacked.has(key))
      unpacked.set(key, unpack(join(directory, 'code', digest.toString('hex').slice(0, 16)), code))
    try {
      await unpacked.get(key)
    } catch (error) {
      unpacked.delete(key)
      throw new AwsError('InvalidParameterValueException', 400, error instanceof Error ? error.message : String(error))
    }
  }

  const captureCode = async (body: Buffer, region: string): Promise<void> => {
    const code = codeOf(body)
    if (code.zip !== undefined) await keepCode(Buffer.from(code.zip, 'base64'))
    else if (code.bucket !== undefined && code.key !== undefined) {
      const object = await moto.raw({
        method: 'GET',
        path: `/${code.bucket}/${code.key.split('/').map(encodeURIComponent).join('/')}`,
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=AKIAEKSGPULOCALSTAND/20260101/${region}/s3/aws4_request, SignedHeaders=host, Signature=0`,
        },
        body: Buffer.alloc(0),
      })
      if (object.status < 300) await keepCode(object.body)
    }
  }

  const invoke = async (request: LambdaRequest, region: string, name: string): Promise<RawResponse> => {
    const configuration = await describeFunction(moto, region, name, request.query.get('Qualifier'))
    const type = headerOf(request, 'x-amz-invocation-type') || 'RequestResponse'
    if (type === 'DryRun') return { status: 204, headers: {}, body: Buffer.alloc(0) }
    if (configuration.State === 'Pending')
      throw new AwsError(
        'ResourceConflictException',
        409,
        'The operation cannot be performed at this time. The function is currently in the following state: Pending',
        { Type: 'User' },
      )
    const event = parseEvent(request.body)
    const code = await unpacked.get(configuration.CodeSha256)
    if (code === undefined)
      throw new AwsError(
        'ServiceException',
        500,
        `The code of function ${configuration.FunctionName} is not in the local stand-in`,
      )
    if (!configuration.Runtime?.startsWith('nodejs'))
      throw new AwsError(
        'InvalidRuntimeException',
        502,
        `The local stand-in runs Node.js functions only, not ${configuration.Runtime ?? 'container images'}`,
      )
    const requestId = randomUUID()
    const done = run(configuration, code, event, requestId, region)
    if (type === 'Event') {
      done.catch(() => undefined)
      return { status: 202, headers: { 'x-amzn-requestid': requestId }, body: Buffer.alloc(0) }
    }
    const { outcome, log } = await done
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amz-executed-version': configuration.Version,
        ...(outcome.kind === 'error' && { 'x-amz-function-error': 'Unhandled' }),
        ...(headerOf(request, 'x-amz-log-type') === 'Tail' && {
          'x-amz-log-result': Buffer.from(log.slice(-logTail)).toString('base64'),
        }),
      },
      body: Buffer.from(outcome.payload),
    }
  }

  const run = async (
    configuration: Configuration,
    taskRoot: string,
    event: unknown,
    requestId: string,
    region: string,
  ): Promise<{ readonly outcome: Outcome; readonly log: string }> => {
    const name = configuration.FunctionName
    const timeout = configuration.Timeout * 1000
    const session = credentials.issueForRole({
      account: options.account,
      partition: options.partition,
      roleName: roleNameOf(configuration.Role) ?? 'unknown',
      sessionName: name,
      durationSeconds: 12 * 3600,
    })
    const started = Date.now()
    let log = `START RequestId: ${requestId} Version: ${configuration.Version}\n`
    const [program, ...args] = [process.execPath, ...programArguments('./lambda-runtime', import.meta.url)]
    const child = spawn(program ?? 'node', args, {
      cwd: taskRoot,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: {
        ...configuration.Environment?.Variables,
        _HANDLER: configuration.Handler ?? '',
        AWS_ACCESS_KEY_ID: session.accessKeyId,
        AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
        AWS_SESSION_TOKEN: session.sessionToken ?? '',
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.Runtime ?? ''}`,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: configuration.Version,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.MemorySize),
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
        AWS_LAMBDA_LOG_STREAM_NAME: `local/[${configuration.Version}]${requestId.replaceAll('-', '')}`,
        LAMBDA_TASK_ROOT: taskRoot,
        LAMBDA_RUNTIME_DIR: dirname(process.execPath),
        LANG: 'en_US.UTF-8',
        PATH: ['/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
        TZ: ':UTC',
      },
    })
    const stop = (): void => void child.kill('SIGKILL')
    running.add(stop)
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      stop()
    }, timeout)
    const take = (chunk: Buffer): void => {
      log += chunk.toString('utf8')
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    let answer = ''
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      answer += chunk.toString('utf8')
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(
      JSON.stringify({ event, requestId, functionArn: configuration.FunctionArn, deadline: started + timeout }),
    )
    const exit = await new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('close', (code, signal) => resolve(signal ? `signal: ${signal}` : `exit status ${code}`))
    })
    clearTimeout(timer)
    running.delete(stop)
    const outcome = timedOut
      ? failure(
          'Sandbox.Timedout',
          `RequestId: ${requestId} Error: Task timed out after ${configuration.Timeout.toFixed(2)} seconds`,
        )
      : readOutcome(answer, requestId, exit)
    const duration = Date.now() - started
    log += `END RequestId: ${requestId}\nREPORT RequestId: ${requestId}\tDuration: ${duration.toFixed(2)} ms\tMemory Size: ${configuration.MemorySize} MB${timedOut ? '\tStatus: timeout' : ''}\n`
    await mkdir(join(directory, 'logs'), { recursive: true })
    await appendFile(join(directory, 'logs', `${name}.log`), log)
    return { outcome, log }
  }

  return {
    stop: () => {
      for (const end of running) end()
    },
    mend: (answer, region) => {
      if (answer.status >= 300 || answer.body.length === 0) return answer
      try {
        const mended = settings.mend(region, JSON.parse(answer.body.toString('utf8')))
        return { ...answer, body: Buffer.from(JSON.stringify(mended)) }
      } catch {
        return answer
      }
    },
    handle: async (request, region) => {
      const [, version, functions, name = '', action] = request.path.split('/').map(safeDecode)
      if (version !== '2015-03-31' || functions !== 'functions') return undefined
      if (request.method === 'POST' && action === 'invocations') return invoke(request, region, name)
      const creates = request.method === 'POST' && name === ''
      const updates = request.method === 'PUT' && action === 'code'
      if (creates || updates) await captureCode(request.body, region)
      if (creates || (request.method === 'PUT' && action === 'configuration')) {
        const body = parseEvent(request.body)
        const named = typeof body === 'object' && body !== null ? Reflect.get(body, 'FunctionName') : undefined
        const functionName = name || (typeof named === 'string' ? named : '')
        await settings.learn(region, functionName, body, async (subnets) => {
          const [subnet] = await describeSubnets(moto, region, subnets)
          return subnet?.vpcId ?? ''
        })
      }
      if (request.method === 'DELETE' && action === undefined && !request.query.has('Qualifier'))
        settings.forget(region, name)
      return undefined
    },
  }
}

async function describeFunction(
  moto: MotoClient,
  region: string,
  name: string,
  qualifier: string | null,
): Promise<Configuration> {
  const answer = await moto.json({
    service: 'lambda',
    region,
    method: 'GET',
    path: `/2015-03-31/functions/${encodeURIComponent(name)}${qualifier ? `?Qualifier=${encodeURIComponent(qualifier)}` : ''}`,
  })
  return z.looseObject({ Configuration: configurationSchema }).parse(answer).Configuration
}

async function unpack(folder: string, code: Buffer): Promise<string> {
  for (const file of unzip(code)) {
    const path = join(folder, file.path)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, file.content)
    if (file.executable) await chmod(path, 0o755)
  }
  return folder
}

function codeOf(body: Buffer): { readonly zip?: string; readonly bucket?: string; readonly key?: string } {
  const schema = z.looseObject({
    ZipFile: z.string().optional(),
    S3Bucket: z.string().optional(),
    S3Key: z.string().optional(),
  })
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch {
    return {}
  }
  const inner = typeof parsed === 'object' && parsed !== null ? (Reflect.get(parsed, 'Code') ?? parsed) : parsed
  const code = schema.safeParse(inner).data
  return {
    ...(code?.ZipFile !== undefined && { zip: code.ZipFile }),
    ...(code?.S3Bucket !== undefined && { bucket: code.S3Bucket }),
    ...(code?.S3Key !== undefined && { key: code.S3Key }),
  }
}

function parseEvent(body: Buffer): unknown {
  if (body.length === 0) return {}
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new AwsError('InvalidRequestContentException', 400, 'Could not parse request body into json')
  }
}

function readOutcome(answer: string, requestId: string, exit: string): Outcome {
  const schema = z.union([z.object({ error: z.unknown() }), z.object({ ok: z.unknown() })])
  try {
    const parsed = schema.parse(JSON.parse(answer))
    return 'error' in parsed
      ? { kind: 'error', payload: JSON.stringify(parsed.error) }
      : { kind: 'ok', payload: JSON.stringify(parsed.ok) }
  } catch {
    return failure('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited with error: ${exit}`)
  }
}

function failure(errorType: string, errorMessage: string): Outcome {
  return { kind: 'error', payload: JSON.stringify({ errorType, errorMessage }) }
}

function headerOf(request: LambdaRequest, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
