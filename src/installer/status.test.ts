import { expect, test } from 'vitest'
import { status } from './testing/fake-api.ts'
import { createInstallerWorld } from './testing/installer-world.ts'
import { autoscaler, devicePlugin, pathOf } from './testing/sample-objects.ts'

test('an empty cluster', async () => {
  const world = createInstallerWorld()
  expect(await world.send({ action: 'status' })).toEqual({
    cluster: 'prod',
    nodes: [],
    devicePlugin: null,
    autoscaler: null,
  })
})

test('nodes, plugin and autoscaler, read only', async () => {
  const world = createInstallerWorld()
  await world.run('create', [autoscaler(), devicePlugin()])
  const plugin = pathOf('daemonsets', 'nvidia-device-plugin-daemonset')
  world.api.put(plugin, { ...(world.api.get(plugin) as object), status: { desiredNumberScheduled: 2, numberReady: 1 } })
  world.api.put(pathOf('daemonsets', 'nvidia-device-plugin-shared'), {
    metadata: { name: 'nvidia-device-plugin-shared', labels: { name: 'nvidia-device-plugin-ds' } },
    status: { desiredNumberScheduled: 3, numberReady: 3 },
  })
  world.api.put('/api/v1/nodes/b', {
    metadata: {
      name: 'b',
      labels: { 'eks.amazonaws.com/nodegroup': 'inference', 'node.kubernetes.io/instance-type': 'g5.12xlarge' },
    },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      capacity: { cpu: '48', 'nvidia.com/gpu': '4', 'nvidia.com/mig-1g.5gb': '7' },
      allocatable: { cpu: '47', 'nvidia.com/gpu': '3' },
    },
  })
  world.api.put('/api/v1/nodes/a', {
    metadata: { name: 'a' },
    status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
  })
  world.api.requests.length = 0

  expect(await world.send({ action: 'status' })).toEqual({
    cluster: 'prod',
    nodes: [
      { name: 'a', nodeGroup: '', ready: false, gpusCapacity: 0, gpusAllocatable: 0, instanceType: '' },
      {
        name: 'b',
        nodeGroup: 'inference',
        ready: true,
        gpusCapacity: 11,
        gpusAllocatable: 3,
        instanceType: 'g5.12xlarge',
      },
    ],
    devicePlugin: { desired: 5, ready: 4 },
    autoscaler: { desired: 1, available: 1, log: ['one', 'two'], credentials: true },
  })
  expect(world.api.requests.every((line) => line.startsWith('GET '))).toBe(true)
})

test('all pages of a long list are read', async () => {
  const world = createInstallerWorld()
  for (let index = 0; index < 600; index += 1) {
    world.api.put(`/api/v1/nodes/n${index}`, { metadata: { name: `n${index}` } })
  }
  expect(await world.send({ action: 'status' })).toMatchObject({ nodes: { length: 600 } })
})

test('a log of many or long lines is cut, a log that cannot be read says why', async () => {
  const world = createInstallerWorld()
  world.api.podsWithoutCredentials = 0
  await world.run('create', [autoscaler()])
  const path = pathOf('pods', 'cluster-autoscaler-hash1-x')
  const lines = Array.from({ length: 30 }, (_, index) => `${index} ${'x'.repeat(1000)}`)
  world.api.put(path, { ...(world.api.get(path) as object), log: lines.join('\n') })
  expect(await world.send({ action: 'status' })).toMatchObject({
    autoscaler: { log: lines.slice(10).map((line) => line.slice(0, 500)) },
  })
  world.api.interfere = (request) =>
    request.path.endsWith('/log') ? status(400, 'BadRequest', 'container "x" is waiting to start') : undefined
  expect(await world.send({ action: 'status' })).toMatchObject({
    autoscaler: {
      log: [
        "no log: Could not read the log of the autoscaler: the Kubernetes API answered 400 BadRequest: container 'x' is waiting to start.",
      ],
    },
  })
})
