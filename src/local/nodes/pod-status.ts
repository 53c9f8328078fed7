import { createHash } from 'node:crypto'
import { rejectedPod } from '../../cluster/rejected-pod.ts'
import type { ContainerRun } from './container-run.ts'
import type { ContainerStatus, Pod, PodCondition, PodContainer } from './pod.ts'

/** What the node adds to a pod's status. */
export type PodStatusContext = {
  readonly nowMs: number
  readonly hostIP: string
  readonly podIP: string
  /** How each container runs, by its name. */
  readonly runOf: (container: PodContainer) => ContainerRun
}

/** How long pulling images and creating containers seems to take. */
const startUpMs = 500

/** A container that keeps failing is started again after these pauses, in seconds; the last one repeats. */
const crashPausesS = [0, 10, 20, 40, 80, 160, 300]

/**
 * The status that a kubelet would report for a pod bound to its node at this moment, or `undefined` when the pod has
 * reached its end. It depends on the pod's present status and the clock only, so a stand-in that starts anew carries on.
 */
export function podStatus(pod: Pod, context: PodStatusContext): Readonly<Record<string, unknown>> | undefined {
  const { status, spec } = pod
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return undefined
  const startTime = status.startTime ?? timestamp(context.nowMs)
  const common = {
    startTime,
    hostIP: context.hostIP,
    hostIPs: [{ ip: context.hostIP }],
  }
  const creating = status.startTime === undefined || context.nowMs - Date.parse(startTime) < startUpMs
  if (creating && !status.containerStatuses.some(({ state }) => state?.running !== undefined)) {
    const unready = `containers with unready status: [${spec.containers.map(({ name }) => name).join(' ')}]`
    return {
      ...common,
      phase: 'Pending',
      conditions: conditions(status.conditions, context.nowMs, {
        PodReadyToStartContainers: { status: 'False' },
        Initialized:
          spec.initContainers.length === 0
            ? { status: 'True' }
            : {
                status: 'False',
                reason: 'ContainersNotInitialized',
                message: `containers with incomplete status: [${spec.initContainers.map(({ name }) => name).join(' ')}]`,
              },
        Ready: { status: 'False', reason: 'ContainersNotReady', message: unready },
        ContainersReady: { status: 'False', reason: 'ContainersNotReady', message: unready },
        PodScheduled: { status: 'True' },
      }),
      containerStatuses: spec.containers.map((container) => waitingStatus(container, 'ContainerCreating')),
      ...(spec.initContainers.length === 0
        ? {}
        : {
            initContainerStatuses: spec.initContainers.map((container) => waitingStatus(container, 'PodInitializing')),
          }),
    }
  }

  const containers = spec.containers.map((container) => containerStatus(pod, container, context))
  const ended = containers.every(({ end }) => end !== undefined)
  const failed = containers.some(({ end }) => end !== undefined && end !== 0)
  const phase = ended ? (failed ? 'Failed' : 'Succeeded') : 'Running'
  const unreadyNames = containers.filter(({ ready }) => !ready).map(({ status: { name } }) => name)
  const readiness =
    unreadyNames.length === 0
      ? { status: 'True' }
      : phase === 'Succeeded'
        ? { status: 'False', reason: 'PodCompleted' }
        : phase === 'Failed'
          ? { status: 'False', reason: 'PodFailed' }
          : {
              status: 'False',
              reason: 'ContainersNotReady',
              message: `containers with unready status: [${unreadyNames.join(' ')}]`,
            }
  const podIP = spec.hostNetwork ? context.hostIP : context.podIP
  return {
    ...common,
    phase,
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: conditions(status.conditions, context.nowMs, {
      PodReadyToStartContainers: { status: ended ? 'False' : 'True' },
      Initialized: phase === 'Succeeded' ? { status: 'True', reason: 'PodCompleted' } : { status: 'True' },
      Ready: readiness,
      ContainersReady: readiness,
      PodScheduled: { status: 'True' },
    }),
    containerStatuses: containers.map(({ status: containerOf }) => containerOf),
    ...(spec.initContainers.length === 0
      ? {}
      : {
          initContainerStatuses: spec.initContainers.map((container) =>
            endedStatus(pod, container, 0, Date.parse(startTime), Date.parse(startTime), 0),
          ),
        }),
  }
}

/** The last status of a pod that is taken away: its programs were told to end, and did (128 + SIGTERM). */
export function terminatedStatus(pod: Pod, nowMs: number): Readonly<Record<string, unknown>> {
  const startedMs = Date.parse(pod.status.startTime ?? timestamp(nowMs))
  return {
    phase: 'Failed',
    conditions: conditions(pod.status.conditions, nowMs, {
      Ready: { status: 'False', reason: 'PodFailed' },
      ContainersReady: { status: 'False', reason: 'PodFailed' },
    }),
    containerStatuses: pod.spec.containers.map((container) => endedStatus(pod, container, 143, startedMs, nowMs, 0)),
  }
}

/** The status of a pod that the kubelet does not take, for a device plugin refuses it devices; no container ever starts. */
export function rejectedStatus(refusal: string, nowMs: number): Readonly<Record<string, unknown>> {
  return {
    phase: 'Failed',
    ...rejectedPod(refusal),
    startTime: timestamp(nowMs),
  }
}

/** Whether two statuses say the same; fields that only one of them has, and null, count as nothing. */
export function sameStatus(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(after).every(([field, value]) => canonical(before[field]) === canonical(value))
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(
      Object.entries(inner)
        .filter(([, field]) => field !== null && field !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  })
}

