import type { CallArguments, ClusterInput } from '../cluster-input.ts'
import type { Config } from '../config-input.ts'
import type { ModuleInputs } from '../module-inputs.generated.ts'
import type { CapacityRefusals } from './capacity-refusals.ts'
import type { ClusterRefusals } from './cluster-refusals.ts'
import type { ImageRefusals } from './image-refusals.ts'
import type { NodeSettingsRefusals } from './node-settings-refusals.ts'
import type { Explained } from './refusal.ts'
import type { SharingRefusals } from './sharing-refusals.ts'
import type { SizeRefusals } from './size-refusals.ts'

/** A cluster as far as its fields go, one by one. */
export type AnyCluster = ModuleInputs & CallArguments

/** A configuration of several, as far as its fields go. */
export type AnyConfig = Omit<Config, 'clusters'> & { readonly clusters: Readonly<Record<string, AnyCluster>> }

/**
 * The type of a cluster that is written as `Written`: {@link ClusterInput}, or, where the module refuses something for certain,
 * one in which that attribute has the module's sentence for a type. TypeScript infers `Written` from its first branch, which it
 * never takes.
 */
export type AcceptedCluster<Written> = [Written] extends [never]
  ? Written
  : [RefusalsOf<Written>] extends [never]
    ? ClusterInput
    : ExplainedCluster<Written>

/** The same for a configuration of several clusters. */
export type AcceptedConfig<Written> = [Written] extends [never]
  ? Written
  : [RefusalsOfAll<ClustersOf<Written>>] extends [never]
    ? Config
    : {
        readonly [Name in keyof Written]: Name extends 'clusters'
          ? { readonly [Each in keyof Written[Name]]: AcceptedCluster<Written[Name][Each]> }
          : Written[Name]
      }

type GroupRefusals<Name extends string, Group, Cluster> =
  | ImageRefusals<Name, Group, Cluster>
  | SizeRefusals<Name, Group>
  | NodeSettingsRefusals<Name, Group>
  | SharingRefusals<Name, Group>
  | CapacityRefusals<Name, Group, Cluster>

type RefusalsOf<Cluster> =
  | ClusterRefusals<Cluster>
  | {
      [Name in keyof GroupsOf<Cluster> & string]: GroupRefusals<Name, GroupsOf<Cluster>[Name], Cluster>
    }[keyof GroupsOf<Cluster> & string]

type RefusalsOfAll<Clusters> = { [Name in keyof Clusters]: RefusalsOf<Clusters[Name]> }[keyof Clusters]

type GroupsOf<Cluster> = Cluster extends { readonly gpu_node_groups: infer Groups } ? Groups : object
type ClustersOf<Written> = Written extends { readonly clusters: infer Clusters } ? Clusters : object

type ExplainedCluster<Cluster> = Explained<
  {
    readonly [Name in keyof Cluster]: Name extends 'gpu_node_groups'
      ? {
          readonly [Each in keyof Cluster[Name]]: Explained<
            Cluster[Name][Each],
            GroupRefusals<Each & string, Cluster[Name][Each], Cluster>
          >
        }
      : Cluster[Name]
  },
  ClusterRefusals<Cluster>
>
