import { expect, test } from 'vitest'
import { type ContainerLogOptions, selectLog } from './container-logs.ts'

const text = 'one\ntwo\nthree\n'
const startedAt = '2026-11-23T20:00:00Z'
const now = Date.parse('2026-11-23T20:10:00Z')

test.each<readonly [Partial<ContainerLogOptions>, string]>([
  [{}, text],
  [{ tailLines: 2 }, 'two\nthree\n'],
  [{ tailLines: 0 }, ''],
  [{ tailLines: 9 }, text],
  [{ timestamps: true, tailLines: 1 }, '2026-11-23T20:00:00Z three\n'],
  [{ limitBytes: 5 }, 'one\nt'],
  [{ sinceSeconds: 60 }, ''],
  [{ sinceSeconds: 3600 }, text],
  [{ sinceTime: '2026-11-23T19:59:59Z' }, text],
  [{ sinceTime: '2026-11-23T21:30:00+01:00' }, ''],
])('%j', (options, expected) => {
  expect(selectLog(text, { previous: false, timestamps: false, ...options }, startedAt, now)).toBe(expected)
})

test('a last line that is not finished stays so, and nothing stays nothing', () => {
  const options = { previous: false, timestamps: false }
  expect(selectLog('one\ntwo', { ...options, tailLines: 1 }, startedAt, now)).toBe('two')
  expect(selectLog('', { ...options, timestamps: true }, startedAt, now)).toBe('')
})
