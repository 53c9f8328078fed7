import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ManifestText, type SplitLimits, splitManifests } from './split-manifests.ts'

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

async function split(text: string, size = 7, limits?: SplitLimits): Promise<readonly ManifestText[]> {
  const parts: ManifestText[] = []
  for await (const part of splitManifests(inPieces(text, size), limits)) parts.push(part)
  return parts
}

const small: SplitLimits = { document: 200, list: 20 }
const textsOf = (parts: readonly ManifestText[]): readonly string[] =>
  parts.map((part) => (part.kind === 'document' ? part.text : '(too large)'))

test.for<{ what: string; text: string; expected: readonly (readonly [line: number, column: number, text: string])[] }>([
  { what: 'nothing', text: '', expected: [] },
  { what: 'only comments', text: '# a\n\n---\n# b\n---\n...\n', expected: [] },
  { what: 'one document', text: 'a: 1\n', expected: [[1, 1, 'a: 1\n']] },
  { what: 'no line end', text: 'a: 1', expected: [[1, 1, 'a: 1']] },
  {
    what: 'two documents, comments before',
    text: '# x\n---\na: 1\n---\n# y\n\nb: 2\n',
    expected: [
      [3, 1, 'a: 1\n'],
      [7, 1, 'b: 2\n'],
    ],
  },
  {
    what: 'a separator with a comment, Windows line ends, a directive',
    text: '%YAML 1.1\r\n--- # x\r\na: 1\r\n---\r\nb: 2\r\n',
    expected: [
      [3, 1, 'a: 1\r\n'],
      [5, 1, 'b: 2\r\n'],
    ],
  },
  { what: 'dashes inside a block', text: 'a: |\n  ---\n  b\n', expected: [[1, 1, 'a: |\n  ---\n  b\n']] },
  { what: 'dashes that go on', text: '----\n', expected: [[1, 1, '----\n']] },
  { what: 'indentation is kept', text: '\n\n  a: 1\n  b: 2\n', expected: [[3, 1, '  a: 1\n  b: 2\n']] },
  { what: 'a document on the separator’s line', text: '--- {"a": 1}\n', expected: [[1, 5, '{"a": 1}']] },
  {
    what: 'JSON values one after the other',
    text: '{"a": "}\\"{"}\n  {"b": [1, {}]}{"c": 3}',
    expected: [
      [1, 1, '{"a": "}\\"{"}'],
      [2, 3, '{"b": [1, {}]}'],
      [2, 17, '{"c": 3}'],
    ],
  },
  {
    what: 'JSON between YAML documents',
    text: 'a: 1\n---\n{"b": 2}\n---\nc: 3\n',
    expected: [
      [1, 1, 'a: 1\n'],
      [3, 1, '{"b": 2}'],
      [5, 1, 'c: 3\n'],
    ],
  },
  { what: 'JSON that ends too early', text: '{"a": [1, "x', expected: [[1, 1, '{"a": [1, "x']] },
  {
    what: 'the items of a JSON list',
    text: '{"apiVersion": "v1",\n "items": [\n  {"a": "]"},\n  {"b": {"items": []}}],\n "kind": "List"}\n{"c": 1}',
    expected: [
      [3, 3, '{"a": "]"}'],
      [4, 3, '{"b": {"items": []}}'],
      [6, 1, '{"c": 1}'],
    ],
  },
  { what: 'an empty JSON list', text: '{"items": [], "kind": "List"}', expected: [] },
])('$what', async ({ text, expected }) => {
  for (const size of [1, 3, 1000]) {
    const parts = await split(text, size)
    expect(parts.map((part) => [part.start.line, part.start.column, textsOf([part])[0]])).toEqual(expected)
  }
})

test.for([{ indent: '' }, { indent: '  ' }])(
  'the items of a long YAML list, indented by "$indent"',
  async ({ indent }) => {
    const item = (name: string): string =>
      [
        `${indent}- kind: Pod`,
        `${indent}  metadata:`,
        '',
        `${indent}    name: ${name}`,
        `${indent}  list:`,
        `${indent}  - x`,
        '',
      ].join('\n')
    const text = `apiVersion: v1\nkind: PodList\nitems:\n${item('a')}# between\n${item('b')}metadata: {}\n---\nlast: 1\n`
    for (const size of [1, 1000]) {
      const parts = await split(text, size, small)
      expect(parts.map(({ start }) => start.line)).toEqual([4, 11, 19])
      const [first] = parts
      expect(first).toMatchObject({ kind: 'document', itemKind: 'Pod', itemVersion: 'v1' })
      expect(textsOf(parts)[1]).toBe(item('b').replace('-', ' '))
      expect(textsOf(parts)[2]).toBe('last: 1\n')
    }
  },
)

test('what a JSON list says of its items', async () => {
  const parts = await split('{"kind": "PodList", "apiVersion": "v1", "items": [{}]}')
  expect(parts).toEqual([
    { kind: 'document', text: '{}', start: { line: 1, column: 51 }, itemKind: 'Pod', itemVersion: 'v1' },
  ])
})

const long = 'x'.repeat(300)
test.for([
  { what: 'YAML', text: `a: 1\nb: ${long}\nc: 1\n---\nnext: 1\n` },
  { what: 'JSON', text: `{"a": {"b": "${long}"}}\nnext: 1\n` },
  { what: 'an item of a JSON list', text: `{"items": [{"a": "${long}"}]}\nnext: 1\n` },
  { what: 'an item of a YAML list', text: `kind: List\nitems:\n- a: 1\n  b: ${long}\n  c: ${long}\n---\nnext: 1\n` },
])('a document without an end: $what', async ({ text }) => {
  expect(textsOf(await split(text, 11, small))).toEqual(['(too large)', 'next: 1\n'])
})

test('never loses or invents a document, however the text is cut', async () => {
  const yaml = fc.integer().map((number) => `a:\n  b: ${number}\n`)
  const json = fc.jsonValue().map((value) => `${JSON.stringify({ value })}\n`)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(yaml, json)), fc.integer({ min: 1, max: 50 }), async (documents, size) => {
      const texts = textsOf(await split(documents.join('---\n'), size))
      expect(texts.map((text) => text.trim())).toEqual(documents.map((text) => text.trim()))
    }),
  )
})

test('ends for any text', async () => {
  const fragment = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '- ',
    '---\n',
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    '#',
    '%',
    'items:\n',
    '"items":',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fragment, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), async (fragments, size) => {
      const parts = await split(fragments.join(''), size, small)
      expect(parts.length).toBeLessThanOrEqual(fragments.length)
    }),
    { numRuns: 500 },
  )
})
