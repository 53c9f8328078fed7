import { type Labels, labelOf } from '../cluster/labels.ts'
import type { Pod } from '../cluster/pod.ts'
import type { PersistentVolume } from '../cluster/storage.ts'
import { type ObjectIndex, objectIndex } from './object-index.ts'
import type { FilterPlugin, Rejection } from './plugin.ts'
import { notFound, podClaims } from './pod-claims.ts'

const zone = 'topology.kubernetes.io/zone'
const region = 'topology.kubernetes.io/region'

/** Labels that hold a volume to a place, each with the one that took its place. */
const topologyLabels = new Map([
  ['failure-domain.beta.kubernetes.io/zone', zone],
  ['failure-domain.beta.kubernetes.io/region', region],
  [zone, zone],
  [region, region],
])

const elsewhere: Rejection = { unresolvable: true, reasons: ['node(s) had no available volume zone'] }

type Place = { readonly key: string; readonly values: ReadonlySet<string> }

/**
 * Nodes must be in the zone and region that the labels of the pod's volumes name; nodes without any such label pass.
 * Source: pkg/scheduler/framework/plugins/volumezone.
 */
export const volumeZoneFilter: FilterPlugin = {
  name: 'VolumeZone',
  prepare(pod, { objects }) {
    const places = placesOf(pod, objectIndex(objects))
    if (typeof places === 'string') return { kind: 'rejected', rejection: { unresolvable: true, reasons: [places] } }
    if (places.length === 0) return { kind: 'skip' }
    return {
      kind: 'ready',
      filter: { rejectionOn: ({ node }) => (isInAll(places, node.labels) ? undefined : elsewhere) },
    }
  },
}

/** Where the pod's volumes are, or the text of what is missing. Claims without a volume are VolumeBinding's business. */
function placesOf(pod: Pod, index: ObjectIndex): readonly Place[] | string {
  const places: Place[] = []
  for (const { name, ephemeral, claim, volume } of podClaims(pod, index)) {
    if (ephemeral) continue
    if (claim === undefined) return notFound('persistentvolumeclaim', name)
    if (claim.volumeName === undefined) continue
    if (volume === undefined) return notFound('persistentvolume', claim.volumeName)
    places.push(...placesOfVolume(volume))
  }
  return places
}

/** A label may name several places, separated by `__`; one that names an empty place is ignored. */
function placesOfVolume({ labels }: PersistentVolume): readonly Place[] {
  return [...topologyLabels.keys()].flatMap((key): readonly Place[] => {
    const values = labelOf(labels, key)
      ?.split('__')
      .map((value) => value.trim())
    return values === undefined || values.includes('') ? [] : [{ key, values: new Set(values) }]
  })
}

function isInAll(places: readonly Place[], labels: Labels): boolean {
  if (![...topologyLabels.keys()].some((key) => labelOf(labels, key) !== undefined)) return true
  return places.every(({ key, values }) => {
    const value = labelOf(labels, key) ?? labelOf(labels, topologyLabels.get(key) ?? key)
    return value !== undefined && values.has(value)
  })
}
