import type { Fix } from './outcome.ts'

/** A change in words, as a thing to do; `workload` is the id of the workload whose pods wait. */
export function changeText(change: Fix['change'], workload: string): string {
  switch (change.kind) {
    case 'add-toleration':
      return `add the toleration ${change.key}=${change.value}:${change.effect} to ${workload}`
    case 'remove-node-selector':
      return change.value === ''
        ? `take the node selector ${change.key} out of ${workload}`
        : `take the node selector ${change.key}=${change.value} out of ${workload}`
    case 'add-template-label':
      return `add the label ${change.key}=${change.value} to group ${change.group}, on its nodes and as tag k8s.io/cluster-autoscaler/node-template/label/${change.key} of its Auto Scaling group`
    case 'raise-max-size':
      return `raise max_size of group ${change.group} from ${change.from} to ${change.to}`
    case 'change-instance-type':
      return `change the instance type of group ${change.group} from ${change.from} to ${change.to}`
    case 'lower-request':
      return `lower the ${change.resource} request of ${workload} from ${change.from} to ${change.to}`
    case 'add-resource-tag':
      return `add the tag k8s.io/cluster-autoscaler/node-template/resources/${change.resource}=${change.amount} to the Auto Scaling group of group ${change.group}`
    case 'raise-limit':
      return `raise the autoscaler's ${change.flag} from ${change.from} to ${change.to}`
    case 'relax-spread':
      return `make the topology spread of ${workload} over ${change.topologyKey} soft (whenUnsatisfiable: ScheduleAnyway)`
    case 'relax-affinity':
      return `make the pod affinity of ${workload} over ${change.topologyKey} a preference`
  }
}
