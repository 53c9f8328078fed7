import { expect, test } from 'vitest'
import { type FakeResponse, status } from './testing/fake-api.ts'
import { createInstallerWorld } from './testing/installer-world.ts'
import { configMap } from './testing/sample-objects.ts'

/** Answers the first `count` requests with `answer`. */
function failFirst(count: number, answer: FakeResponse | 'refuse') {
  let left = count
  return () => {
    left -= 1
    return left >= 0 ? answer : undefined
  }
}

test.each([
  ['403', status(403, 'Forbidden', 'no'), 15],
  ['401', status(401, 'Unauthorized', 'no'), 15],
  ['503', status(503, 'ServiceUnavailable', 'starting'), 8],
  ['500', status(500, 'InternalError', 'etcd leader changed'), 8],
  ['429', status(429, 'TooManyRequests', 'busy'), 8],
  ['no answer', 'refuse' as const, 8],
])('%s at first, then ok', async (_, answer, times) => {
  const world = createInstallerWorld()
  world.api.interfere = failFirst(times, answer)
  expect(await world.run('create', [configMap('a')])).toMatchObject({ ok: true, applied: 1 })
})

test.each([
  [
    status(403, 'Forbidden', 'leases is forbidden'),
    120,
    "Could not read Lease kube-system/eks-gpu-clusters-installer: the Kubernetes API answered for 120 seconds: 403 Forbidden: leases is forbidden. The installer's role needs its EKS access entry with the policy AmazonEKSClusterAdminPolicy.",
  ],
  [
    'refuse' as const,
    60,
    'Could not read Lease kube-system/eks-gpu-clusters-installer: the Kubernetes API at api.test did not answer for 60 seconds (connect ECONNREFUSED 10.0.0.1:443).',
  ],
  [
    status(429, 'TooManyRequests', 'busy'),
    60,
    'Could not read Lease kube-system/eks-gpu-clusters-installer: the Kubernetes API answered for 60 seconds: 429 TooManyRequests: busy.',
  ],
  [
    { status: 502, body: '<html>Bad\nGateway</html>' },
    60,
    'Could not read Lease kube-system/eks-gpu-clusters-installer: the Kubernetes API answered for 60 seconds: 502: <html>Bad Gateway</html>.',
  ],
])('gives up on %j after %d seconds', async (answer, seconds, message) => {
  const world = createInstallerWorld()
  const before = world.now()
  world.api.interfere = () => answer
  await expect(world.run('create', [])).rejects.toMatchObject({ name: 'InstallerFailed', message })
  expect((world.now() - before) / 1000).toBeGreaterThanOrEqual(seconds)
  expect((world.now() - before) / 1000).toBeLessThan(seconds + 10)
})

test.each([
  ['7', 7_000],
  ['Mon, 23 Nov 2026 12:00:09 GMT', 9_000],
])('Retry-After: %s is honoured', async (value, wait) => {
  const world = createInstallerWorld()
  const sleeps: number[] = []
  world.onSleep = (ms) => sleeps.push(ms)
  world.api.interfere = failFirst(1, { ...status(429, 'TooManyRequests', 'busy'), headers: { 'retry-after': value } })
  await world.run('create', [configMap('a')])
  expect(sleeps).toEqual([wait])
})

test('a Retry-After beyond our patience shortens nothing and lengthens nothing', async () => {
  const world = createInstallerWorld()
  const sleeps: number[] = []
  world.onSleep = (ms) => sleeps.push(ms)
  world.api.interfere = () => ({ ...status(429, 'TooManyRequests', 'busy'), headers: { 'retry-after': '3600' } })
  await expect(world.run('create', [])).rejects.toThrow('429 TooManyRequests: busy')
  expect(sleeps[0]).toBe(60_000)
})

test('a run ends at its own deadline, or before Lambda’s', async () => {
  for (const [remainingMs, seconds] of [
    [900_000, 600],
    [60_000, 45],
  ] as const) {
    const world = createInstallerWorld()
    const before = world.now()
    world.api.lingering.set('/api/v1/namespaces/kube-system/configmaps/a', 100_000)
    world.api.put('/api/v1/namespaces/kube-system/configmaps/a', {
      ...configMap('a'),
      metadata: { name: 'a', deletionTimestamp: 'now' },
    })
    await expect(world.run('create', [configMap('a')], { remainingMs })).rejects.toMatchObject({
      name: 'InstallerFailed',
      message: 'Could not read ConfigMap kube-system/a: the time of this run is over.',
    })
    expect((world.now() - before) / 1000).toBeGreaterThanOrEqual(seconds)
    expect((world.now() - before) / 1000).toBeLessThan(seconds + 5)
  }
})

test('every request carries a token, and a fresh one after 401', async () => {
  const world = createInstallerWorld()
  const tokens: string[] = []
  world.api.interfere = (request) => {
    tokens.push(request.authorization)
    return tokens.length <= 3 ? status(401, 'Unauthorized', 'expired') : undefined
  }
  await world.run('create', [])
  expect(tokens.every((token) => token.startsWith('Bearer k8s-aws-v1.'))).toBe(true)
  // The date in a token counts whole seconds; the third try comes after one and a half.
  expect(new Set(tokens.slice(2)).size).toBeGreaterThan(1)
  expect(tokens.at(-1)).not.toBe(tokens[0])
})
