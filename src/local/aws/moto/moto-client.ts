import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { AwsError } from '../aws-error.ts'
import { findElement, parseXml, textAt, type XmlElement } from '../parse-xml.ts'

/** A value of a query-protocol parameter; lists become `.1`, `.2` (EC2) or `.member.1` (the others). */
export type QueryValue =
  | string
  | number
  | boolean
  | undefined
  | readonly QueryValue[]
  | { readonly [key: string]: QueryValue }

export type RawRequest = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type RawResponse = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** Our own access to the emulator, beside what is passed through for others. */
export type MotoClient = {
  readonly endpoint: string
  /** One action of EC2, Auto Scaling, IAM or STS. Throws {@link AwsError} with the service's code. */
  query(
    service: keyof typeof apiVersions,
    region: string,
    action: string,
    parameters?: Readonly<Record<string, QueryValue>>,
  ): Promise<XmlElement>
  /** One JSON request signed for a service: REST (`path`) or, with a target, AWS JSON 1.1. An answer of 300 or more throws. */
  json(call: {
    readonly service: string
    readonly region: string
    readonly method?: string
    readonly path?: string
    readonly target?: string
    readonly body?: unknown
  }): Promise<unknown>
  /** Passes a request through unchanged. */
  raw(outgoing: RawRequest): Promise<RawResponse>
  close(): void
}

const apiVersions = {
  ec2: '2016-11-15',
  autoscaling: '2011-01-01',
  iam: '2010-05-08',
  sts: '2011-06-15',
} as const

/** Opens a client for an emulator at `http://127.0.0.1:PORT`; connections are kept alive until `close`. */
export function openMotoClient(endpoint: string): MotoClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const send = ({ method, path, headers, body }: RawRequest): Promise<RawResponse> =>
    new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, endpoint), { method, agent, headers }, (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 502, headers: incoming.headers, body: Buffer.concat(chunks) }),
        )
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  // moto answers in threads and replaces a group's list of tags as a whole: of two changes at once it loses one.
  let lastAutoScaling: Promise<unknown> = Promise.resolve()
  const raw = (outgoing: RawRequest): Promise<RawResponse> => {
    if (!outgoing.headers.authorization?.includes('/autoscaling/aws4_request')) return send(outgoing)
    const answer = lastAutoScaling.then(() => send(outgoing))
    lastAutoScaling = answer.catch(() => undefined)
    return answer
  }

  return {
    endpoint,
    raw,
    query: async (service, region, action, parameters = {}) => {
      const form = new URLSearchParams({ Action: action, Version: apiVersions[service] })
      for (const [key, value] of Object.entries(parameters)) flatten(form, key, value, service === 'ec2')
      const response = await raw({
        method: 'POST',
        path: '/',
        headers: {
          'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
          authorization: ownAuthorization(service, region),
        },
        body: Buffer.from(form.toString()),
      })
      const text = response.body.toString('utf8')
      if (response.status >= 300) throw queryError(response.status, text)
      return parseXml(text)
    },
    json: async ({ service, region, method = 'POST', path = '/', target, body }) => {
      const payload = Buffer.from(body === undefined ? '' : JSON.stringify(body))
      const response = await raw({
        method,
        path,
        headers: {
          'content-type': target === undefined ? 'application/json' : 'application/x-amz-json-1.1',
          ...(target === undefined ? {} : { 'x-amz-target': target }),
          authorization: ownAuthorization(service, region),
        },
        body: payload,
      })
      const answer = parseJson(response.body.toString('utf8'))
      if (response.status >= 300) throw jsonError(response.status, answer)
      return answer
    },
    close: () => agent.destroy(),
  }
}

function ownAuthorization(service: string, region: string): string {
  return `AWS4-HMAC-SHA256 Credential=AKIAEKSGPULOCALSTAND/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`
}

function flatten(form: URLSearchParams, key: string, value: QueryValue, ec2: boolean): void {
  if (value === undefined) return
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      flatten(form, ec2 ? `${key}.${index + 1}` : `${key}.member.${index + 1}`, item, ec2)
  } else if (typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) flatten(form, `${key}.${name}`, inner, ec2)
  } else form.append(key, String(value))
}

function queryError(status: number, text: string): AwsError {
  try {
    const root = parseXml(text)
    const error = findElement(root, 'Error') ?? root
    return new AwsError(textAt(error, 'Code') || 'InternalFailure', status, textAt(error, 'Message') || text)
  } catch {
    return new AwsError('InternalFailure', status, text.slice(0, 500))
  }
}

function jsonError(status: number, answer: unknown): AwsError {
  const field = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined
      if (typeof value === 'string') return value
    }
    return undefined
  }
  const code = field('__type', 'Code', 'code') ?? 'InternalFailure'
  const message = field('message', 'Message') ?? JSON.stringify(answer)
  return new AwsError(code.split('#').at(-1) ?? code, status, message)
}

function parseJson(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
