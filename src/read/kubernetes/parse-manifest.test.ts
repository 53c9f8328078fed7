import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseManifest } from './parse-manifest.ts'

const parsedValue = (text: string): unknown => {
  const parsed = parseManifest(text)
  return parsed.kind === 'value' ? parsed.value : parsed.errors
}

test.for([
  ['y', true],
  ['yes', true],
  ['On', true],
  ['TRUE', true],
  ['n', false],
  ['No', false],
  ['off', false],
  ['False', false],
  ['yEs', 'yEs'],
  ['~', null],
  ['', null],
  ['NULL', null],
  ['012', 10],
  ['0o12', 10],
  ['0x1F', 31],
  ['0b101', 5],
  ['-0b11', -3],
  ['-12', -12],
  ['1_000', 1000],
  ['08', 8],
  ['0', 0],
  ['1.10', 1.1],
  ['.5', 0.5],
  ['1e3', 1000],
  ['5.', 5],
  ['1:30', '1:30'],
  ['2001-01-01', '2001-01-01'],
  ['1.2.3', '1.2.3'],
  ['500m', '500m'],
  ['16Gi', '16Gi'],
  ['"yes"', 'yes'],
  ["'012'", '012'],
  ['.inf', '.inf'],
  ['1e400', '1e400'],
  ['_1', '_1'],
  ['-_1', -1],
  ['._5', '._5'],
  ['0_7', 7],
  ['+.5', 0.5],
  ['1__0', 10],
  ['0O12', 10],
])('the plain scalar %s is what go-yaml takes it for', ([text, expected]) => {
  expect(parsedValue(`a: ${text}`)).toEqual({ a: expected })
})

test('keys are text, whatever they look like', () => {
  expect(parsedValue('1: a\nyes: b\nx: {null: c}')).toEqual({ 1: 'a', true: 'b', x: { '': 'c' } })
})

test('anchors, aliases and merge keys', () => {
  expect(parsedValue('a: &x {b: 1, c: 2}\nd: *x\ne:\n  <<: *x\n  c: 3')).toEqual({
    a: { b: 1, c: 2 },
    d: { b: 1, c: 2 },
    e: { b: 1, c: 3 },
  })
})

test.for([
  { text: 'a: [1, 2', line: 1, column: 9 },
  { text: 'a: b: c', line: 1, column: 4 },
  { text: 'a: 1\na: 2', line: 2, column: 1 },
  { text: 'a: *none', line: 1, column: 4 },
  { text: '{"a": 1,, "b": 2}', line: 1, column: 9 },
])('malformed: $text', ({ text, line, column }) => {
  const parsed = parseManifest(text, { line: 1, column: 1 })
  if (parsed.kind !== 'malformed') throw new Error('it parsed')
  expect(parsed.errors[0]).toMatchObject({ line, column })
})

test('aliases that would explode are refused', () => {
  const levels = Array.from({ length: 12 }, (_, level) =>
    level === 0
      ? 'a0: &a0 [x, x, x]'
      : `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
  )
  expect(parseManifest(levels.join('\n')).kind).toBe('malformed')
})

test.for([
  { format: 'YAML', text: 'spec:\n  replicas: 3\n  list:\n    - a: 1\n    - b: 2\n' },
  { format: 'JSON', text: '{"spec":\n  {"replicas": 3,\n  "list":\n   [{"a": 1},\n     {"b": 2}]}}' },
])('positions in $format, counted from where the text begins', ({ text }) => {
  const parsed = parseManifest(text, { line: 11, column: 1 })
  if (parsed.kind === 'malformed') throw new Error('it is malformed')
  expect(parsed.positionOf(['spec', 'replicas']).line).toBe(12)
  const inList = parsed.positionOf(['spec', 'list', 1, 'b'])
  expect(inList.line).toBe(15)
  expect(text.split('\n')[inList.line - 11]?.[inList.column - 1]).toBe('2')
  // What is not there stands where it would stand.
  expect(parsed.positionOf(['spec', 'selector'])).toEqual(parsed.positionOf(['spec']))
})

test('the column of a JSON document that begins inside a line', () => {
  const parsed = parseManifest('{"a": 1}', { line: 4, column: 20 })
  if (parsed.kind === 'malformed') throw new Error('it is malformed')
  expect(parsed.positionOf(['a'])).toEqual({ line: 4, column: 26 })
})

test('never throws, whatever the text', () => {
  const fragment = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '&x ',
    '*x',
    '|',
    '#',
    '<<',
    '!t ',
    '%',
  )
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 30 }), (fragments) => {
      const parsed = parseManifest(fragments.join(''))
      if (parsed.kind === 'value') expect(parsed.positionOf(['a', 0]).line).toBeGreaterThan(0)
      else expect(parsed.errors.length).toBeGreaterThan(0)
    }),
    { numRuns: 300 },
  )
})

test('JSON is read as it is', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      expect(parsedValue(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})
