import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorText } from '../error-text.ts'
import { amiParameter } from './ami-parameters.ts'
import { type AutoScalingGroup, describeAutoScalingGroups } from './auto-scaling.ts'
import { AwsError } from './aws-error.ts'
import { readCredentialScope } from './credential-scope.ts'
import type { CredentialStore, KnownCredentials } from './credentials.ts'
import type { EksWorld } from './eks/eks-world.ts'
import { handleEks } from './eks/handle-eks.ts'
import { startAndEndInstances } from './eks/start-and-end-instances.ts'
import { errorAnswer, type Protocol, protocolOf } from './error-answer.ts'
import type { Lambda } from './lambda/open-lambda.ts'
import type { RuleDescriptions } from './mends/keep-rule-descriptions.ts'
import { mendLaunchTemplateVersions } from './mends/mend-launch-template-versions.ts'
import { interfaceActions, releaseInterfaces } from './mends/release-interfaces.ts'
import type { MotoClient, RawResponse } from './moto/moto-client.ts'
import { autoScalingAnswer, escapeXml } from './query-form.ts'
import { rememberCredentials } from './remember-credentials.ts'
import { findAutoScalingGroup } from './spread-instances.ts'

/** Headers of one connection, which the next one must not see. */
const hopHeaders = ['connection', 'keep-alive', 'transfer-encoding', 'expect', 'upgrade'] as const

/** Answers the stand-in's own control requests, below `/_eks-gpu/`. */
export type ControlHandler = (
  method: string,
  path: string,
  authorization: string | undefined,
  body: Buffer,
) => Promise<{ readonly status: number; readonly body: unknown }>

export type FrontOptions = {
  readonly account: string
  readonly moto: MotoClient
  readonly credentials: CredentialStore
  readonly world: EksWorld
  readonly lambda: Lambda
  readonly ruleDescriptions: RuleDescriptions
  readonly control: ControlHandler
  readonly say: (line: string) => void
}

export type Front = {
  /** `http://127.0.0.1:PORT`, for AWS_ENDPOINT_URL. */
  readonly endpoint: string
  stop(): Promise<void>
}

type Incoming = {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

type Signed = { readonly region: string; readonly service: string; readonly caller: KnownCredentials }

/**
 * Starts the server that stands for every AWS endpoint. It answers EKS, Lambda's invocations, the caller's identity and placement
 * groups itself, mends what the emulator does otherwise than AWS, and passes everything else through.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const server = createServer((request, response) => {
    handle(options, request)
      .catch((error: unknown): RawResponse => {
        options.say(`${request.method} ${request.url}: ${errorText(error)}`)
        return errorAnswer(
          new AwsError('InternalFailure', 500, error instanceof Error ? error.message : errorText(error)),
          'query',
        )
      })
      .then((answer) => send(response, answer))
      .catch(() => response.destroy())
  })
  server.requestTimeout = 0
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function handle(options: FrontOptions, request: IncomingMessage): Promise<RawResponse> {
  const target = request.url ?? '/'
  const incoming: Incoming = {
    method: request.method ?? 'GET',
    target,
    url: new URL(target, 'http://front'),
    headers: request.headers,
    body: await readBody(request),
  }
  const { url, headers } = incoming
  if (url.pathname.startsWith('/_eks-gpu/')) {
    const answer = await options.control(incoming.method, url.pathname, headers.authorization, incoming.body)
    return json(answer.status, answer.body)
  }
  const scope = readCredentialScope(headers, url.searchParams)
  // Unsigned requests are AWS's public ones, such as AssumeRoleWithWebIdentity.
  if (!scope) return passThrough(options, incoming, undefined)
  const operation = headers['x-amz-target']
  const protocol = protocolOf(scope.service, typeof operation === 'string' ? operation : undefined)
  const caller = options.credentials.find(scope.accessKeyId)
  if (!caller) return errorAnswer(unknownKey(protocol), protocol)
  options.world.regions.add(scope.region)
  try {
    return await route(options, incoming, { region: scope.region, service: scope.service, caller })
  } catch (error) {
    if (error instanceof AwsError) return errorAnswer(error, protocol)
    throw error
  }
}

async function route(options: FrontOptions, incoming: Incoming, signed: Signed): Promise<RawResponse> {
  const { url, method } = incoming
  switch (signed.service) {
    case 'eks': {
      const answer = await handleEks(method, url.pathname, {
        world: options.world,
        region: signed.region,
        caller: signed.caller,
        query: url.searchParams,
        body: parseBody(incoming.body),
      })
      return json(200, answer)
    }
    case 'lambda': {
      const own = await options.lambda.handle(
        { ...incoming, path: url.pathname, query: url.searchParams },
        signed.region,
      )
      return own ?? options.lambda.mend(await passThrough(options, incoming, signed.caller), signed.region)
    }
    case 'sts':
    case 'iam':
    case 'ec2':
    case 'autoscaling': {
      const form = formOf(incoming)
      const answer =
        (await ownQueryAnswer(options, form, signed)) ?? (await passThrough(options, incoming, signed.caller))
      return answer.status < 300 ? mendAnswer(options, form, signed, answer) : answer
    }
    case 'ssm':
      return publicParameter(options, incoming, signed.region) ?? passThrough(options, incoming, signed.caller)
    default:
      return passThrough(options, incoming, signed.caller)
  }
}

/** GetParameter of an AMI for EKS. */
function publicParameter(options: FrontOptions, incoming: Incoming, region: string): RawResponse | undefined {
  if (incoming.headers['x-amz-target'] !== 'AmazonSSM.GetParameter') return undefined
  const body = parseBody(incoming.body)
  const name: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'Name') : undefined
  const found = typeof name === 'string' ? amiParameter(name, region, options.world.asOf) : undefined
  return found && json(200, { Parameter: found })
}

