import { describe, expect, it } from 'vitest'
import { readHclTree } from '../hcl.ts'
import { evaluateTerm } from './evaluate-term.ts'
import { HclError, HclUnsupported, type HclValue, unknownValue } from './hcl-value.ts'
import { termOf } from './term-of.ts'

const names: { readonly [name: string]: HclValue } = {
  a: { b: [1, 2, 3], c: null, 'd/e': 'x' },
  groups: { two: { n: 2, t: ['p'] }, one: { n: 1, t: ['p', 'q'] } },
  later: unknownValue,
  half: { known: 'k', later: unknownValue },
  text: 'ten',
}

async function evaluate(expression: string): Promise<HclValue> {
  const term = await readHclTree(`x = ${expression}\n`, (root) => {
    const attribute = root.namedChildren[0]?.namedChildren[0]?.namedChildren[1]
    if (!attribute) throw new Error(`not read: ${expression}`)
    return termOf(attribute)
  })
  if (term === undefined) throw new Error(`not read: ${expression}`)
  return evaluateTerm(term, (name) => names[name])
}

/** Expressions with what `terraform console` says to them. */
const table: readonly (readonly [string, HclValue])[] = [
  ['1 + 2 * 3', 7],
  ['-a.b[0] - 1', -2],
  ['7 % 4 == 3 && !false', true],
  ['false ? 1 : true ? 2 : 3', 2],
  ['true ? 1 : true ? 2 : 3', 1],
  ['(false ? 1 : 0) == 0 ? "zero" : "one"', 'zero'],
  ['"${text}: ${a.b[1]}, $${kept}"', 'ten: 2, ${kept}'],
  ['"${a.b}"', [1, 2, 3]],
  ['join(", ", ["a", "b"])', 'a, b'],
  ['a["d/e"]', 'x'],
  ['a.b[*]', [1, 2, 3]],
  ['values(groups)[*].n', [1, 2]],
  ['[for k, g in groups : k if g.n > 1]', ['two']],
  ['{ for k, g in groups : k => g.n }', { one: 1, two: 2 }],
  ['{ for t in flatten([for g in groups : g.t]) : t => 1... }', { p: [1, 1], q: [1] }],
  ['keys(groups)', ['one', 'two']],
  ['merge({ x = 1 }, { (text) = 2 }, null)', { x: 1, ten: 2 }],
  ['try(a.nothing, a.c, 1)', null],
  ['can(a.nothing)', false],
  ['coalesce(a.c, "", "b")', 'b'],
  ['contains([1, 2], 2)', true],
  ['distinct(["a", "b", "a"])', ['a', 'b']],
  ['min([3, 1, 2]...)', 1],
  ['1 == "1"', false],
  ['{ x = [1] } == { x = [1] }', true],
  ['can(cidrnetmask("10.0.0.0/16"))', true],
  ['cidrnetmask("10.0.0.0/20")', '255.255.240.0'],
  ['can(cidrnetmask("10.0.0.0/33"))', false],
  ['cidrnetmask("10.0.0.0/0")', '0.0.0.0'],
  ['cidrhost("10.0.77.5/18", 0)', '10.0.64.0'],
  ['cidrhost("255.255.255.255/32", 0)', '255.255.255.255'],
  ['can(cidrhost("10.0.0.0/30", 4))', false],
  ['cidrsubnet("10.0.0.0/16", 2, 3)', '10.0.192.0/18'],
  ['cidrsubnet("172.16.9.9/20", 8, 255)', '172.16.15.240/28'],
  ['can(cidrsubnet("10.0.0.0/16", 2, 4))', false],
  ['can(cidrsubnet("10.0.0.0/30", 3, 0))', false],
  ['ceil(1.2) + ceil(3)', 5],
  ['index(["a", "b"], "b")', 1],
  ['can(index(["a"], "b"))', false],
  ['pow(2, 32 - 20)', 4096],
  ['can(cidrnetmask("fd00::/8"))', false],
  ['timeadd("2030-01-07T11:30:00Z", "-75m")', '2030-01-07T10:15:00Z'],
  ['timeadd("2030-01-07T11:30:00+09:00", "1h30s")', '2030-01-07T03:30:30Z'],
  ['can(timeadd("2030-01-07T11:30:00Z", "soon"))', false],
  ['timecmp("2030-01-07T11:30:00Z", "2030-01-07T20:30:00+09:00")', 0],
  ['timecmp("2030-01-07T11:30:00Z", "2030-01-07T11:30:01Z")', -1],
  ['can(timecmp("2030-01-07", "2030-01-07T11:30:01Z"))', false],
  ['tonumber(split("/", "10.0.0.0/16")[1])', 16],
  ['can(regex("^[a-z]{3}$", text))', true],
  ['alltrue([])', true],
  ['anytrue([])', false],
  ['length("häß")', 3],
  ['one([])', null],
  ['range(3)', [0, 1, 2]],
  ['jsondecode("{\\"a\\": [1, null]}")', { a: [1, null] }],
  ['yamldecode("kind: NodeConfig")', { kind: 'NodeConfig' }],
  ['ceil(1.2)', 2],
  ['can(regex("(?m)^b", "a\\nb"))', true],
  ['later.id', unknownValue],
  ['later == null', unknownValue],
  ['half == null', false],
  ['length(later)', unknownValue],
  ['length([later, later])', 2],
  ['alltrue([later, false])', false],
  ['anytrue([for x in later : x == 1])', unknownValue],
  ['later ? 1 : 2', unknownValue],
  ['"${half.later}-x"', unknownValue],
  ['contains(["a", later], "a")', true],
  ['contains(["a", later], "b")', unknownValue],
]

describe('evaluateTerm', () => {
  it.each(table)('%s', async (expression, value) => {
    expect(await evaluate(expression)).toEqual(value)
  })

  it.each([
    'a.nothing',
    'a.b[9]',
    'nowhere',
    '1 / 0',
    '"x${a.c}"',
    'one([1, 2])',
    'coalesce(a.c)',
    '{ for t in [1, 1] : t => t }',
  ])('refuses %s', async (expression) => {
    await expect(evaluate(expression)).rejects.toThrow(HclError)
  })

  it('says what it cannot compute, also inside try', async () => {
    await expect(evaluate('try(templatefile("x", {}), 1)')).rejects.toThrow(
      new HclUnsupported('the function templatefile'),
    )
  })
})
