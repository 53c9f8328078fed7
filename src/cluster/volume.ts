import type { PersistentVolume, PersistentVolumeClaim } from './storage.ts'

/**
 * A claim that is made together with its pod, from a template: a StatefulSet's, or that of a generic ephemeral volume. One
 * of its name that exists already takes its place. In a workload's template it stands for those of all pods.
 */
export type MadeClaim = {
  readonly claim: PersistentVolumeClaim
  /** The volume that it is bound to as soon as it is made; absent where it waits for its pod. */
  readonly volume?: PersistentVolume
}

/**
 * A volume of a pod that the scheduler looks at. Volumes that any node has (emptyDir, configMap, secret, projected,
 * downwardAPI, hostPath, image, nfs …) are left out.
 */
export type PodVolume =
  /** A claim; for a generic ephemeral volume the claim `<pod>-<volume>`. */
  | {
      readonly kind: 'claim'
      readonly claim: string
      readonly ephemeral: boolean
      readonly readOnly: boolean
      /** Absent: the claim is somebody else's, and must be there. */
      readonly made?: MadeClaim
    }
  /** A disk named in the pod itself. Two pods on a node clash on it unless both only read (EBS: always). */
  | {
      readonly kind: 'disk'
      readonly driver: 'aws-ebs' | 'gce-pd' | 'iscsi'
      /** What tells disks of the driver apart: volume id, disk name or IQN. */
      readonly identity: string
      readonly readOnly: boolean
    }
  | {
      readonly kind: 'disk'
      readonly driver: 'rbd'
      /** `monitor/pool/image`; absent: an image without monitors, which clashes with no other. */
      readonly identity?: string
      readonly readOnly: boolean
    }
  /** An inline volume of a CSI driver. */
  | { readonly kind: 'csi'; readonly driver: string; readonly readOnly: boolean }

/** A port of the node that a pod takes. An empty or `0.0.0.0` address is every address. */
export type HostPort = { readonly protocol: 'TCP' | 'UDP' | 'SCTP'; readonly hostIp: string; readonly port: number }
