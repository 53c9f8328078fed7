import { setTimeout as pause } from 'node:timers/promises'
import type { StateResource } from '../../read/terraform/plan-json.ts'
import { attributeValue } from './attribute-value.ts'
import type { AwsInventory, Tags, VpcPart } from './aws-inventory.ts'
import type { IntendedResource } from './intent.ts'

/** What to import a resource by, or why that cannot be told. */
export type FoundId =
  | { readonly kind: 'found'; readonly id: string; readonly failed?: boolean }
  /** Creating it again is right: it has nothing of its own in the account, or it is not there. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unclear'; readonly why: string }

type Question = {
  readonly resource: IntendedResource
  readonly state: readonly StateResource[]
  readonly aws: AwsInventory
  /** Tells of a wait. */
  readonly onWait: (text: string) => void
  readonly patienceMs: number
}

type Finder = (question: Question) => Promise<FoundId>

/** Types whose creation only sets or runs something, so that doing it again does no harm. */
const repeatable = new Set([
  'aws_autoscaling_group_tag',
  'aws_default_security_group',
  'aws_iam_role_policy_attachment',
  'aws_iam_role_policy',
  'aws_lambda_invocation',
  'terraform_data',
])

/**
 * How each type is found again. Ids are those of `terraform import`.
 * Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs, section Import of each resource
 */
const finders: Readonly<Record<string, Finder>> = {
  aws_eks_cluster: async (question) =>
    awaited(question, 'cluster', value(question, 'name'), value(question, 'name'), (name) => name),
  aws_eks_node_group: async (question) => {
    const cluster = value(question, 'cluster_name')
    if (cluster === undefined) return unclear('its cluster is not known')
    const named = value(question, 'node_group_name')
    const prefix = value(question, 'node_group_name_prefix')
    const names =
      named !== undefined
        ? [named]
        : prefix === undefined
          ? []
          : (await question.aws.nodeGroups(cluster)).filter((name) => name.startsWith(prefix))
    const recorded = recordedValues(question, 'aws_eks_node_group', 'node_group_name')
    const [name, ...more] = names.filter((each) => !recorded.has(each))
    if (more.length > 0) return unclear(`several node groups begin with ${prefix}`)
    return awaited(question, 'node-group', cluster, name, (found) => `${cluster}:${found}`)
  },
  aws_eks_addon: async (question) => {
    const cluster = value(question, 'cluster_name')
    return awaited(question, 'addon', cluster, value(question, 'addon_name'), (name) => `${cluster}:${name}`)
  },
  aws_eks_access_entry: joined(':', 'cluster_name', 'principal_arn'),
  aws_eks_access_policy_association: joined('#', 'cluster_name', 'principal_arn', 'policy_arn'),
  aws_eks_pod_identity_association: async (question) => {
    const cluster = value(question, 'cluster_name')
    const namespace = value(question, 'namespace')
    const account = value(question, 'service_account')
    if (cluster === undefined || namespace === undefined || account === undefined)
      return unclear('its cluster or service account is not known')
    return only(await question.aws.podIdentityAssociations(cluster, namespace, account), (id) => `${cluster},${id}`)
  },
  aws_iam_role: async (question) => {
    const name = value(question, 'name')
    if (name !== undefined) return found(name)
    const prefix = value(question, 'name_prefix')
    if (prefix === undefined) return nothing
    const recorded = recordedValues(question, 'aws_iam_role', 'name')
    return only(
      (await question.aws.roles(prefix, value(question, 'description') ?? '')).filter((each) => !recorded.has(each)),
    )
  },
  aws_iam_instance_profile: joined('', 'name'),
  aws_cloudwatch_log_group: joined('', 'name'),
  aws_kms_alias: joined('', 'name'),
  aws_lambda_function: joined('', 'function_name'),
  aws_placement_group: joined('', 'name'),
  aws_launch_template: async (question) => {
    const prefix = value(question, 'name') ?? value(question, 'name_prefix')
    if (prefix === undefined) return nothing
    return only(
      (await question.aws.launchTemplates(prefix)).map(({ id }) => id).filter((id) => !recordedIds(question).has(id)),
    )
  },
  aws_security_group: async (question) => {
    const prefix = value(question, 'name') ?? value(question, 'name_prefix')
    if (prefix === undefined) return nothing
    return only(
      (await question.aws.securityGroups(prefix)).map(({ id }) => id).filter((id) => !recordedIds(question).has(id)),
    )
  },
  aws_vpc_security_group_ingress_rule: (question) => findRule(question, false),
  aws_vpc_security_group_egress_rule: (question) => findRule(question, true),
  aws_vpc: async (question) => {
    const vpcs = await tagged(question, 'vpc')
    // What is in the making has nothing in it yet: parts are made only when the VPC is recorded.
    const empty: string[] = []
    for (const id of vpcs) if ((await question.aws.subnetsOf(id)).length === 0) empty.push(id)
    return only(empty)
  },
  aws_subnet: byTags('subnet'),
  aws_internet_gateway: byTags('internet-gateway'),
  aws_nat_gateway: byTags('natgateway'),
  aws_eip: byTags('elastic-ip'),
  aws_route_table: byTags('route-table'),
  aws_vpc_endpoint: byTags('vpc-endpoint'),
  aws_route_table_association: joined('/', 'subnet_id', 'route_table_id'),
  aws_route: joined('_', 'route_table_id', 'destination_cidr_block'),
}

/**
 * Finds what a resource, whose creation was cut short, is called in the account. Only what is not in the state yet counts,
 * and only when there is exactly one such thing: nothing of anybody else's is ever adopted.
 */
