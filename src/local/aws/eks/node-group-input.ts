import { parse as parseToml } from 'smol-toml'
import { z } from 'zod'
import type { LaunchTemplateData } from '../ec2.ts'
import { releaseVersionOf } from './eks-ami.ts'
import type { ScalingConfig, Taint, UpdateConfig } from './eks-cluster.ts'
import { type EksErrorSubject, eksError } from './eks-error.ts'
import { parseInput, tagsSchema } from './parse-input.ts'

/** `amiType` values of the API model. */
const amiTypes = [
  'AL2_x86_64',
  'AL2_x86_64_GPU',
  'AL2_ARM_64',
  'CUSTOM',
  'BOTTLEROCKET_ARM_64',
  'BOTTLEROCKET_x86_64',
  'BOTTLEROCKET_ARM_64_FIPS',
  'BOTTLEROCKET_x86_64_FIPS',
  'BOTTLEROCKET_ARM_64_NVIDIA',
  'BOTTLEROCKET_x86_64_NVIDIA',
  'BOTTLEROCKET_ARM_64_NVIDIA_FIPS',
  'BOTTLEROCKET_x86_64_NVIDIA_FIPS',
  'WINDOWS_CORE_2019_x86_64',
  'WINDOWS_FULL_2019_x86_64',
  'WINDOWS_CORE_2022_x86_64',
  'WINDOWS_FULL_2022_x86_64',
  'WINDOWS_CORE_2025_x86_64',
  'WINDOWS_FULL_2025_x86_64',
  'AL2023_x86_64_STANDARD',
  'AL2023_ARM_64_STANDARD',
  'AL2023_x86_64_NEURON',
  'AL2023_x86_64_NVIDIA',
  'AL2023_ARM_64_NVIDIA',
] as const

/** Minors that nodes may be behind their control plane (https://kubernetes.io/releases/version-skew-policy/). */
export const nodeSkew = 3

const effects = ['NO_SCHEDULE', 'NO_EXECUTE', 'PREFER_NO_SCHEDULE'] as const

const labelsSchema = z.record(z.string(), z.string())
const taintSchema = z.object({
  key: z.string().min(1).max(63).optional(),
  value: z.string().max(63).optional(),
  effect: z.enum(effects).optional(),
})
const scalingSchema = z.object({
  minSize: z.number().int().min(0).optional(),
  maxSize: z.number().int().min(1).optional(),
  desiredSize: z.number().int().min(0).optional(),
})
const updateConfigSchema = z.object({
  maxUnavailable: z.number().int().min(1).optional(),
  maxUnavailablePercentage: z.number().int().min(1).max(100).optional(),
  updateStrategy: z.enum(['DEFAULT', 'MINIMAL']).optional(),
})
const launchTemplateSchema = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  version: z.string().optional(),
})
const looseSchema = z.record(z.string(), z.unknown())
const countSchema = z.number().int().min(1).optional()
const nodeRepairSchema = z.strictObject({
  enabled: z.boolean().optional(),
  maxUnhealthyNodeThresholdCount: countSchema,
  maxUnhealthyNodeThresholdPercentage: countSchema,
  maxParallelNodesRepairedCount: countSchema,
  maxParallelNodesRepairedPercentage: countSchema,
  nodeRepairConfigOverrides: z.array(looseSchema).optional(),
})

const createNodegroupSchema = z.object({
  nodegroupName: z.string(),
  scalingConfig: scalingSchema.optional(),
  diskSize: z.number().int().optional(),
  subnets: z.array(z.string()),
  instanceTypes: z.array(z.string()).optional(),
  amiType: z.enum(amiTypes).optional(),
  remoteAccess: looseSchema.optional(),
  nodeRole: z.string(),
  labels: labelsSchema.optional(),
  taints: z.array(taintSchema).optional(),
  tags: tagsSchema,
  clientRequestToken: z.string().optional(),
  launchTemplate: launchTemplateSchema.optional(),
  updateConfig: updateConfigSchema.optional(),
  nodeRepairConfig: nodeRepairSchema.optional(),
  warmPoolConfig: looseSchema.optional(),
  capacityType: z.enum(['ON_DEMAND', 'SPOT', 'CAPACITY_BLOCK']).optional(),
  version: z.string().optional(),
  releaseVersion: z.string().optional(),
})

