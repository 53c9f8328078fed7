import { digestOf } from '../bundle.ts'
import { createHandler, type Handler } from '../handler.ts'
import { parseJson } from '../json.ts'
import type { Transport } from '../transport.ts'
import { createFakeApi, type FakeApi } from './fake-api.ts'

/** A handler over a fake API server, in a time of their own. */
export type InstallerWorld = {
  readonly api: FakeApi
  /** Milliseconds since the epoch; moves only when the installer waits. */
  readonly now: () => number
  readonly lines: string[]
  /** Called whenever the installer waits, after the clock has moved. */
  onSleep: (ms: number) => void
  /** Runs one action with this list of objects; the environment's digest is that of `environmentObjects`. */
  run(action: 'create' | 'update' | 'delete', objects: unknown, options?: RunOptions): ReturnType<Handler>
  /** Sends a payload as it is. */
  send(payload: unknown, options?: RunOptions): ReturnType<Handler>
}

type RunOptions = {
  readonly requestId?: string
  /** Objects of the environment's bundle, when not those of the payload. */
  readonly environmentObjects?: unknown
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly remainingMs?: number
}

/** 2026-11-23T12:00:00Z */
const start = 1_795_435_200_000

/** Makes a world with an empty cluster. */
export function createInstallerWorld(): InstallerWorld {
  let time = start
  const now = () => time
  const api = createFakeApi(now)
  const lines: string[] = []

  const transport: Transport = {
    async send(request) {
      // As on a network, others get their turn between a request and its answer.
      await new Promise((resolve) => setImmediate(resolve))
      const url = new URL(request.path, 'https://api.test')
      const answerOrHang: FakeApi['handle'] = (asked) => {
        try {
          return api.handle(asked)
        } catch (error) {
          if (!(error instanceof Error) || error.message !== 'hang') throw error
          time += request.timeoutMs
          throw new Error(`no answer within ${request.timeoutMs / 1000} seconds`)
        }
      }
      const answer = answerOrHang({
        method: request.method,
        path: decodeURIComponent(url.pathname),
        query: url.searchParams,
        body: request.body === undefined ? undefined : parseJson(request.body),
        contentType: request.headers['content-type'] ?? '',
        authorization: request.headers['authorization'] ?? '',
      })
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
      return { status: answer.status, headers: answer.headers ?? {}, text }
    },
    close() {},
  }

  const world: InstallerWorld = {
    api,
    now,
    lines,
    onSleep: () => undefined,
    run: (action, objects, options = {}) =>
      world.send(
        { bundle: JSON.stringify(objects), tf: { action } },
        { environmentObjects: options.environmentObjects ?? objects, ...options },
      ),
    send(payload, options = {}) {
      const handler = createHandler({
        environment: {
          CLUSTER_NAME: 'prod',
          CLUSTER_ENDPOINT: 'https://api.test',
          CLUSTER_CA: Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64'),
          BUNDLE_DIGEST: digestOf(JSON.stringify(options.environmentObjects ?? [])),
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
          AWS_SECRET_ACCESS_KEY: 'secret-access-key',
          AWS_SESSION_TOKEN: 'session-token',
          ...options.environment,
        },
        clock: {
          now,
          sleep: async (ms) => {
            time += ms
            world.onSleep(ms)
            await new Promise((resolve) => setImmediate(resolve))
          },
        },
        write: (line) => lines.push(line),
        openTransport: () => transport,
      })
      const end = time + (options.remainingMs ?? 900_000)
      return handler(payload, {
        awsRequestId: options.requestId ?? 'request-1',
        getRemainingTimeInMillis: () => end - time,
      })
    },
  }
  return world
}
