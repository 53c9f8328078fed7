import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'

/**
 * Takes single files out of a gzip-compressed tar archive (ustar, GNU or pax: the names we look for are short enough to
 * stand in every header). `wanted` maps member names to the files they are written to, with mode 0755.
 * Throws when the archive is damaged or lacks a member; what has been written until then stays.
 */
export async function extractTarMembers(archive: string, wanted: ReadonlyMap<string, string>): Promise<void> {
  const missing = new Set(wanted.keys())
  let header = Buffer.alloc(0)
  let skip = 0
  let left = 0
  let target: FileHandle | undefined
  try {
    const stream = createReadStream(archive).pipe(createGunzip())
    for await (const data of stream) {
      let chunk: Buffer = data
      while (chunk.length > 0) {
        if (left > 0) {
          const part = chunk.subarray(0, left)
          await target?.appendFile(part)
          left -= part.length
          chunk = chunk.subarray(part.length)
          if (left === 0) {
            await target?.close()
            target = undefined
          }
        } else if (skip > 0) {
          const count = Math.min(skip, chunk.length)
          skip -= count
          chunk = chunk.subarray(count)
        } else {
          const count = Math.min(512 - header.length, chunk.length)
          header = Buffer.concat([header, chunk.subarray(0, count)])
          chunk = chunk.subarray(count)
          if (header.length < 512) continue
          const entry = readHeader(header)
          header = Buffer.alloc(0)
          if (entry === undefined) continue
          const file = wanted.get(entry.name)
          left = entry.size
          skip = (512 - (entry.size % 512)) % 512
          if (file === undefined || !entry.isFile) continue
          missing.delete(entry.name)
          target = await open(file, 'w', 0o755)
          if (left === 0) {
            await target.close()
            target = undefined
          }
        }
      }
      if (missing.size === 0 && left === 0) {
        stream.destroy()
        break
      }
    }
  } finally {
    await target?.close()
  }
  if (left > 0) throw new Error('the archive ends within a file')
  if (missing.size > 0) throw new Error(`the archive has no ${[...missing].join(', ')}`)
}

/** A tar header block; `undefined` for the blocks of zeros at the end. */
function readHeader(
  block: Buffer,
): { readonly name: string; readonly size: number; readonly isFile: boolean } | undefined {
  if (block.every((byte) => byte === 0)) return undefined
  const text = (from: number, to: number): string => block.toString('latin1', from, to).replace(/\0.*$/s, '').trim()
  let sum = 0
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : (block[i] ?? 0)
  if (Number.parseInt(text(148, 156), 8) !== sum) throw new Error('not a tar archive, or a damaged one')
  const isUstar = text(257, 263).startsWith('ustar')
  const prefix = isUstar ? text(345, 500) : ''
  const name = text(0, 100)
  const type = block.toString('latin1', 156, 157)
  return {
    name: prefix === '' || block[257 + 5] === 32 ? name : `${prefix}/${name}`,
    size: Number.parseInt(text(124, 136) || '0', 8),
    isFile: type === '0' || type === '\0',
  }
}
