import { setTimeout as sleep } from 'node:timers/promises'
import { runAutoscalerLoop } from '../../autoscaler/loop.ts'
import { type AutoscalerMemory, noMemory } from '../../autoscaler/memory.ts'
import { parseKubernetesVersion } from '../../cluster/kubernetes-version.ts'
import { readAutoscalerFlags } from '../../read/config/autoscaler-flags.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import type { AutoscalerCloud } from './autoscaler-cloud.ts'
import { autoscalerView } from './autoscaler-view.ts'
import { carryOutDecision } from './carry-out-decision.ts'
import { readAutoscalerProcess } from './read-autoscaler-process.ts'
import { readClusterState, readSystemPods } from './read-cluster-state.ts'

/** The work of a cluster's autoscaler pod. */
export type AutoscalerStandIn = {
  /** Stops; what is in the API and in the cloud stays as it is. */
  stop(): Promise<void>
}

export type AutoscalerStandInOptions = {
  readonly client: KubernetesClient
  readonly cloud: AutoscalerCloud
  /** `1.36` or `1.36.3`: texts of filters depend on it. */
  readonly kubernetesVersion: string
  readonly say: (line: string) => void
}

/** How often to look whether an autoscaler runs, while none does, milliseconds. */
const idleMs = 2_000

/**
 * Does what a running Cluster Autoscaler pod would do, with the flags of its container: as long as one is ready in
 * kube-system, its loop runs against the API and the Auto Scaling groups. A new pod is a new process, without memory.
 */
export function startAutoscalerStandIn(options: AutoscalerStandInOptions): AutoscalerStandIn {
  const { client, cloud, say } = options
  const stopping = new AbortController()
  let running: { readonly id: string; readonly memory: AutoscalerMemory } | undefined
  const told = new Map<string, string>()

  /** One loop; tells how long to wait for the next, milliseconds. */
  const loop = async (): Promise<number> => {
    const process = readAutoscalerProcess(await readSystemPods(client))
    if (process === undefined) {
      running = undefined
      return idleMs
    }
    const objects = await readClusterState(client)
    const { settings, unknown, ...finds } = readAutoscalerFlags(
      process.args,
      process.version ?? options.kubernetesVersion,
    )
    if (running?.id !== process.id) {
      running = { id: process.id, memory: noMemory(0, process.startedAt) }
      for (const flag of unknown) say(`autoscaler: ${flag} is a flag that the stand-in does not know`)
    }
    const local = autoscalerView({
      objects,
      groups: await cloud.groups(finds),
      kubernetes: parseKubernetesVersion(options.kubernetesVersion),
      now: Date.now() / 1000,
    })
    const decision = runAutoscalerLoop(settings, local.view, running.memory)
    running = { id: process.id, memory: decision.memory }
    await carryOutDecision(decision, { client, cloud, local, told, say: (line) => say(`autoscaler: ${line}`) })
    return settings.scanInterval * 1000
  }

  const keepLooping = async (): Promise<void> => {
    let said = ''
    while (!stopping.signal.aborted) {
      let pauseMs = idleMs
      try {
        pauseMs = await loop()
        said = ''
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        if (!stopping.signal.aborted && reason !== said) say(`the autoscaler waits: ${reason}`)
        said = reason
      }
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const looping = keepLooping()

  return {
    stop: async () => {
      stopping.abort()
      await looping
    },
  }
}