type Optional<T> = T | undefined
type Loose = Readonly<Record<string, unknown>>

/** `scalingConfig` of a request. */
export type ScalingInput = {
  readonly minSize?: Optional<number>
  readonly maxSize?: Optional<number>
  readonly desiredSize?: Optional<number>
}

/** One taint of a request. */
export type TaintInput = {
  readonly key?: Optional<string>
  readonly value?: Optional<string>
  readonly effect?: Optional<Taint['effect']>
}

/** `launchTemplate` of a request. */
export type LaunchTemplateInput = {
  readonly id?: Optional<string>
  readonly name?: Optional<string>
  readonly version?: Optional<string>
}

/** Body of CreateNodegroup. */
export type CreateNodegroupInput = {
  readonly nodegroupName: string
  readonly scalingConfig?: Optional<ScalingInput>
  readonly diskSize?: Optional<number>
  readonly subnets: readonly string[]
  readonly instanceTypes?: Optional<readonly string[]>
  readonly amiType?: Optional<string>
  readonly remoteAccess?: Optional<Loose>
  readonly nodeRole: string
  readonly labels?: Optional<Readonly<Record<string, string>>>
  readonly taints?: Optional<readonly TaintInput[]>
  readonly tags: Readonly<Record<string, string>>
  readonly launchTemplate?: Optional<LaunchTemplateInput>
  readonly updateConfig?: Optional<UpdateConfig>
  readonly nodeRepairConfig?: Optional<Loose>
  readonly warmPoolConfig?: Optional<Loose>
  readonly capacityType?: Optional<'ON_DEMAND' | 'SPOT' | 'CAPACITY_BLOCK'>
  readonly version?: Optional<string>
  readonly releaseVersion?: Optional<string>
}

/** Body of UpdateNodegroupConfig. */
export type UpdateNodegroupConfigInput = {
  readonly labels?: Optional<{
    readonly addOrUpdateLabels?: Optional<Readonly<Record<string, string>>>
    readonly removeLabels?: Optional<readonly string[]>
  }>
  readonly taints?: Optional<{
    readonly addOrUpdateTaints?: Optional<readonly TaintInput[]>
    readonly removeTaints?: Optional<readonly TaintInput[]>
  }>
  readonly scalingConfig?: Optional<ScalingInput>
  readonly updateConfig?: Optional<UpdateConfig>
  readonly nodeRepairConfig?: Optional<Loose>
  readonly warmPoolConfig?: Optional<Loose>
}

/** Body of UpdateNodegroupVersion. */
export type UpdateNodegroupVersionInput = {
  readonly version?: Optional<string>
  readonly releaseVersion?: Optional<string>
  readonly launchTemplate?: Optional<LaunchTemplateInput>
  readonly force?: Optional<boolean>
}

/** Reads CreateNodegroup's body. Throws InvalidParameterException. */
export function parseCreateNodegroup(body: unknown): CreateNodegroupInput {
  return parseInput(createNodegroupSchema, body)
}

/** Reads UpdateNodegroupConfig's body. Throws InvalidParameterException. */
export function parseUpdateNodegroupConfig(body: unknown): UpdateNodegroupConfigInput {
  return parseInput(updateNodegroupConfigSchema, body)
}

/** Reads UpdateNodegroupVersion's body. Throws InvalidParameterException. */
export function parseUpdateNodegroupVersion(body: unknown): UpdateNodegroupVersionInput {
  return parseInput(updateNodegroupVersionSchema, body)
}

const updateNodegroupConfigSchema = z.object({
  labels: z
    .object({ addOrUpdateLabels: labelsSchema.optional(), removeLabels: z.array(z.string()).optional() })
    .optional(),
  taints: z
    .object({ addOrUpdateTaints: z.array(taintSchema).optional(), removeTaints: z.array(taintSchema).optional() })
    .optional(),
  scalingConfig: scalingSchema.optional(),
  updateConfig: updateConfigSchema.optional(),
  nodeRepairConfig: nodeRepairSchema.optional(),
  warmPoolConfig: looseSchema.optional(),
})

