import type { LabelRequirement } from '../../../cluster/label-selector.ts'
import { badRequest } from './api-error.ts'

/** Reads the text form of a label selector: `a=b,c!=d,e in (x,y),f notin (z),g,!h`. Throws an {@link ApiError} 400. */
export function parseLabelSelector(text: string): readonly LabelRequirement[] {
  return splitTerms(text).map(parseTerm)
}

/** Splits at commas that stand outside parentheses. */
function splitTerms(text: string): readonly string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '')
}

function parseTerm(term: string): LabelRequirement {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(term)
  if (set !== null) {
    const [, key = '', operator, values = ''] = set
    return {
      key,
      operator: operator === 'in' ? 'In' : 'NotIn',
      values: values.split(',').map((value) => value.trim()),
    }
  }
  const equality = /^([^!=\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(term)
  if (equality !== null) {
    const [, key = '', operator, value = ''] = equality
    return { key, operator: operator === '!=' ? 'NotIn' : 'In', values: [value] }
  }
  const existence = /^(!?)\s*([^!=\s()]+)$/.exec(term)
  if (existence !== null) {
    const [, not, key = ''] = existence
    return { key, operator: not === '!' ? 'DoesNotExist' : 'Exists', values: [] }
  }
  throw badRequest(`unable to parse requirement: found '${term}', expected: a label selector requirement`)
}