function containerStatus(
  pod: Pod,
  container: PodContainer,
  context: PodStatusContext,
): { readonly status: ContainerStatus; readonly ready: boolean; readonly end: number | undefined } {
  const { restartPolicy } = pod.spec
  const run = context.runOf(container)
  const present = pod.status.containerStatuses.find(({ name }) => name === container.name)
  const startedAt = present?.state?.running?.startedAt ?? present?.state?.terminated?.startedAt
  const startedMs = startedAt === undefined ? context.nowMs : Date.parse(startedAt)
  if (run.kind === 'runs') return { status: runningStatus(pod, container, startedMs, 0), ready: true, end: undefined }

  const restarts = run.exitCode === 0 ? restartPolicy === 'Always' : restartPolicy !== 'Never'
  if (!restarts) {
    if (context.nowMs - startedMs < run.afterMs)
      return { status: runningStatus(pod, container, startedMs, 0), ready: true, end: undefined }
    const finishedMs = startedMs + run.afterMs
    return {
      status: endedStatus(pod, container, run.exitCode, startedMs, finishedMs, 0),
      ready: false,
      end: run.exitCode,
    }
  }
  return { ...crashLoop(pod, container, run, context.nowMs), end: undefined }
}

/** A container that fails and is started again, on the clock since its pod started. */
function crashLoop(
  pod: Pod,
  container: PodContainer,
  run: { readonly afterMs: number; readonly exitCode: number },
  nowMs: number,
): { readonly status: ContainerStatus; readonly ready: boolean } {
  const firstMs = Date.parse(pod.status.startTime ?? timestamp(nowMs)) + startUpMs
  let startMs = firstMs
  let restarts = 0
  for (;;) {
    const endMs = startMs + run.afterMs
    const pauseS = crashPausesS[Math.min(restarts, crashPausesS.length - 1)] ?? 300
    const previous =
      restarts === 0
        ? undefined
        : ended(
            container,
            run.exitCode,
            startMs - pauseBefore(restarts) - run.afterMs,
            startMs - pauseBefore(restarts),
            pod,
          )
    if (nowMs < endMs) {
      const status = runningStatus(pod, container, startMs, restarts)
      return {
        status: previous === undefined ? status : { ...status, lastState: { terminated: previous } },
        ready: true,
      }
    }
    const nextMs = endMs + pauseS * 1000
    if (nowMs < nextMs)
      return {
        status: {
          ...waitingStatus(container, 'CrashLoopBackOff'),
          restartCount: restarts,
          state: {
            waiting: {
              reason: 'CrashLoopBackOff',
              message: `back-off ${formatPause(pauseS)} restarting failed container=${container.name} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`,
            },
          },
          lastState: { terminated: ended(container, run.exitCode, startMs, endMs, pod) },
        },
        ready: false,
      }
    startMs = nextMs
    restarts += 1
  }
}

function pauseBefore(restart: number): number {
  return (crashPausesS[Math.min(restart - 1, crashPausesS.length - 1)] ?? 300) * 1000
}

function formatPause(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}

function waitingStatus(container: PodContainer, reason: string): ContainerStatus {
  return {
    name: container.name,
    image: container.image,
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason } },
    lastState: {},
  }
}

function runningStatus(pod: Pod, container: PodContainer, startedMs: number, restartCount: number): ContainerStatus {
  return {
    name: container.name,
    image: container.image,
    imageID: imageId(container.image),
    containerID: containerId(pod, container, restartCount),
    ready: true,
    started: true,
    restartCount,
    state: { running: { startedAt: timestamp(startedMs) } },
    lastState: {},
  }
}

function endedStatus(
  pod: Pod,
  container: PodContainer,
  exitCode: number,
  startedMs: number,
  finishedMs: number,
  restartCount: number,
): ContainerStatus {
  return {
    name: container.name,
    image: container.image,
    imageID: imageId(container.image),
    containerID: containerId(pod, container, restartCount),
    ready: false,
    started: false,
    restartCount,
    state: { terminated: ended(container, exitCode, startedMs, finishedMs, pod) },
    lastState: {},
  }
}

function ended(
  container: PodContainer,
  exitCode: number,
  startedMs: number,
  finishedMs: number,
  pod: Pod,
): Readonly<Record<string, unknown>> {
  return {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt: timestamp(startedMs),
    finishedAt: timestamp(finishedMs),
    containerID: containerId(pod, container, 0),
  }
}

/** Our conditions over those that are there; one that says the same as before keeps its time. */
function conditions(
  before: readonly PodCondition[],
  nowMs: number,
  ours: Readonly<Record<string, { readonly status: string; readonly reason?: string; readonly message?: string }>>,
): readonly PodCondition[] {
  const made = Object.entries(ours).map(([type, { status, reason, message }]) => {
    const previous = before.find((condition) => condition.type === type)
    if (
      previous !== undefined &&
      previous.status === status &&
      (previous.reason ?? undefined) === reason &&
      (previous.message ?? undefined) === message
    )
      return previous
    return {
      type,
      status,
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
      lastTransitionTime:
        previous?.status === status && typeof previous['lastTransitionTime'] === 'string'
          ? previous['lastTransitionTime']
          : timestamp(nowMs),
    }
  })
  return [...before.filter(({ type }) => ours[type] === undefined), ...made]
}

/** Times of the Kubernetes API have whole seconds. */
function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

function containerId(pod: Pod, container: PodContainer, restart: number): string {
  return `containerd://${sha256(`${pod.metadata.uid}/${container.name}/${restart}`)}`
}

/** No image is pulled, so its digest is not known: a digest that is written stays, else there is none. */
function imageId(image: string): string {
  return image.includes('@sha256:') ? image : ''
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
