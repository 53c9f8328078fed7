import { z } from 'zod'
import { eksSupportOn, findEksVersion } from '../../../catalog/eks-versions.ts'
import { eksError } from './eks-error.ts'
import { parseInput, tagsSchema } from './parse-input.ts'

const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'] as const

const loggingSchema = z.object({
  clusterLogging: z
    .array(z.object({ types: z.array(z.enum(logTypes)).optional(), enabled: z.boolean().optional() }))
    .optional(),
})

const vpcConfigSchema = z.object({
  subnetIds: z.array(z.string()).optional(),
  securityGroupIds: z.array(z.string()).optional(),
  endpointPublicAccess: z.boolean().optional(),
  endpointPrivateAccess: z.boolean().optional(),
  publicAccessCidrs: z.array(z.string()).optional(),
})

const createClusterSchema = z.object({
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[0-9A-Za-z][A-Za-z0-9\-_]*$/),
  version: z.string().optional(),
  roleArn: z.string(),
  resourcesVpcConfig: vpcConfigSchema,
  kubernetesNetworkConfig: z
    .object({
      serviceIpv4Cidr: z.string().optional(),
      ipFamily: z.enum(['ipv4', 'ipv6']).optional(),
      elasticLoadBalancing: z.object({ enabled: z.boolean().optional() }).optional(),
    })
    .optional(),
  logging: loggingSchema.optional(),
  clientRequestToken: z.string().optional(),
  tags: tagsSchema,
  encryptionConfig: z
    .array(
      z.object({
        resources: z.array(z.string()).optional(),
        provider: z.object({ keyArn: z.string().optional() }).optional(),
      }),
    )
    .max(1)
    .optional(),
  accessConfig: z
    .object({
      bootstrapClusterCreatorAdminPermissions: z.boolean().optional(),
      authenticationMode: z.enum(['API', 'API_AND_CONFIG_MAP', 'CONFIG_MAP']).optional(),
    })
    .optional(),
  bootstrapSelfManagedAddons: z.boolean().optional(),
  upgradePolicy: z.object({ supportType: z.enum(['STANDARD', 'EXTENDED']).optional() }).optional(),
  zonalShiftConfig: z.object({ enabled: z.boolean().optional() }).optional(),
  computeConfig: z.object({ enabled: z.boolean().optional() }).optional(),
  storageConfig: z.object({ blockStorage: z.object({ enabled: z.boolean().optional() }).optional() }).optional(),
  deletionProtection: z.boolean().optional(),
})

const updateClusterConfigSchema = z.object({
  resourcesVpcConfig: vpcConfigSchema.optional(),
  logging: loggingSchema.optional(),
  accessConfig: z
    .object({ authenticationMode: z.enum(['API', 'API_AND_CONFIG_MAP', 'CONFIG_MAP']).optional() })
    .optional(),
  upgradePolicy: z.object({ supportType: z.enum(['STANDARD', 'EXTENDED']).optional() }).optional(),
  zonalShiftConfig: z.object({ enabled: z.boolean().optional() }).optional(),
  computeConfig: z.object({ enabled: z.boolean().optional() }).optional(),
  deletionProtection: z.boolean().optional(),
})

/** `logging` of a request. */
export type LoggingInput = {
  readonly clusterLogging?:
    | readonly { readonly types?: readonly string[] | undefined; readonly enabled?: boolean | undefined }[]
    | undefined
}

/** `resourcesVpcConfig` of a request. */
export type VpcConfigInput = {
  readonly subnetIds?: readonly string[] | undefined
  readonly securityGroupIds?: readonly string[] | undefined
  readonly endpointPublicAccess?: boolean | undefined
  readonly endpointPrivateAccess?: boolean | undefined
  readonly publicAccessCidrs?: readonly string[] | undefined
}

/** Body of CreateCluster, as far as the stand-in looks at it. */
export type CreateClusterInput = {
  readonly name: string
  readonly version?: string | undefined
  readonly roleArn: string
  readonly resourcesVpcConfig: VpcConfigInput
  readonly kubernetesNetworkConfig?:
    | { readonly serviceIpv4Cidr?: string | undefined; readonly ipFamily?: string | undefined }
    | undefined
  readonly logging?: LoggingInput | undefined
  readonly clientRequestToken?: string | undefined
  readonly tags: Readonly<Record<string, string>>
  readonly encryptionConfig?: readonly unknown[] | undefined
  readonly accessConfig?:
    | {
        readonly bootstrapClusterCreatorAdminPermissions?: boolean | undefined
        readonly authenticationMode?: string | undefined
      }
    | undefined
  readonly bootstrapSelfManagedAddons?: boolean | undefined
  readonly upgradePolicy?: { readonly supportType?: string | undefined } | undefined
  readonly zonalShiftConfig?: { readonly enabled?: boolean | undefined } | undefined
  readonly computeConfig?: { readonly enabled?: boolean | undefined } | undefined
  readonly deletionProtection?: boolean | undefined
}

/** Body of UpdateClusterConfig. */
export type UpdateClusterConfigInput = {
  readonly resourcesVpcConfig?: VpcConfigInput | undefined
  readonly logging?: LoggingInput | undefined
  readonly accessConfig?: { readonly authenticationMode?: string | undefined } | undefined
  readonly upgradePolicy?: { readonly supportType?: string | undefined } | undefined
  readonly zonalShiftConfig?: { readonly enabled?: boolean | undefined } | undefined
  readonly computeConfig?: { readonly enabled?: boolean | undefined } | undefined
  readonly deletionProtection?: boolean | undefined
}

