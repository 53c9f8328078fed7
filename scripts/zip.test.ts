import { inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { zip } from './zip.ts'

test('an archive has the entries in order, dated 1980, mode 0644', () => {
  const archive = Buffer.from(
    zip([
      { name: 'index.mjs', content: Buffer.from('export {}\n') },
      { name: 'ü.txt', content: Buffer.from('x'.repeat(100)) },
    ]),
  )
  const end = archive.subarray(-22)
  expect(end.readUInt32LE(0)).toBe(0x06054b50)
  expect(end.readUInt16LE(10)).toBe(2)

  const entries: unknown[] = []
  for (let at = end.readUInt32LE(16); at < archive.length - 22; ) {
    expect(archive.readUInt32LE(at)).toBe(0x02014b50)
    const nameLength = archive.readUInt16LE(at + 28)
    const local = archive.readUInt32LE(at + 42)
    expect(archive.readUInt32LE(local)).toBe(0x04034b50)
    const start = local + 30 + archive.readUInt16LE(local + 26)
    entries.push({
      name: archive.subarray(at + 46, at + 46 + nameLength).toString('utf8'),
      method: archive.readUInt16LE(at + 10),
      date: archive.readUInt16LE(at + 14),
      mode: (archive.readUInt32LE(at + 38) >>> 16).toString(8),
      size: archive.readUInt32LE(at + 24),
      content: inflateRawSync(archive.subarray(start, start + archive.readUInt32LE(at + 20))).toString('utf8'),
    })
    at += 46 + nameLength
  }
  const common = { method: 8, date: 33, mode: '100644' }
  expect(entries).toEqual([
    { ...common, name: 'index.mjs', size: 10, content: 'export {}\n' },
    { ...common, name: 'ü.txt', size: 100, content: 'x'.repeat(100) },
  ])
})
