import type { NodeSelectorTerm } from './node-selector.ts'
import type { PersistentVolume, PersistentVolumeClaim } from './storage.ts'

/**
 * The volume that a provisioner makes for a claim, bound to it. Its name is made of the claim's; the real one has the
 * claim's UID there. `nodeTerms`: the nodes that reach it; absent: all.
 */
export function madeVolume(
  claim: PersistentVolumeClaim,
  driver: string,
  nodeTerms?: readonly NodeSelectorTerm[],
): PersistentVolume {
  const { namespace, name, uid, request, accessModes, storageClass = '', volumeMode } = claim
  const volumeName = `pvc-${namespace}-${name}`
  return {
    name: volumeName,
    labels: {},
    capacity: request,
    accessModes,
    storageClass,
    volumeMode,
    phase: 'Bound',
    claim: { namespace, name, ...(uid !== undefined && { uid }) },
    ...(nodeTerms !== undefined && { nodeTerms }),
    driver,
    handle: volumeName,
  }
}
