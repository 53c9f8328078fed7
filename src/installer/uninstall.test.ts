import { expect, test } from 'vitest'
import { status } from './testing/fake-api.ts'
import { createInstallerWorld } from './testing/installer-world.ts'
import { autoscaler, configMap, pathOf } from './testing/sample-objects.ts'

const a = pathOf('configmaps', 'a')
const ownLabel = { 'app.kubernetes.io/managed-by': 'eks-gpu-clusters' }

test('a delete with the current digest deletes our objects, the inventory and the lease', async () => {
  const world = createInstallerWorld()
  const before = world.api.paths()
  const objects = [configMap('a'), autoscaler()]
  await world.run('create', objects)
  expect(await world.run('delete', objects)).toEqual({
    ok: true,
    applied: 0,
    pruned: ['Deployment kube-system/cluster-autoscaler', 'ConfigMap kube-system/a'],
    notes: [],
  })
  expect(world.api.paths()).toEqual(before)
})

test('a delete with an old digest does nothing, without a word to the API', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  world.api.requests.length = 0
  expect(await world.run('delete', [configMap('old')], { environmentObjects: [configMap('a')] })).toEqual({
    ok: true,
    applied: 0,
    pruned: [],
    notes: ['Nothing to do: this bundle has been replaced by another.'],
  })
  expect(world.api.requests).toEqual([])
})

test.each([
  [
    'another UID',
    () => ({ ...configMap('a'), metadata: { name: 'a', labels: ownLabel } }),
    'it is not the one that the installer made',
  ],
  ['another UID and no label', () => configMap('a'), 'it is not the one that the installer made'],
])('a namesake with %s is left alone and named', async (_, object, why) => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  world.api.delete(a)
  world.api.put(a, object())
  expect(await world.run('delete', [configMap('a')])).toMatchObject({
    pruned: [],
    notes: [`ConfigMap kube-system/a was left alone: ${why}.`],
  })
  expect(world.api.get(a)).toBeDefined()
})

test('an object that lost our label is left alone and named', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  world.api.put(a, configMap('a'))
  expect(await world.run('delete', [configMap('a')])).toMatchObject({
    pruned: [],
    notes: ["ConfigMap kube-system/a was left alone: it no longer has the installer's label."],
  })
  expect(world.api.get(a)).toBeDefined()
})

test.each([
  ['Secret', 'v1', 'it is of a kind that the installer does not handle'],
  ['Pod', 'v1', 'it is of a kind that the installer does not handle'],
])('an inventory entry of kind %s is never deleted', async (kind, apiVersion, why) => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  const path = pathOf('configmaps', 'eks-gpu-clusters-inventory')
  const inventory = world.api.get(path) as object
  const objects = JSON.stringify([{ apiVersion, kind, namespace: 'kube-system', name: 'x', uid: 'u' }])
  world.api.put(path, { ...inventory, data: { digest: '', objects } })
  expect(await world.run('delete', [configMap('a')])).toMatchObject({
    notes: [`${kind} kube-system/x was left alone: ${why}.`],
  })
})

test('an object replaced between our look and our delete survives', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  world.api.interfere = ({ method, path }) => {
    if (method === 'DELETE' && path === a) {
      world.api.delete(a)
      world.api.put(a, configMap('a', { theirs: 'yes' }))
    }
    return undefined
  }
  expect(await world.run('delete', [configMap('a')])).toMatchObject({
    notes: ['ConfigMap kube-system/a was left alone: it was replaced by another meanwhile.'],
  })
  expect(world.api.get(a)).toMatchObject({ data: { theirs: 'yes' } })
})

test('deletes go on in the background, by UID', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  let body: unknown
  world.api.interfere = (request) => {
    if (request.method === 'DELETE' && request.path === a) body = request.body
    return undefined
  }
  await world.run('delete', [configMap('a')])
  expect(body).toEqual({
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: 'Background',
    preconditions: { uid: expect.stringMatching(/^uid-/) },
  })
})

test('without an inventory there is nothing to delete', async () => {
  const world = createInstallerWorld()
  world.api.put(a, { ...configMap('a'), metadata: { name: 'a', labels: ownLabel } })
  expect(await world.run('delete', [configMap('a')])).toEqual({
    ok: true,
    applied: 0,
    pruned: [],
    notes: ['There is no inventory: nothing was installed, or it is gone already.'],
  })
  expect(world.api.get(a)).toBeDefined()
})

test('a dead API never blocks a destroy: ok with a note after two minutes', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  world.api.interfere = () => 'refuse'
  const before = world.now()
  expect(await world.run('delete', [configMap('a')])).toEqual({
    ok: true,
    applied: 0,
    pruned: [],
    notes: [
      'Nothing more was deleted in the cluster. Could not read Lease kube-system/eks-gpu-clusters-installer: the Kubernetes API at api.test did not answer for 120 seconds (connect ECONNREFUSED 10.0.0.1:443).',
    ],
  })
  expect((world.now() - before) / 1000).toBe(120)
})

test('nor does one that takes connections and never answers', async () => {
  const world = createInstallerWorld()
  world.api.interfere = () => 'hang'
  const before = world.now()
  expect(await world.run('delete', [configMap('a')])).toMatchObject({
    ok: true,
    notes: [expect.stringMatching(/did not answer for 12\d seconds \(no answer within [\d.]+ seconds\)\.$/)],
  })
  expect((world.now() - before) / 1000).toBeLessThanOrEqual(122)
})

test('an API that dies in the middle of a destroy does not block it either', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a'), configMap('b')])
  world.api.interfere = ({ method }) => {
    if (method !== 'DELETE') return undefined
    world.api.interfere = () => 'refuse'
    return 'refuse'
  }
  const before = world.now()
  expect(await world.run('delete', [configMap('a'), configMap('b')])).toMatchObject({
    ok: true,
    notes: [
      expect.stringMatching(/^Nothing more was deleted in the cluster\. Could not .* did not answer for 120 seconds/),
    ],
  })
  expect((world.now() - before) / 1000).toBeLessThanOrEqual(130)
})

test('a gateway without an API behind it counts as dead, an API that refuses does not', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  world.api.interfere = () => status(503, 'ServiceUnavailable', 'no backend')
  expect(await world.run('delete', [configMap('a')])).toMatchObject({ ok: true })
  world.api.interfere = () => status(401, 'Unauthorized', 'Unauthorized')
  await expect(world.run('delete', [configMap('a')])).rejects.toMatchObject({
    name: 'InstallerFailed',
    message:
      "Could not read Lease kube-system/eks-gpu-clusters-installer: the Kubernetes API answered for 120 seconds: 401 Unauthorized: Unauthorized. The installer's role needs its EKS access entry with the policy AmazonEKSClusterAdminPolicy.",
  })
})

test('what cannot be deleted stays in the inventory for the next destroy', async () => {
  const world = createInstallerWorld()
  const objects = [configMap('a'), configMap('b')]
  await world.run('create', objects)
  world.api.interfere = ({ method, path }) =>
    method === 'DELETE' && path === a ? status(400, 'BadRequest', 'a webhook says no') : undefined
  await expect(world.run('delete', objects)).rejects.toMatchObject({
    message:
      'Not everything could be deleted: Could not delete ConfigMap kube-system/a: the Kubernetes API answered 400 BadRequest: a webhook says no. Run destroy again.',
  })
  expect(world.api.get(pathOf('configmaps', 'b'))).toBeUndefined()
  world.api.interfere = () => undefined
  expect(await world.run('delete', objects)).toMatchObject({ pruned: ['ConfigMap kube-system/a'] })
})
