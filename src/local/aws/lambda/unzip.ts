import { inflateRawSync } from 'node:zlib'

/** One file of an archive; directories are left out. */
export type ZipFile = { readonly path: string; readonly content: Buffer; readonly executable: boolean }

/**
 * Reads a zip archive (stored and deflated entries, as Lambda takes them). Throws for an archive that is damaged, or whose paths
 * lead out of the folder it is unpacked into.
 */
export function unzip(archive: Buffer): readonly ZipFile[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0) throw new Error('Could not unzip uploaded file: no end of central directory')
  const count = archive.readUInt16LE(end + 10)
  let at = archive.readUInt32LE(end + 16)
  const files: ZipFile[] = []
  for (let index = 0; index < count; index += 1) {
    if (archive.readUInt32LE(at) !== 0x02014b50) throw new Error('Could not unzip uploaded file: damaged directory')
    const method = archive.readUInt16LE(at + 10)
    const compressedSize = archive.readUInt32LE(at + 20)
    const nameLength = archive.readUInt16LE(at + 28)
    const extraLength = archive.readUInt16LE(at + 30)
    const commentLength = archive.readUInt16LE(at + 32)
    const mode = archive.readUInt32LE(at + 38) >>> 16
    const header = archive.readUInt32LE(at + 42)
    const path = archive.toString('utf8', at + 46, at + 46 + nameLength)
    at += 46 + nameLength + extraLength + commentLength
    if (path.endsWith('/')) continue
    if (path.startsWith('/') || path.split(/[\\/]/).includes('..'))
      throw new Error(`Could not unzip uploaded file: unsafe path ${path}`)
    const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28)
    const data = archive.subarray(start, start + compressedSize)
    if (method !== 0 && method !== 8) throw new Error(`Could not unzip uploaded file: ${path} uses method ${method}`)
    files.push({
      path,
      content: method === 8 ? inflateRawSync(data) : Buffer.from(data),
      executable: (mode & 0o111) !== 0,
    })
  }
  return files
}
