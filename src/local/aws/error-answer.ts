import { randomUUID } from 'node:crypto'
import type { AwsError } from './aws-error.ts'
import type { RawResponse } from './moto/moto-client.ts'
import { escapeXml } from './query-form.ts'

/** How a service writes its answers. */
export type Protocol = 'ec2' | 'query' | 'json' | 'rest-json' | 'rest-xml'

/** The protocol of a request, by its service and headers. */
export function protocolOf(service: string, target: string | undefined): Protocol {
  if (target !== undefined) return 'json'
  switch (service) {
    case 'ec2':
      return 'ec2'
    case 'eks':
    case 'lambda':
      return 'rest-json'
    case 's3':
      return 'rest-xml'
    default:
      return 'query'
  }
}

/** An error in a service's own form. */
export function errorAnswer(error: AwsError, protocol: Protocol): RawResponse {
  const requestId = randomUUID()
  const { code, message, status, members } = error
  switch (protocol) {
    case 'rest-json':
    case 'json':
      return {
        status,
        headers: {
          'content-type': protocol === 'json' ? 'application/x-amz-json-1.1' : 'application/json',
          'x-amzn-errortype': code,
          'x-amzn-requestid': requestId,
        },
        body: Buffer.from(JSON.stringify({ ...(protocol === 'json' && { __type: code }), ...members, message })),
      }
    case 'ec2':
      return xml(
        status,
        `<Response><Errors><Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      )
    case 'rest-xml':
      return xml(
        status,
        `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`,
      )
    case 'query':
      return xml(
        status,
        `<ErrorResponse><Error><Type>Sender</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      )
  }
}

function xml(status: number, body: string): RawResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${body}`),
  }
}
