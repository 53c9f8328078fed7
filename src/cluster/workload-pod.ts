import { madeVolume } from './made-volume.ts'
import type { Pod } from './pod.ts'
import type { MadeClaim, PodVolume } from './volume.ts'
import { podName, type Workload } from './workload.ts'

/**
 * One pod of a workload, with its own name and its own claims; `index` counts from 0. A StatefulSet's claim is called
 * `<template>-<pod>`, that of a generic ephemeral volume `<pod>-<volume>`. A new object each time.
 */
export function workloadPod(workload: Pick<Workload, 'kind' | 'template' | 'firstIndex'>, index: number): Pod {
  const { template } = workload
  const name = podName(workload, index)
  if (!template.volumes.some(({ kind }) => kind === 'claim')) return { ...template, name }
  return { ...template, name, volumes: template.volumes.map((volume) => ownVolume(volume, template.name, name)) }
}

function ownVolume(volume: PodVolume, base: string, pod: string): PodVolume {
  if (volume.kind !== 'claim' || volume.made === undefined || pod === base) return volume
  // In the template the base stands where the pod's name belongs.
  const claim = volume.ephemeral
    ? `${pod}${volume.claim.slice(base.length)}`
    : `${volume.claim.slice(0, volume.claim.length - base.length)}${pod}`
  return { ...volume, claim, made: ownClaim(volume.made, claim, volume.ephemeral ? pod : undefined) }
}

function ownClaim({ claim, volume }: MadeClaim, name: string, ownerPod: string | undefined): MadeClaim {
  const own = { ...claim, name, ...(ownerPod !== undefined && { ownerPod }) }
  if (volume === undefined) return { claim: own }
  const bound = madeVolume(own, volume.driver ?? '', volume.nodeTerms)
  return { claim: { ...own, volumeName: bound.name }, volume: bound }
}
