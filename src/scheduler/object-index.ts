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

/** The index of these objects; made once for each `objects`. */
export function objectIndex(objects: ClusterObjects): ObjectIndex {
  const known = indexes.get(objects)
  if (known !== undefined) return known
  const index = makeIndex(objects)
  indexes.set(objects, index)
  return index
}

function makeIndex(objects: ClusterObjects): ObjectIndex {
  const services = new Map<string, Service[]>()
  for (const service of objects.services) {
    if (Object.keys(service.selector).length === 0) continue
    const others = services.get(service.namespace)
    if (others === undefined) services.set(service.namespace, [service])
    else others.push(service)
  }
  const [defaultClass = ''] = objects.storageClasses
    .filter(({ isDefault }) => isDefault)
    .map(({ name }) => name)
    .toSorted()
  return {
    services,
    controllers: new Map(objects.controllers.map((one) => [`${one.kind}/${one.namespace}/${one.name}`, one])),
    namespaces: new Map(objects.namespaces.map(({ name, labels }) => [name, labels])),
    claims: new Map(objects.persistentVolumeClaims.map((claim) => [`${claim.namespace}/${claim.name}`, claim])),
    volumes: new Map(objects.persistentVolumes.map((volume) => [volume.name, volume])),
    storageClasses: new Map(objects.storageClasses.map((one) => [one.name, one])),
    defaultClass,
    csiNodes: new Map(objects.csiNodes.map((node) => [node.name, node])),
  }
}