const updateNodegroupVersionSchema = z.object({
  version: z.string().optional(),
  releaseVersion: z.string().optional(),
  launchTemplate: launchTemplateSchema.optional(),
  force: z.boolean().optional(),
})

/** Throws InvalidParameterException for a name that EKS refuses: 1 to 63 of letters, digits, `-`, `_`. */
export function checkNodegroupName(name: string, subject: EksErrorSubject): void {
  if (name.length > 63)
    throw eksError('InvalidParameterException', 'nodegroupName can not be greater than 63 characters!', subject)
  if (!/^[0-9A-Za-z][A-Za-z0-9_-]*$/.test(name))
    throw eksError('InvalidParameterException', `The nodegroup name parameter contains invalid characters`, subject)
}

/**
 * The sizes of a new group, with EKS's defaults (1, 2, 2) for what is missing. Throws InvalidParameterException when they cross.
 */
export function checkScaling(asked: ScalingInput | undefined, subject: EksErrorSubject): ScalingConfig {
  const minSize = asked?.minSize ?? 1
  const maxSize = asked?.maxSize ?? 2
  const desiredSize = asked?.desiredSize ?? Math.max(minSize, Math.min(2, maxSize))
  if (minSize > maxSize) throw eksError('InvalidParameterException', "minSize can't be greater than maxSize", subject)
  if (desiredSize > maxSize)
    throw eksError('InvalidParameterException', "desiredSize can't be greater than maxSize", subject)
  if (minSize > desiredSize)
    throw eksError('InvalidParameterException', "minSize can't be greater than desiredSize", subject)
  return { minSize, maxSize, desiredSize }
}

/** The sizes after an update; members that are missing stay as they are. Throws InvalidParameterException when they cross. */
export function checkScalingUpdate(now: ScalingConfig, asked: ScalingInput, subject: EksErrorSubject): ScalingConfig {
  const after = {
    minSize: asked.minSize ?? now.minSize,
    maxSize: asked.maxSize ?? now.maxSize,
    desiredSize: asked.desiredSize ?? now.desiredSize,
  }
  if (after.minSize > after.maxSize)
    throw eksError(
      'InvalidParameterException',
      `Minimum capacity ${after.minSize} can't be greater than maximum size ${after.maxSize}`,
      subject,
    )
  if (after.minSize > after.desiredSize)
    throw eksError(
      'InvalidParameterException',
      `Minimum capacity ${after.minSize} can't be greater than desired size ${after.desiredSize}`,
      subject,
    )
  if (after.desiredSize > after.maxSize)
    throw eksError(
      'InvalidParameterException',
      `desired capacity ${after.desiredSize} can't be greater than max size ${after.maxSize}`,
      subject,
    )
  return after
}

const namePart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const prefixPart = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

const labelLengths =
  '[Member must have length less than or equal to 63, Member must have length greater than or equal to 1]'

/** Throws InvalidParameterException for labels that Kubernetes or EKS refuses; EKS takes no empty value. */
export function checkLabels(labels: Readonly<Record<string, string>>, subject: EksErrorSubject): void {
  for (const [key, value] of Object.entries(labels)) {
    const tooLong = key.length < 1 || key.length > 63 ? 'keys' : value.length > 63 ? 'values' : undefined
    if (tooLong !== undefined)
      throw eksError(
        'InvalidParameterException',
        `1 validation error detected: Value '{${key}=${value}}' at 'labels' failed to satisfy constraint: Map ${tooLong} must satisfy constraint: ${labelLengths}`,
        subject,
      )
    checkQualifiedName(key, 'Label', subject)
    checkValue(value, subject)
    if (hasReservedPrefix(key))
      throw eksError(
        'InvalidParameterException',
        `Label cannot contain reserved prefixes [${reservedPrefixes.join(', ')}]`,
        subject,
      )
  }
}

