import { expect, it } from 'vitest'
import { ProblemError } from '../cluster/problem.ts'
import { goRegularExpression } from './go-regular-expression.ts'

it.each([
  ['spot', 'my-spot-group', true],
  ['^spot', 'my-spot-group', false],
  ['g(4|5)dn?$', 'asg-g5dn', true],
  ['[a-c]\\d+', 'x', false],
])('%s on %s: %s', (pattern, text, expected) => {
  expect(goRegularExpression(pattern).test(text)).toBe(expected)
})

it.each([
  ['(?=a)', 'expander-pattern-unsupported'],
  ['(a)\\1', 'expander-pattern-unsupported'],
  ['(?i)spot', 'expander-pattern-unsupported'],
  ['[[:alpha:]]', 'expander-pattern-unsupported'],
  ['\\Aspot\\z', 'expander-pattern-unsupported'],
  ['\\p{Greek}', 'expander-pattern-unsupported'],
  ['(?P<name>a)', 'expander-pattern-unsupported'],
  ['a(', 'expander-pattern-malformed'],
])('refuses %s', (pattern, id) => {
  let refused: unknown
  try {
    goRegularExpression(pattern)
  } catch (error) {
    refused = error
  }
  expect(refused).toBeInstanceOf(ProblemError)
  expect(refused instanceof ProblemError && refused.problem.id).toBe(id)
})