async function ownQueryAnswer(
  options: FrontOptions,
  form: URLSearchParams,
  signed: Signed,
): Promise<RawResponse | undefined> {
  const action = form.get('Action') ?? ''
  if (signed.service === 'sts' && action === 'GetCallerIdentity') return callerIdentity(signed.caller)
  if (signed.service === 'iam' && action === 'DeleteAccessKey')
    options.credentials.remove(form.get('AccessKeyId') ?? '')
  if (signed.service === 'ec2')
    for (const own of [options.world.placementGroups, options.world.reservations])
      if (own.handles(form)) return xml(own.handle(signed.region, options.account, form))
  if (signed.service === 'autoscaling' && options.world.scheduledActions.handles(form))
    return scheduled(options, form, signed.region)
  if (signed.service === 'autoscaling' && form.has('DesiredCapacity')) return resize(options, form, signed.region)
  return undefined
}

/** Scheduled actions of a group that is there. */
async function scheduled(options: FrontOptions, form: URLSearchParams, region: string): Promise<RawResponse> {
  const name = form.get('AutoScalingGroupName')
  if (name !== null && !(await findAutoScalingGroup(options.moto, region, name)))
    throw new AwsError('ValidationError', 400, 'AutoScalingGroup name not found - null')
  return xml(options.world.scheduledActions.handle(region, options.account, form))
}

/** Makes the emulator's answer, or what it did, what AWS's would be. */
async function mendAnswer(
  options: FrontOptions,
  form: URLSearchParams,
  signed: Signed,
  answer: RawResponse,
): Promise<RawResponse> {
  const action = form.get('Action') ?? ''
  if (action === 'DeleteAutoScalingGroup')
    options.world.scheduledActions.forget(signed.region, form.get('AutoScalingGroupName') ?? '')
  if (interfaceActions.has(action)) await releaseInterfaces(options.moto, signed.region)
  if (signed.service !== 'ec2') return answer
  const text = answer.body.toString('utf8')
  options.ruleDescriptions.learn(form, text)
  switch (action) {
    case 'DescribeLaunchTemplateVersions':
      return { ...answer, body: Buffer.from(mendLaunchTemplateVersions(text)) }
    case 'DescribeSecurityGroupRules':
    case 'AuthorizeSecurityGroupIngress':
    case 'AuthorizeSecurityGroupEgress':
      return { ...answer, body: Buffer.from(options.ruleDescriptions.mend(text)) }
    default:
      return answer
  }
}

