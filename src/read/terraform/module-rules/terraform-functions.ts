import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import {
  HclError,
  type HclValue,
  hasUnknown,
  isList,
  isRecord,
  sameValue,
  textOfValue,
  unknownValue,
} from './hcl-value.ts'

type Apply = (given: readonly HclValue[]) => HclValue

/**
 * Terraform's functions that the module's rules use, by name; `can` and `try` are the evaluator's own. Those that look at a
 * whole value are unknown as soon as any part of it is.
 * @see https://developer.hashicorp.com/terraform/language/functions
 */
export const terraformFunctions: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['abs', whole(([value]) => Math.abs(number(value)))],
  ['alltrue', shallow(([value]) => every(list(value), true))],
  ['anytrue', shallow(([value]) => every(list(value), false))],
  ['ceil', whole(([value]) => Math.ceil(number(value)))],
  ['cidrhost', whole(([cidr, index]) => hostOf(text(cidr), number(index)))],
  ['cidrnetmask', whole(([value]) => netmask(text(value)))],
  ['cidrsubnet', whole(([cidr, bits, index]) => subnetOf(text(cidr), number(bits), number(index)))],
  ['coalesce', coalesce],
  ['compact', whole(([value]) => list(value).filter((item) => item !== null && item !== ''))],
  ['concat', shallow((given) => given.flatMap(list))],
  ['contains', contains],
  ['distinct', whole(([value]) => distinct(list(value)))],
  ['endswith', whole(([value, end]) => text(value).endsWith(text(end)))],
  ['file', whole(([value]) => readFileSync(text(value), 'utf8'))],
  ['flatten', shallow(([value]) => flatten(list(value)))],
  ['floor', whole(([value]) => Math.floor(number(value)))],
  ['format', whole(([pattern, ...rest]) => format(text(pattern), rest))],
  ['index', whole(([value, item]) => indexOf(list(value), needed(item)))],
  ['join', whole(([separator, ...lists]) => lists.flatMap(list).map(textOfValue).join(text(separator)))],
  ['jsondecode', whole(([value]) => jsonValue(JSON.parse(text(value))))],
  ['jsonencode', whole(([value]) => JSON.stringify(value))],
  ['keys', shallow(([value]) => Object.keys(record(value)).sort())],
  ['length', shallow(([value]) => lengthOf(value))],
  ['lookup', shallow(([value, key, otherwise]) => record(value)[text(key)] ?? needed(otherwise))],
  ['lower', whole(([value]) => text(value).toLowerCase())],
  ['max', whole((given) => Math.max(...some(given).map(number)))],
  ['merge', shallow((given) => Object.assign({}, ...given.filter((each) => each !== null).map(record)))],
  ['min', whole((given) => Math.min(...some(given).map(number)))],
  ['one', shallow(([value]) => one(list(value)))],
  ['pow', whole(([base, exponent]) => number(base) ** number(exponent))],
  ['range', whole((given) => range(given.map(number)))],
  ['regex', whole(([pattern, value]) => regex(text(pattern), text(value)))],
  ['replace', whole(([value, from, to]) => text(value).replaceAll(text(from), text(to)))],
  ['sha256', whole(([value]) => createHash('sha256').update(text(value)).digest('hex'))],
  [
    'setsubtract',
    whole(([a, b]) => distinct(list(a)).filter((item) => !list(b).some((other) => sameValue(item, other)))),
  ],
  ['setunion', whole((given) => distinct(given.flatMap(list)))],
  ['sort', whole(([value]) => list(value).map(textOfValue).sort())],
  ['split', whole(([separator, value]) => text(value).split(text(separator)))],
  ['startswith', whole(([value, start]) => text(value).startsWith(text(start)))],
  ['substr', whole(([value, from, length]) => text(value).substring(number(from), number(from) + number(length)))],
  [
    'sum',
    whole(([value]) =>
      list(value)
        .map(number)
        .reduce((total, each) => total + each, 0),
    ),
  ],
  ['timeadd', whole(([moment, duration]) => timeAdd(text(moment), text(duration)))],
  ['timecmp', whole(([a, b]) => Math.sign(instant(text(a)) - instant(text(b))))],
  ['tolist', shallow(([value]) => list(value))],
  ['tomap', shallow(([value]) => record(value))],
  ['tonumber', whole(([value]) => (value === null ? null : number(value)))],
  ['toset', whole(([value]) => distinct(list(value)))],
  ['tostring', whole(([value]) => (value === null ? null : textOfValue(needed(value))))],
  ['trim', whole(([value, cut]) => trim(text(value), new Set(text(cut))))],
  ['trimprefix', whole(([value, start]) => cutStart(text(value), text(start)))],
  ['upper', whole(([value]) => text(value).toUpperCase())],
  ['yamldecode', whole(([value]) => jsonValue(parseYaml(text(value))))],
  ['values', shallow(([value]) => valuesOf(record(value)))],
])

