import { expect, test } from 'vitest'
import { textAt, valueAt } from './json.ts'
import { createInstallerWorld } from './testing/installer-world.ts'
import { configMap, pathOf } from './testing/sample-objects.ts'

const path = pathOf('leases', 'eks-gpu-clusters-installer')
const title = 'Lease kube-system/eks-gpu-clusters-installer'

function lease(holder: string, renewed: number, seconds = 60): Record<string, unknown> {
  const at = new Date(renewed).toISOString().replace('Z', '000Z')
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'eks-gpu-clusters-installer', labels: { 'app.kubernetes.io/managed-by': 'eks-gpu-clusters' } },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: seconds,
      acquireTime: at,
      renewTime: at,
      leaseTransitions: 3,
    },
  }
}

test('the lease is held in the name of the request, for 60 seconds', async () => {
  const world = createInstallerWorld()
  let seen: unknown
  world.api.interfere = (request) => {
    if (request.method === 'PATCH') seen = valueAt(world.api.get(path), 'spec')
    return undefined
  }
  await world.run('create', [configMap('a')], { requestId: 'c0ffee' })
  expect(seen).toEqual({
    holderIdentity: 'c0ffee',
    leaseDurationSeconds: 60,
    acquireTime: '2026-11-23T12:00:00.000000Z',
    renewTime: '2026-11-23T12:00:00.000000Z',
    leaseTransitions: 0,
  })
})

test('of two runs at once, one waits for the other', async () => {
  const world = createInstallerWorld()
  const order: string[] = []
  world.api.interfere = ({ method, path: target }) => {
    if (method === 'PATCH') order.push(`${textAt(world.api.get(path), 'spec', 'holderIdentity')} ${target.slice(-1)}`)
    return undefined
  }
  const objects = [configMap('a'), configMap('b')]
  const results = await Promise.all([
    world.run('create', objects, { requestId: 'one' }),
    world.run('create', objects, { requestId: 'two' }),
  ])
  expect(results).toMatchObject([{ ok: true }, { ok: true }])
  const [first, second] = order[0]?.startsWith('one') ? ['one', 'two'] : ['two', 'one']
  expect(order).toEqual([`${first} a`, `${first} b`, `${second} a`, `${second} b`])
})

test('a run that died is waited for until its lease is over', async () => {
  const world = createInstallerWorld()
  const before = world.now()
  world.api.put(path, lease('dead', before))
  await world.run('create', [configMap('a')])
  const waited = (world.now() - before) / 1000
  expect(waited).toBeGreaterThan(60)
  expect(waited).toBeLessThan(70)
  expect(valueAt(world.api.get(path), 'spec', 'leaseTransitions')).toBe(4)
})

test('a lease that ended long ago is taken at once', async () => {
  const world = createInstallerWorld()
  const before = world.now()
  world.api.put(path, lease('dead', before - 61_000))
  await world.run('create', [configMap('a')])
  expect(world.now()).toBe(before)
})

test('a holder whose clock runs ahead is waited for no longer', async () => {
  const world = createInstallerWorld()
  const before = world.now()
  world.api.put(path, lease('ahead', before + 3_600_000))
  await world.run('create', [configMap('a')])
  expect((world.now() - before) / 1000).toBeLessThan(70)
})

test('a run that is alive is waited for until our own time is over', async () => {
  const world = createInstallerWorld()
  world.api.put(path, lease('busy', world.now()))
  world.onSleep = () => world.api.put(path, lease('busy', world.now()))
  await expect(world.run('create', [configMap('a')])).rejects.toMatchObject({
    name: 'InstallerFailed',
    message: `Another run of the installer (request busy) holds ${title} and has not finished in time. Apply again when it has.`,
  })
  expect(world.api.get(pathOf('configmaps', 'a'))).toBeUndefined()
})

test('the lease is renewed while a run goes on', async () => {
  const world = createInstallerWorld()
  const ages: number[] = []
  world.api.lingering.set(pathOf('configmaps', 'a'), 30)
  await world.run('create', [configMap('a')])
  await world.run('delete', [configMap('a')])
  world.onSleep = () => ages.push(world.now() - Date.parse(textAt(world.api.get(path), 'spec', 'renewTime')))
  await world.run('create', [configMap('a')])
  expect(ages.length).toBeGreaterThan(20)
  expect(Math.max(...ages)).toBeLessThan(20_000)
})

test('a run whose lease was taken over stops', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  world.api.lingering.set(pathOf('configmaps', 'a'), 30)
  await world.run('delete', [configMap('a')])
  world.onSleep = () => {
    if (textAt(world.api.get(path), 'spec', 'holderIdentity') !== 'thief')
      world.api.put(path, lease('thief', world.now()))
  }
  await expect(world.run('create', [configMap('a')])).rejects.toMatchObject({
    name: 'InstallerFailed',
    message: `Another run of the installer has taken over ${title}. Apply again when it has finished.`,
  })
  expect(textAt(world.api.get(path), 'spec', 'holderIdentity')).toBe('thief')
})

test('a Lease that is not ours is not taken', async () => {
  const world = createInstallerWorld()
  world.api.put(path, { ...lease('x', 0), metadata: { name: 'eks-gpu-clusters-installer' } })
  await expect(world.run('create', [])).rejects.toThrow(
    `${title} exists without the label app.kubernetes.io/managed-by=eks-gpu-clusters, so it is not the installer's own. Delete it, then apply again.`,
  )
})

test('a lease that cannot be handed back does not spoil the result', async () => {
  const world = createInstallerWorld()
  world.api.interfere = ({ method, path: target }) => (method === 'PUT' && target === path ? 'refuse' : undefined)
  expect(await world.run('create', [configMap('a')])).toMatchObject({ ok: true })
})
