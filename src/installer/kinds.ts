import { groupOf } from './object-reference.ts'

/**
 * The kinds the module ships, in the order they are applied: what others need comes first. Nothing else is ever created
 * or deleted, whatever a bundle or an inventory says; no kind that holds a secret or runs once is among them.
 */
const kinds = [
  { group: '', kind: 'Namespace', kept: true },
  { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition', kept: true },
  { group: 'scheduling.k8s.io', kind: 'PriorityClass' },
  { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole' },
  { group: 'rbac.authorization.k8s.io', kind: 'Role' },
  { group: 'rbac.authorization.k8s.io', kind: 'ClusterRoleBinding' },
  { group: 'rbac.authorization.k8s.io', kind: 'RoleBinding' },
  { group: '', kind: 'ServiceAccount' },
  { group: '', kind: 'ConfigMap' },
  { group: 'policy', kind: 'PodDisruptionBudget' },
  { group: '', kind: 'Service' },
  { group: 'apps', kind: 'DaemonSet' },
  { group: 'apps', kind: 'Deployment' },
  { group: 'monitoring.coreos.com', kind: 'PodMonitor' },
  { group: 'monitoring.coreos.com', kind: 'ServiceMonitor' },
] as const satisfies readonly KnownKind[]

type KnownKind = {
  readonly group: string
  readonly kind: string
  /** Never deleted: with it would go the objects that others have put into it. */
  readonly kept?: boolean
}

/** Position of a kind in the order of applying, or -1 when the installer does not handle it. */
export function applyOrder(apiVersion: string, kind: string): number {
  const group = groupOf(apiVersion)
  return kinds.findIndex((known) => known.group === group && known.kind === kind)
}

/** Whether an object of this kind stays when the bundle no longer has it: Namespace and CustomResourceDefinition. */
export function isKept(apiVersion: string, kind: string): boolean {
  const known: KnownKind | undefined = kinds[applyOrder(apiVersion, kind)]
  return known?.kept === true
}

/** The kinds' names, for messages. */
export const knownKinds: string = kinds.map(({ kind }) => kind).join(', ')
