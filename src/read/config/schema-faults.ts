import type { z } from 'zod'

/** Something wrong at a place of what was read. */
export type Fault = { readonly path: readonly (string | number)[]; readonly message: string }

/** What a schema says to a value, in words that begin after the name of the place. */
export function faultsOf(issue: z.core.$ZodIssue): readonly Fault[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not known' }))
  if (issue.code === 'invalid_key')
    return issue.issues.map(({ message }) => ({ path, message: `is wrong: ${message}` }))
  if (issue.message.endsWith('received undefined')) return [{ path, message: 'is missing' }]
  return [{ path, message: `is wrong: ${issue.message.replace(/^Invalid input: /, '')}` }]
}

/** A fault as a sentence without its full stop: `nodeGroups[0].name is missing`. */
export function faultSentence({ path, message }: Fault): string {
  return `${path.length === 0 ? 'the whole' : path.map(stepText).join('').replace(/^\./, '')} ${message}`
}

function stepText(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`
  return /^[A-Za-z_$]\w*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
}
