import { randomUUID } from 'node:crypto'
import { AwsError } from './aws-error.ts'

/** A parameter that an EC2 request must have. Throws EC2's error when it has not. */
export function requiredParameter(form: URLSearchParams, name: string): string {
  const value = form.get(name) ?? ''
  if (value === '') throw new AwsError('MissingParameter', 400, `The request must contain the parameter ${name}`)
  return value
}

/** Values of a list in a query-protocol request: `Name.1`, `Name.2`, … */
export function listed(form: URLSearchParams, name: string): readonly string[] {
  const found: string[] = []
  for (let index = 1; form.has(`${name}.${index}`); index += 1) found.push(form.get(`${name}.${index}`) ?? '')
  return found
}

/** Pairs of a list in a query-protocol request, such as tags: `Tag.1.Key`, `Tag.1.Value`, … */
export function numbered(
  form: URLSearchParams,
  prefix: string,
  key: string,
  value: string,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (let index = 1; form.has(`${prefix}.${index}.${key}`); index += 1)
    found[form.get(`${prefix}.${index}.${key}`) ?? ''] = form.get(`${prefix}.${index}.${value}`) ?? ''
  return found
}

/** `Filter.1.Name` with its values, … */
export function filtersOf(form: URLSearchParams): readonly (readonly [string, readonly string[]])[] {
  const found: (readonly [string, readonly string[]])[] = []
  for (let index = 1; form.has(`Filter.${index}.Name`); index += 1)
    found.push([form.get(`Filter.${index}.Name`) ?? '', listed(form, `Filter.${index}.Value`)])
  return found
}

/** Tags after CreateTags or DeleteTags. */
export function retagged(
  tags: Readonly<Record<string, string>>,
  form: URLSearchParams,
): Readonly<Record<string, string>> {
  const given = numbered(form, 'Tag', 'Key', 'Value')
  return form.get('Action') === 'CreateTags'
    ? { ...tags, ...given }
    : Object.fromEntries(Object.entries(tags).filter(([tag]) => !(tag in given)))
}

/** EC2's answer to an action, around the XML of its members. */
export function ec2Answer(action: string, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>00000000-0000-4000-8000-000000000000</requestId>${body}</${action}Response>`
}

/** Auto Scaling's answer to an action; without a result where an action has none. */
export function autoScalingAnswer(action: string, result?: string): string {
  const element = result === undefined ? '' : `<${action}Result>${result}</${action}Result>`
  return `<${action}Response xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">${element}<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`
}

/** EC2's `tagSet`. */
export function tagSet(tags: Readonly<Record<string, string>>): string {
  const items = Object.entries(tags).map(
    ([tag, value]) => `<item><key>${escapeXml(tag)}</key><value>${escapeXml(value)}</value></item>`,
  )
  return `<tagSet>${items.join('')}</tagSet>`
}

/** Text as XML carries it. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