export async function findId(question: Question): Promise<FoundId> {
  const { type } = question.resource
  if (repeatable.has(type)) return nothing
  const finder = finders[type]
  if (finder === undefined) return unclear(`there is no way to look up ${type}`)
  try {
    return await finder(question)
  } catch (error) {
    return unclear(error instanceof Error ? error.message : String(error))
  }
}

const madeSlowly: Readonly<Record<string, 'cluster' | 'node-group' | 'addon'>> = {
  aws_eks_cluster: 'cluster',
  aws_eks_node_group: 'node-group',
  aws_eks_addon: 'addon',
}

/**
 * Whether a resource in the state stands, although Terraform gave up on its creation: AWS has its id, and what is made slowly is
 * waited for. What Terraform had not set yet, the next plan sees as a difference.
 */
export async function standsAfterAll(
  { type, values }: Pick<StateResource, 'type' | 'values'>,
  question: Pick<Question, 'aws' | 'onWait' | 'patienceMs'>,
): Promise<boolean> {
  const { id } = values
  // Whether an invocation has done its work, only another one can tell.
  if (typeof id !== 'string' || type === 'aws_lambda_invocation') return false
  const kind = madeSlowly[type]
  if (kind === undefined) return true
  const [cluster, name = cluster] = id.split(':')
  const answer = await awaited(question, kind, cluster, name, () => id)
  return answer.kind === 'found' && answer.failed !== true
}

const nothing: FoundId = { kind: 'nothing' }

function found(id: string): FoundId {
  return { kind: 'found', id }
}

function unclear(why: string): FoundId {
  return { kind: 'unclear', why }
}

function only(ids: readonly string[], form: (id: string) => string = (id) => id): FoundId {
  const [id, ...more] = ids
  if (id === undefined) return nothing
  return more.length === 0
    ? found(form(id))
    : unclear(`there are ${ids.length} that fit: ${[...ids].sort().join(', ')}`)
}

function value(question: Question, attribute: string): string | undefined {
  return attributeValue(question.resource, attribute, question.state)
}

function joined(separator: string, ...attributes: readonly string[]): Finder {
  return async (question) => {
    const parts = attributes.map((attribute) => value(question, attribute))
    const missing = attributes.filter((_, index) => parts[index] === undefined)
    return missing.length > 0 ? unclear(`its ${missing.join(' and ')} cannot be told`) : found(parts.join(separator))
  }
}

function byTags(kind: VpcPart): Finder {
  return async (question) => only(await tagged(question, kind))
}

async function tagged(question: Question, kind: VpcPart): Promise<readonly string[]> {
  const tags = tagsOf(question.resource.values['tags_all'] ?? question.resource.values['tags'])
  // A part without a name of its own could be anybody's.
  if (tags['Name'] === undefined) return []
  const recorded = recordedIds(question)
  return (await question.aws.taggedParts(kind, tags)).filter((id) => !recorded.has(id))
}

async function findRule(question: Question, egress: boolean): Promise<FoundId> {
  const own = value(question, 'security_group_id')
  const groups =
    own !== undefined
      ? [own]
      : question.state.flatMap((each) => {
          if (each.type === 'aws_security_group')
            return typeof each.values['id'] === 'string' ? [each.values['id']] : []
          return each.type === 'aws_eks_cluster' ? clusterSecurityGroup(each) : []
        })
  if (groups.length === 0) return nothing
  const { values } = question.resource
  const recorded = recordedIds(question)
  const rules = await question.aws.securityGroupRules(groups)
  return only(
    rules
      .filter(
        (rule) =>
          rule.egress === egress &&
          !recorded.has(rule.id) &&
          (rule.description === '' || rule.description === (values['description'] ?? '')) &&
          rule.protocol === values['ip_protocol'] &&
          rule.fromPort === (values['from_port'] ?? -1) &&
          rule.toPort === (values['to_port'] ?? -1),
      )
      .map(({ id }) => id),
  )
}

function clusterSecurityGroup(cluster: StateResource): readonly string[] {
  const [config] = Array.isArray(cluster.values['vpc_config']) ? cluster.values['vpc_config'] : []
  const id: unknown =
    typeof config === 'object' && config !== null ? Reflect.get(config, 'cluster_security_group_id') : undefined
  return typeof id === 'string' ? [id] : []
}

/** Waits until EKS has made it: until then nothing that needs it could be made either. */
async function awaited(
  question: Pick<Question, 'aws' | 'onWait' | 'patienceMs'>,
  kind: 'cluster' | 'node-group' | 'addon',
  cluster: string | undefined,
  name: string | undefined,
  form: (name: string) => string,
): Promise<FoundId> {
  if (cluster === undefined) return unclear('its cluster is not known')
  if (name === undefined) return nothing
  const deadline = Date.now() + question.patienceMs
  for (;;) {
    const readiness = await question.aws.readinessOf(kind, cluster, name)
    if (readiness === 'absent') return nothing
    if (readiness === 'ready') return found(form(name))
    if (readiness === 'failed') return { kind: 'found', id: form(name), failed: true }
    if (Date.now() > deadline) return unclear(`${name} is still being made`)
    question.onWait(`waiting for ${name}, which AWS is still making`)
    await pause(2_000)
  }
}

function recordedIds(question: Question): ReadonlySet<string> {
  return recordedValues(question, question.resource.type, 'id')
}

function recordedValues(question: Question, type: string, attribute: string): ReadonlySet<string> {
  return new Set(
    question.state.flatMap((each) => {
      const recorded = each.type === type ? each.values[attribute] : undefined
      return typeof recorded === 'string' ? [recorded] : []
    }),
  )
}

function tagsOf(tags: unknown): Tags {
  if (typeof tags !== 'object' || tags === null) return {}
  return Object.fromEntries(
    Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
