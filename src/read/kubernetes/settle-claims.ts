import type { Unknown } from '../../cluster/cluster.ts'
import { madeVolume } from '../../cluster/made-volume.ts'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../cluster/storage.ts'

/** Storage as the scheduler finds it once the controllers have done their part. */
export type SettledStorage = {
  readonly persistentVolumeClaims: readonly PersistentVolumeClaim[]
  readonly persistentVolumes: readonly PersistentVolume[]
  readonly storageClasses: readonly StorageClass[]
  readonly missing: readonly Unknown[]
}

/**
 * What happens to claims before the scheduler sees them: a new claim that names no class gets the default one (admission
 * plugin DefaultStorageClass), and one whose class binds at once gets a volume, whose zone nobody knows beforehand. Where
 * the input has no storage class at all, those that are named are taken to bind when their pod is placed, as those of the
 * EBS driver do.
 */
export function settleClaims(
  claims: readonly PersistentVolumeClaim[],
  volumes: readonly PersistentVolume[],
  classes: readonly StorageClass[],
): SettledStorage {
  const missing: Unknown[] = []
  const assumed = new Map<string, StorageClass>()
  const made: PersistentVolume[] = []
  const defaultClass = classes
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .find(({ isDefault }) => isDefault)
  const settled = claims.map((claim): PersistentVolumeClaim => {
    if (claim.volumeName !== undefined) return claim
    const isNew = claim.uid === undefined
    const name =
      claim.storageClass ??
      (isNew ? (defaultClass?.name ?? (classes.length === 0 ? '(default)' : undefined)) : undefined)
    if (name === undefined || name === '') return claim
    const withClass = { ...claim, storageClass: name }
    const storageClass = classes.find((one) => one.name === name)
    if (storageClass === undefined) {
      if (classes.length === 0) assumed.set(name, assumedClass(name))
      return withClass
    }
    if (
      storageClass.bindingMode !== 'Immediate' ||
      storageClass.provisioner === 'kubernetes.io/no-provisioner' ||
      !isNew
    ) {
      return withClass
    }
    const volume = madeVolume(withClass, storageClass.provisioner)
    made.push(volume)
    missing.push({
      what: `zone of the volume of PersistentVolumeClaim ${claim.namespace}/${claim.name}`,
      why: `StorageClass ${name} makes the volume before any pod is placed, in a zone that it picks itself; any zone is assumed`,
    })
    return { ...withClass, volumeName: volume.name, phase: 'Bound' }
  })
  for (const name of [...assumed.keys()].toSorted()) {
    missing.push({
      what: name === '(default)' ? 'no default StorageClass in the input' : `no StorageClass ${name} in the input`,
      why: 'its volumes are taken to be made by the EBS driver in the zone of the node that their pod gets (WaitForFirstConsumer)',
    })
  }
  return {
    persistentVolumeClaims: settled,
    persistentVolumes: [...volumes, ...made],
    storageClasses: [...classes, ...assumed.values()],
    missing,
  }
}

function assumedClass(name: string): StorageClass {
  return {
    name,
    provisioner: 'ebs.csi.aws.com',
    bindingMode: 'WaitForFirstConsumer',
    allowedTopologies: [],
    isDefault: name === '(default)',
  }
}
