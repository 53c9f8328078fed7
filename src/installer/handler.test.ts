import { expect, test } from 'vitest'
import { createHandler } from './handler.ts'
import { status } from './testing/fake-api.ts'
import { createInstallerWorld } from './testing/installer-world.ts'
import { autoscaler, configMap } from './testing/sample-objects.ts'

test('a payload that names an endpoint is refused, and nothing is asked of any API', async () => {
  const world = createInstallerWorld()
  await expect(
    world.send({ bundle: '[]', tf: { action: 'create' }, endpoint: 'https://evil.example' }),
  ).rejects.toMatchObject({
    name: 'InstallerRefused',
    message: expect.stringMatching(/^The payload has endpoint, which the installer does not take/),
  })
  expect(world.api.requests).toEqual([])
})

test('errors read well in Terraform: one line, no quotes, no stack', async () => {
  const world = createInstallerWorld()
  world.api.interfere = () => status(400, 'BadRequest', 'the "thing"\n\n  is wrong')
  const error = await world.run('create', []).catch((caught: unknown) => caught)
  expect(error).toMatchObject({
    name: 'InstallerFailed',
    message:
      "Could not read Lease kube-system/eks-gpu-clusters-installer: the Kubernetes API answered 400 BadRequest: the 'thing' is wrong.",
    stack: '',
  })
})

test('every line of the log is JSON with time, request and step', async () => {
  const world = createInstallerWorld()
  await world.run('create', [configMap('a')], { requestId: 'r1' })
  expect(world.lines.map((line) => JSON.parse(line))).toEqual([
    { time: '2026-11-23T12:00:00.000Z', requestId: 'r1', step: 'start', action: 'create', cluster: 'prod' },
    expect.objectContaining({ step: 'lease', held: true }),
    expect.objectContaining({ step: 'inventory', objects: 1, pending: 1 }),
    expect.objectContaining({ step: 'apply', object: 'ConfigMap kube-system/a', outcome: 'created' }),
    expect.objectContaining({ step: 'inventory', objects: 1, pending: 0 }),
    expect.objectContaining({ step: 'end', ok: true, applied: 1, pruned: [], notes: [] }),
  ])
})

test('neither log nor error shows a token or a credential, even when the API repeats them', async () => {
  const world = createInstallerWorld()
  const tokens: string[] = []
  world.api.interfere = (request) => {
    const token = request.authorization.slice('Bearer '.length)
    tokens.push(token)
    const url = Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8')
    return status(403, 'Forbidden', `token ${token} of ${url}, key secret-access-key, session session-token`)
  }
  const error = await world.run('create', []).catch((caught: unknown) => caught)
  const told = `${world.lines.join('\n')}\n${String(error)}\n${JSON.stringify(error)}`
  expect(tokens.length).toBeGreaterThan(3)
  for (const secret of [...tokens, 'secret-access-key', 'session-token']) expect(told).not.toContain(secret)
  expect(told).not.toMatch(/X-Amz-Signature=[0-9a-f]/)
  expect(told).toContain('[redacted]')
})

test('an incomplete environment is named', async () => {
  const world = createInstallerWorld()
  await expect(
    world.send({ action: 'status' }, { environment: { CLUSTER_ENDPOINT: undefined, BUNDLE_DIGEST: '' } }),
  ).rejects.toMatchObject({
    name: 'InstallerRefused',
    message: "The installer's environment lacks CLUSTER_ENDPOINT, BUNDLE_DIGEST.",
  })
})

test('a defect of ours is told as one, with its stack in the log only', async () => {
  const lines: string[] = []
  const handler = createHandler({
    environment: {
      CLUSTER_NAME: 'prod',
      CLUSTER_ENDPOINT: 'https://api.test',
      CLUSTER_CA: Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64'),
      BUNDLE_DIGEST: '0'.repeat(64),
      AWS_REGION: 'us-east-1',
    },
    clock: { now: () => 0, sleep: async () => undefined },
    write: (line) => lines.push(line),
    openTransport: () => {
      throw new TypeError('x is not a function')
    },
  })
  await expect(handler({ action: 'status' })).rejects.toMatchObject({
    name: 'InstallerFailed',
    message: 'The installer has a defect: x is not a function.',
    stack: '',
  })
  expect(lines.join('')).toContain('TypeError: x is not a function')
})

test('the whole life of a cluster: install, update, the delete that the update brings, destroy', async () => {
  const world = createInstallerWorld()
  const clean = world.api.paths()
  const one = [configMap('a'), configMap('b'), autoscaler('autoscaler:1')]
  const two = [configMap('a'), autoscaler('autoscaler:2')]
  await world.run('create', one)
  await world.run('create', two)
  expect(await world.run('delete', one, { environmentObjects: two })).toMatchObject({ pruned: [] })
  expect(world.api.get('/api/v1/namespaces/kube-system/configmaps/a')).toBeDefined()
  await world.run('delete', two)
  expect(world.api.paths()).toEqual(clean)
})
