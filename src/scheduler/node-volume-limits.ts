import type { Pod } from '../cluster/pod.ts'
import type { CsiNode, PersistentVolume, PersistentVolumeClaim } from '../cluster/storage.ts'
import type { PodVolume } from '../cluster/volume.ts'
import { migratedDriver } from './migrated-volume.ts'
import { type ObjectIndex, objectIndex } from './object-index.ts'
import type { FilterPlugin, Rejection } from './plugin.ts'
import { podClaims, storageClassOf } from './pod-claims.ts'

const tooMany: Rejection = { unresolvable: false, reasons: ['node(s) exceed max volume count'] }

/**
 * As many volumes of a CSI driver as the node's CSINode allows. VolumeAttachments of pods that are gone are not looked
 * at. Source: pkg/scheduler/framework/plugins/nodevolumelimits/csi.go.
 */
export const nodeVolumeLimitsFilter: FilterPlugin = {
  name: 'NodeVolumeLimits',
  prepare(pod, { objects }) {
    if (!pod.volumes.some(mayCount)) return { kind: 'skip' }
    const index = objectIndex(objects)
    return {
      kind: 'ready',
      filter: {
        rejectionOn({ node, pods }) {
          const csiNode = index.csiNodes.get(node.name)
          const limits = new Map(
            (csiNode?.drivers ?? []).flatMap(({ name, limit }) =>
              limit === undefined ? [] : [[name, limit] as const],
            ),
          )
          if (limits.size === 0) return undefined
          const added = volumesOf(pod, csiNode, index)
          if (added.size === 0) return undefined
          const attached = new Map<string, string>()
          for (const other of pods)
            for (const [volume, driver] of volumesOf(other, csiNode, index)) attached.set(volume, driver)
          for (const volume of attached.keys()) added.delete(volume)
          return exceeds(limits, attached, added) ? tooMany : undefined
        },
      },
    }
  },
}

function exceeds(
  limits: ReadonlyMap<string, number>,
  attached: ReadonlyMap<string, string>,
  added: ReadonlyMap<string, string>,
): boolean {
  const count = (volumes: ReadonlyMap<string, string>, driver: string): number =>
    [...volumes.values()].filter((other) => other === driver).length
  return [...new Set(added.values())].some((driver) => {
    const limit = limits.get(driver)
    return limit !== undefined && count(attached, driver) + count(added, driver) > limit
  })
}

/** Volumes of a pod that CSI drivers attach to the node: their unique names, each with its driver. */
function volumesOf(pod: Pod, csiNode: CsiNode | undefined, index: ObjectIndex): Map<string, string> {
  const volumes = new Map<string, string>()
  for (const { claim, volume } of podClaims(pod, index)) {
    if (claim === undefined) continue
    const found = driverOf(claim, volume, csiNode, index)
    if (found !== undefined) volumes.set(`${found.driver}/${found.handle}`, found.driver)
  }
  if (csiNode === undefined) return volumes
  for (const volume of pod.volumes) {
    if (volume.kind !== 'disk' || volume.driver === 'rbd') continue
    const driver = migratedDriver(`kubernetes.io/${volume.driver}`)
    if (driver !== undefined) volumes.set(`${driver}/${volumeHandle(volume.identity)}`, driver)
  }
  return volumes
}

function mayCount(volume: PodVolume): boolean {
  return (
    volume.kind === 'claim' ||
    (volume.kind === 'disk' && migratedDriver(`kubernetes.io/${volume.driver}`) !== undefined)
  )
}

function driverOf(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume | undefined,
  csiNode: CsiNode | undefined,
  index: ObjectIndex,
): { readonly driver: string; readonly handle: string } | undefined {
  if (volume !== undefined) {
    const { driver = '', handle = '', inTree } = volume
    const isCounted = driver !== '' && handle !== '' && (inTree === undefined || csiNode !== undefined)
    return isCounted ? { driver, handle } : undefined
  }
  const provisioner = index.storageClasses.get(storageClassOf(claim, index))?.provisioner
  if (provisioner === undefined || provisioner === '') return undefined
  // Nobody knows the volume's handle before it is made: the claim stands for it.
  const handle = `unbound-${claim.namespace}/${claim.name}`
  const driver = migratedDriver(provisioner)
  if (driver === undefined) return { driver: provisioner, handle }
  return csiNode === undefined ? undefined : { driver, handle }
}

/** `aws://us-east-1a/vol-1` is the volume `vol-1`. */
function volumeHandle(identity: string): string {
  return identity.slice(identity.lastIndexOf('/') + 1)
}