/** The taints of a request. Throws InvalidParameterException for a missing member, one twice, or more than 50. */
export function checkTaints(taints: readonly TaintInput[], subject: EksErrorSubject): readonly Taint[] {
  if (taints.length > 50)
    throw eksError('InvalidParameterException', 'Number of taints provided exceeds the limit of 50', subject)
  const seen = new Set<string>()
  return taints.map(({ key, value, effect }) => {
    if (key === undefined || effect === undefined)
      throw eksError(
        'InvalidParameterException',
        `Taint ${key === undefined ? 'key' : 'effect'} can not be null or empty`,
        subject,
      )
    checkQualifiedName(key, 'Taint', subject)
    if (value) checkValue(value, subject)
    const same = `${key}:${effect}`
    if (seen.has(same))
      throw eksError('InvalidParameterException', `Duplicate taints with key ${key} and effect ${effect}`, subject)
    seen.add(same)
    return { key, ...(value !== undefined && { value }), effect }
  })
}

const reservedPrefixes = ['kubernetes.io/', 'k8s.io/', 'eks.amazonaws.com/'] as const
/** Prefixes that a kubelet may set for itself, although they end in a reserved one (NodeRestriction admission). */
const allowedPrefixes = ['kubelet.kubernetes.io/', 'node.kubernetes.io/', 'node-role.kubernetes.io/'] as const

function hasReservedPrefix(key: string): boolean {
  if (allowedPrefixes.some((allowed) => key.startsWith(allowed))) return false
  return reservedPrefixes.some((reserved) => key.startsWith(reserved))
}

function checkQualifiedName(key: string, what: string, subject: EksErrorSubject): void {
  const slash = key.indexOf('/')
  const prefix = slash < 0 ? undefined : key.slice(0, slash)
  const name = key.slice(slash + 1)
  if (name.length > 63 || !namePart.test(name))
    throw eksError(
      'InvalidParameterException',
      `${what} key ${key} is invalid: name part must be 63 characters or less and consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      subject,
    )
  if (prefix !== undefined && (prefix.length > 253 || !prefixPart.test(prefix)))
    throw eksError(
      'InvalidParameterException',
      `${what} key ${key} is invalid: prefix part must be a lowercase RFC 1123 subdomain of 253 characters or less`,
      subject,
    )
}

function checkValue(value: string, subject: EksErrorSubject): void {
  if (value.length > 63 || !namePart.test(value))
    throw eksError(
      'InvalidParameterException',
      `Invalid value: ${value} : field must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      subject,
    )
}

/** Throws for a launch template that a managed node group may not use, or that says what the request says too. */
export function checkLaunchTemplate(
  input: CreateNodegroupInput,
  template: LaunchTemplateData,
  subject: EksErrorSubject,
): void {
  const forbidden = [
    [template.hasSubnet, 'a subnet'],
    [template.hasInstanceProfile, 'an instance profile'],
    [template.hasShutdownBehavior, 'an instance shutdown behavior'],
    [template.hasHibernation, 'hibernation options'],
  ].find(([present]) => present)
  if (forbidden)
    throw eksError(
      'InvalidRequestException',
      `Launch template ${template.name} should not specify ${forbidden[1]}.`,
      subject,
    )
  if (input.diskSize !== undefined)
    throw eksError('InvalidParameterException', 'Disk size must be specified within the launch template.', subject)
  if (input.remoteAccess !== undefined)
    throw eksError(
      'InvalidParameterException',
      'Remote access configuration cannot be specified with a launch template.',
      subject,
    )
  if (template.instanceType !== '' && input.instanceTypes?.length)
    throw eksError(
      'InvalidRequestException',
      'Cannot specify instance types in launch template and API request',
      subject,
    )
  if (template.imageId === '') {
    if (input.amiType === 'CUSTOM')
      throw eksError(
        'InvalidParameterException',
        "Launch template details can't be null for Custom ami type node group",
        subject,
      )
    return
  }
  if (input.amiType !== undefined && input.amiType !== 'CUSTOM')
    throw eksError(
      'InvalidParameterException',
      'You cannot specify an AMI Type other than CUSTOM, when specifying an image id in your launch template.',
      subject,
    )
  if (input.version !== undefined)
    throw eksError(
      'InvalidParameterException',
      'You cannot specify a kubernetes version to use when specifying an image id to use within the launch template.',
      subject,
    )
  if (input.releaseVersion !== undefined)
    throw eksError(
      'InvalidParameterException',
      'You cannot specify a release version to use when specifying an image id to use within the launch template.',
      subject,
    )
}

/**
 * Throws InvalidParameterException for instance types that cannot run the AMI: too many, an unknown one, or another architecture.
 * `archOf` answers `undefined` for a type it does not know.
 */
