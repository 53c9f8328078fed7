import { expect, test } from 'vitest'
import { parseJson, textAt, valueAt } from './json.ts'
import { status } from './testing/fake-api.ts'
import { createInstallerWorld, type InstallerWorld } from './testing/installer-world.ts'
import { autoscaler, configMap, devicePlugin, pathOf, roleBinding } from './testing/sample-objects.ts'

const inventoryPath = pathOf('configmaps', 'eks-gpu-clusters-inventory')
const leasePath = pathOf('leases', 'eks-gpu-clusters-installer')

function inventoryOf(world: InstallerWorld): unknown {
  return parseJson(textAt(world.api.get(inventoryPath), 'data', 'objects'))
}

function writes(world: InstallerWorld): readonly string[] {
  return world.api.requests.filter((line) => !line.startsWith('GET ') && !line.includes('/leases'))
}

test('applies a bundle with label, field manager and inventory, and hands the lease back', async () => {
  const world = createInstallerWorld()
  const result = await world.run('create', [devicePlugin(), configMap('a', { x: '1' })])
  expect(result).toEqual({ ok: true, applied: 2, pruned: [], notes: [] })

  const live = world.api.get(pathOf('configmaps', 'a'))
  expect(live).toMatchObject({
    data: { x: '1' },
    metadata: {
      labels: { 'app.kubernetes.io/managed-by': 'eks-gpu-clusters' },
      managedFields: [{ manager: 'eks-gpu-clusters', operation: 'Apply' }],
    },
  })
  expect(inventoryOf(world)).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'a', uid: textAt(live, 'metadata', 'uid') },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      namespace: 'kube-system',
      name: 'nvidia-device-plugin-daemonset',
      uid: textAt(world.api.get(pathOf('daemonsets', 'nvidia-device-plugin-daemonset')), 'metadata', 'uid'),
    },
  ])
  expect(world.api.get(inventoryPath)).toMatchObject({
    data: { digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'eks-gpu-clusters' } },
  })
  expect(valueAt(world.api.get(leasePath), 'spec', 'holderIdentity')).toBe('')
})

test('the intent is on record before the first object is created', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  expect(writes(world)).toEqual([
    'POST /api/v1/namespaces/kube-system/configmaps',
    `PATCH ${pathOf('configmaps', 'a')}`,
    `PUT ${inventoryPath}`,
  ])
})

test('the same bundle again changes nothing in the inventory', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  world.api.requests.length = 0
  await world.run('create', [configMap('a')])
  expect(writes(world)).toEqual([`PATCH ${pathOf('configmaps', 'a')}`])
})

test.each(['create', 'update'] as const)('%s applies what changed and deletes what is gone', async (action) => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a', { x: '1', y: '1' }), configMap('b')])
  const result = await world.run(action, [configMap('a', { x: '2' }), configMap('c')])
  expect(result).toEqual({ ok: true, applied: 2, pruned: ['ConfigMap kube-system/b'], notes: [] })
  expect(valueAt(world.api.get(pathOf('configmaps', 'a')), 'data')).toEqual({ x: '2' })
  expect(world.api.get(pathOf('configmaps', 'b'))).toBeUndefined()
  expect(inventoryOf(world)).toMatchObject([{ name: 'a' }, { name: 'c' }])
})

test('a digest that is not the environment’s is refused before anything is asked of the API', async () => {
  const world = createInstallerWorld()
  await expect(world.run('create', [configMap('a')], { environmentObjects: [] })).rejects.toMatchObject({
    name: 'InstallerRefused',
    message: expect.stringMatching(
      /^The bundle has the digest [0-9a-f]{64}, but this function installs only 4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945: bundle and function come from different applies\. Apply again\.$/,
    ),
  })
  expect(world.api.requests).toEqual([])
})

test('the digest is checked before the bundle is parsed', async () => {
  const world = createInstallerWorld()
  await expect(world.send({ bundle: 'no json', tf: { action: 'create' } })).rejects.toThrow(
    /^The bundle has the digest /,
  )
})

