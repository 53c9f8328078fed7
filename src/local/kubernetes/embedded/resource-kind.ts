/** One kind of object that the embedded API server keeps or answers. */
export type ResourceKind = {
  /** API group, empty for core. */
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  /** Subresources with the verbs they take. */
  readonly subresources: readonly { readonly name: string; readonly verbs: readonly string[]; readonly kind?: string }[]
  /** Whether `metadata.generation` counts the changes of `spec`. */
  readonly countsGenerations: boolean
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const status = { name: 'status', verbs: ['get', 'patch', 'update'] }

type Shape = Partial<Omit<ResourceKind, 'group' | 'version' | 'kind' | 'plural' | 'singular'>>

function define(apiVersion: string, kind: string, plural: string, shape: Shape = {}): ResourceKind {
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  return {
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: allVerbs,
    subresources: [],
    countsGenerations: false,
    ...shape,
  }
}

const scale = { name: 'scale', verbs: ['get', 'patch', 'update'], kind: 'Scale' }
const workload: Shape = { categories: ['all'], subresources: [status, scale], countsGenerations: true }
const cluster: Shape = { namespaced: false }
const review: Shape = { namespaced: false, verbs: ['create'] }

/** Every kind that the embedded API server knows. */
export const resourceKinds: readonly ResourceKind[] = [
  define('v1', 'ConfigMap', 'configmaps', { shortNames: ['cm'] }),
  define('v1', 'Endpoints', 'endpoints', { shortNames: ['ep'] }),
  define('v1', 'Event', 'events', { shortNames: ['ev'] }),
  define('v1', 'Namespace', 'namespaces', {
    ...cluster,
    shortNames: ['ns'],
    verbs: allVerbs.filter((verb) => verb !== 'deletecollection'),
    subresources: [status],
  }),
  define('v1', 'Node', 'nodes', { ...cluster, shortNames: ['no'], subresources: [status] }),
  define('v1', 'Pod', 'pods', {
    shortNames: ['po'],
    categories: ['all'],
    subresources: [
      status,
      { name: 'binding', verbs: ['create'], kind: 'Binding' },
      { name: 'eviction', verbs: ['create'], kind: 'Eviction' },
      { name: 'log', verbs: ['get'] },
    ],
    countsGenerations: true,
  }),
  define('v1', 'Secret', 'secrets'),
  define('v1', 'Service', 'services', { shortNames: ['svc'], categories: ['all'], subresources: [status] }),
  define('v1', 'ServiceAccount', 'serviceaccounts', { shortNames: ['sa'] }),
  define('apps/v1', 'DaemonSet', 'daemonsets', { ...workload, shortNames: ['ds'], subresources: [status] }),
  define('apps/v1', 'Deployment', 'deployments', { ...workload, shortNames: ['deploy'] }),
  define('apps/v1', 'ReplicaSet', 'replicasets', { ...workload, shortNames: ['rs'] }),
  define('batch/v1', 'Job', 'jobs', { categories: ['all'], subresources: [status], countsGenerations: true }),
  define('coordination.k8s.io/v1', 'Lease', 'leases'),
  define('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', {
    shortNames: ['pdb'],
    subresources: [status],
    countsGenerations: true,
  }),
  define('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', cluster),
  define('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', cluster),
  define('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  define('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  define('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', { ...cluster, shortNames: ['pc'] }),
  define('storage.k8s.io/v1', 'CSINode', 'csinodes', cluster),
  define('storage.k8s.io/v1', 'StorageClass', 'storageclasses', { ...cluster, shortNames: ['sc'] }),
  define('authentication.k8s.io/v1', 'SelfSubjectReview', 'selfsubjectreviews', review),
  define('authentication.k8s.io/v1', 'TokenReview', 'tokenreviews', review),
  define('authorization.k8s.io/v1', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews', review),
  define('authorization.k8s.io/v1', 'SelfSubjectRulesReview', 'selfsubjectrulesreviews', review),
]

/** `v1` or `group/version`. */
export function apiVersionOf(kind: Pick<ResourceKind, 'group' | 'version'>): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
}

/** `pods`, `deployments.apps`: as Kubernetes names a resource in messages. */
export function qualifiedName(kind: Pick<ResourceKind, 'group' | 'plural'>): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`
}

/** The kind behind a path's group, version and plural. */
export function findByPlural(group: string, version: string, plural: string): ResourceKind | undefined {
  return resourceKinds.find((kind) => kind.group === group && kind.version === version && kind.plural === plural)
}

/** The kind with this name; throws when the embedded server has none, which would be a defect of ours. */
export function kindNamed(name: string): ResourceKind {
  const kind = resourceKinds.find((candidate) => candidate.kind === name)
  if (kind === undefined) throw new Error(`the embedded API server has no kind ${name}`)
  return kind
}
