import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { z } from 'zod'

/** What is read of the JSON Schema of a cluster file. */
type Shape = {
  readonly $ref?: string | undefined
  readonly anyOf?: readonly Shape[] | undefined
  readonly type?: string | undefined
  readonly enum?: readonly (string | number | boolean)[] | undefined
  readonly default?: unknown
  readonly items?: Shape | undefined
  readonly properties?: Readonly<Record<string, Shape>> | undefined
  readonly required?: readonly string[] | undefined
  readonly propertyNames?: Shape | undefined
  readonly additionalProperties?: Shape | boolean | undefined
}

const shape: z.ZodType<Shape> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    anyOf: z.array(shape).optional(),
    type: z.string().optional(),
    enum: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
    default: z.unknown().optional(),
    items: shape.optional(),
    properties: z.record(z.string(), shape).optional(),
    required: z.array(z.string()).optional(),
    propertyNames: shape.optional(),
    additionalProperties: z.union([shape, z.boolean()]).optional(),
  }),
)
const schema = z
  .object({ properties: z.record(z.string(), shape), $defs: z.record(z.string(), shape) })
  .parse(JSON.parse(readFileSync(new URL('../../schemas/cluster-file.schema.json', import.meta.url), 'utf8')))

/** Arguments of the module call that are no inputs of the module, and what needs a VPC that is there. */
const left = new Set(['$schema', 'source', 'version', 'providers', 'depends_on'])

/**
 * What a text or a number may be, by the end of its path, for those of which the schema says only the type. A new input of the module that
 * needs more than {@link words} or a small number to be taken gets a row here: any-cluster.test.ts says which.
 */
const values: Readonly<Record<string, readonly (string | number)[]>> = {
  cluster_name: ['ml', 'GPU_cluster-1', 'a'.repeat(100)],
  'public_access_cidrs.*': ['203.0.113.0/24', '198.51.100.7/32'],
  'private_access_cidrs.*': ['10.8.0.0/16', '192.168.0.0/24'],
  service_ipv4_cidr: ['172.20.0.0/16', '10.100.0.0/16'],
  vpc_cidr: ['10.0.0.0/16', '172.16.0.0/20', '10.64.0.0/18'],
  vpc_id: ['vpc-0123456789abcdef0'],
  'subnet_ids.*': ['subnet-0aaaaaaaaaaaaaaa0', 'subnet-0bbbbbbbbbbbbbbb0', 'subnet-0cccccccccccccccc'],
  'availability_zones.*': ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  availability_zone_count: [2, 3, 4, 7],
  'additional_vpc_endpoints.*': ['ssm', 'ssmmessages', 'bedrock-runtime'],
  'additional_security_group_ids.*': ['sg-0123456789abcdef0'],
  'additional_iam_policies.*': ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
  arn: ['arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555'],
  kms_key_arn: ['arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555'],
  iam_role_path: ['/', '/platform/', 'platform'],
  iam_role_permissions_boundary: ['arn:aws:iam::111122223333:policy/boundary'],
  principal_arn: ['arn:aws:iam::111122223333:role/admin'],
  policy: ['AmazonEKSViewPolicy', 'AmazonEKSClusterAdminPolicy'],
  image_mirror: ['111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror'],
  configuration_values: ['{"replicaCount":3}'],
  'addons.*.version': ['v1.11.4-eksbuild.2'],
  'private_subnet_cidrs.*': ['10.0.64.0/18', '10.0.128.0/18', '10.0.192.0/18'],
  'vpc_endpoints.policies.*': ['{"Version":"2012-10-17","Statement":[]}'],
  'allowed_cidrs.*': ['10.8.0.0/16'],
  'route_table_ids.*': ['rtb-0123456789abcdef0'],
  'image_registries.*': ['111122223333.dkr.ecr.us-east-1.amazonaws.com/cache'],
  'system_node_group.min_size': [1, 2, 3],
  'system_node_group.max_size': [2, 4, 6],
  root_volume_gib: [8, 50, 100],
  min_size: [0, 1, 2],
  max_size: [1, 2, 4],
  desired_size: [0, 1, 2],
  ami_id: ['ami-0123456789abcdef0'],
  release_version: ['1.36.0-20261003'],
  size_gib: [1, 30, 200, 500],
  throughput: [125, 250, 1000, 3000],
  iops: [3000, 4000, 16000],
  device_name: ['/dev/xvda', '/dev/sda1'],
  metadata_hop_limit: [1, 2, 64, 65],
  max_unavailable_percentage: [10, 50, 101],
  'capacity_reservation.id': ['cr-0123456789abcdef0'],
  resource_group_arn: ['arn:aws:resource-groups:us-east-1:111122223333:group/gpus'],
  start: ['2027-01-04T11:30:00Z', '2027-01-05'],
  end: ['2027-01-06T11:00:00Z', '2027-01-01T00:00:00Z'],
  'taints.*.key': ['nvidia.com/gpu', 'team'],
  'taints.*.value': ['true', 'ml'],
  image: ['registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1'],
}

/** Keys of maps that are no names of the caller's choice. */
const keys: Readonly<Record<string, readonly string[]>> = {
  image_registries: ['nvcr.io', 'registry.k8s.io'],
  'sharing.mig.devices': ['1g.5gb', '3g.20gb'],
  'vpc_endpoints.policies': ['s3', 'ecr.api'],
}

