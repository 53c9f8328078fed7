import { labelOf } from '../../cluster/labels.ts'
import type { NodeGroup } from '../../cluster/node-group.ts'
import { workloadId } from '../../cluster/workload.ts'
import { amountText } from '../amount-text.ts'
import { believedNode } from '../believed-node.ts'
import { freshNode } from '../fresh-node.ts'
import type { SimulationFinding } from '../outcome.ts'
import { podsPerNode } from '../pods-per-node.ts'
import { amountOf, resourceShortages } from '../resource-shortage.ts'
import type { Run, RunWorkload } from '../run-clock.ts'
import { unmetNodeLabels } from '../unmet-node-labels.ts'
import { pendingOf } from '../workload-outcomes.ts'

const tag = 'k8s.io/cluster-autoscaler/node-template'
const zoneLabels = ['topology.kubernetes.io/zone', 'topology.ebs.csi.aws.com/zone']

/**
 * Pods that a group's real nodes would take, and for which the autoscaler never makes one since its template lacks
 * something: `label-not-on-template`, `resource-not-on-template`, `single-zone-template`.
 */
export function notOnTemplate(run: Run): readonly SimulationFinding[] {
  const { merged, lastDecision } = run
  if (lastDecision === undefined) return []
  return run.workloads.flatMap((entry) => {
    const rejected = pendingOf(run, entry) === 0 ? undefined : lastDecision.rejectedBy.get(String(entry.index))
    return merged.groups.flatMap((group) => {
      const rejection = rejected?.get(group.name)
      return rejection === undefined ? [] : findingsOf(entry, group, run, rejection.plugin)
    })
  })
}

function findingsOf(entry: RunWorkload, group: NodeGroup, run: Run, plugin: string): readonly SimulationFinding[] {
  const { merged } = run
  const pod = entry.workload.template
  const believed = believedNode(group, merged, run.lastDecision?.memory)
  if (believed === undefined) return []
  const id = workloadId(entry.workload)
  const unmet = unmetNodeLabels(pod, believed.node)
  const zone = unmet.find(({ key }) => zoneLabels.includes(key))
  const about = { group: group.name, workload: id }
  const isOverZones = pod.topologySpread.some(
    ({ topologyKey, whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule' && zoneLabels.includes(topologyKey),
  )
  if (plugin === 'PodTopologySpread' && isOverZones && group.zones.length > 1)
    return [
      {
        id: 'single-zone-template',
        severity: 'error',
        what: `${id} must be even over zones, and the autoscaler takes every new node of group ${group.name} for one in ${labelOf(believed.node.labels, 'topology.kubernetes.io/zone') ?? 'its first zone'}`,
        why: `A group over several zones (${group.zones.join(', ')}) has one template, with one of its zones.`,
        fix: 'make one group for each zone, and turn on --balance-similar-node-groups',
        ...about,
      },
    ]
  if (zone?.value !== undefined && unmet.length === 1 && group.zones.includes(zone.value))
    return [
      {
        id: 'single-zone-template',
        severity: 'error',
        what: `${id} must run in ${zone.value}, and the autoscaler takes every new node of group ${group.name} for one in ${zone.actual ?? group.zones[0] ?? 'its first zone'}`,
        why: `A group over several zones (${group.zones.join(', ')}) has one template, with its first zone.`,
        fix: 'make one group for each zone',
        ...about,
      },
    ]
  const fresh = freshNode(group, merged)
  if (podsPerNode(pod, fresh, merged.version) === 0) return []
  if (unmet.length > 0) {
    const labels = unmet.map(({ key, value }) => (value === undefined ? key : `${key}=${value}`))
    return [
      {
        id: 'label-not-on-template',
        severity: 'error',
        what: `Nodes of group ${group.name} have ${labels.join(' and ')} that ${id} selects, and the autoscaler does not know that`,
        why: 'As long as a group has no node the autoscaler believes in its node-template tags and, for a managed group, in its EKS labels; labels that something sets on the running node come too late.',
        fix: `tag the Auto Scaling group of group ${group.name} with ${unmet.map(({ key, value }) => `${tag}/label/${key}=${value ?? ''}`).join(' and ')}`,
        ...about,
      },
    ]
  }
  return resourceShortages(pod, believed)
    .filter(({ resource, asked }) => resource !== 'pods' && amountOf(fresh.node.allocatable, resource) >= asked)
    .map(({ resource, asked, allocatable }) => {
      const real = amountText(resource, amountOf(fresh.node.allocatable, resource))
      return {
        id: 'resource-not-on-template',
        severity: 'error' as const,
        what: `Nodes of group ${group.name} have ${real} of ${resource}, and the autoscaler believes in ${amountText(resource, allocatable)}: ${id} asks for ${amountText(resource, asked)}`,
        why: 'As long as a group has no node the autoscaler knows processors, memory and GPUs of its instance type; disk, EFA and the like come from tags.',
        fix: `tag the Auto Scaling group of group ${group.name} with ${tag}/resources/${resource}=${real}`,
        ...about,
      }
    })
}
