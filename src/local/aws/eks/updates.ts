import { eksError } from './eks-error.ts'
import { clusterOf, describeUpdate, type EksCall, page } from './eks-world.ts'

/** DescribeUpdate. */
export function describeUpdateOperation(call: EksCall): unknown {
  const cluster = clusterOf(call)
  const id = call.path['updateId'] ?? ''
  const update = cluster.updates.get(id)
  const nodegroup = call.query.get('nodegroupName') ?? undefined
  const addon = call.query.get('addonName') ?? undefined
  if (!update || update.nodegroupName !== nodegroup || update.addonName !== addon)
    throw eksError('ResourceNotFoundException', `No update found for ID: ${id}`, { clusterName: cluster.name })
  return { update: describeUpdate(update) }
}

/** ListUpdates of the cluster itself, or of one node group or add-on. */
export function listUpdates(call: EksCall): unknown {
  const cluster = clusterOf(call)
  const nodegroup = call.query.get('nodegroupName') ?? undefined
  const addon = call.query.get('addonName') ?? undefined
  const ids = [...cluster.updates.values()]
    .filter((update) => update.nodegroupName === nodegroup && update.addonName === addon)
    .map(({ id }) => id)
  const { items, nextToken } = page(call, ids)
  return { updateIds: items, ...(nextToken && { nextToken }) }
}