/** Ends of paths whose texts are durations, as Go writes them. */
const durations = /_(?:time|delay|interval|duration|timeout|after_add|after_delete|after_failure)$/
const fractions = /_(?:threshold|ratio)$/
const words = ['a', 'ml', 'team-1']

/** In percent, how often an input of the module, an attribute of a group or of an entry, and what is deeper than these is there. */
const chances = [8, 12, 50] as const

/** Clusters as the schema of a cluster file has them, with a few inputs each, right and wrong ones; grows with the inputs of the module. */
export function anyCluster(): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const inputs = Object.fromEntries(Object.entries(schema.properties).filter(([name]) => !left.has(name)))
  return recordOf({ properties: inputs, required: ['cluster_name', 'gpu_node_groups'] }, '')
}

/** Paths of every input below a value, with `*` for keys and indexes. */
export function inputPaths(): readonly string[] {
  const paths: string[] = []
  const visit = (each: Shape, path: string): void => {
    const known = resolved(each)
    if (known.properties !== undefined)
      for (const [name, inner] of Object.entries(known.properties)) visit(inner, joined(path, name))
    else if (known.items !== undefined) visit(known.items, `${path}.*`)
    else if (typeof known.additionalProperties === 'object') visit(known.additionalProperties, `${path}.*`)
    else paths.push(path)
  }
  for (const [name, each] of Object.entries(schema.properties)) if (!left.has(name)) visit(each, name)
  return paths
}

function arbitraryOf(each: Shape, path: string): fc.Arbitrary<unknown> {
  const known = resolved(each)
  if (known.enum !== undefined) return fc.constantFrom(...known.enum)
  switch (known.type ?? 'none') {
    case 'boolean':
      return fc.boolean()
    case 'number':
    case 'integer':
      return numberOf(known, path)
    case 'string':
      return fc.constantFrom(...textsOf(known, path))
    case 'array':
      return fc.uniqueArray(arbitraryOf(known.items ?? { type: 'string' }, `${path}.*`), {
        minLength: 1,
        maxLength: 3,
        selector: (item) => JSON.stringify(item),
      })
    case 'object':
      return known.properties === undefined ? mapOf(known, path) : recordOf(known, path)
    default:
      throw new Error(`${path} is of a kind that any-cluster.ts does not know: ${JSON.stringify(known)}`)
  }
}

function recordOf(each: Shape, path: string): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const required = new Set(each.required)
  const depth = path.split('.').filter((part) => part !== '').length
  const chance = chances[Math.min(depth === 0 ? 0 : path.endsWith('.*') && depth === 2 ? 1 : 2, 2)] ?? 0
  const parts = Object.entries(each.properties ?? {}).map(([name, inner]) => {
    const value = arbitraryOf(inner, joined(path, name))
    return required.has(name)
      ? value.map((one): readonly [string, unknown] => [name, one])
      : fc
          .tuple(fc.integer({ min: 1, max: 100 }), value)
          .map(([dice, one]): readonly [string, unknown] => [name, dice <= chance ? one : undefined])
  })
  return fc.tuple(...parts).map((entries) => Object.fromEntries(entries.filter(([, value]) => value !== undefined)))
}

function mapOf(each: Shape, path: string): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const inner = each.additionalProperties
  const names = resolved(each.propertyNames ?? { type: 'string' }).enum?.map(String) ?? rowOf(keys, path)
  const value = typeof inner === 'object' ? arbitraryOf(inner, `${path}.*`) : fc.constantFrom(...words)
  return fc.dictionary(fc.constantFrom(...(names ?? ['first', 'second', 'a-third'])), value, { minKeys: 1, maxKeys: 2 })
}

function numberOf(each: Shape, path: string): fc.Arbitrary<unknown> {
  const listed = rowOf(values, path)
  if (listed !== undefined) return fc.constantFrom(...listed)
  if (fractions.test(path)) return fc.constantFrom(0, 0.5, 1)
  return typeof each.default === 'number'
    ? fc.constantFrom(each.default, each.default + 1)
    : fc.integer({ min: 0, max: 4 })
}

function textsOf(each: Shape, path: string): readonly (string | number)[] {
  const listed = rowOf(values, path)
  if (listed !== undefined) return listed
  if (durations.test(path)) return ['30s', '10m', '1h30m']
  return typeof each.default === 'string' ? [each.default] : words
}

/** The row whose path is the longest end of this one. */
function rowOf<Row>(rows: Readonly<Record<string, Row>>, path: string): Row | undefined {
  const parts = path.split('.')
  return parts.map((_, from) => rows[parts.slice(from).join('.')]).find((row) => row !== undefined)
}

/** Follows references; of several forms the first that is no reference to a value of somebody else's. */
function resolved(each: Shape): Shape {
  if (each.$ref !== undefined) {
    const target = schema.$defs[each.$ref.replace('#/$defs/', '')]
    if (target === undefined) throw new Error(`the schema has no ${each.$ref}`)
    return { ...resolved(target), default: each.default }
  }
  const [first] = each.anyOf ?? []
  return first === undefined ? each : { ...resolved(first), default: each.default }
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
