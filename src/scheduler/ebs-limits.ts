import { labelOf } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import { type ObjectIndex, objectIndex } from './object-index.ts'
import type { FilterPlugin, Rejection } from './plugin.ts'
import { podClaims } from './pod-claims.ts'

const tooMany: Rejection = { unresolvable: false, reasons: ['node(s) exceed max volume count'] }
const inTreeProvisioner = 'kubernetes.io/aws-ebs'

/**
 * 1.29 and 1.30: volumes of the in-tree EBS plugin on nodes without a CSINode, at most 25 on some Nitro types and 39 on
 * others. Source: pkg/scheduler/framework/plugins/nodevolumelimits/non_csi.go, pkg/volume/util/attach_limit.go.
 */
export const ebsLimitsFilter: FilterPlugin = {
  name: 'EBSLimits',
  prepare(pod, { objects }) {
    const index = objectIndex(objects)
    const wanted = volumesOf(pod, index)
    if (wanted.size === 0) return { kind: 'skip' }
    return {
      kind: 'ready',
      filter: {
        rejectionOn({ node, pods }) {
          if (index.csiNodes.has(node.name)) return undefined
          const volumes = new Set(wanted)
          for (const other of pods) for (const volume of volumesOf(other, index)) volumes.add(volume)
          return volumes.size > limitOf(node) ? tooMany : undefined
        },
      },
    }
  },
}

function volumesOf(pod: Pod, index: ObjectIndex): ReadonlySet<string> {
  const disks = pod.volumes.flatMap((volume) =>
    volume.kind === 'disk' && volume.driver === 'aws-ebs' ? [volume.identity] : [],
  )
  const claims = podClaims(pod, index).flatMap(({ name, claim, volume }) => {
    if (claim?.storageClass === undefined || volume !== undefined) return []
    const isInTree = index.storageClasses.get(claim.storageClass)?.provisioner === inTreeProvisioner
    return isInTree ? [`${claim.namespace}/${name}`] : []
  })
  return new Set([...disks, ...claims])
}

function limitOf({ labels }: Node): number {
  const type =
    labelOf(labels, 'node.kubernetes.io/instance-type') ?? labelOf(labels, 'beta.kubernetes.io/instance-type')
  return type !== undefined && /^[cmr]5.*|t3|z1d/.test(type) ? 25 : 39
}
