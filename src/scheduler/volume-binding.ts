import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import { isAtLeast } from '../cluster/kubernetes-version.ts'
import { matchesLabelSelector } from '../cluster/label-selector.ts'
import type { Labels } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import { matchesNodeSelectorTerms } from '../cluster/node-selector.ts'
import type { Pod } from '../cluster/pod.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../cluster/storage.ts'
import { asMigrated } from './migrated-volume.ts'
import { type ObjectIndex, objectIndex } from './object-index.ts'
import type { FilterPlugin } from './plugin.ts'
import { notFound, type PodClaim, podClaims, storageClassOf } from './pod-claims.ts'

const selectedNode = 'volume.kubernetes.io/selected-node'

type Claims = {
  readonly bound: readonly PodClaim[]
  /** Of a class that waits for the first pod; the node decides which volume they get. */
  readonly delayed: readonly PersistentVolumeClaim[]
}

/**
 * Volumes of bound claims must be reachable from the node; claims that wait for their first pod must find a volume there,
 * or be of a class that makes one there. Storage capacities are not looked at.
 * Source: pkg/scheduler/framework/plugins/volumebinding.
 */
export const volumeBindingFilter: FilterPlugin = {
  name: 'VolumeBinding',
  prepare(pod, { objects, version }) {
    const index = objectIndex(objects)
    const used = podClaims(pod, index)
    if (used.length === 0) return { kind: 'skip' }
    const problem = firstProblem(pod, used)
    if (problem !== undefined) return { kind: 'rejected', rejection: { unresolvable: true, reasons: [problem] } }
    const claims = sortClaims(used, index)
    if (claims === undefined) {
      const reasons = ['pod has unbound immediate PersistentVolumeClaims']
      return { kind: 'rejected', rejection: { unresolvable: true, reasons } }
    }
    const unreachable = isAtLeast(version, 33)
      ? "node(s) didn't match PersistentVolume's node affinity"
      : 'node(s) had volume node affinity conflict'
    return {
      kind: 'ready',
      filter: {
        rejectionOn({ node }) {
          const bound = reachOf(claims.bound, node, index)
          const reasons = [
            ...(bound === 'unreachable' ? [unreachable] : []),
            ...(findVolumes(claims.delayed, node, index)
              ? []
              : ["node(s) didn't find available persistent volumes to bind"]),
            ...(bound === 'missing'
              ? ['node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)']
              : []),
          ]
          return reasons.length === 0 ? undefined : { unresolvable: true, reasons }
        },
      },
    }
  },
}

/**
 * The objects once a pod is placed on a node: volumes that its waiting claims found there are reserved for them, and
 * claims that are to get a new volume name the node. Claims that came with the pod are among them from now on. The same
 * objects when there is nothing to note. Source: binder.go `AssumePodVolumes`.
 */
export function assumeVolumes(pod: Pod, node: Node, objects: ClusterObjects): ClusterObjects {
  if (pod.volumes.length === 0) return objects
  const index = objectIndex(objects)
  const delayed = sortClaims(podClaims(pod, index), index)?.delayed ?? []
  const found = delayed.length === 0 ? undefined : findVolumes(delayed, node, index)
  if (found === undefined) return objects
  const reserved = new Map([...found.volumes].map(([claim, volume]) => [volume, claim]))
  const provisioned = new Set(found.toProvision)
  const assumed = (claim: PersistentVolumeClaim): PersistentVolumeClaim =>
    provisioned.has(claim) && claim.annotations[selectedNode] === undefined
      ? { ...claim, annotations: { ...claim.annotations, [selectedNode]: node.name } }
      : claim
  const added = delayed.filter(({ namespace, name }) => !index.claims.has(`${namespace}/${name}`))
  const isNoted = added.length === 0 && delayed.every((claim) => assumed(claim) === claim)
  if (isNoted && [...reserved].every(([volume]) => volume.claim !== undefined)) return objects
  return {
    ...objects,
    persistentVolumes: objects.persistentVolumes.map((volume) => {
      const claim = reserved.get(volume)
      if (claim === undefined) return volume
      const { namespace, name, uid } = claim
      return { ...volume, claim: { namespace, name, ...(uid !== undefined && { uid }) } }
    }),
    persistentVolumeClaims: [...objects.persistentVolumeClaims, ...added].map(assumed),
  }
}

