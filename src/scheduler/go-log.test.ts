import { expect, test } from 'vitest'
import { goLog } from './go-log.ts'

/** Bits of Go's math.Log on linux/amd64 (Go 1.26) (V8's Math.log has another last bit for 14). */
test.for([
  [1, 0x0000000000000000n],
  [2, 0x3fe62e42fefa39efn],
  [3, 0x3ff193ea7aad030an],
  [4, 0x3ff62e42fefa39efn],
  [5, 0x3ff9c041f7ed8d33n],
  [10, 0x40026bb1bbb55516n],
  [14, 0x40051cca16d7bba8n],
  [102, 0x40127ff8df87c7bdn],
  [1000, 0x401ba18a998fffa0n],
  [5002, 0x40210901f6dc84b9n],
  [100002, 0x402706a0c9b7a3abn],
] as const)('ln %i', ([x, bits]) => {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, goLog(x))
  expect(view.getBigUint64(0)).toBe(bits)
})
