import type { Labels } from '../../../cluster/labels.ts'
import { listAt, textAt } from '../../kubernetes/json.ts'
import type { PlanIndex, PlannedResource } from './plan-index.ts'
import { traceReferences } from './trace-references.ts'

/**
 * Tags that `aws_autoscaling_group_tag` puts on the Auto Scaling group of a node group, or on an Auto Scaling group. The
 * group is known by its name, or by what the tag's resource refers to; of several by the key, which then begins with the
 * group's: `inference/label/team`.
 */
export function groupTagsOf(index: PlanIndex, group: PlannedResource): Labels {
  const names = new Set(
    [
      textAt(group.values, 'resources', 0, 'autoscaling_groups', 0, 'name'),
      group.type === 'aws_autoscaling_group' ? textAt(group.values, 'name') : undefined,
    ].filter((name) => name !== undefined),
  )
  const tags: Record<string, string> = {}
  for (const resource of index.managed('aws_autoscaling_group_tag')) {
    const named = textAt(resource.values, 'autoscaling_group_name')
    if (named === undefined ? targetOf(index, resource) !== group : !names.has(named)) continue
    for (const tag of listAt(resource.values, 'tag')) {
      const key = textAt(tag, 'key')
      const value = textAt(tag, 'value')
      if (key !== undefined && value !== undefined) tags[key] = value
    }
  }
  return tags
}

/** The group that a tag's resource refers to, or `undefined` where that is not clear. */
function targetOf(index: PlanIndex, tag: PlannedResource): PlannedResource | undefined {
  const { resources } = traceReferences(index, tag, 'autoscaling_group_name', [
    'aws_eks_node_group',
    'aws_autoscaling_group',
  ])
  if (resources.length <= 1) return resources[0]
  const key = String(tag.index ?? '')
  const byLength = resources.toSorted((a, b) => keyLength(b) - keyLength(a))
  return byLength.find(({ index: own, module }) => {
    const name = own ?? module.at(-1)?.key
    return (
      typeof name === 'string' &&
      (key === name ||
        key.startsWith(`${name}/`) ||
        key.startsWith(`${name}|`) ||
        key.startsWith(`${name}.`) ||
        key.startsWith(`${name}-`))
    )
  })
}

function keyLength({ index, module }: PlannedResource): number {
  return String(index ?? module.at(-1)?.key ?? '').length
}
