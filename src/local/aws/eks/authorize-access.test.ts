import { describe, expect, test } from 'vitest'
import type { AccessRequest } from '../../kubernetes/control-plane.ts'
import { sampleCluster } from '../testing/sample-cluster.ts'
import { addAccessEntry, associatePolicy } from './access-entries.ts'
import { authorizeAccess } from './authorize-access.ts'
import type { AccessScope } from './eks-cluster.ts'

const principal = 'arn:aws:iam::123456789012:role/somebody'
const wholeCluster: AccessScope = { type: 'cluster', namespaces: [] }

function decide(
  policy: string | undefined,
  scope: AccessScope,
  [verb, group, resource, namespace, subresource = '', path]: readonly [
    string,
    string,
    string,
    string,
    string?,
    string?,
  ],
): string {
  const cluster = sampleCluster()
  const entry = addAccessEntry(cluster, { principalArn: principal, type: 'STANDARD' })
  if (policy) associatePolicy(entry, `arn:aws:eks::aws:cluster-access-policy/${policy}`, scope)
  const request: AccessRequest = {
    user: { username: 'x', uid: 'x', groups: [], extra: { canonicalArn: [principal] } },
    verb,
    group,
    resource,
    subresource,
    namespace,
    name: '',
    ...(path !== undefined && { path }),
  }
  return authorizeAccess(cluster, request)
}

describe('authorizeAccess', () => {
  const team: AccessScope = { type: 'namespace', namespaces: ['team-*', 'shared'] }
  test.each([
    ['AmazonEKSClusterAdminPolicy', wholeCluster, ['create', 'rbac.authorization.k8s.io', 'clusterroles', ''], 'allow'],
    ['AmazonEKSClusterAdminPolicy', wholeCluster, ['get', '', '', '', '', '/metrics'], 'allow'],
    ['AmazonEKSAdminViewPolicy', wholeCluster, ['list', '', 'secrets', ''], 'allow'],
    ['AmazonEKSAdminViewPolicy', wholeCluster, ['delete', '', 'secrets', 'default'], 'no-opinion'],
    ['AmazonEKSAdminViewPolicy', wholeCluster, ['get', '', '', '', '', '/metrics'], 'no-opinion'],
    ['AmazonEKSAdminPolicy', team, ['create', 'rbac.authorization.k8s.io', 'rolebindings', 'team-a'], 'allow'],
    [
      'AmazonEKSAdminPolicy',
      team,
      ['create', 'rbac.authorization.k8s.io', 'rolebindings', 'kube-system'],
      'no-opinion',
    ],
    [
      'AmazonEKSAdminPolicy',
      wholeCluster,
      ['create', 'rbac.authorization.k8s.io', 'clusterrolebindings', ''],
      'no-opinion',
    ],
    ['AmazonEKSEditPolicy', team, ['create', 'apps', 'deployments', 'shared'], 'allow'],
    ['AmazonEKSEditPolicy', team, ['create', 'apps', 'deployments', 'shared-too'], 'no-opinion'],
    ['AmazonEKSEditPolicy', team, ['list', 'apps', 'deployments', ''], 'no-opinion'],
    ['AmazonEKSEditPolicy', wholeCluster, ['create', '', 'pods', 'x', 'exec'], 'allow'],
    ['AmazonEKSEditPolicy', wholeCluster, ['create', 'rbac.authorization.k8s.io', 'roles', 'x'], 'no-opinion'],
    ['AmazonEKSViewPolicy', wholeCluster, ['get', '', 'pods', 'x', 'log'], 'allow'],
    ['AmazonEKSViewPolicy', wholeCluster, ['get', '', 'secrets', 'x'], 'no-opinion'],
    ['AmazonEKSViewPolicy', wholeCluster, ['list', '', 'nodes', ''], 'no-opinion'],
    ['AmazonEKSNetworkingPolicy', wholeCluster, ['get', '', 'pods', 'x'], 'no-opinion'],
    [undefined, wholeCluster, ['get', '', 'pods', 'x'], 'no-opinion'],
    [undefined, wholeCluster, ['get', '', '', '', '', '/apis/apps/v1'], 'allow'],
    [undefined, wholeCluster, ['get', '', '', '', '', '/version'], 'allow'],
    [undefined, wholeCluster, ['get', '', '', '', '', '/versions'], 'no-opinion'],
    [undefined, wholeCluster, ['create', 'authorization.k8s.io', 'selfsubjectaccessreviews', ''], 'allow'],
    [undefined, wholeCluster, ['create', 'authorization.k8s.io', 'subjectaccessreviews', ''], 'no-opinion'],
  ] as const)('%s %j %j: %s', (policy, scope, request, expected) => {
    expect(decide(policy, scope, request)).toBe(expected)
  })

  test('knows nobody without an entry', () => {
    const user = { username: 'x', uid: '', groups: ['system:authenticated'], extra: {} }
    const version = { user, verb: 'get', group: '', resource: '', subresource: '', namespace: '', name: '' }
    expect(authorizeAccess(sampleCluster(), { ...version, path: '/version' })).toBe('no-opinion')
  })
})
