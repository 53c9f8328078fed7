import type { KubernetesUser } from '../../kubernetes/control-plane.ts'
import type { KnownCredentials } from '../credentials.ts'
import { principalOf } from './access-entries.ts'
import { principalField } from './authorize-access.ts'
import type { AccessEntry, EksCluster } from './eks-cluster.ts'

/**
 * The Kubernetes user that an AWS caller is in a cluster, by its access entry: a role's entry holds for each of its sessions,
 * whatever the role's path. Without an entry nobody comes in.
 */
export function kubernetesIdentity(
  cluster: EksCluster,
  caller: KnownCredentials,
): { readonly user: KubernetesUser } | { readonly refused: string } {
  const entry = cluster.authenticationMode === 'CONFIG_MAP' ? undefined : findEntry(cluster, caller.arn)
  if (!entry) return { refused: `ARN is not mapped: ${principalOf(caller.arn).toLowerCase()}` }
  const sessionName = /:assumed-role\/[^/]+\/(.+)$/.exec(caller.arn)?.[1] ?? ''
  const [principalId = ''] = caller.userId.split(':')
  return {
    user: {
      username: entry.username
        .replaceAll('{{SessionName}}', sessionName.replaceAll('@', '-'))
        .replaceAll('{{SessionNameRaw}}', sessionName)
        .replaceAll('{{AccountID}}', caller.account),
      uid: `aws-iam-authenticator:${caller.account}:${principalId}`,
      groups: [...entry.kubernetesGroups, 'system:authenticated'],
      extra: {
        accessKeyId: [caller.accessKeyId],
        arn: [caller.arn],
        [principalField]: [entry.principalArn],
        principalId: [principalId],
        sessionName: [sessionName],
      },
    },
  }
}

/** Sessions name their role without its path, so a role's entry is found by account and name. */
function findEntry(cluster: EksCluster, callerArn: string): AccessEntry | undefined {
  const principal = principalOf(callerArn)
  const exact = cluster.accessEntries.get(principal)
  if (exact) return exact
  const role = /^(arn:[\w-]+:iam::\d{12}:role\/)([^/]+)$/.exec(principal)
  if (!role) return undefined
  const [, start = '', name = ''] = role
  return [...cluster.accessEntries.values()].find(
    ({ principalArn }) => principalArn.startsWith(start) && principalArn.endsWith(`/${name}`),
  )
}
