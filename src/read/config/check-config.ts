import type { Problem } from '../../cluster/problem.ts'
import { type HclValue, unknownValue } from '../terraform/module-rules/hcl-value.ts'
import { type InputType, inputType } from '../terraform/module-rules/input-type.ts'
import { type ModuleVerdict, moduleRefusals } from '../terraform/module-rules/module-refusals.ts'
import type { ModuleSource } from '../terraform/module-rules/module-source.ts'
import { nearestName } from '../terraform/nearest-name.ts'
import { clusterFileSchema, configFileSchema, type WrittenCluster, type WrittenConfig } from './config-schema.ts'
import { type Fault, faultSentence, faultsOf } from './schema-faults.ts'

/** Where something of a configuration is written; `undefined` when that is not known. */
export type Locate = (path: readonly (string | number)[]) => NonNullable<Problem['at']> | undefined

/** A configuration that the module takes, or everything that is wrong with it. */
export type CheckedConfig =
  | { readonly kind: 'config'; readonly config: WrittenConfig; readonly warnings: readonly Problem[] }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }

/** Name of the module block of a cluster that stands alone; its outputs have plain names. */
export const singleCluster = 'gpu_cluster'

/**
 * Checks one cluster or a configuration of several: form by the schema, then by the module's own rules, whose words the messages
 * are. What hangs on a reference is left to Terraform.
 * @param file names it in messages. @param source the module, whose rules count.
 * @param today `YYYY-MM-DD`, for warnings that hang on the day; without, those are left to Terraform.
 */
export function checkConfig(
  value: unknown,
  file: string,
  locate: Locate,
  source: ModuleSource,
  today?: string,
): CheckedConfig {
  const single = !(typeof value === 'object' && value !== null && 'clusters' in value)
  const parsed = single ? clusterFileSchema.safeParse(value) : configFileSchema.safeParse(value)
  if (!parsed.success) {
    const faults = parsed.error.issues.flatMap(faultsOf).map((fault) => withNearest(fault, source, single))
    return { kind: 'problems', problems: faults.map((fault) => invalid(fault, file, locate)) }
  }
  const { $schema: _, ...written } = parsed.data
  const config: WrittenConfig = 'clusters' in written ? written : { clusters: { [singleCluster]: written } }
  const faults = nameFaults(config)
  if (faults.length > 0) return { kind: 'problems', problems: faults.map((fault) => invalid(fault, file, locate)) }
  const problems: Problem[] = []
  const warnings: Problem[] = []
  for (const [name, cluster] of Object.entries(config.clusters)) {
    const verdict = verdictOf(source, cluster, today)
    const named = (text: string) => (single ? text : `Cluster ${name}: ${text}`)
    for (const { message, path } of verdict.refusals) {
      const at = locate(single ? path : ['clusters', name, ...path])
      problems.push({ id: 'cluster-refused', what: named(message), ...(at !== undefined && { at }) })
    }
    for (const message of verdict.warnings) warnings.push({ id: 'cluster-warning', what: named(message) })
  }
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'config', config, warnings }
}

function verdictOf(source: ModuleSource, cluster: WrittenCluster, today: string | undefined): ModuleVerdict {
  const { source: _source, version: _version, providers: _providers, depends_on: _dependsOn, ...inputs } = cluster
  return moduleRefusals(source, Object.fromEntries<HclValue>(entriesOf(inputs)), today)
}

/** Inputs as Terraform's values: a reference is not known before the apply. */
function hclValue(value: unknown): HclValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(hclValue)
  if (typeof value !== 'object' || value === null) return null
  if ('$ref' in value) return unknownValue
  if ('$unlisted' in value && typeof value.$unlisted === 'string') return value.$unlisted
  return Object.fromEntries<HclValue>(entriesOf(value))
}

function entriesOf(value: object): readonly (readonly [string, HclValue])[] {
  return Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, hclValue(item)] as const]))
}

function invalid(fault: Fault, file: string, locate: Locate): Problem {
  const at = locate(fault.path)
  return {
    id: 'config-invalid',
    what: `${file}: ${faultSentence(fault)}`.replace(/[^?]$/, '$&.'),
    ...(at !== undefined && { at }),
  }
}

/** Names of blocks must be names in Terraform's language; a backend is one. */
function nameFaults({ clusters, backend, providers }: WrittenConfig): readonly Fault[] {
  const faults: Fault[] = []
  if (Object.keys(clusters).length === 0)
    faults.push({ path: ['clusters'], message: 'is empty: name at least one cluster' })
  for (const [name, cluster] of Object.entries(clusters)) {
    if (!/^[A-Za-z_][\w-]*$/.test(name))
      faults.push({
        path: ['clusters', name],
        message: 'is wrong: the name of a module block starts with a letter and holds letters, digits, _ and -',
      })
    if (cluster.version !== undefined && cluster.source === undefined)
      faults.push({
        path: ['clusters', name, 'version'],
        message: 'is wrong: only a module of a registry has a version, so give its source as well',
      })
  }
  const types = Object.keys(backend ?? {})
  if (backend !== undefined && types.length !== 1)
    faults.push({
      path: ['backend'],
      message: `is wrong: it must name one backend, such as { s3: { … } }, and names ${types.length}`,
    })
  const several = providers !== undefined && Array.isArray(providers.aws) ? providers.aws : []
  const bare = several.filter((provider) => !('alias' in provider))
  if (bare.length > 1)
    faults.push({
      path: ['providers', 'aws'],
      message: 'is wrong: of several AWS providers all but one need an alias',
    })
  return faults
}

/** Adds the field that is probably meant, for one that the module does not have. */
function withNearest(fault: Fault, source: ModuleSource, single: boolean): Fault {
  if (fault.message !== 'is not known') return fault
  const within = single ? fault.path : fault.path.slice(2)
  const wrong = within.at(-1)
  const known = knownNames(within.slice(0, -1), source)
  const near = typeof wrong === 'string' ? nearestName(wrong, known) : undefined
  if (near !== undefined) return { ...fault, message: `is not known; did you mean ${near}?` }
  return known.length === 0 || known.length > 20
    ? fault
    : { ...fault, message: `is not known; it must be one of ${known.join(', ')}` }
}

function knownNames(path: readonly (string | number)[], source: ModuleSource): readonly string[] {
  const [name, ...rest] = path
  if (name === undefined)
    return [...source.variables.map((variable) => variable.name), 'source', 'version', 'providers', 'depends_on'].sort()
  const variable = source.variables.find((each) => each.name === name)
  let type: InputType | undefined = variable === undefined ? undefined : inputType(variable.type)
  for (const step of rest) {
    if (type?.kind === 'list' || type?.kind === 'set' || type?.kind === 'map') type = type.element
    else if (type?.kind === 'object') type = type.attributes.get(String(step))?.type
  }
  return type?.kind === 'object' ? [...type.attributes.keys()].sort() : []
}
