import { isAtLeast } from '../cluster/kubernetes-version.ts'
import type { Pod } from '../cluster/pod.ts'
import type { PodVolume } from '../cluster/volume.ts'
import { objectIndex } from './object-index.ts'
import type { FilterPlugin, PreparedFilter, Rejection } from './plugin.ts'
import { notFound, podClaims } from './pod-claims.ts'
import type { Snapshot } from './snapshot.ts'

type Disk = Extract<PodVolume, { kind: 'disk' }>

const noDisk: Rejection = { unresolvable: false, reasons: ['node(s) had no available disk'] }

/**
 * Keeps pods from sharing disks that only one may use: those named in the pod, and claims with the access mode
 * ReadWriteOncePod. Source: pkg/scheduler/framework/plugins/volumerestrictions.
 */
export const volumeRestrictionsFilter: FilterPlugin = {
  name: 'VolumeRestrictions',
  prepare(pod, snapshot) {
    const exclusive = new Set<string>()
    for (const { name, ephemeral, claim } of podClaims(pod, objectIndex(snapshot.objects))) {
      if (ephemeral) continue
      if (claim === undefined) {
        const reasons = [notFound('persistentvolumeclaim', name)]
        return { kind: 'rejected', rejection: { unresolvable: true, reasons } }
      }
      if (claim.accessModes.includes('ReadWriteOncePod')) exclusive.add(name)
    }
    const disks = disksOf(pod)
    const conflicts = exclusive.size === 0 ? 0 : countUsed(exclusive, pod, snapshot)
    if (disks.length === 0 && conflicts === 0) return { kind: 'skip' }
    const claimInUse: Rejection = {
      unresolvable: false,
      reasons: [
        isAtLeast(snapshot.version, 34)
          ? 'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod'
          : 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
      ],
    }
    return { kind: 'ready', filter: restrictionsFilter({ disks, exclusive, conflicts, claimInUse }) }
  },
}

function restrictionsFilter(state: {
  readonly disks: readonly Disk[]
  readonly exclusive: ReadonlySet<string>
  /** Uses of the exclusive claims by pods that have a node. */
  readonly conflicts: number
  readonly claimInUse: Rejection
}): PreparedFilter {
  const { disks, exclusive, conflicts, claimInUse } = state
  return {
    rejectionOn({ pods }) {
      if (
        disks.length > 0 &&
        pods.some((pod) => disksOf(pod).some((other) => disks.some((disk) => clash(disk, other))))
      ) {
        return noDisk
      }
      return conflicts > 0 ? claimInUse : undefined
    },
    // As in kube-scheduler, a pod counts by the claim's name alone, whatever its namespace.
    after({ kind, pod }) {
      const uses = claimsNamedBy(pod).filter((name) => exclusive.has(name)).length
      return restrictionsFilter({ ...state, conflicts: conflicts + (kind === 'added' ? uses : -uses) })
    },
  }
}

/** How many of the claims a pod of the namespace that has a node uses. */
function countUsed(exclusive: ReadonlySet<string>, { namespace }: Pod, { nodes }: Snapshot): number {
  const used = new Set<string>()
  for (const { pods } of nodes) {
    for (const pod of pods) {
      if (pod.namespace !== namespace) continue
      for (const name of claimsNamedBy(pod)) if (exclusive.has(name)) used.add(name)
    }
  }
  return used.size
}

function claimsNamedBy({ volumes }: Pod): readonly string[] {
  return volumes.flatMap((volume) => (volume.kind === 'claim' && !volume.ephemeral ? [volume.claim] : []))
}

function disksOf({ volumes }: Pod): readonly Disk[] {
  return volumes.filter((volume) => volume.kind === 'disk')
}

function clash(left: Disk, right: Disk): boolean {
  if (left.identity === undefined || left.driver !== right.driver || left.identity !== right.identity) return false
  return left.driver === 'aws-ebs' || !(left.readOnly && right.readOnly)
}
