import type { DefaultEksVersion } from '../../../catalog/catalog-names.generated.ts'
import type { Less } from './order.ts'
import type { Written, WrittenOr } from './written.ts'

/** Kubernetes minor of a cluster; `string` where it is not known, or newer than the catalogue. */
export type ClusterVersion<Cluster> = VersionText<WrittenOr<Cluster, 'cluster_version', DefaultEksVersion>>

/** Kubernetes minor of a group's nodes: its own or the cluster's. */
export type NodeVersion<Group, Cluster> =
  Written<Group, 'kubernetes_version'> extends infer Own
    ? [Own] extends [undefined]
      ? ClusterVersion<Cluster>
      : VersionText<Own>
    : never

type VersionText<Value> = Value extends string ? Value : string

/** Whether a version is older than a minor of Kubernetes 1, for certain. */
export type OlderThan<Version, Minor extends number> = Less<MinorOf<Version>, Minor>

/** Why nodes of one version cannot be in a cluster of another, and what the module says to do; `false` where they can. */
export type Skew<Nodes, Cluster> =
  Less<MinorOf<Cluster>, MinorOf<Nodes>> extends true
    ? 'Upgrade the cluster first, or lower kubernetes_version.'
    : Less<ThreeMore<MinorOf<Nodes>>, MinorOf<Cluster>> extends true
      ? 'Upgrade the group before the cluster, one minor after the other.'
      : false

type MinorOf<Version> = Version extends `1.${infer Minor extends number}` ? Minor : undefined

type ThreeMore<Minor> = Minor extends number
  ? number extends Minor
    ? undefined
    : [...Ones<Minor>, 1, 1, 1]['length']
  : undefined
type Ones<Count extends number, Made extends 1[] = []> = Made['length'] extends Count ? Made : Ones<Count, [...Made, 1]>
