import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuantity, toMilli, toUnits, tryParseQuantity } from './quantity.ts'

describe('parseQuantity', () => {
  test.for([
    ['0', 0, 0],
    ['1', 1, 1000],
    ['500m', 1, 500],
    ['1500m', 2, 1500],
    ['0.5', 1, 500],
    ['.5', 1, 500],
    ['5.', 5, 5000],
    ['+2', 2, 2000],
    ['-1500m', -1, -1500],
    ['1k', 1000, 1_000_000],
    ['1Ki', 1024, 1_024_000],
    ['1.5Gi', 1_610_612_736, 1_610_612_736_000],
    ['0.5Ki', 512, 512_000],
    ['200Gi', 214_748_364_800, 214_748_364_800_000],
    ['100G', 1e11, 1e14],
    ['1e3', 1000, 1_000_000],
    ['1E3', 1000, 1_000_000],
    ['12e-1', 2, 1200],
    ['1E', 1e18, 1e21],
    ['100n', 1, 1],
    ['1u', 1, 1],
    ['0.1n', 1, 1],
    ['0000001', 1, 1000],
  ] as const)('%s is %d units and %d thousandths', ([text, units, milli]) => {
    expect(toUnits(parseQuantity(text))).toBe(units)
    expect(toMilli(parseQuantity(text))).toBe(milli)
  })

  test.for([
    '',
    ' ',
    '1 ',
    'x',
    '1x',
    '1mi',
    '1KI',
    'Ki',
    '1.2.3',
    '1e',
    '1e3k',
    '--1',
    '0x10',
    '1,5',
    '1K',
    'Infinity',
  ])('%j is refused', (text) => {
    expect(tryParseQuantity(text)).toBeUndefined()
    expect(() => parseQuantity(text)).toThrow(`${JSON.stringify(text)} is not a Kubernetes quantity`)
  })

  test('amounts beyond 64 bits are cut, huge exponents cost nothing', () => {
    expect(parseQuantity('1e999999999')).toBe(parseQuantity('9223372036854775807'))
    expect(parseQuantity('-9E9')).toBe(-9_000_000_000n * 1_000_000_000n)
    expect(parseQuantity('1e-999999999')).toBe(1n)
    expect(parseQuantity('0e999999999')).toBe(0n)
  })

  test('the same amount is the same however it is written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), (milli) => {
        const [whole, rest] = [milli / 1000n, milli % 1000n]
        const written = [
          `${milli}m`,
          `${whole}.${rest.toString().padStart(3, '0')}`,
          `${milli}e-3`,
          `${milli * 1000n}u`,
          `${milli * 1_000_000n}n`,
        ]
        expect(new Set(written.map((text) => parseQuantity(text))).size).toBe(1)
      }),
    )
  })

  test('rounds up and never loses order', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 18n), 10n ** 18n), fc.bigInt(-(10n ** 18n), 10n ** 18n), (a, b) => {
        const [left, right] = [parseQuantity(`${a}n`), parseQuantity(`${b}n`)]
        expect(left < right).toBe(a < b)
        expect(BigInt(toUnits(left)) * 1_000_000_000n >= a).toBe(true)
        expect((BigInt(toUnits(left)) - 1n) * 1_000_000_000n < a).toBe(true)
      }),
    )
  })
})