test('an object of somebody else is named, and nothing at all is changed', async () => {
  const world = createInstallerWorld()
  world.api.put(pathOf('configmaps', 'b'), { ...configMap('b', { theirs: 'yes' }) })
  await expect(world.run('create', [configMap('a'), configMap('b', { ours: 'yes' })])).rejects.toMatchObject({
    name: 'InstallerRefused',
    message:
      'ConfigMap kube-system/b exists already and was not made by this module (no label app.kubernetes.io/managed-by=eks-gpu-clusters, not in the inventory). Remove what installed it, or delete it, then apply again; to hand it over as it is, give it that label.',
  })
  expect(writes(world)).toEqual([])
  expect(valueAt(world.api.get(pathOf('configmaps', 'b')), 'data')).toEqual({ theirs: 'yes' })
})

test('an object that appears while we apply is not taken over, and what was made stays on record', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a'), configMap('b')])
  world.api.interfere = ({ method, path }) => {
    if (method === 'PATCH' && path.endsWith('/b')) {
      world.api.interfere = () => undefined
      world.api.delete(path)
      world.api.put(path, configMap('b', { theirs: 'yes' }))
    }
    return undefined
  }
  await expect(world.run('create', [configMap('a', { x: '1' }), configMap('b', { x: '1' })])).rejects.toThrow(
    /^ConfigMap kube-system\/b exists already and was not made by this module/,
  )
  expect(valueAt(world.api.get(pathOf('configmaps', 'b')), 'data')).toEqual({ theirs: 'yes' })
})

test('an object of ours that lost its label gets it back', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  const live = world.api.get(pathOf('configmaps', 'a'))
  world.api.put(pathOf('configmaps', 'a'), {
    ...configMap('a'),
    metadata: { ...(configMap('a')['metadata'] as object), uid: textAt(live, 'metadata', 'uid') },
  })
  await world.run('create', [configMap('a')])
  expect(valueAt(world.api.get(pathOf('configmaps', 'a')), 'metadata', 'labels')).toEqual({
    'app.kubernetes.io/managed-by': 'eks-gpu-clusters',
  })
})

test('labelled objects are taken over when the inventory is gone', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  world.api.delete(inventoryPath)
  await world.run('create', [configMap('a', { x: '2' })])
  expect(await world.run('delete', [configMap('a', { x: '2' })])).toMatchObject({ pruned: ['ConfigMap kube-system/a'] })
})

test('an inventory that is not ours is refused, one that was edited is an error', async () => {
  const world = createInstallerWorld()
  world.api.put(inventoryPath, configMap('eks-gpu-clusters-inventory'))
  await expect(world.run('create', [configMap('a')])).rejects.toMatchObject({
    name: 'InstallerRefused',
    message:
      "ConfigMap kube-system/eks-gpu-clusters-inventory exists without the label app.kubernetes.io/managed-by=eks-gpu-clusters, so it is not the installer's own. Delete or rename it, then apply again.",
  })
  world.api.delete(inventoryPath)
  await world.run('create', [configMap('a')])
  const inventory = world.api.get(inventoryPath) as { metadata: object }
  world.api.put(inventoryPath, { ...inventory, data: { objects: '[{"kind":1}]' } })
  await expect(world.run('create', [configMap('a')])).rejects.toMatchObject({
    name: 'InstallerFailed',
    message:
      'ConfigMap kube-system/eks-gpu-clusters-inventory cannot be read as an inventory; it has been changed by hand. Restore it, or delete it and apply again: objects of the present bundle are taken over by their label, others that an earlier bundle left stay behind.',
  })
})

test('half-way failure in a first apply: clear text, then the next apply completes', async () => {
  const world = createInstallerWorld()
  const objects = [configMap('a'), configMap('b'), configMap('c')]
  world.api.interfere = ({ method, path }) => (method === 'PATCH' && path.endsWith('/b') ? 'refuse' : undefined)
  await expect(world.run('create', objects)).rejects.toMatchObject({
    name: 'InstallerFailed',
    message:
      'Could not apply ConfigMap kube-system/b: the Kubernetes API at api.test did not answer for 60 seconds (connect ECONNREFUSED 10.0.0.1:443).',
  })
  world.api.interfere = () => undefined
  expect(await world.run('create', objects)).toEqual({ ok: true, applied: 3, pruned: [], notes: [] })
  expect(inventoryOf(world)).toMatchObject([{ name: 'a' }, { name: 'b' }, { name: 'c' }])
})

