import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { parseManifest } from './parse-manifest.ts'
import { parsePlainYaml } from './parse-plain-yaml.ts'

/** What the whole parser makes of a text; a line of another script keeps the plain one out. */
function whole(text: string): unknown {
  const parsed = parseManifest(`${text}\n# é\n`)
  return parsed.kind === 'value' ? parsed.value : 'malformed'
}

test.for([
  'a: 1\nb:\n  c: yes\n  d: "x"\n',
  'list:\n- a: 1\n  b: 2\n- c\n-\n- - x\n',
  'list:\n  - name: x\n    deep:\n      - 1\n      - {}\n  - []\nnext: ~\n',
  'args: ["a", 1, true]\nempty:\nlast: 0.5\n',
  '# comment\na:\n  # more\n\n  b: |\n    line: 1\n\n      indented\n    # no comment\n  c: |-\n    x\n\n',
  'a: x # comment\n',
  'a: &x 1\nb: *x\n',
  'a: b: c\n',
  'a: 1\na: 2\n',
  'a: first\n  second\n',
  '"quoted key": 1\n',
  "a: 'it''s'\n",
  'yes: 1\n',
  'a:\n- b\nc:\n- d\n',
  'a: -1\nb: -x\nc: - x\n',
  'a:\n   b: 1\n  c: 2\n',
  'a: |\n  no line end',
  'a: {b: c, "d": [e, \'f\', 1, {}], g: {h: []}}\n',
  'a: {b: c,}\n',
  'a: [1, , 2]\n',
  'a: [a b, c:d, "x, y"]\n',
  'a: {b}\n',
  'a: {b: c} d\n',
  'a: [b: c]\n',
  'a: [ ]\nb: { }\n',
  'a: {"b":1}\n',
  'a: [x #y]\n',
  'a: [-, 1]\n',
  'a: [b\n',
  '__proto__: {}\n',
  '- a\n- b: 1\n',
  'a: "\\n"\n',
  'a:\n    - b\n    - c: 1\n      d: 2\n',
  'a: |\n\n  x\n',
  '-\n  a: 1\n',
])('as the whole parser reads it, or not at all: %j', (text) => {
  const plain = parsePlainYaml(text)
  if (plain !== undefined) expect(plain.value).toEqual(whole(text))
})

test('manifests as people write them are plain', () => {
  const text = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {}
spec:
  replicas: 3
  template:
    spec:
      containers:
      - name: main
        image: "registry:5000/web:1.2"
        args: ["--port", "8080"]
        resources:
          limits:
            nvidia.com/gpu: 1
      tolerations:
        - key: nvidia.com/gpu
          operator: Exists
`
  expect(parsePlainYaml(text)?.value).toEqual(whole(text))
})

describe('never differs from the whole parser', () => {
  const words = fc.constantFrom(
    'a',
    'spec',
    'nvidia.com/gpu',
    'x-y',
    'yes',
    '012',
    '1e3',
    '~',
    '',
    'a b',
    '- x',
    'a: b',
    '#c',
    '"',
    'line\nline\n',
    '500m',
    'true',
    '.5',
    '0x1F',
    '-1',
    '*x',
    'key:',
    '[1]',
    '{}',
    "it's",
    'on',
    '1_0',
  )
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      words,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(words, tie('tree'), { maxKeys: 4 }),
    ),
  }))

  test('on what is written by a program', () => {
    fc.assert(
      fc.property(fc.dictionary(words, tree), fc.boolean(), fc.constantFrom(2, 4), (value, indentSeq, indent) => {
        const text = stringify(value, { indentSeq, indent, version: '1.1' })
        const plain = parsePlainYaml(text)
        if (plain !== undefined) expect(plain.value).toEqual(whole(text))
      }),
      { numRuns: 500 },
    )
  })

  test('on lines that are thrown together', () => {
    const line = fc
      .tuple(
        fc.constantFrom('', ' ', '  ', '    '),
        fc.constantFrom('', '- ', '-', '-  '),
        fc.constantFrom(
          '',
          'a:',
          'b: ',
          'c: 1',
          'd: |',
          'e: |-',
          'x',
          '# y',
          '"f": 1',
          'g: [1]',
          'g: {a: 1, b: [c, d]}',
          'g: [',
          '{a: b}',
          '[a, {b: c}]',
          'j: {a: "b", c: }',
          'yes: 1',
          '---',
          'h: x y',
          "'i'",
          '|',
        ),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        const text = `${lines.join('\n')}\n`
        const plain = parsePlainYaml(text)
        if (plain !== undefined) expect(plain.value).toEqual(whole(text))
      }),
      { numRuns: 3000 },
    )
  })
})

test('the manifests of this project', () => {
  const folder = new URL('../../../modules/eks-gpu-cluster/manifests/', import.meta.url)
  for (const name of readdirSync(folder)) {
    for (const text of readFileSync(new URL(name, folder), 'utf8').split(/^---\n/m)) {
      const plain = parsePlainYaml(text)
      if (plain !== undefined) expect(plain.value).toEqual(whole(text))
    }
  }
})
