import { z } from 'zod'
import type { CallArguments } from './cluster-input.ts'
import type { BackendValue, ProviderValue } from './config-input.ts'
import { listOf, mapOf } from './input-parts.ts'
import { type ModuleInputs, moduleInputs } from './module-inputs.generated.ts'

/** A cluster as files have it: the fields of the module, without what only types and the module's rules can refuse. */
export type WrittenCluster = ModuleInputs & CallArguments

/** A configuration as files have it. */
export type WrittenConfig = {
  readonly clusters: Readonly<Record<string, WrittenCluster>>
  readonly backend?: Readonly<Record<string, Readonly<Record<string, BackendValue>>>> | undefined
  readonly providers?: { readonly aws: AwsArguments | readonly AwsArguments[] } | undefined
}

type AwsArguments = Readonly<Record<string, ProviderValue>>

const editorHint = z.string().optional().meta({ description: 'URL or path of this schema, for editors.' })

const callArguments: { readonly [Name in keyof CallArguments]-?: z.ZodType<CallArguments[Name], CallArguments[Name]> } =
  {
    source: z.string().optional().meta({
      description: 'Where the module is; left out, the one that is packed with eks-gpu, by its path.',
    }),
    version: z.string().optional().meta({ description: 'Version of the module, where source is a registry.' }),
    providers: z
      .strictObject({ aws: z.union([z.literal('aws'), z.templateLiteral(['aws.', z.string()])]) })
      .optional()
      .meta({ description: 'The AWS provider to use, where providers of the configuration has several.' }),
    depends_on: z.array(z.string()).optional().meta({
      description: 'What must be there before: resources and modules of .tf files beside the generated ones.',
    }),
  }

const clusterFields = { ...moduleInputs, ...callArguments }

const cluster: z.ZodType<WrittenCluster, WrittenCluster> = z.strictObject(clusterFields).meta({ id: 'Cluster' })

const json = z.json()
const block: z.ZodType<AwsArguments, AwsArguments> = z.record(z.string(), json)
const backend: z.ZodType<Readonly<Record<string, BackendValue>>, Readonly<Record<string, BackendValue>>> = z.record(
  z.string(),
  json,
)

const configFields = {
  clusters: mapOf(cluster).meta({ description: 'Clusters by the name of their module block, such as prod.' }),
  backend: mapOf(backend).optional().meta({
    description: 'Where Terraform keeps its state: one backend by its type. Left out: in the folder.',
  }),
  providers: z
    .strictObject({ aws: z.union([block, listOf(block)]) })
    .optional()
    .meta({
      description: 'Arguments of the AWS provider; a list where there are several. Left out: the environment decides.',
    }),
}

/** One cluster in a file of its own (`schemas/cluster-file.schema.json`). */
export const clusterFileSchema: z.ZodType<WrittenCluster & { readonly $schema?: string | undefined }> = z
  .strictObject({ $schema: editorHint, ...clusterFields })
  .meta({ title: 'One cluster, for eks-gpu synth and up' })

/** A configuration with its clusters (`schemas/config-file.schema.json`). */
export const configFileSchema: z.ZodType<WrittenConfig & { readonly $schema?: string | undefined }> = z
  .strictObject({ $schema: editorHint, ...configFields })
  .meta({ title: 'A Terraform root with one or more clusters, for eks-gpu synth and up' })
