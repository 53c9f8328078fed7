import { z } from 'zod'
import { eksError } from './eks-error.ts'

/**
 * Reads a request's body as the service model describes it. Throws InvalidParameterException in the words that AWS's services use
 * for a member that breaks the model; members we do not know are dropped, as the service does.
 */
export function parseInput<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body ?? {})
  if (parsed.success) return parsed.data
  const texts = parsed.error.issues.map((issue) => constraintText(issue, valueAt(body, issue.path)))
  throw eksError(
    'InvalidParameterException',
    `${texts.length} validation error${texts.length === 1 ? '' : 's'} detected: ${texts.join('; ')}`,
  )
}

function constraintText(issue: z.core.$ZodIssue, value: unknown): string {
  const member = memberPath(issue.path)
  const shown = typeof value === 'string' ? value : JSON.stringify(value)
  const subject = value === undefined ? `Value null at '${member}'` : `Value '${shown}' at '${member}'`
  return `${subject} failed to satisfy constraint: ${ruleText(issue, value)}`
}

function ruleText(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined || value === null) return 'Member must not be null'
  switch (issue.code) {
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.join(', ')}]`
    case 'too_small':
      return issue.origin === 'number'
        ? `Member must have value greater than or equal to ${issue.minimum}`
        : `Member must have length greater than or equal to ${issue.minimum}`
    case 'too_big':
      return issue.origin === 'number'
        ? `Member must have value less than or equal to ${issue.maximum}`
        : `Member must have length less than or equal to ${issue.maximum}`
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${(issue.pattern ?? '').replace(/^\/|\/$/g, '')}`
    case 'invalid_type':
      return `Member must be of type ${issue.expected}`
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return issue.message
  }
}

/** Lists count from 1 and have `member` between index and field, as in `taints.1.member.effect`. */
function memberPath(path: readonly PropertyKey[]): string {
  return path.flatMap((step) => (typeof step === 'number' ? [String(step + 1), 'member'] : [String(step)])).join('.')
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = body
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, step)
  }
  return value
}

/** Tags: at most 50, keys of 1 to 128 characters, values of at most 256, none of AWS's own. */
export const tagsSchema: z.ZodType<Readonly<Record<string, string>>> = z
  .record(z.string().min(1).max(128), z.string().max(256))
  .optional()
  .transform((tags) => tags ?? {})

/** Throws InvalidParameterException for too many tags or a reserved key. */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const keys = Object.keys(tags)
  if (keys.length > 50)
    throw eksError('InvalidParameterException', `Tag limit exceeded: ${keys.length} tags, at most 50`)
  const reserved = keys.find((key) => /^aws:/i.test(key))
  if (reserved !== undefined)
    throw eksError(
      'InvalidParameterException',
      `Tag keys starting with 'aws:' are reserved for system use: ${reserved}`,
    )
}