/** Source: volume_binding.go `podHasPVCs`. */
function firstProblem(pod: Pod, used: readonly PodClaim[]): string | undefined {
  for (const { name, ephemeral, claim } of used) {
    const quoted = JSON.stringify(name)
    if (claim === undefined) {
      return ephemeral
        ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${quoted}`
        : notFound('persistentvolumeclaim', name)
    }
    if (claim.phase === 'Lost') {
      const volume = JSON.stringify(claim.volumeName ?? '')
      return `persistentvolumeclaim ${quoted} bound to non-existent persistentvolume ${volume}`
    }
    if (claim.terminating) return `persistentvolumeclaim ${quoted} is being deleted`
    if (ephemeral && claim.ownerPod !== pod.name) {
      return `PVC ${claim.namespace}/${name} was not created for pod ${pod.namespace}/${pod.name} (pod is not owner)`
    }
  }
  return undefined
}

/** `undefined` when a claim should have been bound before. Source: binder.go `GetPodVolumeClaims`. */
function sortClaims(used: readonly PodClaim[], index: ObjectIndex): Claims | undefined {
  const bound: PodClaim[] = []
  const delayed: PersistentVolumeClaim[] = []
  for (const one of used) {
    const { claim } = one
    if (claim === undefined) continue
    if (isFullyBound(claim)) bound.push(one)
    else if (claim.volumeName === undefined && isDelayed(claim, index)) delayed.push(claim)
    else return undefined
  }
  return { bound, delayed }
}

function isFullyBound({ volumeName, annotations, phase }: PersistentVolumeClaim): boolean {
  const isBound = Object.hasOwn(annotations, 'pv.kubernetes.io/bind-completed') || phase === 'Bound'
  return volumeName !== undefined && isBound
}

function isDelayed(claim: PersistentVolumeClaim, index: ObjectIndex): boolean {
  return index.storageClasses.get(storageClassOf(claim, index))?.bindingMode === 'WaitForFirstConsumer'
}

/** Stops at the first claim whose volume does not exist or cannot be reached. Source: binder.go `checkBoundClaims`. */
function reachOf(
  claims: readonly PodClaim[],
  { name, labels }: Node,
  index: ObjectIndex,
): 'reachable' | 'unreachable' | 'missing' {
  for (const { volume } of claims) {
    if (volume === undefined) return 'missing'
    if (!isReachable(asMigrated(volume, index.csiNodes.get(name)), labels)) return 'unreachable'
  }
  return 'reachable'
}

/** How a node serves a pod's claims that wait: the volumes they get, and those that must be made for it. */
type FoundVolumes = {
  readonly volumes: ReadonlyMap<PersistentVolumeClaim, PersistentVolume>
  readonly toProvision: readonly PersistentVolumeClaim[]
}

/** `undefined` when a claim neither finds a volume nor can have one made. Source: binder.go `FindPodVolumes`. */
function findVolumes(
  claims: readonly PersistentVolumeClaim[],
  node: Node,
  index: ObjectIndex,
): FoundVolumes | undefined {
  const toProvision: PersistentVolumeClaim[] = []
  const toMatch: PersistentVolumeClaim[] = []
  for (const claim of claims) {
    const selected = claim.annotations[selectedNode]
    if (selected === undefined) toMatch.push(claim)
    else if (selected === node.name) toProvision.push(claim)
    else return undefined
  }
  const volumes = new Map<PersistentVolumeClaim, PersistentVolume>()
  const taken = new Set<PersistentVolume>()
  for (const claim of toMatch.toSorted((a, b) => a.request - b.request)) {
    const volume = matchingVolume(claim, node.labels, taken, index)
    if (volume === undefined) toProvision.push(claim)
    else {
      volumes.set(claim, volume)
      taken.add(volume)
    }
  }
  return toProvision.every((claim) => canProvision(claim, node.labels, index)) ? { volumes, toProvision } : undefined
}

/** The smallest free volume that serves the claim, or the one that is reserved for it. Source: `FindMatchingVolume`. */
function matchingVolume(
  claim: PersistentVolumeClaim,
  labels: Labels,
  taken: ReadonlySet<PersistentVolume>,
  index: ObjectIndex,
): PersistentVolume | undefined {
  const storageClass = storageClassOf(claim, index)
  let smallest: PersistentVolume | undefined
  for (const volume of index.volumes.values()) {
    if (volume.storageClass !== storageClass || taken.has(volume)) continue
    if (volume.capacity < claim.request || volume.volumeMode !== claim.volumeMode) continue
    if (volume.claim !== undefined) {
      if (!isReservedFor(volume.claim, claim)) continue
      return isReachable(volume, labels) ? volume : undefined
    }
    if (volume.phase !== 'Available' || !isReachable(volume, labels)) continue
    if (claim.selector !== undefined && !matchesLabelSelector(claim.selector, volume.labels)) continue
    if (!claim.accessModes.every((mode) => volume.accessModes.includes(mode))) continue
    if (smallest === undefined || volume.capacity < smallest.capacity) smallest = volume
  }
  return smallest
}

function isReservedFor(reserved: NonNullable<PersistentVolume['claim']>, claim: PersistentVolumeClaim): boolean {
  return (
    reserved.namespace === claim.namespace &&
    reserved.name === claim.name &&
    (reserved.uid === undefined || reserved.uid === '' || reserved.uid === claim.uid)
  )
}

function isReachable({ nodeTerms }: PersistentVolume, labels: Labels): boolean {
  return nodeTerms === undefined || matchesNodeSelectorTerms(nodeTerms, { name: '', labels })
}

/** Source: binder.go `checkVolumeProvisions`. */
function canProvision(claim: PersistentVolumeClaim, labels: Labels, index: ObjectIndex): boolean {
  const storageClass = index.storageClasses.get(storageClassOf(claim, index))
  if (storageClass === undefined) return false
  const { provisioner, allowedTopologies } = storageClass
  if (provisioner === '' || provisioner === 'kubernetes.io/no-provisioner') return false
  return allowedTopologies.length === 0 || matchesNodeSelectorTerms(allowedTopologies, { name: '', labels })
}
