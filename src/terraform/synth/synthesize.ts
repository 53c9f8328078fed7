import { singleCluster } from '../../read/config/check-config.ts'
import type { WrittenCluster, WrittenConfig } from '../../read/config/config-schema.ts'
import { moduleOutputs } from './module-outputs.ts'
import { awsRequirement, terraformRequirement } from './requirements.ts'

/** What a Terraform root is made from. */
export type SynthOptions = {
  /** What the head of the files names as their source, such as `cluster.ts`. */
  readonly from: string
  /** `source` of the module where a cluster names none: a path from the root's folder, such as `../modules/eks-gpu-cluster`. */
  readonly moduleSource: string
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/**
 * A Terraform root in JSON syntax that calls the module for every cluster: text by file name, `main.tf.json` and `versions.tf.json`.
 * The same configuration gives the same text, in the order in which it was written.
 * @see https://developer.hashicorp.com/terraform/language/syntax/json
 */
export function synthesize(config: WrittenConfig, options: SynthOptions): ReadonlyMap<string, string> {
  const head = `Written by eks-gpu synth from ${options.from}. Change that and run it again.`
  const clusters = Object.entries(config.clusters)
  const main: Json = {
    '//': head,
    ...(config.providers !== undefined && { provider: { aws: expression(config.providers.aws) } }),
    module: Object.fromEntries(clusters.map(([name, cluster]) => [name, moduleCall(cluster, options.moduleSource)])),
    output: Object.fromEntries(clusters.flatMap(([name]) => outputs(name))),
  }
  const versions: Json = {
    '//': head,
    terraform: {
      required_version: terraformRequirement,
      required_providers: { aws: { source: 'hashicorp/aws', version: awsRequirement } },
      ...(config.backend !== undefined && { backend: expression(config.backend) }),
    },
  }
  return new Map([
    ['main.tf.json', `${JSON.stringify(main, undefined, 2)}\n`],
    ['versions.tf.json', `${JSON.stringify(versions, undefined, 2)}\n`],
  ])
}

function moduleCall(cluster: WrittenCluster, moduleSource: string): Json {
  const { source, version, providers, depends_on: dependsOn, ...inputs } = cluster
  return {
    source: source ?? moduleSource,
    ...(version !== undefined && { version }),
    ...(providers !== undefined && { providers: { ...providers } }),
    ...record(inputs),
    ...(dependsOn !== undefined && { depends_on: dependsOn }),
  }
}

/** One output of the root for each that a person needs, with the cluster's name before it where the user gave one. */
function outputs(name: string): readonly (readonly [string, Json])[] {
  const plain = name === singleCluster
  return moduleOutputs.map(({ output, description }) => [
    plain ? output : `${name}_${output}`,
    { description: plain ? description : `${name}: ${description}`, value: `\${module.${name}.${output}}` },
  ])
}

/** A value in Terraform's JSON syntax, where text is a template: what is not a reference is written so that it stays text. */
function expression(value: unknown): Json {
  if (typeof value === 'string') return literal(value)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(expression)
  if (typeof value !== 'object' || value === null) return null
  if ('$ref' in value && typeof value.$ref === 'string') return `\${${value.$ref}}`
  if ('$unlisted' in value && typeof value.$unlisted === 'string') return literal(value.$unlisted)
  return record(value)
}

function record(value: object): { readonly [name: string]: Json } {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [[literal(name), expression(item)]])),
  )
}

function literal(text: string): string {
  return text.replaceAll(/([$%])\{/g, (open, sign: string) => sign + open)
}
