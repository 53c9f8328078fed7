import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { findDestroyBlockers } from './destroy-blockers.ts'
import { answersAt } from './endpoint-reach.ts'
import { readStatusThroughInstaller } from './installer-status.ts'
import { kubeconfigFor } from './kubeconfig.ts'
import type { Kubectl } from './kubectl.ts'
import { readStatusThroughKubectl } from './kubectl-status.ts'
import { type Expectation, verify } from './verification.ts'
import { answerCommands, verifyCommands } from './verify-commands.ts'

/** A kubectl whose answers are looked up by its arguments without options. */
function fakeKubectl(answers: Readonly<Record<string, unknown>>): Kubectl {
  const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-kubectl-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const program = join(folder, 'kubectl')
  writeFileSync(
    program,
    `#!${process.execPath}
const key = process.argv.slice(2).join(' ').replace(/--kubeconfig \\S+ --request-timeout=\\S+ /, '').replace(/ ?(--ignore-not-found|--all-namespaces|-o json|--tail=20)/g, '')
const answers = ${JSON.stringify(answers)}
if (!(key in answers)) { process.stderr.write('Error: no answer to ' + key + '\\n'); process.exit(1) }
process.stdout.write(typeof answers[key] === 'string' ? answers[key] : JSON.stringify(answers[key]))`,
  )
  chmodSync(program, 0o755)
  return { program, kubeconfig: '/k', env: { PATH: '/usr/bin' } }
}

const node = (name: string, group: string, gpus: number, ready = 'True') => ({
  metadata: { name, labels: { 'eks.amazonaws.com/nodegroup': group, 'node.kubernetes.io/instance-type': 'g5.xlarge' } },
  status: {
    conditions: [{ type: 'Ready', status: ready }],
    capacity: { 'nvidia.com/gpu': String(gpus) },
    allocatable: { 'nvidia.com/gpu': String(gpus), 'nvidia.com/mig-1g.5gb': '2', cpu: '4' },
  },
})

