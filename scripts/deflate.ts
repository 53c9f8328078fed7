/**
 * A small DEFLATE compressor (RFC 1951). Why our own: the bytes of Node's zlib change with its version and with the
 * processor, and the archives built here are compared byte by byte. Any inflater reads what it writes.
 */
const windowSize = 32_768
const minMatch = 3
const maxMatch = 258
/** Earlier places tried for a match; more would gain little on a bundle of this size. */
const maxChain = 128

/** Base length and number of extra bits of the length codes 257 to 285 (RFC 1951 §3.2.5). */
const lengthCodes = codeTable(29, 3, (code) => (code < 8 || code === 28 ? 0 : (code >> 2) - 1))
/** The same for the distance codes 0 to 29. */
const distanceCodes = codeTable(30, 1, (code) => (code < 4 ? 0 : (code >> 1) - 1))

/** Compresses into one block with the fixed Huffman codes. The same input gives the same output everywhere. */
export function deflate(input: Uint8Array): Uint8Array {
  const out = createBitWriter()
  out.bits(1, 1)
  out.bits(1, 2)
  const heads = new Map<number, number>()
  const previous = new Int32Array(input.length).fill(-1)

  const remember = (at: number) => {
    if (at + minMatch > input.length) return
    const key = keyAt(input, at)
    previous[at] = heads.get(key) ?? -1
    heads.set(key, at)
  }

  for (let at = 0; at < input.length; ) {
    const match = longestMatch(input, at, heads, previous)
    if (match === undefined) {
      writeLiteral(out, input[at] ?? 0)
      remember(at)
      at += 1
      continue
    }
    writeLength(out, match.length)
    writeDistance(out, match.distance)
    for (const end = at + match.length; at < end; at += 1) remember(at)
  }
  writeSymbol(out, 256)
  return out.end()
}

type CodeRange = { readonly base: number; readonly extra: number }
type BitWriter = {
  /** Appends `count` bits of a number, lowest first. */
  bits(value: number, count: number): void
  end(): Uint8Array
}

function longestMatch(
  input: Uint8Array,
  at: number,
  heads: ReadonlyMap<number, number>,
  previous: Int32Array,
): { readonly length: number; readonly distance: number } | undefined {
  if (at + minMatch > input.length) return undefined
  const limit = Math.min(maxMatch, input.length - at)
  let best: { readonly length: number; readonly distance: number } | undefined
  let candidate = heads.get(keyAt(input, at)) ?? -1
  for (let tries = 0; tries < maxChain && candidate >= 0 && at - candidate <= windowSize; tries += 1) {
    let length = 0
    while (length < limit && input[candidate + length] === input[at + length]) length += 1
    if (length >= minMatch && length > (best?.length ?? 0)) best = { length, distance: at - candidate }
    if (length === limit) break
    candidate = previous[candidate] ?? -1
  }
  return best
}

function keyAt(input: Uint8Array, at: number): number {
  return ((input[at] ?? 0) << 16) | ((input[at + 1] ?? 0) << 8) | (input[at + 2] ?? 0)
}

function writeLiteral(out: BitWriter, byte: number): void {
  writeSymbol(out, byte)
}

/** The fixed code of a literal or length symbol (RFC 1951 §3.2.6). */
function writeSymbol(out: BitWriter, symbol: number): void {
  if (symbol < 144) writeCode(out, 0b00110000 + symbol, 8)
  else if (symbol < 256) writeCode(out, 0b110010000 + symbol - 144, 9)
  else if (symbol < 280) writeCode(out, symbol - 256, 7)
  else writeCode(out, 0b11000000 + symbol - 280, 8)
}

function writeLength(out: BitWriter, length: number): void {
  // 258 has a code of its own, which a search by base finds last.
  const code = lengthCodes.findLastIndex(({ base }) => base <= length)
  const { base, extra } = lengthCodes[code] ?? { base: 0, extra: 0 }
  writeSymbol(out, 257 + code)
  out.bits(length - base, extra)
}

function writeDistance(out: BitWriter, distance: number): void {
  const code = distanceCodes.findLastIndex(({ base }) => base <= distance)
  const { base, extra } = distanceCodes[code] ?? { base: 0, extra: 0 }
  writeCode(out, code, 5)
  out.bits(distance - base, extra)
}

/** Huffman codes go out highest bit first, all else lowest bit first (RFC 1951 §3.1.1). */
function writeCode(out: BitWriter, code: number, length: number): void {
  for (let bit = length - 1; bit >= 0; bit -= 1) out.bits((code >> bit) & 1, 1)
}

function createBitWriter(): BitWriter {
  const bytes: number[] = []
  let current = 0
  let filled = 0
  return {
    bits(value, count) {
      for (let bit = 0; bit < count; bit += 1) {
        current |= ((value >> bit) & 1) << filled
        filled += 1
        if (filled === 8) {
          bytes.push(current)
          current = 0
          filled = 0
        }
      }
    },
    end() {
      if (filled > 0) bytes.push(current)
      return Uint8Array.from(bytes)
    },
  }
}

function codeTable(size: number, first: number, extraOf: (code: number) => number): readonly CodeRange[] {
  const table: CodeRange[] = []
  let base = first
  for (let code = 0; code < size; code += 1) {
    const extra = extraOf(code)
    // The last length code stands for 258 alone, although its predecessor's range would reach it.
    table.push({ base: first === 3 && code === 28 ? 258 : base, extra })
    base += 1 << extra
  }
  return table
}
