import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'

/** How a simulation runs. Durations are in seconds of simulated time. */
export type SimulationOptions = {
  /** Replaces the cluster's, e.g. `1.34.2`. */
  readonly kubernetesVersion?: string
  /**
   * In which order pods of equal priority come: `file` as they are written, replica after replica; `grouped` equal pods
   * together; `shuffled` by {@link seed}.
   */
  readonly order: 'file' | 'grouped' | 'shuffled'
  /** For the order and for every choice that the real programs make at random. */
  readonly seed: number
  /** 100: every node is looked at. Less: nodes are visited one after the other from index 0 on (the real visit is a race). */
  readonly percentageOfNodesToScore: number
  /** Replaces the cluster's autoscaler; `null`: nothing scales. */
  readonly autoscaler?: AutoscalerSettings | null
  /** From the autoscaler's order to a Ready node. */
  readonly provisioning: number
  /** From a Ready node to its GPUs being allocatable, where a device plugin has to start first. */
  readonly gpuReady: number
  /** Go on until then, so that what stays empty is scaled down; absent: end when nothing is waited for any more. */
  readonly until?: number
  /** Try single changes for pods that stay Pending. */
  readonly fixes: boolean
  /** Keep every feasible node's scores for every pod: for small inputs. */
  readonly scores: boolean
}
