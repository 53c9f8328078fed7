import type { ClusterInput } from './cluster-input.ts'
import type { Ref } from './reference.ts'

/** What an argument of a provider may be: plain data, with references where they are wanted. */
export type ProviderValue =
  | string
  | number
  | boolean
  | null
  | Ref
  | readonly ProviderValue[]
  | { readonly [name: string]: ProviderValue }

/** What an argument of a backend may be; Terraform allows no references there. */
export type BackendValue =
  | string
  | number
  | boolean
  | null
  | readonly BackendValue[]
  | { readonly [name: string]: BackendValue }

/** Arguments of one `provider "aws"` block, such as `region`, `alias`, `assume_role`. */
export type AwsProvider = { readonly [name: string]: ProviderValue }

/** A Terraform root with one or more clusters. */
export type Config = {
  /** Clusters by the name of their module block, such as `prod`. */
  readonly clusters: Readonly<Record<string, ClusterInput>>
  /** Where Terraform keeps its state: one backend by its type, such as `{ s3: { bucket, key, region } }`. Left out: in the folder. */
  readonly backend?: { readonly [type: string]: { readonly [name: string]: BackendValue } } | undefined
  /** Arguments of the AWS provider; a list where there are several, all but one with an `alias`. Left out: the environment decides. */
  readonly providers?: { readonly aws: AwsProvider | readonly AwsProvider[] } | undefined
}
