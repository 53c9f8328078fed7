import type { PodVolume } from '../../cluster/volume.ts'
import { isJsonObject, listAt, textAt, textsAt, valueAt } from './json.ts'

/**
 * The volumes of a pod that the scheduler looks at. Two RBD images are one where they share a monitor, so such a volume
 * is read as one disk for each monitor; without monitors it clashes with none, and still makes the scheduler look at the
 * pod's claims. Source: pkg/scheduler/framework/plugins/volumerestrictions `isVolumeConflict`, `needsRestrictionsCheck`.
 */
export function readPodVolumes(podSpec: unknown, podName: string): readonly PodVolume[] {
  return listAt(podSpec, 'volumes').flatMap((volume) => readVolume(volume, podName))
}

function readVolume(volume: unknown, podName: string): readonly PodVolume[] {
  const claim = textAt(volume, 'persistentVolumeClaim', 'claimName')
  if (claim !== undefined) {
    return [{ kind: 'claim', claim, ephemeral: false, readOnly: isReadOnly(volume, 'persistentVolumeClaim') }]
  }
  if (isJsonObject(valueAt(volume, 'ephemeral'))) {
    const name = `${podName}-${textAt(volume, 'name') ?? ''}`
    return [{ kind: 'claim', claim: name, ephemeral: true, readOnly: false }]
  }
  const csi = textAt(volume, 'csi', 'driver')
  if (csi !== undefined) return [{ kind: 'csi', driver: csi, readOnly: isReadOnly(volume, 'csi') }]
  for (const { driver, field, name } of disksWithOneName) {
    if (!isJsonObject(valueAt(volume, field))) continue
    return [{ kind: 'disk', driver, identity: textAt(volume, field, name) ?? '', readOnly: isReadOnly(volume, field) }]
  }
  return isJsonObject(valueAt(volume, 'rbd')) ? readRbd(volume) : []
}

const disksWithOneName = [
  { driver: 'aws-ebs', field: 'awsElasticBlockStore', name: 'volumeID' },
  { driver: 'gce-pd', field: 'gcePersistentDisk', name: 'pdName' },
  { driver: 'iscsi', field: 'iscsi', name: 'iqn' },
] as const

function readRbd(volume: unknown): readonly PodVolume[] {
  const disk = { kind: 'disk', driver: 'rbd', readOnly: isReadOnly(volume, 'rbd') } as const
  const image = `${textAt(volume, 'rbd', 'pool') ?? 'rbd'}/${textAt(volume, 'rbd', 'image') ?? ''}`
  const monitors = textsAt(volume, 'rbd', 'monitors')
  return monitors.length === 0 ? [disk] : monitors.map((monitor) => ({ ...disk, identity: `${monitor}/${image}` }))
}

function isReadOnly(volume: unknown, field: string): boolean {
  return valueAt(volume, field, 'readOnly') === true
}
