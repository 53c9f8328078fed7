import { stringify } from 'yaml'

/** What a kubeconfig of a local cluster holds. */
export type KubeconfigOptions = {
  readonly clusterName: string
  readonly endpoint: string
  /** PEM */
  readonly certificateAuthority: string
  /** The program that prints a token, and its arguments. */
  readonly command: readonly string[]
  /** Variables the program needs besides the user's. */
  readonly environment: Readonly<Record<string, string>>
}

/** A kubeconfig whose user asks our own command for tokens; no secret is in it. */
export function kubeconfigText(options: KubeconfigOptions): string {
  const { clusterName } = options
  const [command, ...args] = options.command
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: clusterName,
        cluster: {
          server: options.endpoint,
          'certificate-authority-data': Buffer.from(options.certificateAuthority).toString('base64'),
        },
      },
    ],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
    'current-context': clusterName,
    users: [
      {
        name: clusterName,
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command,
            args,
            env: Object.entries(options.environment).map(([name, value]) => ({ name, value })),
            interactiveMode: 'Never',
          },
        },
      },
    ],
  })
}
