import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { EksCluster } from './aws/eks/eks-cluster.ts'
import { clusterFolder } from './aws/eks/run-kubernetes.ts'
import type { EnvironmentRecord } from './environment.ts'
import { kubeconfigText } from './kubeconfig-text.ts'
import { programArguments } from './program-arguments.ts'

/** Writes the kubeconfig of a local cluster into the cluster's folder and returns its path. */
export async function writeKubeconfig(
  record: EnvironmentRecord,
  cluster: EksCluster,
  plane: { readonly endpoint: string; readonly certificateAuthority: string },
): Promise<string> {
  const path = join(clusterFolder(record.home, cluster), 'kubeconfig')
  const text = kubeconfigText({
    clusterName: cluster.name,
    endpoint: plane.endpoint,
    certificateAuthority: plane.certificateAuthority,
    command: [
      process.execPath,
      ...programArguments('../cli/main', import.meta.url),
      'local',
      'token',
      '--cluster',
      cluster.name,
      '--environment',
      record.name,
    ],
    // The environment's folder is `<state folder>/local/<name>`.
    environment: { EKS_GPU_HOME: dirname(dirname(record.home)) },
  })
  await writeFile(path, text, { mode: 0o600 })
  return path
}