test('half-way failure in an update: the next one still knows what to delete', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('old'), configMap('a')])
  world.api.interfere = ({ method, path }) =>
    method === 'PATCH' && path.endsWith('/c') ? status(500, 'InternalError', 'etcd is full') : undefined
  await expect(world.run('create', [configMap('a'), configMap('b'), configMap('c')])).rejects.toMatchObject({
    message:
      'Could not apply ConfigMap kube-system/c: the Kubernetes API answered for 60 seconds: 500 InternalError: etcd is full.',
  })
  world.api.interfere = () => undefined
  // The next bundle has neither b, which was created, nor c, which was only meant to be.
  expect(await world.run('create', [configMap('a')])).toEqual({
    ok: true,
    applied: 1,
    pruned: ['ConfigMap kube-system/b', 'ConfigMap kube-system/old'],
    notes: [],
  })
})

test('a run killed between creating an object and recording it orphans nothing', async () => {
  const world = createInstallerWorld()
  world.api.interfere = ({ method, path }) => (method === 'PUT' && path === inventoryPath ? 'refuse' : undefined)
  await expect(world.run('create', [configMap('a')])).rejects.toThrow(/^Could not write the inventory/)
  expect(inventoryOf(world)).toMatchObject([{ name: 'a', uid: '' }])
  world.api.interfere = () => undefined
  expect(await world.run('create', [configMap('b')])).toMatchObject({ pruned: ['ConfigMap kube-system/a'] })
})

test('a namesake made by another, with our label, after such a kill is left alone', async () => {
  const world = createInstallerWorld()
  world.api.interfere = ({ method, path }) => (method === 'PATCH' && path.endsWith('/a') ? 'refuse' : undefined)
  await expect(world.run('create', [configMap('a')])).rejects.toThrow()
  world.api.interfere = () => undefined
  world.api.put(pathOf('configmaps', 'a'), {
    ...configMap('a'),
    metadata: {
      name: 'a',
      labels: { 'app.kubernetes.io/managed-by': 'eks-gpu-clusters' },
      managedFields: [{ manager: 'kubectl', operation: 'Update' }],
    },
  })
  expect(await world.run('create', [])).toMatchObject({
    pruned: [],
    notes: ['ConfigMap kube-system/a was left alone: it is not the one that the installer made.'],
  })
})

test('an answer that gets lost is found out', async () => {
  const world = createInstallerWorld()
  const lost = new Set<string>()
  world.api.interfere = ({ method, path }) => {
    if (method === 'GET' || lost.has(`${method} ${path}`)) return undefined
    lost.add(`${method} ${path}`)
    return 'lose'
  }
  expect(await world.run('create', [configMap('a')])).toMatchObject({ ok: true, applied: 1 })
  expect(await world.run('create', [configMap('b')])).toMatchObject({ ok: true, pruned: ['ConfigMap kube-system/a'] })
})

test('an object that is being deleted is waited for', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')])
  world.api.lingering.set(pathOf('configmaps', 'a'), 3)
  await world.run('delete', [configMap('a')])
  const before = world.now()
  expect(await world.run('create', [configMap('a')])).toMatchObject({ applied: 1 })
  expect(world.now() - before).toBeGreaterThanOrEqual(6_000)
  expect(textAt(world.api.get(pathOf('configmaps', 'a')), 'metadata', 'deletionTimestamp')).toBe('')
})

test('a field that Kubernetes does not change in place: our object is made anew', async () => {
  const world = createInstallerWorld()
  await world.run('create', [roleBinding('one')])
  expect(await world.run('create', [roleBinding('two')])).toEqual({
    ok: true,
    applied: 1,
    pruned: [],
    notes: [
      'RoleBinding kube-system/cluster-autoscaler was deleted and made anew, because Kubernetes does not change such a field in place: roleRef: Invalid value: cannot change roleRef',
    ],
  })
  expect(valueAt(world.api.get(pathOf('rolebindings', 'cluster-autoscaler')), 'roleRef', 'name')).toBe('two')
})

test('what the API finds invalid is an error at once', async () => {
  const world = createInstallerWorld()
  world.api.interfere = ({ method }) =>
    method === 'PATCH' ? status(422, 'Invalid', 'data: "x" is no good') : undefined
  const before = world.now()
  await expect(world.run('create', [configMap('a')])).rejects.toMatchObject({
    name: 'InstallerFailed',
    message: "Could not apply ConfigMap kube-system/a: the Kubernetes API answered 422 Invalid: data: 'x' is no good.",
  })
  expect(world.now()).toBe(before)
})

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'servicemonitors.monitoring.coreos.com' },
  spec: {
    group: 'monitoring.coreos.com',
    scope: 'Namespaced',
    names: { kind: 'ServiceMonitor', plural: 'servicemonitors' },
    versions: [{ name: 'v1', served: true }],
  },
}
const monitor = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'ServiceMonitor',
  metadata: { name: 'm', namespace: 'kube-system' },
}