/** A function that needs all of its arguments, down to their last part. */
function whole(apply: Apply): Apply {
  return (given) => (given.some(hasUnknown) ? unknownValue : apply(given))
}

/** A function that needs the shape of its arguments only. */
function shallow(apply: Apply): Apply {
  return (given) => (given.includes(unknownValue) ? unknownValue : apply(given))
}

function needed(value: HclValue | undefined): HclValue {
  if (value === undefined) throw new HclError('an argument is missing')
  return value
}

function some(given: readonly HclValue[]): readonly HclValue[] {
  if (given.length === 0) throw new HclError('at least one argument is needed')
  return given
}

function text(value: HclValue | undefined): string {
  return textOfValue(needed(value))
}

function number(value: HclValue | undefined): number {
  const given = typeof value === 'string' && value !== '' ? Number(value) : value
  if (typeof given !== 'number' || Number.isNaN(given)) throw new HclError('a number is needed')
  return given
}

function list(value: HclValue | undefined): readonly HclValue[] {
  const given = needed(value)
  if (!isList(given)) throw new HclError('a list is needed')
  return given
}

function record(value: HclValue | undefined): { readonly [key: string]: HclValue } {
  const given = needed(value)
  if (!isRecord(given)) throw new HclError('a map is needed')
  return given
}

function valuesOf(map: { readonly [key: string]: HclValue }): readonly HclValue[] {
  return Object.keys(map)
    .sort()
    .map((key) => map[key] ?? null)
}

function lengthOf(value: HclValue | undefined): number {
  const given = needed(value)
  if (typeof given === 'string') return Array.from(given).length
  return isList(given) ? given.length : Object.keys(record(given)).length
}

/** `alltrue` (all) or `anytrue` (not all): one that decides does so even where others are unknown. */
function every(values: readonly HclValue[], all: boolean): HclValue {
  if (values.some((value) => value === !all)) return !all
  return values.includes(unknownValue) ? unknownValue : all
}

function contains([values, wanted]: readonly HclValue[]): HclValue {
  if (values === unknownValue || wanted === unknownValue) return unknownValue
  const items = list(values)
  if (items.some((item) => sameValue(item, needed(wanted)))) return true
  return hasUnknown(items) ? unknownValue : false
}

function coalesce(given: readonly HclValue[]): HclValue {
  const found = given.find((value) => value === unknownValue || (value !== null && value !== ''))
  if (found === undefined) throw new HclError('every argument of coalesce is null or empty')
  return found
}

function indexOf(values: readonly HclValue[], wanted: HclValue): number {
  const found = values.findIndex((value) => sameValue(value, wanted))
  if (found === -1) throw new HclError('the list has no such element')
  return found
}

function distinct(values: readonly HclValue[]): readonly HclValue[] {
  const kept: HclValue[] = []
  for (const value of values) if (!kept.some((other) => sameValue(other, value))) kept.push(value)
  return kept
}

function flatten(values: readonly HclValue[]): HclValue {
  const flat: HclValue[] = []
  for (const value of values) {
    const inner: HclValue = isList(value) ? flatten(value) : [value]
    if (!isList(inner)) return unknownValue
    flat.push(...inner)
  }
  return flat
}

function one(values: readonly HclValue[]): HclValue {
  if (values.length > 1) throw new HclError('more than one element')
  return values[0] ?? null
}

function range(given: readonly number[]): readonly number[] {
  const [from, to, by] = given.length === 1 ? [0, given[0] ?? 0, 1] : [given[0] ?? 0, given[1] ?? 0, given[2] ?? 1]
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / by)) }, (_, index) => from + index * by)
}

