import type { StateResource } from '../../read/terraform/plan-json.ts'
import type { IntendedResource } from './intent.ts'

/** Attribute of the referred resource that an attribute takes, where the reference itself does not say. */
const usualTargets: Readonly<Record<string, string>> = {
  role: 'name',
  role_arn: 'arn',
  principal_arn: 'arn',
  policy_arn: 'arn',
  cluster_name: 'name',
}

/**
 * The value an attribute of an intended resource has: as planned, else from the resource in the state that it refers to.
 * `undefined` when it cannot be told for sure.
 */
export function attributeValue(
  resource: IntendedResource,
  attribute: string,
  state: readonly StateResource[],
): string | undefined {
  const planned = resource.values[attribute]
  if (typeof planned === 'string' && planned !== '') return planned
  for (const reference of resource.references[attribute] ?? []) {
    const match = /^([a-z]\w*)\.([\w-]+)(?:\[(?:"([^"]*)"|(\d+))\])?(?:\.(\w+))?$/.exec(reference)
    if (match === null || ['var', 'local', 'each', 'count', 'module', 'data', 'path'].includes(match[1] ?? '')) continue
    const [, type, name, key, number, target] = match
    const candidates = state.filter(
      (each) => each.type === type && each.name === name && moduleOf(each.address) === resource.module,
    )
    const index = key ?? (number === undefined ? undefined : Number(number))
    const chosen =
      candidates.find((each) => each.index !== undefined && each.index === index) ??
      candidates.find((each) => each.index !== undefined && each.index === resource.index) ??
      candidates.find((each) => typeof resource.index === 'string' && resource.index.startsWith(`${each.index}/`)) ??
      (candidates.length === 1 ? candidates[0] : undefined)
    const value = chosen?.values[target ?? usualTargets[attribute] ?? 'id']
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/** `module.a["x"].aws_vpc.this[0]` → `module.a["x"]`. */
export function moduleOf(address: string): string {
  return /^((?:module\.[\w-]+(?:\[(?:"[^"]*"|\d+)\])?\.)*)/.exec(address)?.[1]?.replace(/\.$/, '') ?? ''
}
