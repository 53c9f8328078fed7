import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AwsError } from '../aws-error.ts'
import { textAt } from '../parse-xml.ts'
import { type MotoClient, openMotoClient } from './moto-client.ts'

let server: Server
let client: MotoClient
const seen: { body: string; authorization: string; target: string }[] = []
let atOnce = 0
let mostAtOnce = 0
let answer = { status: 200, body: '<R><ok>yes</ok></R>' }

beforeAll(async () => {
  server = createServer((request, response) => {
    atOnce += 1
    mostAtOnce = Math.max(mostAtOnce, atOnce)
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () =>
      setTimeout(() => {
        atOnce -= 1
        seen.push({
          body,
          authorization: request.headers.authorization ?? '',
          target: String(request.headers['x-amz-target']),
        })
        response.statusCode = answer.status
        response.end(answer.body)
      }, 10),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  client = openMotoClient(`http://127.0.0.1:${port}`)
})

afterAll(() => {
  client.close()
  server.closeAllConnections()
  server.close()
})

describe('query', () => {
  test.each([
    [
      'ec2',
      { Filter: [{ Name: 'subnet-id', Value: ['a', 'b'] }], DryRun: false, None: undefined },
      'Action=Do&Version=2016-11-15&Filter.1.Name=subnet-id&Filter.1.Value.1=a&Filter.1.Value.2=b&DryRun=false',
    ],
    [
      'autoscaling',
      { Names: ['a'], Policy: { Overrides: [{ Type: 'x' }] }, Size: 2 },
      'Action=Do&Version=2011-01-01&Names.member.1=a&Policy.Overrides.member.1.Type=x&Size=2',
    ],
  ] as const)('writes parameters as %s has them', async (service, parameters, expected) => {
    expect(textAt(await client.query(service, 'us-east-1', 'Do', parameters), 'ok')).toBe('yes')
    expect(seen.at(-1)?.body).toBe(expected)
    expect(seen.at(-1)?.authorization).toContain(`/us-east-1/${service}/aws4_request`)
  })

  test.each([
    ['<Response><Errors><Error><Code>X.NotFound</Code><Message>no</Message></Error></Errors></Response>', 'X.NotFound'],
    ['<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>', 'NoSuchEntity'],
    ['<html>oops', 'InternalFailure'],
  ])('throws the error of %s', async (body, code) => {
    answer = { status: 400, body }
    await expect(client.query('iam', 'us-east-1', 'Do')).rejects.toMatchObject({ code, status: 400 })
    answer = { status: 200, body: '<R/>' }
  })

  test('speaks to Auto Scaling one at a time', async () => {
    mostAtOnce = 0
    await Promise.all([1, 2, 3].map(() => client.query('autoscaling', 'us-east-1', 'CreateOrUpdateTags')))
    expect(mostAtOnce).toBe(1)
  })
})

test('speaks JSON with a target', async () => {
  answer = { status: 200, body: '{"Keys":[]}' }
  expect(await client.json({ service: 'kms', region: 'us-east-1', target: 'TrentService.ListKeys', body: {} })).toEqual(
    {
      Keys: [],
    },
  )
  expect(seen.at(-1)?.target).toBe('TrentService.ListKeys')
  answer = { status: 404, body: '{"__type":"com.amazonaws#NotFoundException","message":"gone"}' }
  await expect(client.json({ service: 'kms', region: 'us-east-1', body: {} })).rejects.toThrow(
    new AwsError('NotFoundException', 404, 'gone'),
  )
})