/** RE2 and JavaScript agree on what the module writes: classes, repetition, groups, anchors. */
function regex(pattern: string, value: string): HclValue {
  // RE2 takes flags at the start of the pattern, JavaScript only beside it.
  const [head = '', flags = ''] = /^\(\?([ims]+)\)/.exec(pattern) ?? []
  const match = new RegExp(pattern.slice(head.length), `u${flags}`).exec(value)
  if (match === null) throw new HclError('the pattern does not match')
  if (match.groups !== undefined)
    return Object.fromEntries(Object.entries(match.groups).map(([name, found]) => [name, found ?? null]))
  return match.length > 1 ? match.slice(1).map((found): HclValue => found ?? null) : match[0]
}

/** A range of IPv4 addresses: its first one, as a number, and the bits that all have in common. */
type AddressRange = { readonly first: number; readonly bits: number }

function rangeOf(cidr: string): AddressRange {
  const [address = '', length = '', ...rest] = cidr.split('/')
  const parts = address.split('.')
  const bits = Number(length)
  const good =
    rest.length === 0 &&
    /^\d{1,2}$/.test(length) &&
    bits <= 32 &&
    parts.length === 4 &&
    // Go refuses leading zeros, which some programs read as octal.
    parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  if (!good) throw new HclError(`${cidr} is no IPv4 CIDR block`)
  const whole = parts.reduce((sum, part) => sum * 256 + Number(part), 0)
  return { first: whole - (whole % 2 ** (32 - bits)), bits }
}

function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
}

function netmask(cidr: string): string {
  return addressText(2 ** 32 - 2 ** (32 - rangeOf(cidr).bits))
}

/** `cidrhost`, without negative numbers, which count from the end. */
function hostOf(cidr: string, index: number): string {
  const { first, bits } = rangeOf(cidr)
  if (index < 0 || index >= 2 ** (32 - bits)) throw new HclError(`${cidr} has no address ${index}`)
  return addressText(first + index)
}

function subnetOf(cidr: string, more: number, index: number): string {
  const { first, bits } = rangeOf(cidr)
  if (bits + more > 32 || index < 0 || index >= 2 ** more) throw new HclError(`${cidr} has no such subnet ${index}`)
  return `${addressText(first + index * 2 ** (32 - bits - more))}/${bits + more}`
}

/** Milliseconds of a moment in RFC 3339. */
function instant(moment: string): number {
  const found = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(moment)
    ? Date.parse(moment)
    : Number.NaN
  if (Number.isNaN(found)) throw new HclError(`${moment} is no moment in RFC 3339`)
  return found
}

/** Go's durations of hours, minutes and seconds, as far as rules write them: `-45m`. The result is in UTC. */
function timeAdd(moment: string, duration: string): string {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /^(-?)(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration) ?? []
  if (sign === undefined) throw new HclError(`${duration} is no duration`)
  const length = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  return new Date(instant(moment) + (sign === '-' ? -length : length)).toISOString().replace('.000Z', 'Z')
}

function format(pattern: string, given: readonly HclValue[]): string {
  let at = 0
  return pattern.replace(/%(%|[sdvq])/g, (_, verb: string) => {
    if (verb === '%') return '%'
    const value = textOfValue(needed(given[at++]))
    return verb === 'q' ? JSON.stringify(value) : value
  })
}

/** Without the characters of a set at both ends. */
function trim(value: string, cut: ReadonlySet<string>): string {
  const letters = Array.from(value)
  const first = letters.findIndex((letter) => !cut.has(letter))
  const last = letters.findLastIndex((letter) => !cut.has(letter))
  return letters.slice(first < 0 ? letters.length : first, last + 1).join('')
}

function cutStart(value: string, start: string): string {
  return value.startsWith(start) ? value.slice(start.length) : value
}

/** What JSON text decodes to. */
function jsonValue(json: unknown): HclValue {
  if (json === null || typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean') return json
  if (Array.isArray(json)) return json.map(jsonValue)
  if (typeof json === 'object')
    return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, jsonValue(value)]))
  throw new HclError('not JSON')
}
