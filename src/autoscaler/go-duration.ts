const units: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 }

/** A duration as Go writes it (`10m`, `1h30m`, `500ms`), in seconds; `undefined` for text that is none. */
export function goDuration(text: string): number | undefined {
  if (text === '0') return 0
  const match = /^([+-]?)((?:\d+\.?\d*(?:ns|us|µs|ms|s|m|h))+)$/.exec(text)
  if (match === null) return undefined
  const [, sign, parts = ''] = match
  const seconds = [...parts.matchAll(/(\d+\.?\d*)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit = 's']) => sum + Number(amount) * (units[unit] ?? 1),
    0,
  )
  return sign === '-' ? -seconds : seconds
}
