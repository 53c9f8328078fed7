import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import type { NodeGroup } from '../cluster/node-group.ts'
import type { NodeSelectorRequirement } from '../cluster/node-selector.ts'
import type { Pod } from '../cluster/pod.ts'
import type { PodAffinityTerm } from '../cluster/pod-affinity.ts'
import { parseQuantity, toMilli, toUnits } from '../cluster/quantity.ts'
import type { Resources } from '../cluster/resources.ts'
import type { TaintEffect } from '../cluster/taint.ts'
import { groupOfType } from './group-of-type.ts'
import type { MergedCluster } from './merged-cluster.ts'
import type { Fix } from './outcome.ts'

const templateTag = 'k8s.io/cluster-autoscaler/node-template'

/** The cluster with one change made; `workload` is the index of the workload whose pods it is about. */
export function applyChange(merged: MergedCluster, workload: number, change: Fix['change']): MergedCluster {
  switch (change.kind) {
    case 'add-toleration': {
      const { key, value } = change
      const toleration = { key, value, operator: 'Equal', effect: effectOf(change.effect) } as const
      return withPod(merged, workload, (pod) => ({ ...pod, tolerations: [...pod.tolerations, toleration] }))
    }
    case 'remove-node-selector':
      return withPod(merged, workload, (pod) => withoutSelector(pod, change.key))
    case 'add-template-label':
      return withGroup(merged, change.group, (group) => withLabel(group, change.key, change.value))
    case 'raise-max-size':
      return withGroup(merged, change.group, (group) => ({ ...group, maxSize: change.to }))
    case 'change-instance-type':
      return withGroup(merged, change.group, (group) => groupOfType(group, change.to) ?? group)
    case 'lower-request':
      return withPod(merged, workload, (pod) => withRequest(pod, change.resource, change.to))
    case 'add-resource-tag': {
      const tag = { [`${templateTag}/resources/${change.resource}`]: change.amount }
      return withGroup(merged, change.group, (group) => ({ ...group, tags: { ...group.tags, ...tag } }))
    }
    case 'raise-limit':
      return withLimit(merged, change.flag, change.to)
    case 'relax-spread':
      return withPod(merged, workload, (pod) => ({
        ...pod,
        topologySpread: pod.topologySpread.map((constraint) =>
          constraint.topologyKey === change.topologyKey
            ? { ...constraint, whenUnsatisfiable: 'ScheduleAnyway' }
            : constraint,
        ),
      }))
    case 'relax-affinity':
      return withPod(merged, workload, (pod) => relaxed(pod, change.topologyKey))
  }
}

function effectOf(text: string): TaintEffect {
  return text === 'NoExecute' || text === 'PreferNoSchedule' ? text : 'NoSchedule'
}

function withPod(merged: MergedCluster, index: number, edit: (pod: Pod) => Pod): MergedCluster {
  return {
    ...merged,
    workloads: merged.workloads.map((entry, position) =>
      position === index
        ? { ...entry, workload: { ...entry.workload, template: edit(entry.workload.template) } }
        : entry,
    ),
  }
}

function withGroup(merged: MergedCluster, name: string, edit: (group: NodeGroup) => NodeGroup): MergedCluster {
  return { ...merged, groups: merged.groups.map((group) => (group.name === name ? edit(group) : group)) }
}

function withoutSelector(pod: Pod, key: string): Pod {
  const { [key]: _, ...nodeSelector } = pod.nodeSelector
  const others = (requirements: readonly NodeSelectorRequirement[]): readonly NodeSelectorRequirement[] =>
    requirements.filter((requirement) => requirement.key !== key)
  const terms = pod.requiredNodeTerms
    ?.map((term) => ({ ...term, matchExpressions: others(term.matchExpressions) }))
    .filter(({ matchExpressions, matchFields }) => matchExpressions.length + matchFields.length > 0)
  const { requiredNodeTerms: __, ...rest } = pod
  return terms === undefined || terms.length === 0
    ? { ...rest, nodeSelector }
    : { ...rest, nodeSelector, requiredNodeTerms: terms }
}

/** The label on the group's nodes, and where the autoscaler looks for it. */
function withLabel(group: NodeGroup, key: string, value: string): NodeGroup {
  const { managed, realNode } = group
  return {
    ...group,
    tags: { ...group.tags, [`${templateTag}/label/${key}`]: value },
    realNode: { ...realNode, labels: { ...realNode.labels, [key]: value } },
    ...(managed === undefined ? {} : { managed: { ...managed, labels: { ...managed.labels, [key]: value } } }),
  }
}

function withRequest(pod: Pod, resource: string, amount: string): Pod {
  const quantity = parseQuantity(amount)
  const changed = (resources: Resources): Resources => {
    switch (resource) {
      case 'cpu':
        return { ...resources, milliCpu: toMilli(quantity) }
      case 'memory':
        return { ...resources, memory: toUnits(quantity) }
      case 'ephemeral-storage':
        return { ...resources, ephemeralStorage: toUnits(quantity) }
      default:
        return { ...resources, scalars: { ...resources.scalars, [resource]: toUnits(quantity) } }
    }
  }
  const requests = changed(pod.requests)
  const { milliCpu, memory } = pod.scoredRequests
  return {
    ...pod,
    requests,
    scoredRequests: {
      milliCpu: milliCpu - pod.requests.milliCpu + requests.milliCpu,
      memory: memory - pod.requests.memory + requests.memory,
    },
  }
}

function withLimit(merged: MergedCluster, flag: string, to: string): MergedCluster {
  const { autoscaler } = merged
  if (autoscaler === undefined) return merged
  const max = Number(to)
  return { ...merged, autoscaler: limited(autoscaler, flag, max) }
}

function limited(settings: AutoscalerSettings, flag: string, max: number): AutoscalerSettings {
  switch (flag) {
    case '--cores-total':
      return { ...settings, coresTotal: { ...settings.coresTotal, max } }
    case '--memory-total':
      return { ...settings, memoryTotal: { ...settings.memoryTotal, max } }
    case '--max-nodes-total':
      return { ...settings, maxNodesTotal: max }
    default: {
      const type = flag.replace('--gpu-total=', '')
      return {
        ...settings,
        gpuTotal: settings.gpuTotal.map((limit) => (limit.type === type ? { ...limit, max } : limit)),
      }
    }
  }
}

function relaxed(pod: Pod, topologyKey: string): Pod {
  const soften = ({ required, preferred }: Pod['affinity']): Pod['affinity'] => ({
    required: required.filter((term) => term.topologyKey !== topologyKey),
    preferred: [
      ...preferred,
      ...required
        .filter((term) => term.topologyKey === topologyKey)
        .map((term: PodAffinityTerm) => ({ weight: 100, term })),
    ],
  })
  return { ...pod, affinity: soften(pod.affinity), antiAffinity: soften(pod.antiAffinity) }
}
