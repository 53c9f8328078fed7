import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import { labelOf } from '../cluster/labels.ts'
import { madeVolume } from '../cluster/made-volume.ts'
import type { Node } from '../cluster/node.ts'
import type { NodeSelectorTerm } from '../cluster/node-selector.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../cluster/storage.ts'
import { volumeReach } from './volume-reach.ts'

const selectedNode = 'volume.kubernetes.io/selected-node'

/**
 * What the volume controllers do between two passes of the scheduler: a claim for which a node was chosen gets its volume,
 * within reach of that node, and a claim that a volume is reserved for is bound to it. From then on the claim holds its
 * pods to where the volume can be reached, no longer to the one node. The same objects when there is nothing to do.
 * Sources: pkg/controller/volume/persistentvolume, kubernetes-csi/external-provisioner.
 * @param findNode a node by its name; a claim whose node has gone keeps waiting.
 */
export function bindVolumes(objects: ClusterObjects, findNode: (name: string) => Node | undefined): ClusterObjects {
  const reserved = new Map<string, PersistentVolume>()
  for (const volume of objects.persistentVolumes)
    if (volume.claim !== undefined && volume.phase === 'Available') reserved.set(keyOf(volume.claim), volume)
  const made: PersistentVolume[] = []
  const claims = objects.persistentVolumeClaims.map((claim): PersistentVolumeClaim => {
    if (claim.volumeName !== undefined) return claim
    const found = reserved.get(keyOf(claim))
    if (found !== undefined) return { ...claim, volumeName: found.name, phase: 'Bound' }
    const node = findNode(claim.annotations[selectedNode] ?? '')
    const provisioner = objects.storageClasses.find(({ name }) => name === claim.storageClass)?.provisioner
    if (node === undefined || provisioner === undefined) return claim
    const volume = madeVolume(claim, provisioner, reachedFrom(node, provisioner))
    made.push(volume)
    return { ...claim, volumeName: volume.name, phase: 'Bound' }
  })
  if (claims.every((claim, index) => claim === objects.persistentVolumeClaims[index])) return objects
  const bound = new Set(claims.map(({ volumeName }) => volumeName))
  return {
    ...objects,
    persistentVolumeClaims: claims,
    persistentVolumes: [
      ...objects.persistentVolumes.map((volume) =>
        volume.phase === 'Available' && bound.has(volume.name) ? { ...volume, phase: 'Bound' } : volume,
      ),
      ...made,
    ],
  }
}

/** The nodes that reach a volume made for this one; `undefined`: all. */
function reachedFrom({ labels }: Node, provisioner: string): readonly NodeSelectorTerm[] | undefined {
  const reach = volumeReach(provisioner)
  if (reach === 'anywhere') return undefined
  const key = reach === 'zone' ? 'topology.kubernetes.io/zone' : 'kubernetes.io/hostname'
  const value = labelOf(labels, key)
  // A node that does not say where it is: nothing can be held to that place.
  if (value === undefined) return undefined
  return [{ matchExpressions: [{ key, operator: 'In', values: [value] }], matchFields: [] }]
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`
}
