import { expect, test } from 'vitest'
import { createInstallerWorld } from './testing/installer-world.ts'
import { autoscaler, pathOf } from './testing/sample-objects.ts'

const title = 'Deployment kube-system/cluster-autoscaler'
const pod = 'cluster-autoscaler-hash1-x'

test('pods with credentials that are ready: done at once', async () => {
  const world = createInstallerWorld()
  const before = world.now()
  expect(await world.run('create', [autoscaler()])).toEqual({ ok: true, applied: 1, pruned: [], notes: [] })
  expect(world.now()).toBe(before)
})

test('pods that become ready later are waited for', async () => {
  const world = createInstallerWorld()
  world.api.podStatus = { phase: 'Pending' }
  const path = pathOf('deployments', 'cluster-autoscaler')
  let sleeps = 0
  world.onSleep = () => {
    sleeps += 1
    if (sleeps < 40) return
    world.api.podStatus = { conditions: [{ type: 'Ready', status: 'True' }] }
    world.api.put(path, world.api.get(path))
  }
  expect(await world.run('create', [autoscaler()])).toMatchObject({ ok: true })
  expect(sleeps).toBe(40)
})

test.each([
  [1, 'once'],
  [2, '2 times'],
  [3, '3 times'],
])('pods admitted without credentials: restarted, %d', async (count, words) => {
  const world = createInstallerWorld()
  world.api.podsWithoutCredentials = count
  expect(await world.run('create', [autoscaler()])).toMatchObject({
    notes: [`${title} was restarted ${words}, so that its pods are admitted with Pod Identity credentials.`],
  })
})

test('after three restarts without credentials the apply fails', async () => {
  const world = createInstallerWorld()
  world.api.podsWithoutCredentials = Number.POSITIVE_INFINITY
  const before = world.now()
  await expect(world.run('create', [autoscaler()])).rejects.toMatchObject({
    name: 'InstallerFailed',
    message: `${title} gets no AWS credentials, also after 3 restarts. Admitted without AWS_CONTAINER_CREDENTIALS_FULL_URI: cluster-autoscaler-hash4-x. Check that the add-on eks-pod-identity-agent is active and that the Pod Identity association of its service account exists, then apply again.`,
  })
  expect(world.api.requests.filter((line) => line.startsWith('PATCH')).length).toBe(1 + 3)
  expect((world.now() - before) / 1000).toBeGreaterThanOrEqual(70)
})

test.each([
  [
    'the scheduler’s own words',
    {
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message:
            '0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
        },
      ],
    },
    `Pod ${pod} (Pending): not scheduled: 0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.`,
  ],
  [
    'what a container waits for',
    {
      phase: 'Pending',
      containerStatuses: [
        {
          name: 'cluster-autoscaler',
          state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"' } },
        },
      ],
    },
    `Pod ${pod} (Pending): container cluster-autoscaler waits: ImagePullBackOff (Back-off pulling image 'x').`,
  ],
  [
    'how a container ended',
    {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'cluster-autoscaler',
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { reason: 'Error', exitCode: 255, message: 'no such group' } },
        },
      ],
    },
    `Pod ${pod} (Running): container cluster-autoscaler waits: CrashLoopBackOff; container cluster-autoscaler ended: Error, exit code 255 (no such group).`,
  ],
  ['a pod without a word', { phase: 'Running' }, `Pod ${pod} (Running) is not ready.`],
])('a rollout that does not end names the pod and %s', async (_, podStatus, words) => {
  const world = createInstallerWorld()
  world.api.podStatus = podStatus
  const before = world.now()
  await expect(world.run('create', [autoscaler()])).rejects.toMatchObject({
    name: 'InstallerFailed',
    message: `${title} did not become available within 570 seconds: 0 of 1 replicas available, 1 up to date, 0 of an earlier version. ${words} The next apply goes on from here.`,
  })
  expect((world.now() - before) / 1000).toBeLessThan(600)
})

test('the last events of the pod are told, without what was said already', async () => {
  const world = createInstallerWorld()
  world.api.podStatus = { phase: 'Pending' }
  for (const [index, [name, reason, message]] of [
    [pod, 'Scheduled', 'assigned to node-1'],
    [pod, 'Pulling', 'Pulling image "x"'],
    [pod, 'Failed', 'Failed to pull image'],
    [pod, 'BackOff', 'Back-off.'],
    ['other', 'BackOff', 'Another pod'],
  ].entries()) {
    world.api.put(pathOf('events', `e${index}`), {
      kind: 'Event',
      metadata: { name: `e${index}` },
      involvedObject: { name },
      reason,
      message,
      lastTimestamp: `2026-11-23T12:00:0${index}Z`,
    })
  }
  await expect(world.run('create', [autoscaler()])).rejects.toThrow(
    `Pod ${pod} (Pending) is not ready. Last events: Pulling: Pulling image 'x'; Failed: Failed to pull image; BackOff: Back-off. The next apply`,
  )
})

test('a Deployment without pods tells its own conditions', async () => {
  const world = createInstallerWorld()
  world.api.podStatus = { phase: 'Pending' }
  const path = pathOf('deployments', 'cluster-autoscaler')
  world.onSleep = () => {
    world.api.delete(pathOf('pods', pod))
    const live = world.api.get(path) as { status: object }
    Object.assign(live.status, {
      conditions: [
        { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'noise' },
        {
          type: 'ReplicaFailure',
          status: 'True',
          reason: 'FailedCreate',
          message: 'pods "x" is forbidden: error looking up service account',
        },
      ],
    })
  }
  await expect(world.run('create', [autoscaler()])).rejects.toThrow(
    "0 of an earlier version. FailedCreate: pods 'x' is forbidden: error looking up service account. It has no pods. The next apply goes on from here.",
  )
})

test('other Deployments are not waited for', async () => {
  const world = createInstallerWorld()
  world.api.podStatus = { phase: 'Pending' }
  const other = { ...autoscaler(), metadata: { name: 'other', namespace: 'kube-system' } }
  expect(await world.run('create', [other])).toMatchObject({ ok: true, applied: 1 })
})