/** Reads CreateCluster's body. Throws InvalidParameterException. */
export function parseCreateCluster(body: unknown): CreateClusterInput {
  return parseInput(createClusterSchema, body)
}

/** Reads UpdateClusterConfig's body. Throws InvalidParameterException. */
export function parseUpdateClusterConfig(body: unknown): UpdateClusterConfigInput {
  return parseInput(updateClusterConfigSchema, body)
}

/** Where a subnet is, as EC2 tells it. */
export type Subnet = {
  readonly id: string
  readonly vpcId: string
  readonly zone: string
  readonly freeAddresses: number
}

/** Log types that a `logging` member leaves on, given those that were. */
export function logTypesAfter(before: readonly string[], logging: LoggingInput | undefined): readonly string[] {
  const on = new Set(before)
  for (const setup of logging?.clusterLogging ?? [])
    for (const type of setup.types ?? []) {
      if (setup.enabled) on.add(type)
      else on.delete(type)
    }
  return [...on].sort()
}

/** `logging` as DescribeCluster shows it: the types that are on, then those that are off. */
export function describeLogging(on: readonly string[]): unknown {
  const off = logTypes.filter((type) => !on.includes(type))
  return {
    clusterLogging: [
      ...(on.length > 0 ? [{ types: on, enabled: true }] : []),
      ...(off.length > 0 ? [{ types: off, enabled: false }] : []),
    ],
  }
}

/** Throws InvalidParameterException for a Kubernetes minor that EKS does not offer on a day (`YYYY-MM-DD`). */
export function checkVersion(version: string, asOf: string, clusterName: string): void {
  const known = findEksVersion(version)
  if (!known || eksSupportOn(known, asOf) === 'UNSUPPORTED')
    throw eksError('InvalidParameterException', `unsupported Kubernetes version ${version}`, { clusterName })
}

/** Throws InvalidParameterException unless a cluster goes from one minor to the very next. */
export function checkVersionStep(from: string, to: string, asOf: string, clusterName: string): void {
  checkVersion(to, asOf, clusterName)
  const step = minorOf(to) - minorOf(from)
  if (step === 1) return
  throw eksError(
    'InvalidParameterException',
    step === 0
      ? `Cluster is already at the desired configuration with version: ${to}`
      : `Unsupported Kubernetes minor version update from ${from} to ${to}`,
    { clusterName },
  )
}

/** Throws InvalidParameterException unless the subnets are of one VPC and in at least two zones. */
export function checkClusterSubnets(asked: readonly string[], found: readonly Subnet[], clusterName: string): string {
  const subject = { clusterName }
  if (asked.length === 0) throw eksError('InvalidParameterException', 'subnets can not be empty', subject)
  const missing = asked.find((id) => !found.some((subnet) => subnet.id === id))
  if (missing !== undefined)
    throw eksError('InvalidParameterException', `The subnet ID '${missing}' does not exist`, subject)
  const [first] = found
  if (!first || found.some(({ vpcId }) => vpcId !== first.vpcId))
    throw eksError('InvalidParameterException', 'Subnets specified must belong to the same VPC', subject)
  if (new Set(found.map(({ zone }) => zone)).size < 2)
    throw eksError('InvalidParameterException', 'Subnets specified must be in at least two different AZs', subject)
  const small = found.find(({ freeAddresses }) => freeAddresses < 5)
  if (small)
    throw eksError(
      'InvalidParameterException',
      `One or more of the subnets provided does not have enough free IP addresses: ${small.id}`,
      subject,
    )
  return first.vpcId
}

/** Throws InvalidParameterException when neither endpoint is on, or CIDRs are given for an endpoint that is off. */
export function checkEndpoints(
  endpoints: { readonly publicAccess: boolean; readonly privateAccess: boolean },
  clusterName: string,
): void {
  if (!endpoints.publicAccess && !endpoints.privateAccess)
    throw eksError('InvalidParameterException', 'Private and public endpoint access cannot be false', { clusterName })
}

const privateRanges: readonly (readonly [number, number])[] = [
  [ipv4('10.0.0.0'), 8],
  [ipv4('172.16.0.0'), 12],
  [ipv4('192.168.0.0'), 16],
]

/** Throws InvalidParameterException unless a service range is private and between /24 and /12. */
export function checkServiceCidr(cidr: string, clusterName: string): void {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(cidr)
  const bits = Number(match?.[2])
  const address = ipv4(match?.[1] ?? '')
  const inPrivate = privateRanges.some(
    ([base, prefix]) => bits >= prefix && address >>> (32 - prefix) === base >>> (32 - prefix),
  )
  if (!match || Number.isNaN(address))
    throw eksError('InvalidParameterException', `kubernetes network config serviceIpv4Cidr is invalid: ${cidr}`, {
      clusterName,
    })
  if (!inPrivate || bits > 24 || bits < 12)
    throw eksError(
      'InvalidParameterException',
      'kubernetes network config serviceIpv4Cidr must be within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, and between /24 and /12',
      { clusterName },
    )
}

function ipv4(text: string): number {
  const parts = text.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return Number.NaN
  return parts.reduce((sum, part) => sum * 256 + part, 0)
}

function minorOf(version: string): number {
  return Number(version.split('.')[1])
}