const answers = {
  'get nodes': { items: [node('b', 'inference', 1), node('a', 'inference', 0, 'False')] },
  'get -n kube-system daemonsets -l name=nvidia-device-plugin-ds': {
    items: [
      { status: { desiredNumberScheduled: 2, numberReady: 1 } },
      { status: { desiredNumberScheduled: 3, numberReady: 3 } },
    ],
  },
  'get -n kube-system deployment cluster-autoscaler': { spec: { replicas: 1 }, status: { availableReplicas: 1 } },
  'get -n kube-system pods -l app=cluster-autoscaler': {
    items: [{ spec: { containers: [{ env: [{ name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI' }] }] } }],
  },
  '-n kube-system logs -l app=cluster-autoscaler': 'one\ntwo\n',
}

describe('readStatusThroughKubectl', () => {
  test('reads nodes, device plugin and autoscaler', async () => {
    expect(await readStatusThroughKubectl(fakeKubectl(answers), 'ai')).toEqual({
      status: {
        cluster: 'ai',
        nodes: [
          {
            name: 'a',
            nodeGroup: 'inference',
            ready: false,
            gpusCapacity: 0,
            gpusAllocatable: 2,
            instanceType: 'g5.xlarge',
          },
          {
            name: 'b',
            nodeGroup: 'inference',
            ready: true,
            gpusCapacity: 1,
            gpusAllocatable: 3,
            instanceType: 'g5.xlarge',
          },
        ],
        devicePlugin: { desired: 5, ready: 4 },
        autoscaler: { desired: 1, available: 1, log: ['one', 'two'], credentials: true },
      },
    })
  })

  test('says null for what is not there, and gives kubectl its last word', async () => {
    const empty = Object.fromEntries(
      Object.keys(answers).map((key) => [
        key,
        key.includes('pods') || key.includes('daemonsets') || key === 'get nodes' ? { items: [] } : '',
      ]),
    )
    expect(await readStatusThroughKubectl(fakeKubectl(empty), 'ai')).toEqual({
      status: { cluster: 'ai', nodes: [], devicePlugin: null, autoscaler: null },
    })
    expect(await readStatusThroughKubectl(fakeKubectl({}), 'ai')).toEqual({ failed: 'Error: no answer to get nodes' })
    expect(await readStatusThroughKubectl(fakeKubectl({ 'get nodes': '{"items":3}' }), 'ai')).toEqual({
      failed: 'kubectl get nodes answered in an unknown form',
    })
  })
})

describe('readStatusThroughInstaller', () => {
  const ask = async (headers: Record<string, string>, body: unknown) => {
    const seen: { url: string; body: string }[] = []
    const server = createServer((request: IncomingMessage, response) => {
      let text = ''
      request.on('data', (chunk) => {
        text += chunk
      })
      request.on('end', () => {
        seen.push({ url: request.url ?? '', body: text })
        response.writeHead(200, headers).end(JSON.stringify(body))
      })
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    onTestFinished(() => void server.close())
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const answer = await readStatusThroughInstaller('ai-installer', {
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    })
    return { answer, seen }
  }

  test('invokes the function with the action alone', async () => {
    const status = { cluster: 'ai', nodes: [], devicePlugin: null, autoscaler: null }
    const { answer, seen } = await ask({}, status)
    expect(answer).toEqual({ status })
    expect(seen).toEqual([{ url: '/2015-03-31/functions/ai-installer/invocations', body: '{"action":"status"}' }])
  })

  test('gives the error of the function', async () => {
    const { answer } = await ask({ 'x-amz-function-error': 'Unhandled' }, { errorMessage: 'The API does not answer.' })
    expect(answer).toEqual({ failed: 'The API does not answer.' })
    expect((await ask({}, { hello: 1 })).answer).toEqual({
      failed: 'the function ai-installer answered in an unknown form',
    })
  })
})

describe('verify', () => {
  const expected: Expectation = {
    installed: true,
    autoscaler: true,
    nodeGroups: [
      { label: 'inference', name: 'inference-1', desired: 2, gpusPerNode: 1 },
      { label: 'system', name: 'system-1', desired: 1, gpusPerNode: 0 },
    ],
  }
  const at = (name: string, nodeGroup: string, ready: boolean, gpusAllocatable: number) => ({
    name,
    nodeGroup,
    ready,
    gpusCapacity: gpusAllocatable,
    gpusAllocatable,
    instanceType: 'g5.xlarge',
  })
  const autoscaler = { desired: 1, available: 1, log: [], credentials: true }
  const whole = {
    cluster: 'ai',
    nodes: [
      at('a', 'inference-1', true, 1),
      at('b', 'inference-1', true, 1),
      at('c', 'inference-1', true, 1),
      at('s', 'system-1', true, 0),
    ],
    devicePlugin: { desired: 3, ready: 3 },
    autoscaler,
  }

  test('holds when everything is there, or more', () => {
    const checks = verify(expected, whole)
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
    expect(checks.map(({ subject, group, found, wanted }) => [subject, group, found, wanted])).toEqual([
      ['nodes', 'inference', 3, 2],
      ['nodes', 'system', 1, 1],
      ['gpus', 'inference', 3, 2],
      ['device-plugin', undefined, 3, 3],
      ['autoscaler', undefined, 1, 1],
    ])
  })

  test('names what is wrong', () => {
    const checks = verify(expected, {
      cluster: 'ai',
      nodes: [at('a', 'inference-1', true, 0), at('b', 'inference-1', false, 0), at('s', 'system-1', true, 0)],
      devicePlugin: null,
      autoscaler: { ...autoscaler, credentials: false },
    })
    expect(checks.filter(({ ok }) => !ok).map(({ subject, note }) => [subject, note])).toEqual([
      ['nodes', 'not ready: b'],
      ['gpus', 'none on a, b'],
      ['device-plugin', 'DaemonSet kube-system/nvidia-device-plugin-daemonset is missing'],
      ['autoscaler', 'its pods have no Pod Identity credentials'],
    ])
  })

  test('leaves out what the module did not install', () => {
    const checks = verify({ ...expected, installed: false }, { ...whole, devicePlugin: null, autoscaler: null })
    expect(checks.every(({ ok }) => ok)).toBe(true)
  })
})

test('answerCommands runs the six commands as they are written', async () => {
  const commands = verifyCommands({ name: 'ai', region: 'us-east-1' })
  expect(commands.map(({ command }) => command)).toEqual([
    'aws eks update-kubeconfig --name ai --region us-east-1',
    'kubectl get nodes -l nvidia.com/gpu=true',
    'kubectl describe nodes | grep -A5 "Allocatable:" | grep nvidia',
    'kubectl get pods -n kube-system -l name=nvidia-device-plugin-ds',
    'kubectl logs -n kube-system -l name=nvidia-device-plugin-ds',
    'kubectl logs -n kube-system -l app=cluster-autoscaler',
  ])
  const describeNodes =
    'Capacity:\n  nvidia.com/gpu: 9\nAllocatable:\n  cpu: 4\n  nvidia.com/gpu: 1\n  c\n  d\n  e\n  nvidia.com/late: 1\n'
  const answered = await answerCommands(
    commands.slice(0, 3),
    fakeKubectl({ 'get nodes -l nvidia.com/gpu=true': 'NAME', 'describe nodes': describeNodes }),
  )
  expect(answered.map(({ answer }) => answer?.stdout)).toEqual([undefined, 'NAME', '  nvidia.com/gpu: 1'])
  expect(await answerCommands(commands.slice(1, 2), undefined)).toEqual([
    { command: 'kubectl get nodes -l nvidia.com/gpu=true' },
  ])
})

test('findDestroyBlockers names load balancers, ingresses and volumes', async () => {
  const item = (name: string, spec: unknown) => ({ metadata: { name, namespace: 'ml' }, spec })
  expect(
    await findDestroyBlockers(
      fakeKubectl({
        'get services': { items: [item('web', { type: 'LoadBalancer' }), item('inner', { type: 'ClusterIP' })] },
        'get persistentvolumeclaims': { items: [item('data', { volumeName: 'pv-1' }), item('pending', {})] },
      }),
    ),
  ).toEqual([
    { kind: 'load-balancer-service', name: 'ml/web' },
    { kind: 'volume-claim', name: 'ml/data' },
  ])
})

test('answersAt tells an open port from a closed one', async () => {
  const server = createTcpServer()
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  expect(await answersAt(`https://127.0.0.1:${port}`)).toBe(true)
  await new Promise((done) => server.close(done))
  expect(await answersAt(`https://127.0.0.1:${port}`)).toBe(false)
  expect(await answersAt('not a url')).toBe(false)
})

test('kubeconfigFor logs in through the AWS CLI', () => {
  const text = kubeconfigFor({ name: 'ai', region: 'eu-west-1', endpoint: 'https://x', certificateAuthority: 'Q0E=' })
  expect(parse(text)).toMatchObject({
    'current-context': 'ai',
    clusters: [{ cluster: { server: 'https://x', 'certificate-authority-data': 'Q0E=' } }],
    users: [
      {
        user: {
          exec: {
            command: 'aws',
            args: ['--region', 'eu-west-1', 'eks', 'get-token', '--cluster-name', 'ai', '--output', 'json'],
          },
        },
      },
    ],
  })
})
