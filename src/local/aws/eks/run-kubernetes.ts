import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startAutoscalerStandIn } from '../../autoscaler/start-autoscaler-stand-in.ts'
import type { EnvironmentRecord } from '../../environment.ts'
import { openKubernetesClient } from '../../kubernetes/client.ts'
import type { ControlPlane, EksGate, StartControlPlane } from '../../kubernetes/control-plane.ts'
import { startEmbedded } from '../../kubernetes/embedded/start-embedded.ts'
import { findRealControlPlane } from '../../kubernetes/find-control-plane.ts'
import { startReal } from '../../kubernetes/real/start-real.ts'
import { type NodeStandIn, startNodeStandIn } from '../../nodes/start-node-stand-in.ts'
import { userCacheFolder } from '../../user-cache-folder.ts'
import { hasNetwork } from './addons.ts'
import { admitPod } from './admit-pod.ts'
import { authorizeAccess } from './authorize-access.ts'
import { autoscalerCloud } from './autoscaler-cloud.ts'
import type { EksCluster, RunningKubernetes } from './eks-cluster.ts'
import type { EksWorld } from './eks-world.ts'
import { kubernetesIdentity } from './kubernetes-identity.ts'
import { localInstances } from './local-instances.ts'
import { verifyToken } from './verify-token.ts'

export type RunKubernetesOptions = {
  readonly world: EksWorld
  readonly cluster: EksCluster
  /** Folder of the cluster's own. */
  readonly directory: string
  readonly kubernetes: EnvironmentRecord['kubernetes']
  /** Host and port of the AWS stand-in. */
  readonly ownHost: () => string
  /** Writes the cluster's kubeconfig and returns its path. */
  readonly writeKubeconfig: (plane: ControlPlane) => Promise<string>
  /** Told when processes of the control plane come or go; they are in `cluster.processes`. */
  readonly onProcessesChange: () => void
  readonly say: (line: string) => void
}

/** Brings up a cluster's control plane and its nodes, with EKS's own rules at the gate. */
export async function runKubernetes(options: RunKubernetesOptions): Promise<RunningKubernetes> {
  const { world, cluster, directory, say } = options
  await mkdir(directory, { recursive: true, mode: 0o700 })
  let nodes: NodeStandIn | undefined
  const gate: EksGate = {
    authenticate: async (token) => {
      const verified = verifyToken(token, {
        clusterName: cluster.name,
        ownHost: options.ownHost(),
        now: new Date(),
        find: (accessKeyId) => world.credentials.find(accessKeyId),
      })
      return 'refused' in verified ? verified : kubernetesIdentity(cluster, verified.credentials)
    },
    authorize: async (request) => authorizeAccess(cluster, request),
    admitPod: async (pod) => admitPod(cluster, pod),
    containerLog: async (of) => nodes?.containerLog(of),
  }
  const start = await chooseControlPlane(options.kubernetes)
  const onProcessesChange = (processes: ControlPlane['processes']): void => {
    cluster.processes = processes
    options.onProcessesChange()
  }
  const plane = await start({
    clusterName: cluster.name,
    kubernetesVersion: cluster.version,
    directory,
    serviceCidr: cluster.serviceIpv4Cidr,
    gate,
    onProcessesChange,
  })
  onProcessesChange(plane.processes)
  try {
    const client = openKubernetesClient(plane)
    const kubeconfig = await options.writeKubeconfig(plane)
    nodes = startNodeStandIn({
      plane,
      clusterName: cluster.name,
      instances: () => localInstances(world, cluster),
      cniReady: () => hasNetwork(cluster),
      say: (line) => say(`${cluster.name}: ${line}`),
    })
    const autoscaler = startAutoscalerStandIn({
      client,
      cloud: autoscalerCloud(world, cluster),
      kubernetesVersion: cluster.version,
      say: (line) => say(`${cluster.name}: ${line}`),
    })
    return {
      plane,
      client,
      kubeconfig,
      stop: async () => {
        await autoscaler.stop()
        await nodes?.stop()
        client.close()
        await plane.stop()
        await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
      },
    }
  } catch (error) {
    await plane.stop()
    throw error
  }
}

/** `auto` takes the real control plane where its programs are. */
async function chooseControlPlane(kubernetes: EnvironmentRecord['kubernetes']): Promise<StartControlPlane> {
  switch (kubernetes) {
    case 'embedded':
      return startEmbedded
    case 'real':
      return startReal
    case 'auto': {
      const search = await findRealControlPlane({ env: process.env, cacheFolder: userCacheFolder(process.env) })
      return search.found ? startReal : startEmbedded
    }
  }
}

/** Folder of a cluster inside an environment's own. */
export function clusterFolder(home: string, cluster: Pick<EksCluster, 'region' | 'name'>): string {
  return join(home, 'clusters', cluster.region, cluster.name)
}
