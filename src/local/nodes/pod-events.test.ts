import { expect, test } from 'vitest'
import { readPod } from './pod.ts'
import { podEvents } from './pod-events.ts'

const now = '2026-11-23T20:00:00Z'

function eventsOf(before: object, after: object): readonly string[] {
  const pod = readPod({
    metadata: { name: 'p', namespace: 'default', uid: 'u1' },
    spec: { containers: [{ name: 'c', image: 'busybox' }] },
    status: { containerStatuses: [{ name: 'c', state: before }] },
  })
  if (pod === undefined) throw new Error('not a pod')
  const status = { containerStatuses: [{ name: 'c', image: 'busybox', restartCount: 0, state: after }] }
  return podEvents(pod, status, 'node-1', now).map((event) => {
    const { type, reason, message } = event as { type: string; reason: string; message: string }
    return `${type} ${reason}: ${message}`
  })
}

const started = [
  'Normal Pulled: Container image "busybox" already present on machine and can be accessed by the pod',
  'Normal Created: Container created',
  'Normal Started: Container started',
]
const backOff = {
  waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container=c pod=p_default(u1)' },
}

test.each<readonly [string, object, object, readonly string[]]>([
  ['starts', { waiting: { reason: 'ContainerCreating' } }, { running: {} }, started],
  ['goes on', { running: {} }, { running: {} }, []],
  ['ends', { running: {} }, { terminated: { exitCode: 0 } }, []],
  ['crashes', { running: {} }, backOff, ['Warning BackOff: Back-off restarting failed container=c pod=p_default(u1)']],
  ['waits on', backOff, backOff, []],
])('a container that %s', (_name, before, after, expected) => {
  expect(eventsOf(before, after)).toEqual(expected)
})
