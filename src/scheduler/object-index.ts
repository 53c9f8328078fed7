import type { ClusterObjects, Service, SpreadingController } from '../cluster/cluster-objects.ts'
import type { Labels } from '../cluster/labels.ts'
import type { CsiNode, PersistentVolume, PersistentVolumeClaim, StorageClass } from '../cluster/storage.ts'

/** A cluster's objects by what the plugins look them up by. */
export type ObjectIndex = {
  /** By namespace; those with an empty selector are left out. */
  readonly services: ReadonlyMap<string, readonly Service[]>
  /** By `kind/namespace/name`. */
  readonly controllers: ReadonlyMap<string, SpreadingController>
  readonly namespaces: ReadonlyMap<string, Labels>
  /** By `namespace/name`. */
  readonly claims: ReadonlyMap<string, PersistentVolumeClaim>
  readonly volumes: ReadonlyMap<string, PersistentVolume>
  readonly storageClasses: ReadonlyMap<string, StorageClass>
  /** The class that a claim without one gets: the first default by name; empty when there is none. */
  readonly defaultClass: string
  readonly csiNodes: ReadonlyMap<string, CsiNode>
}

const indexes = new WeakMap<ClusterObjects, ObjectIndex>()

/** The index of these objects; made once for each `objects`, and of lists that stay the same only once. */
export function objectIndex(objects: ClusterObjects): ObjectIndex {
  const known = indexes.get(objects)
  if (known !== undefined) return known
  const index = {
    services: servicesOf(objects.services),
    controllers: controllersOf(objects.controllers),
    namespaces: namespacesOf(objects.namespaces),
    claims: claimsOf(objects.persistentVolumeClaims),
    volumes: volumesOf(objects.persistentVolumes),
    storageClasses: classesOf(objects.storageClasses),
    defaultClass: defaultClassOf(objects.storageClasses),
    csiNodes: csiNodesOf(objects.csiNodes),
  }
  indexes.set(objects, index)
  return index
}

/** Placements change claims and volumes, pod by pod; the other lists go from one `objects` to the next. */
function once<One, Index>(make: (list: readonly One[]) => Index): (list: readonly One[]) => Index {
  const made = new WeakMap<readonly One[], Index>()
  return (list) => {
    const known = made.get(list)
    if (known !== undefined) return known
    const index = make(list)
    made.set(list, index)
    return index
  }
}

const servicesOf = once((list: ClusterObjects['services']) => {
  const services = new Map<string, Service[]>()
  for (const service of list) {
    if (Object.keys(service.selector).length === 0) continue
    const others = services.get(service.namespace)
    if (others === undefined) services.set(service.namespace, [service])
    else others.push(service)
  }
  return services
})
const controllersOf = once(
  (list: ClusterObjects['controllers']) =>
    new Map(list.map((one) => [`${one.kind}/${one.namespace}/${one.name}`, one] as const)),
)
const namespacesOf = once(
  (list: ClusterObjects['namespaces']) => new Map(list.map(({ name, labels }) => [name, labels] as const)),
)
const claimsOf = once(
  (list: ClusterObjects['persistentVolumeClaims']) =>
    new Map(list.map((claim) => [`${claim.namespace}/${claim.name}`, claim] as const)),
)
const volumesOf = once(
  (list: ClusterObjects['persistentVolumes']) => new Map(list.map((volume) => [volume.name, volume] as const)),
)
const classesOf = once((list: ClusterObjects['storageClasses']) => new Map(list.map((one) => [one.name, one] as const)))
const defaultClassOf = (list: ClusterObjects['storageClasses']): string => {
  const [first = ''] = list
    .filter(({ isDefault }) => isDefault)
    .map(({ name }) => name)
    .toSorted()
  return first
}
const csiNodesOf = once((list: ClusterObjects['csiNodes']) => new Map(list.map((node) => [node.name, node] as const)))
