import type { AutoscalerMemory } from '../autoscaler/memory.ts'
import type { NodeTemplate } from '../autoscaler/node-template.ts'
import { withTagAmounts } from '../autoscaler/template-from-node.ts'
import { type TemplateSources, templateFromZero } from '../autoscaler/template-from-zero.ts'
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
  const sources = sourcesOf(merged)
  if (sources === undefined) return undefined
  const remembered = memory?.templates.get(group.name)
  const template: NodeTemplate | undefined =
    remembered === undefined ? templateFromZero(group, sources) : withTagAmounts(remembered, group, sources)
  return template === undefined ? undefined : nodeState(template.node, template.pods)
}

function sourcesOf({ autoscaler, daemonSets }: MergedCluster): TemplateSources | undefined {
  if (autoscaler === undefined) return undefined
  return {
    version: parseKubernetesVersion(autoscaler.version),
    taints: autoscaler,
    daemonSets: daemonSets.map(({ workload }) => workload.template),
    staticInstanceTypes: autoscaler.staticInstanceTypes ?? false,
  }
}
