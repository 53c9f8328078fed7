import type { Pod } from '../cluster/pod.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../cluster/storage.ts'
import type { ObjectIndex } from './object-index.ts'

/** A volume of a pod that is a claim, and the claim when it exists. */
export type PodClaim = {
  readonly name: string
  /** Made for this pod alone from a template in it. */
  readonly ephemeral: boolean
  readonly claim: PersistentVolumeClaim | undefined
  /** The volume that its claim is bound to, when it exists. */
  readonly volume: PersistentVolume | undefined
}

/** The claims that a pod uses, in the order of its volumes; those that come with the pod exist as it is looked at. */
export function podClaims({ namespace, volumes }: Pod, index: ObjectIndex): readonly PodClaim[] {
  return volumes.flatMap((volume): readonly PodClaim[] => {
    if (volume.kind !== 'claim') return []
    const { claim: name, ephemeral, made } = volume
    const known = index.claims.get(`${namespace}/${name}`)
    const claim = known ?? made?.claim
    const bound = claim?.volumeName === undefined ? undefined : index.volumes.get(claim.volumeName)
    return [{ name, ephemeral, claim, volume: bound ?? (known === undefined ? made?.volume : undefined) }]
  })
}

/** The storage class of a claim: its own, else the default one; empty when there is none. */
export function storageClassOf({ storageClass }: PersistentVolumeClaim, { defaultClass }: ObjectIndex): string {
  return storageClass ?? defaultClass
}

/** What the API server says of an object that does not exist. */
export function notFound(resource: string, name: string): string {
  return `${resource} ${JSON.stringify(name)} not found`
}
