import { z } from 'zod'
import type { EksCluster, Tags } from './eks-cluster.ts'
import { eksError } from './eks-error.ts'
import type { EksCall } from './eks-world.ts'
import { checkTags, parseInput } from './parse-input.ts'

/** TagResource. */
export function tagResource(call: EksCall): unknown {
  const resource = taggedResource(call)
  const { tags } = parseInput(z.object({ tags: z.record(z.string().min(1).max(128), z.string().max(256)) }), call.body)
  const merged = { ...resource.tags, ...tags }
  checkTags(merged)
  resource.tags = merged
  return {}
}

/** UntagResource. */
export function untagResource(call: EksCall): unknown {
  const resource = taggedResource(call)
  const keys = new Set(call.query.getAll('tagKeys'))
  resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !keys.has(key)))
  return {}
}

/** ListTagsForResource. */
export function listTagsForResource(call: EksCall): unknown {
  return { tags: taggedResource(call).tags }
}

function taggedResource(call: EksCall): { tags: Tags } {
  const arn = call.path['resourceArn'] ?? ''
  for (const cluster of call.world.clusters.values()) {
    const found = resourcesOf(cluster).find((resource) => resource.arn === arn)
    if (found) return found
  }
  throw eksError('NotFoundException', `Resource not found: ${arn}`)
}

function resourcesOf(cluster: EksCluster): readonly { readonly arn: string; tags: Tags }[] {
  return [
    cluster,
    ...cluster.nodeGroups.values(),
    ...cluster.addons.values(),
    ...cluster.accessEntries.values(),
    ...cluster.podIdentityAssociations.values(),
  ]
}
