import type { Pod } from '../../cluster/pod.ts'
import { isJsonObject, listAt, textAt, valueAt } from './json.ts'

/**
 * Volumes that live on the node: hostPath, and emptyDir that is not in memory. Left out when there are none.
 * Source: cluster-autoscaler, utils/drain `isLocalVolume`.
 */
export function readLocalVolumes(podSpec: unknown): Pick<Pod, 'localVolumes'> {
  const localVolumes = listAt(podSpec, 'volumes').flatMap((volume) => {
    const emptyDir = valueAt(volume, 'emptyDir')
    const isLocal =
      isJsonObject(valueAt(volume, 'hostPath')) || (isJsonObject(emptyDir) && textAt(emptyDir, 'medium') !== 'Memory')
    return isLocal ? [textAt(volume, 'name') ?? ''] : []
  })
  return localVolumes.length === 0 ? {} : { localVolumes }
}
