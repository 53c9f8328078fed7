import type { PodVolume } from '../../cluster/volume.ts'
import { isJsonObject, listAt, textAt, textsAt, valueAt } from './json.ts'

/**
 * The volumes of a pod that the scheduler looks at. Two RBD images are one where they share a monitor, so such a volume
 * is read as one disk for each monitor. Source: pkg/scheduler/framework/plugins/volumerestrictions `isVolumeConflict`.
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
  const disk = (driver: 'aws-ebs' | 'gce-pd' | 'iscsi' | 'rbd', field: string, identity: string): PodVolume => ({
    kind: 'disk',
    driver,
    identity,
    readOnly: isReadOnly(volume, field),
  })
  const ebs = textAt(volume, 'awsElasticBlockStore', 'volumeID')
  if (ebs !== undefined) return [disk('aws-ebs', 'awsElasticBlockStore', ebs)]
  const gce = textAt(volume, 'gcePersistentDisk', 'pdName')
  if (gce !== undefined) return [disk('gce-pd', 'gcePersistentDisk', gce)]
  const iscsi = textAt(volume, 'iscsi', 'iqn')
  if (iscsi !== undefined) return [disk('iscsi', 'iscsi', iscsi)]
  const image = textAt(volume, 'rbd', 'image')
  if (image === undefined) return []
  const pool = textAt(volume, 'rbd', 'pool') ?? 'rbd'
  return textsAt(volume, 'rbd', 'monitors').map((monitor) => disk('rbd', 'rbd', `${monitor}/${pool}/${image}`))
}

function isReadOnly(volume: unknown, field: string): boolean {
  return valueAt(volume, field, 'readOnly') === true
}
