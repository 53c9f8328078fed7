import { stringify } from 'yaml'

/** What a kubeconfig needs to know of an EKS cluster. */
export type KubeconfigCluster = {
  readonly name: string
  readonly region: string
  /** `https://…` */
  readonly endpoint: string
  /** Base64 of the PEM, as EKS gives it. */
  readonly certificateAuthority: string
}

/** Text of a kubeconfig that logs in through the AWS CLI, as `aws eks update-kubeconfig` writes it. */
export function kubeconfigFor(cluster: KubeconfigCluster): string {
  const { name, region, endpoint, certificateAuthority } = cluster
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: endpoint, 'certificate-authority-data': certificateAuthority } }],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1beta1',
            command: 'aws',
            args: ['--region', region, 'eks', 'get-token', '--cluster-name', name, '--output', 'json'],
            interactiveMode: 'Never',
          },
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
  })
}
