import { crc32 } from 'node:zlib'
import { deflate } from './deflate.ts'

/** One file of an archive. */
export type ZipFile = { readonly name: string; readonly content: Uint8Array }

/** 1980-01-01 00:00:00, the first moment a zip can hold (APPNOTE.TXT §4.4.6). */
const firstDay = (1 << 5) | 1

/**
 * Writes a zip archive whose bytes depend on names and contents only, not on the day or the machine
 * (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT). Files are regular, mode 0644, in the order given.
 */
export function zip(files: readonly ZipFile[]): Uint8Array {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content } of files) {
    const packed = deflate(content)
    const path = Buffer.from(name, 'utf8')
    // Version 2.0, names in UTF-8, deflated, date, checksum, sizes, length of the name, no extra field.
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x0800, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt16LE(firstDay, 8)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.byteLength, 14)
    common.writeUInt32LE(content.byteLength, 18)
    common.writeUInt16LE(path.byteLength, 22)

    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, path, packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((0o100644 << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    // Made by version 2.0 on Unix: Lambda then takes the mode from the external attributes.
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), Buffer.from([20, 3]), common, rest, path]))
    locals.push(local)
    offset += local.byteLength
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(central.byteLength, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, central, end])
}
