import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { offerCapacityBlocks } from './capacity-block-offerings.ts'
import { keepCapacityReservations } from './capacity-reservations.ts'
import { startClock } from './clock.ts'
import { controlRequests } from './control-requests.ts'
import { openCredentialStore } from './credentials.ts'
import type { EksWorld } from './eks/eks-world.ts'
import { keepTimetable } from './eks/keep-timetable.ts'
import { openLambda } from './lambda/open-lambda.ts'
import { keepRuleDescriptions } from './mends/keep-rule-descriptions.ts'
import { type MotoClient, openMotoClient } from './moto/moto-client.ts'
import { parseXml, textAt } from './parse-xml.ts'
import { keepPlacementGroups } from './placement-groups.ts'
import { keepScheduledActions } from './scheduled-actions.ts'
import { type Front, startFront } from './start-front.ts'

const account = '123456789012'
let emulator: Server
let moto: MotoClient
let front: Front
let stopped = 0
const passed: string[] = []

/** An emulator that says what it was asked, and has one Auto Scaling group. */
function answerOf(body: string): string {
  const action = new URLSearchParams(body).get('Action')
  if (action === 'DescribeAutoScalingGroups')
    return '<R><DescribeAutoScalingGroupsResult><AutoScalingGroups><member><AutoScalingGroupName>g</AutoScalingGroupName><MinSize>1</MinSize><MaxSize>3</MaxSize><DesiredCapacity>1</DesiredCapacity><VPCZoneIdentifier>subnet-a</VPCZoneIdentifier></member></AutoScalingGroups></DescribeAutoScalingGroupsResult></R>'
  return `<R><action>${action}</action></R>`
}

beforeAll(async () => {
  emulator = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      passed.push(`${request.method} ${request.url} ${body}`)
      response.end(answerOf(body))
    })
  })
  await new Promise<void>((resolve) => emulator.listen(0, '127.0.0.1', resolve))
  moto = openMotoClient(`http://127.0.0.1:${(emulator.address() as AddressInfo).port}`)
  const credentials = openCredentialStore()
  credentials.add({
    accessKeyId: 'AKIAME',
    secretAccessKey: 's',
    arn: `arn:aws:iam::${account}:user/me`,
    userId: 'AIDAME',
    account,
  })
  const clock = startClock()
  const world: EksWorld = {
    asOf: '2026-11-23',
    clock,
    account,
    moto,
    credentials,
    placementGroups: keepPlacementGroups(),
    reservations: keepCapacityReservations(clock, offerCapacityBlocks(clock)),
    scheduledActions: keepScheduledActions(clock),
    regions: new Set(),
    clusters: new Map(),
    startKubernetes: () => Promise.reject(new Error('not here')),
    onChange: async () => undefined,
    background: () => undefined,
  }
  front = await startFront({
    account,
    moto,
    credentials,
    world,
    lambda: openLambda({ directory: join(tmpdir(), 'unused'), account, partition: 'aws', moto, credentials }),
    ruleDescriptions: keepRuleDescriptions(),
    control: controlRequests({
      secret: 'control-secret',
      world,
      timetable: keepTimetable(world, () => undefined),
      ownUser: 'me',
      signal: new AbortController().signal,
      say: () => undefined,
      stop: () => {
        stopped += 1
      },
    }),
    say: () => undefined,
  })
})

afterAll(async () => {
  await front.stop()
  moto.close()
  emulator.closeAllConnections()
  emulator.close()
})

