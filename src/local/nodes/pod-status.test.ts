import { expect, test } from 'vitest'
import type { ContainerRun } from './container-run.ts'
import { type Pod, readPod } from './pod.ts'
import { podStatus, sameStatus, terminatedStatus } from './pod-status.ts'

const start = Date.parse('2026-11-23T20:00:00Z')

function pod(spec: object = {}, status: object = {}): Pod {
  const read = readPod({
    metadata: { name: 'p', namespace: 'default', uid: 'u1' },
    spec: { containers: [{ name: 'c', image: 'busybox' }], ...spec },
    status,
  })
  if (read === undefined) throw new Error('not a pod')
  return read
}

/** The status after each of the given seconds since the start, each step seeing the one before. */
function live(first: Pod, run: ContainerRun, seconds: readonly number[]): readonly Pod['status'][] {
  let now = first
  return seconds.map((second) => {
    const status = podStatus(now, {
      nowMs: start + second * 1000,
      hostIP: '10.0.1.10',
      podIP: '10.0.1.11',
      runOf: () => run,
    })
    if (status !== undefined) now = pod(first.spec, { ...now.status, ...status })
    return now.status
  })
}

const ready = (status: Pod['status']): string | undefined =>
  status.conditions.find(({ type }) => type === 'Ready')?.status
const stateOf = (status: Pod['status']): unknown => status.containerStatuses[0]?.state

test('a pod is created, then runs, and nothing changes any more', () => {
  const [created, running, later] = live(pod(), { kind: 'runs' }, [0, 1, 3600])
  expect(created).toMatchObject({
    phase: 'Pending',
    startTime: '2026-11-23T20:00:00Z',
    hostIP: '10.0.1.10',
    containerStatuses: [{ name: 'c', ready: false, state: { waiting: { reason: 'ContainerCreating' } } }],
  })
  expect(running).toMatchObject({
    phase: 'Running',
    podIP: '10.0.1.11',
    podIPs: [{ ip: '10.0.1.11' }],
    containerStatuses: [{ ready: true, restartCount: 0, state: { running: { startedAt: '2026-11-23T20:00:01Z' } } }],
  })
  expect(running?.conditions.map(({ type, status }) => `${type}=${status}`)).toEqual([
    'PodReadyToStartContainers=True',
    'Initialized=True',
    'Ready=True',
    'ContainersReady=True',
    'PodScheduled=True',
  ])
  expect(later).toEqual(running)
})

test('a pod of the host network has the address of its node', () => {
  expect(live(pod({ hostNetwork: true }), { kind: 'runs' }, [0, 1])[1]?.podIP).toBe('10.0.1.10')
})

test('init containers have ended when the others run', () => {
  const [created, running] = live(pod({ initContainers: [{ name: 'i', image: 'busybox' }] }), { kind: 'runs' }, [0, 1])
  expect(created?.['initContainerStatuses']).toMatchObject([{ state: { waiting: { reason: 'PodInitializing' } } }])
  expect(running?.['initContainerStatuses']).toMatchObject([
    { state: { terminated: { exitCode: 0, reason: 'Completed' } } },
  ])
})

test.each<readonly [string, 'Never' | 'OnFailure', number, string, object]>([
  ['succeeds', 'OnFailure', 0, 'Succeeded', { exitCode: 0, reason: 'Completed', finishedAt: '2026-11-23T20:00:03Z' }],
  ['fails for good', 'Never', 3, 'Failed', { exitCode: 3, reason: 'Error', finishedAt: '2026-11-23T20:00:03Z' }],
])('a container that ends: the pod %s', (_name, restartPolicy, exitCode, phase, terminated) => {
  const [, running, done, later] = live(
    pod({ restartPolicy }),
    { kind: 'ends', afterMs: 2_000, exitCode },
    [0, 1, 3, 9],
  )
  expect(running?.phase).toBe('Running')
  expect(done?.phase).toBe(phase)
  expect(stateOf(done ?? pod().status)).toMatchObject({ terminated })
  expect(done === undefined ? '' : ready(done)).toBe('False')
  expect(later).toEqual(done)
})

test('a container that keeps failing is started again after kubelet’s pauses', () => {
  const told = live(pod(), { kind: 'ends', afterMs: 1_000, exitCode: 1 }, [0, 1, 2, 4, 14, 15.6, 40]).map((status) => ({
    phase: status.phase,
    ready: ready(status),
    restarts: status.containerStatuses[0]?.['restartCount'],
    waiting: (stateOf(status) as { waiting?: { message?: string } }).waiting?.message,
  }))
  const backOff = (pause: string): string => `back-off ${pause} restarting failed container=c pod=p_default(u1)`
  expect(told).toEqual([
    { phase: 'Pending', ready: 'False', restarts: 0, waiting: undefined },
    { phase: 'Running', ready: 'True', restarts: 0, waiting: undefined },
    { phase: 'Running', ready: 'True', restarts: 1, waiting: undefined },
    { phase: 'Running', ready: 'False', restarts: 1, waiting: backOff('10s') },
    { phase: 'Running', ready: 'False', restarts: 2, waiting: backOff('20s') },
    { phase: 'Running', ready: 'False', restarts: 2, waiting: backOff('20s') },
    { phase: 'Running', ready: 'False', restarts: 3, waiting: backOff('40s') },
  ])
})

test('a pod that is taken away while it works has failed, as SIGTERM says', () => {
  const running = live(pod({ restartPolicy: 'Never' }), { kind: 'runs' }, [0, 1])[1]
  expect(terminatedStatus(pod({}, running), start + 5_000)).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ state: { terminated: { exitCode: 143, reason: 'Error' } } }],
  })
})

test('statuses are compared without regard to order of fields, null, or fields of others', () => {
  expect(
    sameStatus(
      { qosClass: 'BestEffort', phase: 'Running', conditions: [{ type: 'A', lastProbeTime: null, status: 'True' }] },
      { phase: 'Running', conditions: [{ status: 'True', type: 'A' }] },
    ),
  ).toBe(true)
  expect(sameStatus({ phase: 'Pending' }, { phase: 'Running' })).toBe(false)
})

test('what is not a pod is not read', () => {
  expect(readPod({ kind: 'Node', metadata: { name: 'n' } })).toBeUndefined()
})
