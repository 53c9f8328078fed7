import { listAt, textAt, valueAt } from '../../kubernetes/json.ts'
import { type ChosenCluster, sharesCluster } from './choose-cluster.ts'
import { isUnknown, type PlanIndex, type PlannedResource } from './plan-index.ts'
import type { Unknowns } from './unknowns.ts'

const policyTypes = ['aws_iam_role_policy', 'aws_iam_policy']

/**
 * Whether the autoscaler may call eks:DescribeNodegroup, by the policies of the plan that let somebody set an Auto
 * Scaling group's size. Where the plan shows none it is taken to be allowed, and noted.
 */
export function mayDescribeNodeGroups(index: PlanIndex, cluster: ChosenCluster, unknowns: Unknowns): boolean {
  const policies = policyTypes
    .flatMap((type) => index.managed(type))
    .filter((policy) => sharesCluster(cluster, policy))
    .map((policy) => ({ policy, statements: statementsOf(policy) }))
  const scaling = policies.filter(({ statements }) => allows(statements, 'autoscaling:SetDesiredCapacity'))
  if (scaling.length === 0) {
    const late = policies.some(({ policy }) => isUnknown(policy, 'policy'))
    unknowns.note(
      'rights of the autoscaler',
      `${late ? 'its policy is known only after apply' : 'no policy in the plan lets it scale'}; it is taken to be allowed to, and to call eks:DescribeNodegroup`,
    )
    return true
  }
  return scaling.some(
    ({ policy, statements }) =>
      allows(statements, 'eks:DescribeNodegroup') ||
      policies.some((other) => sameRole(policy, other.policy) && allows(other.statements, 'eks:DescribeNodegroup')),
  )
}

function sameRole(left: PlannedResource, right: PlannedResource): boolean {
  const [a, b] = [textAt(left.values, 'role'), textAt(right.values, 'role')]
  return a !== undefined && a === b
}

function statementsOf(policy: PlannedResource): readonly unknown[] {
  const text = textAt(policy.values, 'policy')
  if (text === undefined) return []
  try {
    const document: unknown = JSON.parse(text)
    const statements = valueAt(document, 'Statement')
    return Array.isArray(statements) ? statements : statements === undefined ? [] : [statements]
  } catch {
    return []
  }
}

/** Whether a statement allows the action; what resources and conditions say is taken to fit. */
function allows(statements: readonly unknown[], action: string): boolean {
  return statements.some(
    (statement) =>
      textAt(statement, 'Effect') === 'Allow' && actionsOf(statement).some((pattern) => matchesAction(pattern, action)),
  )
}

function actionsOf(statement: unknown): readonly string[] {
  const single = textAt(statement, 'Action')
  return single === undefined ? listAt(statement, 'Action').filter((each) => typeof each === 'string') : [single]
}

function matchesAction(pattern: string, action: string): boolean {
  const expression = pattern
    .toLowerCase()
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`).test(action.toLowerCase())
}
