import type { AutoscalerMemory } from '../autoscaler/memory.ts'
import type { NodeTemplate } from '../autoscaler/node-template.ts'
import { templateFromZero } from '../autoscaler/template-from-zero.ts'
import { parseKubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { NodeGroup } from '../cluster/node-group.ts'
import { type NodeState, nodeState } from '../scheduler/node-state.ts'
import type { MergedCluster } from './merged-cluster.ts'

/**
 * What the autoscaler believes a new node of the group to be: the running node that it remembers, else type and tags.
 * `undefined` when it cannot tell, or when there is no autoscaler.
 */
export function believedNode(
  group: NodeGroup,
  merged: MergedCluster,
  memory: AutoscalerMemory | undefined,
): NodeState | undefined {
  const template = memory?.templates.get(group.name) ?? believedAtZero(group, merged)
  return template === undefined ? undefined : nodeState(template.node, template.pods)
}

function believedAtZero(group: NodeGroup, { autoscaler, daemonSets }: MergedCluster): NodeTemplate | undefined {
  if (autoscaler === undefined) return undefined
  return templateFromZero(group, {
    version: parseKubernetesVersion(autoscaler.version),
    taints: autoscaler,
    daemonSets: daemonSets.map(({ workload }) => workload.template),
    staticInstanceTypes: false,
  })
}
