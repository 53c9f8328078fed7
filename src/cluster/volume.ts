/**
 * A volume of a pod that the scheduler looks at. Volumes that any node has (emptyDir, configMap, secret, projected,
 * downwardAPI, hostPath, image, nfs …) are left out.
 */
export type PodVolume =
  /** A claim; for a generic ephemeral volume the claim `<pod>-<volume>`. */
  | { readonly kind: 'claim'; readonly claim: string; readonly ephemeral: boolean; readonly readOnly: boolean }
  /** A disk named in the pod itself. Two pods on a node clash on it unless both only read (EBS: always). */
  | {
      readonly kind: 'disk'
      readonly driver: 'aws-ebs' | 'gce-pd' | 'iscsi' | 'rbd'
      /** What tells disks of the driver apart: volume id, disk name, IQN, or monitors/pool/image. */
      readonly identity: string
      readonly readOnly: boolean
    }
  /** An inline volume of a CSI driver. */
  | { readonly kind: 'csi'; readonly driver: string; readonly readOnly: boolean }

/** A port of the node that a pod takes. An empty or `0.0.0.0` address is every address. */
export type HostPort = { readonly protocol: 'TCP' | 'UDP' | 'SCTP'; readonly hostIp: string; readonly port: number }