test('after a CustomResourceDefinition it waits until the kind is served', async () => {
  const world = createInstallerWorld()
  world.api.readsUntilServed = 3
  expect(await world.run('create', [monitor, definition])).toMatchObject({ applied: 2 })
  expect(world.api.get('/apis/monitoring.coreos.com/v1/namespaces/kube-system/servicemonitors/m')).toBeDefined()
})

test('an object of a kind that nobody serves is refused', async () => {
  const world = createInstallerWorld()
  await expect(world.run('create', [monitor])).rejects.toMatchObject({
    name: 'InstallerRefused',
    message:
      'The bundle has ServiceMonitor kube-system/m of monitoring.coreos.com/v1, which this cluster does not serve, and no CustomResourceDefinition for it.',
  })
})

test.each([
  [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }, 'The bundle has ConfigMap a without a namespace.'],
  [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', namespace: 'b' } },
    'The bundle has Namespace b/a with a namespace, which its kind does not have.',
  ],
])('refuses a wrong scope: %j', async (object, message) => {
  const world = createInstallerWorld()
  await expect(world.run('create', [object])).rejects.toMatchObject({ name: 'InstallerRefused', message })
})

test('a DaemonSet that is not ready is noted, not waited for', async () => {
  const world = createInstallerWorld()
  const path = pathOf('daemonsets', 'nvidia-device-plugin-daemonset')
  await world.run('create', [devicePlugin()])
  world.api.put(path, { ...(world.api.get(path) as object), status: { desiredNumberScheduled: 2, numberReady: 1 } })
  expect(await world.run('create', [devicePlugin()])).toMatchObject({
    notes: [
      'DaemonSet kube-system/nvidia-device-plugin-daemonset: 1 of 2 pods are ready so far; they are not waited for.',
    ],
  })
})

test('a dropped Namespace stays, with what others have put into it', async () => {
  const world = createInstallerWorld()
  await world.run('create', [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gpu' } }])
  expect(await world.run('create', [])).toMatchObject({
    pruned: [],
    notes: ["Namespace gpu was left alone: others' objects would be deleted with it."],
  })
  expect(world.api.get('/api/v1/namespaces/gpu')).toBeDefined()
})

test('when a dropped object cannot be deleted the apply fails, and the next one tries again', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a'), configMap('b')])
  world.api.interfere = ({ method }) =>
    method === 'DELETE' ? status(400, 'BadRequest', 'a webhook says no') : undefined
  await expect(world.run('create', [configMap('a')])).rejects.toMatchObject({
    name: 'InstallerFailed',
    message:
      'The bundle is applied, but not all that it no longer contains could be deleted: Could not delete ConfigMap kube-system/b: the Kubernetes API answered 400 BadRequest: a webhook says no. The next apply tries again.',
  })
  world.api.interfere = () => undefined
  expect(await world.run('create', [configMap('a')])).toMatchObject({ pruned: ['ConfigMap kube-system/b'] })
})

test('the autoscaler of the bundle is restarted by an annotation that the next apply leaves alone', async () => {
  const world = createInstallerWorld()
  world.api.podsWithoutCredentials = 1
  expect(await world.run('create', [autoscaler()])).toMatchObject({
    notes: [
      'Deployment kube-system/cluster-autoscaler was restarted once, so that its pods are admitted with Pod Identity credentials.',
    ],
  })
  const annotation = ['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'] as const
  const path = pathOf('deployments', 'cluster-autoscaler')
  const at = textAt(world.api.get(path), ...annotation)
  expect(at).toMatch(/^2026-11-23T/)
  const pods = world.api.paths().filter((name) => name.includes('/pods/'))
  expect(await world.run('create', [autoscaler()])).toMatchObject({ notes: [] })
  expect(textAt(world.api.get(path), ...annotation)).toBe(at)
  expect(world.api.paths().filter((name) => name.includes('/pods/'))).toEqual(pods)
})
