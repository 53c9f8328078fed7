import type { ClusterObjects, SpreadingController } from '../cluster/cluster-objects.ts'
import type { LabelRequirement, LabelSelector } from '../cluster/label-selector.ts'
import { type Labels, labelOf } from '../cluster/labels.ts'
import type { Pod } from '../cluster/pod.ts'
import { objectIndex } from './object-index.ts'

/**
 * Which pods the default spreading counts: those behind all of the pod's Services that its controller's selector matches
 * too. `undefined` when it has neither Services nor a ReplicaSet, StatefulSet or ReplicationController.
 * Source: pkg/scheduler/framework/plugins/helper/spread.go `DefaultSelector`.
 */
export function defaultSpreadSelector(pod: Pod, objects: ClusterObjects): LabelSelector | undefined {
  const index = objectIndex(objects)
  const matchLabels: Record<string, string> = {}
  for (const { selector } of index.services.get(pod.namespace) ?? []) {
    const keys = Object.keys(selector)
    if (keys.every((key) => labelOf(pod.labels, key) === selector[key])) Object.assign(matchLabels, selector)
  }
  const matchExpressions = controllerRequirements(pod, index.controllers, matchLabels)
  const isEmpty = matchExpressions.length === 0 && Object.keys(matchLabels).length === 0
  return isEmpty ? undefined : { matchLabels, matchExpressions }
}

function controllerRequirements(
  { namespace, owner }: Pod,
  controllers: ReadonlyMap<string, SpreadingController>,
  matchLabels: Record<string, string>,
): readonly LabelRequirement[] {
  if (owner === undefined) return []
  const controller = controllers.get(`${owner.kind}/${namespace}/${owner.name}`)
  if (controller === undefined) return []
  switch (controller.kind) {
    case 'ReplicationController':
      Object.assign(matchLabels, controller.selector.matchLabels)
      return []
    case 'ReplicaSet':
    case 'StatefulSet':
      return [...requirementsOf(controller.selector.matchLabels), ...controller.selector.matchExpressions]
  }
}

function requirementsOf(labels: Labels): readonly LabelRequirement[] {
  return Object.entries(labels).map(([key, value]) => ({ key, operator: 'In', values: [value] }))
}