/** SetDesiredCapacity, and UpdateAutoScalingGroup with one: refused outside the group's limits, and spread over its subnets. */
async function resize(options: FrontOptions, form: URLSearchParams, region: string): Promise<RawResponse | undefined> {
  const action = form.get('Action') ?? ''
  if (action !== 'SetDesiredCapacity' && action !== 'UpdateAutoScalingGroup') return undefined
  const name = form.get('AutoScalingGroupName') ?? ''
  const [group] = await describeAutoScalingGroups(options.moto, region, [name])
  if (!group) return undefined
  const desired = Number(form.get('DesiredCapacity'))
  checkLimits(action, desired, group, form)
  const rest = Object.fromEntries([...form].filter(([key]) => !['Action', 'Version', 'DesiredCapacity'].includes(key)))
  let current: AutoScalingGroup = group
  if (action === 'UpdateAutoScalingGroup') {
    await options.moto.query('autoscaling', region, action, rest)
    const [changed] = await describeAutoScalingGroups(options.moto, region, [name])
    if (changed) current = changed
  }
  await startAndEndInstances(options.world, { region, group: current, desired, say: options.say })
  return xml(autoScalingAnswer(action))
}

function checkLimits(action: string, desired: number, group: AutoScalingGroup, form: URLSearchParams): void {
  const min = Number(form.get('MinSize') ?? group.minSize)
  const max = Number(form.get('MaxSize') ?? group.maxSize)
  if (action === 'SetDesiredCapacity') {
    if (desired > max)
      throw new AwsError(
        'ValidationError',
        400,
        `New SetDesiredCapacity value ${desired} is above max value ${max} for the AutoScalingGroup.`,
      )
    if (desired < min)
      throw new AwsError(
        'ValidationError',
        400,
        `New SetDesiredCapacity value ${desired} is below min value ${min} for the AutoScalingGroup.`,
      )
  } else if (desired < min || desired > max)
    throw new AwsError(
      'ValidationError',
      400,
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
    )
}

async function passThrough(
  options: FrontOptions,
  incoming: Incoming,
  caller: KnownCredentials | undefined,
): Promise<RawResponse> {
  const headers = { ...incoming.headers }
  for (const name of hopHeaders) delete headers[name]
  headers['content-length'] = String(incoming.body.length)
  const answer = await options.moto.raw({
    method: incoming.method,
    path: incoming.target,
    headers,
    body: incoming.body,
  })
  const action = formOf(incoming).get('Action')
  if (action && answer.status < 300)
    rememberCredentials(options.credentials, action, answer.body.toString('utf8'), caller, options.account)
  return answer
}

function callerIdentity(caller: KnownCredentials): RawResponse {
  return xml(
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${escapeXml(caller.arn)}</Arn><UserId>${escapeXml(caller.userId)}</UserId><Account>${caller.account}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  )
}

function unknownKey(protocol: Protocol): AwsError {
  const message = 'The security token included in the request is invalid.'
  switch (protocol) {
    case 'ec2':
      return new AwsError('AuthFailure', 401, 'AWS was not able to validate the provided access credentials')
    case 'json':
      return new AwsError('UnrecognizedClientException', 400, message)
    case 'rest-json':
      return new AwsError('UnrecognizedClientException', 403, message)
    case 'rest-xml':
      return new AwsError(
        'InvalidAccessKeyId',
        403,
        'The AWS Access Key Id you provided does not exist in our records.',
      )
    case 'query':
      return new AwsError('InvalidClientTokenId', 403, message)
  }
}

/** Parameters of a query-protocol request, from its body or, for a GET, its query. */
function formOf(incoming: Incoming): URLSearchParams {
  const type = incoming.headers['content-type'] ?? ''
  if (incoming.method === 'POST' && type.startsWith('application/x-www-form-urlencoded'))
    return new URLSearchParams(incoming.body.toString('utf8'))
  return incoming.url.searchParams
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {}
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new AwsError('SerializationException', 400, 'Could not parse the request body as JSON')
  }
}

function json(status: number, body: unknown): RawResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() },
    body: Buffer.from(JSON.stringify(body)),
  }
}

function xml(body: string): RawResponse {
  return { status: 200, headers: { 'content-type': 'text/xml' }, body: Buffer.from(body) }
}

function send(response: ServerResponse, answer: RawResponse): void {
  const headers: Record<string, string | string[] | undefined> = { ...answer.headers }
  for (const name of hopHeaders) delete headers[name]
  response.writeHead(answer.status, { ...headers, 'content-length': String(answer.body.length) })
  response.end(answer.body)
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
