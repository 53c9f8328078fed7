import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type HclExpression, parseHcl } from './hcl.ts'

async function expressionIn(text: string): Promise<HclExpression | undefined> {
  return (await parseHcl(`a = ${text}\n`)).body.attributes[0]?.value
}

const at = { line: 1, column: 5 }

describe('parseHcl', () => {
  test.each([
    [`"a\\tb\\"c $\${x} \\u00e9"`, { kind: 'string', at, value: `a\tb"c \${x} é` }],
    ['12', { kind: 'number', at, text: '12' }],
    ['true', { kind: 'bool', at, text: 'true' }],
    ['null', { kind: 'null', at, text: 'null' }],
    ['var.a.b', { kind: 'reference', at, path: 'var.a.b' }],
    ['var.a[0]', { kind: 'other', at, text: 'var.a[0]' }],
    [`"x\${var.a}"`, { kind: 'other', at, text: `"x\${var.a}"` }],
    ['(1)', { kind: 'number', at, text: '1' }],
    ['f(1)', { kind: 'call', at, name: 'f', arguments: [{ kind: 'number', at: { line: 1, column: 7 }, text: '1' }] }],
    [
      '{ b = 1 }',
      {
        kind: 'object',
        at,
        items: [
          { name: 'b', at: { line: 1, column: 7 }, value: { kind: 'number', at: { line: 1, column: 11 }, text: '1' } },
        ],
      },
    ],
    [
      '{ (b) = 1 }',
      {
        kind: 'object',
        at,
        items: [
          {
            name: undefined,
            at: { line: 1, column: 7 },
            value: { kind: 'number', at: { line: 1, column: 13 }, text: '1' },
          },
        ],
      },
    ],
    ['[1]', { kind: 'tuple', at, items: [{ kind: 'number', at: { line: 1, column: 6 }, text: '1' }] }],
    [
      '[for x in y : 1]',
      { kind: 'for', at, into: 'tuple', value: { kind: 'number', at: { line: 1, column: 19 }, text: '1' } },
    ],
    [
      '{ for k, v in y : k => 1 if v }',
      { kind: 'for', at, into: 'object', value: { kind: 'number', at: { line: 1, column: 28 }, text: '1' } },
    ],
    [
      'c ? 1 : null',
      {
        kind: 'conditional',
        at,
        branches: [
          { kind: 'number', at: { line: 1, column: 9 }, text: '1' },
          { kind: 'null', at: { line: 1, column: 13 }, text: 'null' },
        ],
      },
    ],
  ])('%s', async (text, expected) => {
    expect(await expressionIn(text)).toEqual(expected)
  })

  test('reads blocks with labels, comments left out', async () => {
    const { body } = await parseHcl('# c\nmodule "m" {\n  // c\n  source = "s" # c\n  nested {}\n}\n')
    expect(body.blocks).toEqual([
      {
        type: 'module',
        labels: ['m'],
        at: { line: 2, column: 1 },
        body: {
          attributes: [
            {
              name: 'source',
              at: { line: 4, column: 3 },
              value: { kind: 'string', at: { line: 4, column: 12 }, value: 's' },
            },
          ],
          blocks: [{ type: 'nested', labels: [], at: { line: 5, column: 3 }, body: { attributes: [], blocks: [] } }],
        },
      },
    ])
  })

  test('says where a file breaks, and still reads the rest', async () => {
    const { body, broken } = await parseHcl('a = [1\nb = 2\n\nmodule "m" {\n  c = 1\n}\n')
    expect(broken).toBeDefined()
    expect(body.blocks.map(({ labels }) => labels)).toEqual([['m']])
  })

  test('never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => void (await parseHcl(text))),
      { numRuns: 200 },
    )
  })
})