export function checkInstanceTypes(
  types: readonly string[],
  amiType: string,
  archOf: (type: string) => string | undefined,
  subject: EksErrorSubject,
): void {
  if (types.length > 20)
    throw eksError('InvalidParameterException', 'Number of instance types provided exceeds the limit of 20', subject)
  const malformed = types.find((type) => !/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(type))
  if (malformed !== undefined)
    throw eksError(
      'InvalidParameterException',
      `The following supplied instance types do not exist: [${malformed}]`,
      subject,
    )
  const wanted = amiType === 'CUSTOM' ? undefined : /ARM_64/.test(amiType) ? 'arm64' : 'x86_64'
  if (wanted === undefined) return
  const wrong = types.filter((type) => (archOf(type) ?? wanted) !== wanted)
  if (wrong.length > 0)
    throw eksError(
      'InvalidParameterException',
      `[${wrong.join(', ')}] is not a valid instance type for requested amiType ${amiType}`,
      subject,
    )
}

/** Throws InvalidParameterException for an AMI type that EKS no longer builds for a Kubernetes minor (Amazon Linux 2 ended with 1.32). */
export function checkAmiTypeForVersion(amiType: string, version: string, subject: EksErrorSubject): void {
  if (amiType.startsWith('AL2_') && Number(version.split('.')[1]) >= 33)
    throw eksError(
      'InvalidParameterException',
      `Requested AMI type ${amiType} is not supported for kubernetes version ${version}`,
      subject,
    )
}

/** Throws InvalidParameterException unless exactly one of the two limits is given, when any is. */
export function checkUpdateConfig(config: UpdateConfig | undefined, subject: EksErrorSubject): void {
  if (config?.maxUnavailable !== undefined && config.maxUnavailablePercentage !== undefined)
    throw eksError(
      'InvalidParameterException',
      'maxUnavailable and maxUnavailablePercentage cannot be specified together',
      subject,
    )
  if (config?.maxUnavailable !== undefined && config.maxUnavailable > 100)
    throw eksError('InvalidParameterException', 'maxUnavailable must be between 1 and 100', subject)
}

/**
 * Throws InvalidParameterException for a release that cannot be one of the AMI type and the minor. Which releases there are is not known
 * here: any of the form is taken.
 */
export function checkReleaseVersion(
  releaseVersion: string,
  amiType: string,
  version: string,
  subject: EksErrorSubject,
): void {
  const form = amiType.startsWith('BOTTLEROCKET')
    ? /^\d+\.\d+\.\d+-[0-9a-f]{8}$/
    : new RegExp(`^${version.replace('.', '\\.')}\\.\\d+-\\d{8}$`)
  if (form.test(releaseVersion)) return
  throw eksError(
    'InvalidParameterException',
    `Requested Nodegroup release version ${releaseVersion} is invalid. Allowed release version is ${releaseVersionOf(amiType, version)}`,
    subject,
  )
}

/** What EKS finds wrong with a launch template's user data for an image of its own, which it merges with what it writes itself. */
export function userDataFault(userData: string, amiType: string): string | undefined {
  if (userData.trim() === '' || amiType === 'CUSTOM' || amiType.startsWith('WINDOWS')) return undefined
  if (amiType.startsWith('BOTTLEROCKET')) {
    // EKS documents that it cannot read headers with quoted keys (userguide/launch-templates.html).
    if (/^[ \t]*\[[^\]]*["'][^\]]*\][ \t]*$/m.test(userData))
      return 'User data was not in a TOML format that could be processed.'
    try {
      parseToml(userData)
      return undefined
    } catch {
      return 'User data was not in a TOML format that could be processed.'
    }
  }
  return /^content-type:\s*multipart\/mixed\s*;\s*boundary=/im.test(userData.slice(0, 400))
    ? undefined
    : 'User data was not in the MIME multipart format.'
}

/** How many nodes of a group an update replaces at once; one at least. */
export function replacedAtOnce(config: UpdateConfig, nodes: number): number {
  const share = config.maxUnavailablePercentage
  return Math.max(1, share === undefined ? (config.maxUnavailable ?? 1) : Math.floor((nodes * share) / 100))
}
