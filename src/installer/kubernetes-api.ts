import { InstallerError, readable } from './installer-error.ts'
import { listAt, parseJson, textAt } from './json.ts'
import type { StepLog } from './step-log.ts'
import type { TokenSource } from './token.ts'
import type { Transport, TransportResponse } from './transport.ts'

/** How long one request is tried again, milliseconds. */
export type Patience = {
  /** 401 and 403: a new access entry's policies take seconds to count. */
  readonly accessMs: number
  /** No answer, 429 and 5xx. */
  readonly outageMs: number
}

/** Time as the run sees it; tests bring their own. */
export type Clock = { readonly now: () => number; readonly sleep: (ms: number) => Promise<void> }

/** One request to the Kubernetes API. */
type ApiRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** What it is for, as the end of the sentence: Could not … */
  readonly what: string
  readonly body?: unknown
  readonly contentType?: string
  /** Statuses beyond 2xx that the caller handles itself. */
  readonly accept?: readonly number[]
}

/** `body` is the answer's JSON (`undefined` when it has none), `text` the answer as sent. */
type ApiResponse = { readonly status: number; readonly body: unknown; readonly text: string }

/** The Kubernetes API with patience: see {@link openKubernetesApi}. */
export type KubernetesApi = {
  /** Resolves with a 2xx answer or a status named in `accept`; throws {@link ApiError} otherwise. */
  send(request: ApiRequest): Promise<ApiResponse>
  /** All items of a collection, page by page. */
  list(path: string, what: string): Promise<readonly unknown[]>
  /** Sets what is called before each try: the lease is renewed there. */
  beforeEachTry(hook: (() => Promise<void>) | undefined): void
}

/** A request that was given up. */
export class ApiError extends InstallerError {
  /** HTTP status, or 0 when there was no answer. */
  readonly status: number
  /** Whether there was no API to speak to: no answer at all, or a gateway's 502, 503, 504. */
  readonly unreachable: boolean

  constructor(message: string, status: number) {
    super('InstallerFailed', message)
    this.status = status
    this.unreachable = status === 0 || (status >= 502 && status <= 504)
  }
}

const tryTimeoutMs = 20_000
const shortestTryMs = 1_000
const pageSize = 250

/** Opens the API for one run: adds the token, tries again within `patience`, and never past `deadline` (ms since the epoch). */
export function openKubernetesApi(options: {
  readonly transport: Transport
  readonly host: string
  readonly token: TokenSource
  readonly clock: Clock
  readonly deadline: number
  readonly patience: Patience
  readonly log: StepLog
}): KubernetesApi {
  const { transport, host, token, clock, deadline, patience, log } = options
  let hook: (() => Promise<void>) | undefined
  // Since when nothing answers at all: over all requests, so that nested ones do not add up their patience.
  let silentSince: number | undefined

  const attempt = async (request: ApiRequest, until: number): Promise<TransportResponse | Error> => {
    try {
      return await transport.send({
        method: request.method,
        path: request.path,
        headers: {
          accept: 'application/json',
          'user-agent': 'eks-gpu-clusters-installer',
          authorization: `Bearer ${token.current()}`,
          ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        timeoutMs: Math.max(shortestTryMs, Math.min(tryTimeoutMs, until - clock.now())),
      })
    } catch (error) {
      if (error instanceof InstallerError) throw error
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  const send = async (request: ApiRequest): Promise<ApiResponse> => {
    const since: { access?: number; outage?: number } = {}
    for (let tries = 0; ; tries += 1) {
      if (clock.now() >= deadline) throw new ApiError(`Could not ${request.what}: the time of this run is over.`, 408)
      if (hook !== undefined) await hook()
      const outageSince = since.outage ?? silentSince
      // A hanging server must not stretch the patience by another whole try.
      const until = outageSince === undefined ? deadline : Math.min(deadline, outageSince + patience.outageMs)
      const started = clock.now()
      const answer = await attempt(request, until)
      const status = answer instanceof Error ? 0 : answer.status
      if (!(answer instanceof Error)) {
        silentSince = undefined
        const ok = status >= 200 && status < 300
        if (ok || request.accept?.includes(status)) return { status, body: parseJson(answer.text), text: answer.text }
      }

      const cause = describe(answer)
      const kind =
        status === 401 || status === 403
          ? 'access'
          : status === 0 || status === 429 || status >= 500
            ? 'outage'
            : undefined
      if (kind === undefined)
        throw new ApiError(`Could not ${request.what}: the Kubernetes API answered ${cause}.`, status)
      if (status === 401) token.renew()

      const now = clock.now()
      if (status === 0) silentSince ??= started
      const start = since[kind] ?? silentSince ?? started
      since[kind] = start
      const allowedMs = kind === 'access' ? patience.accessMs : patience.outageMs
      const end = start + allowedMs
      if (now >= Math.min(end, deadline)) {
        throw new ApiError(givenUp(request, host, cause, status, now - start, now >= deadline), status)
      }
      const wait = answer instanceof Error ? undefined : retryAfterMs(answer, now)
      const delay = Math.min(wait ?? Math.min(500 * 2 ** tries, 8_000), Math.min(end, deadline) - now)
      log('retry', { what: request.what, cause, inMs: delay })
      await clock.sleep(delay)
    }
  }

  return {
    send,
    async list(path, what) {
      const items: unknown[] = []
      let next = ''
      do {
        const glue = path.includes('?') ? '&' : '?'
        const page = `limit=${pageSize}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`
        const answer = await send({ method: 'GET', path: `${path}${glue}${page}`, what })
        items.push(...listAt(answer.body, 'items'))
        next = textAt(answer.body, 'metadata', 'continue')
      } while (next !== '')
      return items
    },
    beforeEachTry(wanted) {
      hook = wanted
    },
  }
}

function givenUp(
  request: ApiRequest,
  host: string,
  cause: string,
  status: number,
  lastedMs: number,
  late: boolean,
): string {
  const span = `${Math.round(lastedMs / 1000)} seconds`
  const end = late ? ', and the time of this run is over' : ''
  if (status === 0) {
    return `Could not ${request.what}: the Kubernetes API at ${host} did not answer for ${span} (${cause})${end}.`
  }
  const advice =
    status === 401 || status === 403
      ? " The installer's role needs its EKS access entry with the policy AmazonEKSClusterAdminPolicy."
      : ''
  return `Could not ${request.what}: the Kubernetes API answered for ${span}: ${cause}${end}.${advice}`
}

/** `403 Forbidden: message of the API server`, or the network's own words. */
function describe(answer: TransportResponse | Error): string {
  if (answer instanceof Error) {
    const code = 'code' in answer && typeof answer.code === 'string' ? answer.code : ''
    // A connection tried over several addresses fails with an AggregateError whose message is empty.
    if (answer.message === '') return code === '' ? answer.name : code
    return readable(code === '' || answer.message.includes(code) ? answer.message : `${code}: ${answer.message}`)
  }
  const body = parseJson(answer.text)
  const reason = textAt(body, 'reason')
  const message = textAt(body, 'message') || answer.text.slice(0, 300)
  return readable(
    `${answer.status}${reason === '' ? '' : ` ${reason}`}${message === '' ? '' : `: ${message}`}`,
  ).replace(/\.$/, '')
}

/** Retry-After in milliseconds: seconds or an HTTP date (RFC 9110 §10.2.3). */
function retryAfterMs(answer: TransportResponse, now: number): number | undefined {
  const header = answer.headers['retry-after']
  if (typeof header !== 'string' || header.trim() === '') return undefined
  const seconds = Number(header)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