function send(
  service: string,
  {
    key = 'AKIAME',
    path = '/',
    method = 'POST',
    body = '',
    headers = {},
  }: {
    readonly key?: string
    readonly path?: string
    readonly method?: string
    readonly body?: string
    readonly headers?: Record<string, string>
  },
): Promise<Response> {
  return fetch(front.endpoint + path, {
    method,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `AWS4-HMAC-SHA256 Credential=${key}/20261123/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      ...headers,
    },
    ...(method === 'POST' && { body }),
  })
}

describe('a key that nobody has', () => {
  test.each([
    ['sts', {}, 403, 'InvalidClientTokenId'],
    ['ec2', {}, 401, 'AuthFailure'],
    ['s3', {}, 403, 'InvalidAccessKeyId'],
    ['eks', {}, 403, 'UnrecognizedClientException'],
    ['kms', { 'x-amz-target': 'TrentService.ListKeys' }, 400, 'UnrecognizedClientException'],
  ])('is refused by %s in its own form', async (service, headers, status, code) => {
    const before = passed.length
    const answer = await send(service, { key: 'AKIANOBODY', headers })
    expect(answer.status).toBe(status)
    expect((await answer.text()) + (answer.headers.get('x-amzn-errortype') ?? '')).toContain(code)
    expect(passed.length).toBe(before)
  })
})

test('tells callers who they are', async () => {
  const answer = await send('sts', { body: 'Action=GetCallerIdentity&Version=2011-06-15' })
  expect(textAt(parseXml(await answer.text()), 'GetCallerIdentityResult', 'Arn')).toBe(
    `arn:aws:iam::${account}:user/me`,
  )
})

test('passes on what is not its own', async () => {
  const answer = await send('ec2', { body: 'Action=DescribeVpcs&Version=2016-11-15' })
  expect(await answer.text()).toBe('<R><action>DescribeVpcs</action></R>')
  expect(passed.at(-1)).toBe('POST / Action=DescribeVpcs&Version=2016-11-15')
})

describe('the size of an Auto Scaling group', () => {
  test.each([
    ['SetDesiredCapacity', '4', 'New SetDesiredCapacity value 4 is above max value 3 for the AutoScalingGroup.'],
    ['SetDesiredCapacity', '0', 'New SetDesiredCapacity value 0 is below min value 1 for the AutoScalingGroup.'],
    ['UpdateAutoScalingGroup', '9', 'Desired capacity:9 must be between the specified min size:1 and max size:3'],
  ])('%s %s is refused', async (action, capacity, message) => {
    const answer = await send('autoscaling', {
      body: `Action=${action}&AutoScalingGroupName=g&DesiredCapacity=${capacity}`,
    })
    expect(answer.status).toBe(400)
    expect(textAt(parseXml(await answer.text()), 'Error', 'Message')).toBe(message)
  })

  test('within its limits is set', async () => {
    const answer = await send('autoscaling', {
      body: 'Action=SetDesiredCapacity&AutoScalingGroupName=g&DesiredCapacity=2',
    })
    expect(answer.status).toBe(200)
    expect(passed).toContain(
      'POST / Action=SetDesiredCapacity&Version=2011-01-01&AutoScalingGroupName=g&DesiredCapacity=2',
    )
  })
})

test('knows the AMIs for EKS', async () => {
  const answer = await send('ssm', {
    headers: { 'x-amz-target': 'AmazonSSM.GetParameter' },
    body: JSON.stringify({
      Name: '/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/nvidia/recommended/image_id',
    }),
  })
  expect(await answer.json()).toMatchObject({
    Parameter: { Value: expect.stringMatching(/^ami-/), DataType: 'aws:ec2:image' },
  })
})

describe('control requests', () => {
  const ask = (path: string, secret: string, method = 'GET') =>
    fetch(`${front.endpoint}/_eks-gpu/${path}`, { method, headers: { authorization: `Bearer ${secret}` } })

  test('need the secret', async () => {
    expect((await ask('status', 'wrong')).status).toBe(403)
    expect((await ask('stop', '', 'POST')).status).toBe(403)
    expect(stopped).toBe(0)
    expect(await (await ask('status', 'control-secret')).json()).toEqual({ clusters: [] })
  })

  test('refuse what they do not know', async () => {
    expect((await ask('clusters/x/interrupt', 'control-secret', 'POST')).status).toBe(404)
    expect((await ask('nothing', 'control-secret')).status).toBe(404)
  })

  test('end the daemon', async () => {
    expect((await ask('stop', 'control-secret', 'POST')).status).toBe(200)
    expect(stopped).toBe(1)
  })
})
