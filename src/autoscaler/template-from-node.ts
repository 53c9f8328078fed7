import { isAtLeast } from '../cluster/kubernetes-version.ts'
import type { Resources } from '../cluster/resources.ts'
import type { NodeState } from '../scheduler/node-state.ts'
import { daemonSetPodsOn, isDaemonSetPod, isMirrorPod } from './daemon-set-pods.ts'
import { type NodeTemplate, templateLabel } from './node-template.ts'
import { withoutPassingTaints } from './passing-taints.ts'
import { type TemplateGroup, type TemplateSources, templateAmounts } from './template-from-zero.ts'

/**
 * A running node as the template of its group: its name and passing taints taken off, with the DaemonSet and mirror pods
 * that it runs. DaemonSets that it does not run yet are added only with `--force-ds`.
 * Source: cluster-autoscaler 1.36.1, simulator/node_info_utils.go.
 */
export function templateFromNode(
  { node, pods }: NodeState,
  group: TemplateGroup,
  sources: TemplateSources & { readonly forceDaemonSets: boolean },
): NodeTemplate {
  const name = `template-node-for-${group.autoScalingGroup}-0`
  const bare = {
    ...node,
    name,
    labels: {
      ...node.labels,
      'kubernetes.io/hostname': name,
      ...(isAtLeast(sources.version, 36) && { [templateLabel]: 'true' }),
    },
    taints: withoutPassingTaints(node.taints, sources.taints),
  }
  const kept = pods.filter((pod) => !pod.terminating && (isMirrorPod(pod) || isDaemonSetPod(pod)))
  const running = new Set(kept.map(({ owner }) => owner?.uid))
  const missing = sources.daemonSets.filter(({ owner }) => !running.has(owner?.uid))
  return { node: bare, pods: [...kept, ...(sources.forceDaemonSets ? daemonSetPodsOn(bare, missing) : [])] }
}

/**
 * The template with every amount that its node does not name taken from type and tags, which is how a tag helps where the
 * device plugin has not come yet. An amount of zero counts as named for devices only.
 * Source: cluster-autoscaler 1.36.1, processors/nodeinfosprovider/asg_tag_resource_node_info_provider.go.
 */
export function withTagAmounts(template: NodeTemplate, group: TemplateGroup, sources: TemplateSources): NodeTemplate {
  const believed = templateAmounts(group, sources)
  if (believed === undefined) return template
  const { node } = template
  return {
    ...template,
    node: {
      ...node,
      allocatable: filled(node.allocatable, believed.amounts),
      allocatablePods: node.allocatablePods === 0 ? believed.pods : node.allocatablePods,
      capacity: filled(node.capacity ?? node.allocatable, believed.amounts),
    },
  }
}

function filled(own: Resources, believed: Resources): Resources {
  return {
    milliCpu: own.milliCpu === 0 ? believed.milliCpu : own.milliCpu,
    memory: own.memory === 0 ? believed.memory : own.memory,
    ephemeralStorage: own.ephemeralStorage === 0 ? believed.ephemeralStorage : own.ephemeralStorage,
    scalars: { ...believed.scalars, ...own.scalars },
  }
}
