import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { presign } from './sigv4.ts'

const suite = z
  .object({
    common: z.object({
      accessKeyId: z.string(),
      secretAccessKey: z.string(),
      region: z.string(),
      service: z.string(),
      at: z.string(),
      expires: z.number(),
      host: z.string(),
    }),
    cases: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        query: z.array(z.tuple([z.string(), z.string()])),
        headers: z.record(z.string(), z.string()),
        sessionToken: z.string().optional(),
        signature: z.string(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('./testdata/sigv4-presigned.json', import.meta.url), 'utf8')))

test.each(suite.cases)('signs as the published test suite does: $name', (sample) => {
  const { accessKeyId, secretAccessKey, at, ...common } = suite.common
  const url = new URL(
    presign({
      ...common,
      path: sample.path,
      query: sample.query,
      headers: sample.headers,
      credentials: {
        accessKeyId,
        secretAccessKey,
        ...(sample.sessionToken === undefined ? {} : { sessionToken: sample.sessionToken }),
      },
      at: Date.parse(at),
    }),
  )
  expect(url.searchParams.get('X-Amz-Signature')).toBe(sample.signature)
  expect(url.pathname).toBe(sample.path)
})
