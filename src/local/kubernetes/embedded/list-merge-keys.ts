/**
 * How the lists of the kinds we know are merged: by which fields their entries are told apart. Lists that are not named
 * here are replaced as a whole. Source: `x-kubernetes-list-map-keys`, `x-kubernetes-patch-merge-key` in the OpenAPI of 1.36.
 */
export type ListMergeKeys = {
  /** Fields that together identify an entry in server-side apply; the first alone does in a strategic merge patch. */
  readonly keys: readonly string[]
  /** What an entry counts as having when it does not say. */
  readonly defaults: Readonly<Record<string, string>>
}

const keysOfLists: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  conditions: ['type'],
  addresses: ['type'],
  ownerReferences: ['uid'],
  hostAliases: ['ip'],
  resourceClaims: ['name'],
  schedulingGates: ['name'],
  claims: ['name'],
  podIPs: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  'containers/ports': ['containerPort', 'protocol'],
  'initContainers/ports': ['containerPort', 'protocol'],
  'spec/ports': ['port', 'protocol'],
}

/** Lists of plain values that are sets. */
const sets: ReadonlySet<string> = new Set(['finalizers'])

/** The merge keys of the list at a path of field names, or `undefined` when it is replaced as a whole. */
export function mergeKeysOf(path: readonly string[]): ListMergeKeys | undefined {
  const [parent = '', name = ''] = path.slice(-2)
  const keys = keysOfLists[`${parent}/${name}`] ?? keysOfLists[path.at(-1) ?? '']
  return keys === undefined ? undefined : { keys, defaults: { protocol: 'TCP' } }
}

/** Whether the list at a path is a set of plain values. */
export function isSetList(path: readonly string[]): boolean {
  return sets.has(path.at(-1) ?? '')
}

/** Objects that are replaced as a whole. Source: `x-kubernetes-map-type: atomic` in the OpenAPI of 1.36. */
const atomicObjects: ReadonlySet<string> = new Set([
  'configMapKeyRef',
  'fieldRef',
  'fileKeyRef',
  'involvedObject',
  'labelSelector',
  'namespaceSelector',
  'nodeSelector',
  'requiredDuringSchedulingIgnoredDuringExecution',
  'resourceFieldRef',
  'roleRef',
  'secretKeyRef',
  'secretRef',
  'selector',
  'targetRef',
])

/** Whether server-side apply replaces the object at a path as a whole. */
export function isAtomicObject(path: readonly string[]): boolean {
  return atomicObjects.has(path.at(-1) ?? '')
}
