import { isDeepStrictEqual } from 'node:util'
import { collectGarbage } from './collect-garbage.ts'
import type { EmbeddedApi } from './embedded-api.ts'
import { reconcileDaemonSets } from './reconcile-daemon-sets.ts'
import { reconcileDeployments } from './reconcile-deployments.ts'
import { reconcileDisruptionBudgets } from './reconcile-disruption-budgets.ts'
import { reconcileJobs } from './reconcile-jobs.ts'
import { reconcileNodes } from './reconcile-nodes.ts'
import { reconcileReplicaSets } from './reconcile-replica-sets.ts'
import { schedulePods } from './schedule-pods.ts'

/** One controller: looks at everything and moves it one step towards what is wanted; its writes bring it back here. */
type Reconcile = (api: EmbeddedApi, kubernetesVersion: string) => Promise<void> | void

/** In the order in which one's work feeds the next. */
const controllers: readonly Reconcile[] = [
  collectGarbage,
  reconcileNodes,
  reconcileDeployments,
  reconcileReplicaSets,
  reconcileDaemonSets,
  reconcileJobs,
  reconcileDisruptionBudgets,
  schedulePods,
]

/** Changes that come within this many milliseconds are worked on together. */
const delay = 10

/** Without any change the controllers look again after this many milliseconds. */
const interval = 5_000

/**
 * Runs the controllers after every change, one round at a time, until nothing changes any more. A round that fails does
 * not end them: the next change, or a second later, brings the next.
 */
export function startControllers(api: EmbeddedApi, kubernetesVersion: string): { readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined
  let running = false
  let again = false
  let stopped = false

  const wake = (after: number): void => {
    if (stopped) return
    if (running) again = true
    else timer ??= setTimeout(() => void round(), after)
  }
  async function round(): Promise<void> {
    timer = undefined
    running = true
    again = false
    let failed = false
    for (const reconcile of controllers) {
      if (stopped) break
      try {
        await reconcile(api, kubernetesVersion)
      } catch {
        // Somebody else changed the object meanwhile: the next round sees it as it is then.
        failed = true
      }
    }
    running = false
    if (again) wake(delay)
    else if (failed) wake(1_000)
  }

  const unsubscribe = api.store.subscribe(({ object, previous }) => {
    // Leases and status heartbeats come often and change nothing here.
    if (object.kind !== 'Lease' && object.kind !== 'Event' && !isHeartbeat(object, previous)) wake(delay)
  })
  // Some things happen because time passes: tolerations run out, finished jobs are taken away.
  const clock = setInterval(() => wake(0), interval).unref()
  wake(0)
  return {
    stop() {
      stopped = true
      unsubscribe()
      clearInterval(clock)
      clearTimeout(timer)
    },
  }
}

/** A node that says only that it is still there. */
function isHeartbeat(object: Readonly<Record<string, unknown>>, previous: unknown): boolean {
  if (object['kind'] !== 'Node' || previous === undefined) return false
  return isDeepStrictEqual(withoutTimes(object), withoutTimes(previous))
}

function withoutTimes(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, field: unknown) =>
      ['resourceVersion', 'lastHeartbeatTime', 'managedFields'].includes(key) ? undefined : field,
    ),
  )
}
