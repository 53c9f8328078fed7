/**
 * Runs one invocation of a Node.js function, as Lambda's runtime does: a program of its own, with the function's environment only.
 * The invocation comes on standard input, the answer goes to file descriptor 3; everything else that is written is the function's log.
 */
import { existsSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

type Invocation = {
  readonly event: unknown
  readonly requestId: string
  readonly functionArn: string
  readonly deadline: number
}

type Handler = (event: unknown, context: unknown, callback: (error: unknown, result?: unknown) => void) => unknown

const invocation = JSON.parse(readFileSync(0, 'utf8')) as Invocation

process.on('uncaughtException', (error) => fail(error))
process.on('unhandledRejection', (error) => fail(error))

try {
  const handler = await loadHandler()
  answer({ ok: (await call(handler)) ?? null })
} catch (error) {
  fail(error)
}

async function loadHandler(): Promise<Handler> {
  const named = process.env['_HANDLER'] ?? ''
  const root = process.env['LAMBDA_TASK_ROOT'] ?? process.cwd()
  const dot = named.lastIndexOf('.')
  const [file, name] = [named.slice(0, dot), named.slice(dot + 1)]
  const path = ['.js', '.mjs', '.cjs'].map((ending) => join(root, file + ending)).find((one) => existsSync(one))
  if (path === undefined) throw namedError('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`)
  const loaded: unknown = await import(pathToFileURL(path).href)
  const exported: unknown = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, name) : undefined
  const fallback: unknown = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'default') : undefined
  const handler: unknown =
    exported ?? (typeof fallback === 'object' && fallback !== null ? Reflect.get(fallback, name) : undefined)
  if (typeof handler !== 'function')
    throw namedError('Runtime.HandlerNotFound', `${named} is undefined or not exported`)
  return handler as Handler
}

function call(handler: Handler): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const context = {
      functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
      functionVersion: process.env['AWS_LAMBDA_FUNCTION_VERSION'],
      memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
      logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
      logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
      invokedFunctionArn: invocation.functionArn,
      awsRequestId: invocation.requestId,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, invocation.deadline - Date.now()),
    }
    const result = handler(invocation.event, context, (error, value) => (error ? reject(error) : resolve(value)))
    if (result instanceof Promise) result.then(resolve, reject)
    else if (handler.length < 3) resolve(result)
  })
}

function fail(error: unknown): never {
  const known = error instanceof Error ? error : new Error(String(error))
  const body = {
    errorType: known.name,
    errorMessage: known.message,
    trace: (known.stack ?? '').split('\n'),
  }
  process.stdout.write(
    `${new Date().toISOString()}\t${invocation.requestId}\tERROR\tInvoke Error \t${JSON.stringify(body)}\n`,
  )
  return answer({ error: body })
}

function answer(value: unknown): never {
  const bytes = Buffer.from(JSON.stringify(value))
  // A pipe takes as much as it has room for.
  for (let at = 0; at < bytes.length; ) at += writeSync(3, bytes, at)
  process.exit(0)
}

function namedError(name: string, message: string): Error {
  const error = new Error(message)
  error.name = name
  return error
}
