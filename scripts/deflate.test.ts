import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deflate } from './deflate.ts'

test('what it writes, any inflater reads', () => {
  const repetitive = fc
    .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(30)), { maxLength: 30 })
    .map((parts) =>
      Uint8Array.from(parts.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat())),
    )
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), repetitive), (bytes) => {
      expect(Buffer.compare(inflateRawSync(deflate(bytes)), bytes)).toBe(0)
    }),
  )
})

test.each([
  ['nothing', new Uint8Array()],
  ['one run, longer than any match', new Uint8Array(100_000).fill(65)],
  ['a match from beyond the window', Uint8Array.from({ length: 70_000 }, (_, index) => (index * index) % 251)],
  ['every byte', Uint8Array.from({ length: 512 }, (_, index) => index % 256)],
])('%s', (_, bytes) => {
  expect(Buffer.compare(inflateRawSync(deflate(bytes)), bytes)).toBe(0)
})

test('source code shrinks to less than half', () => {
  const source = readFileSync(new URL('./deflate.ts', import.meta.url))
  expect(deflate(source).byteLength).toBeLessThan(source.byteLength / 2)
})
