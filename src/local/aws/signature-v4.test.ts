import { describe, expect, test } from 'vitest'
import { amzDate, emptyPayloadHash, parseAmzDate, percentEncode, signatureV4 } from './signature-v4.ts'

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

describe('signatureV4', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html and AWS's SigV4 test suite.
  test('signs ListUsers as in the IAM user guide', () => {
    expect(
      signatureV4(
        {
          method: 'GET',
          path: '/',
          query: [
            ['Action', 'ListUsers'],
            ['Version', '2010-05-08'],
          ],
          headers: [
            ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'],
            ['host', 'iam.amazonaws.com'],
            ['x-amz-date', '20150830T123600Z'],
          ],
          payloadHash: emptyPayloadHash,
        },
        { date: '20150830T123600Z', region: 'us-east-1', service: 'iam' },
        secret,
      ),
    ).toBe('5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7')
  })

  test.each([
    ['get-vanilla', [], '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    [
      'get-vanilla-query-order-key-case',
      [
        ['Param2', 'value2'],
        ['Param1', 'value1'],
      ],
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
  ] as const)('signs %s of the test suite', (_, query, signature) => {
    expect(
      signatureV4(
        {
          method: 'GET',
          path: '/',
          query,
          headers: [
            ['x-amz-date', '20150830T123600Z'],
            ['host', 'example.amazonaws.com'],
          ],
          payloadHash: emptyPayloadHash,
        },
        { date: '20150830T123600Z', region: 'us-east-1', service: 'service' },
        secret,
      ),
    ).toBe(signature)
  })
})

test('writes and reads AWS dates', () => {
  const moment = new Date('2026-11-23T12:34:56.789Z')
  expect(amzDate(moment)).toBe('20261123T123456Z')
  expect(parseAmzDate('20261123T123456Z')).toEqual(new Date('2026-11-23T12:34:56Z'))
  for (const wrong of ['', '20261123', '20261323T123456Z', '2026-11-23T12:34:56Z'])
    expect(parseAmzDate(wrong)).toBe(undefined)
})

test('encodes what encodeURIComponent leaves', () => {
  expect(percentEncode("a b/c!'()*~-_.")).toBe('a%20b%2Fc%21%27%28%29%2A~-_.')
})
