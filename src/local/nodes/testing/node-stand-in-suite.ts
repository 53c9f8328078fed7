import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listAt, objectAt, textAt, valueAt } from '../../../read/kubernetes/json.ts'
import type { LocalInstance, LocalNodeGroup } from '../../instance.ts'
import { type KubernetesClient, openKubernetesClient } from '../../kubernetes/client.ts'
import type { ControlPlane, EksGate } from '../../kubernetes/control-plane.ts'
import { type NodeStandIn, startNodeStandIn } from '../start-node-stand-in.ts'

const gpuTaint = { key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' } as const
const gpuToleration = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }

const group = (name: string, more: Partial<LocalNodeGroup> = {}): LocalNodeGroup => ({
  clusterName: 'nodes',
  name,
  amiType: 'AL2023_x86_64_STANDARD',
  capacityType: 'ON_DEMAND',
  kubernetesVersion: '1.36',
  releaseVersion: '1.36.1-20261003',
  labels: {},
  taints: [],
  userData: '',
  efaInterfaces: 0,
  imageId: 'ami-0123456789abcdef0',
  ...more,
})
const gpuLabels = { 'nvidia.com/gpu': 'true', 'nvidia.com/gpu.present': 'true' }
const gpuGroup = group('gpu', {
  amiType: 'AL2023_x86_64_NVIDIA',
  labels: gpuLabels,
  taints: [gpuTaint],
  efaInterfaces: 1,
})
const bareGroup = group('bare', { labels: gpuLabels, taints: [gpuTaint] })

const instance = (host: number, nodeGroup: LocalNodeGroup, instanceType: string): LocalInstance => ({
  instanceId: `i-0${host}`,
  instanceType,
  region: 'us-east-1',
  availabilityZone: 'us-east-1a',
  subnetId: 'subnet-1',
  privateIpAddress: `10.0.1.${host}`,
  privateDnsName: `ip-10-0-1-${host}.ec2.internal`,
  nodeGroup,
})

const systemNode = 'ip-10-0-1-10.ec2.internal'
const gpuNode = 'ip-10-0-1-11.ec2.internal'
const bareNode = 'ip-10-0-1-12.ec2.internal'

/** What nodes and their pods do, whatever the control plane. */
export function describeNodeStandIn(name: string, start: (gate: EksGate) => Promise<ControlPlane>): void {
  describe(`nodes on the ${name} control plane`, { timeout: 60_000 }, () => {
    let plane: ControlPlane
    let client: KubernetesClient
    let nodes: NodeStandIn | undefined
    let instances: readonly LocalInstance[] = [
      instance(10, group('system'), 'm7i.large'),
      instance(11, gpuGroup, 'g5.12xlarge'),
      instance(12, bareGroup, 'g5.xlarge'),
      instance(
        13,
        group('lost', { amiType: 'CUSTOM', userData: '[settings.kubernetes]\ncluster-name = "other"\n' }),
        'm7i.large',
      ),
    ]
    let cni = false
    const said: string[] = []

    const startNodes = (): NodeStandIn =>
      startNodeStandIn({
        plane,
        clusterName: 'nodes',
        instances: async () => instances,
        cniReady: () => cni,
        say: (line) => said.push(line),
        everyMs: 100,
      })

    beforeAll(async () => {
      plane = await start({
        authenticate: async () => ({ refused: 'nobody has a token here' }),
        authorize: async () => 'no-opinion',
        admitPod: async (pod) => pod,
        containerLog: async (of) => nodes?.containerLog(of),
      })
      client = openKubernetesClient(plane)
      nodes = startNodes()
    }, 120_000)

    afterAll(async () => {
      await nodes?.stop()
      client?.close()
      await plane?.stop()
    })

    const read = async (path: string): Promise<unknown> => (await client.send('GET', path)).body
    const node = (of: string): Promise<unknown> => read(`/api/v1/nodes/${of}`)
    const create = async (path: string, object: object): Promise<void> => {
      expect(await client.send('POST', path, object)).toMatchObject({ status: 201 })
    }
    const ready = (object: unknown): string | undefined => {
      const conditions = listAt(object, 'status', 'conditions')
      const condition = conditions.find((entry) => textAt(entry, 'type') === 'Ready')
      return condition === undefined ? undefined : `${textAt(condition, 'status')} ${textAt(condition, 'reason')}`
    }
    const podsOf = async (namespace: string, label: string): Promise<readonly unknown[]> =>
      listAt(await read(`/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(label)}`), 'items')

    test('instances register, and wait for a network plugin', async () => {
      await eventually(async () => {
        const names = listAt(await read('/api/v1/nodes'), 'items').map((item) => textAt(item, 'metadata', 'name'))
        expect(names).toEqual([systemNode, gpuNode, bareNode])
      })
      const registered = await node(gpuNode)
      expect(ready(registered)).toBe('False KubeletNotReady')
      const keys = listAt(registered, 'spec', 'taints').map((taint) => textAt(taint, 'key'))
      expect(keys).toEqual(expect.arrayContaining(['node.kubernetes.io/not-ready', 'nvidia.com/gpu']))
      expect(textAt(registered, 'spec', 'providerID')).toBe('aws:///us-east-1a/i-011')
      expect(said).toContain(
        'i-013 of node group lost does not join the cluster: its user data names cluster "other", not "nodes"',
      )
    })

    test('with one they are ready, and their lease is kept', async () => {
      cni = true
      await eventually(async () => {
        for (const name of [systemNode, gpuNode, bareNode]) {
          const object = await node(name)
          expect(ready(object)).toBe('True KubeletReady')
          const keys = listAt(object, 'spec', 'taints').map((taint) => textAt(taint, 'key'))
          expect(keys).not.toContain('node.kubernetes.io/not-ready')
        }
      })
      const lease = await read(`/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${gpuNode}`)
      expect(objectAt(lease, 'spec')).toMatchObject({ holderIdentity: gpuNode, leaseDurationSeconds: 40 })
    })

    test('the device plugin makes GPUs allocatable, where the image has a driver', async () => {
      await create('/apis/apps/v1/namespaces/kube-system/daemonsets', {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata: { name: 'nvidia-device-plugin-daemonset' },
        spec: {
          selector: { matchLabels: { name: 'nvidia-device-plugin-ds' } },
          template: {
            metadata: { labels: { name: 'nvidia-device-plugin-ds' } },
            spec: {
              nodeSelector: { 'nvidia.com/gpu.present': 'true' },
              tolerations: [gpuToleration],
              containers: [{ name: 'nvidia-device-plugin-ctr', image: 'nvcr.io/nvidia/k8s-device-plugin:v0.20.0' }],
            },
          },
        },
      })
      await eventually(async () => {
        expect(valueAt(await node(gpuNode), 'status', 'allocatable', 'nvidia.com/gpu')).toBe('4')
      })
      await eventually(async () => {
        const plugins = await podsOf('kube-system', 'name=nvidia-device-plugin-ds')
        const states = plugins.map((pod) => {
          const [status] = listAt(pod, 'status', 'containerStatuses')
          return `${textAt(pod, 'spec', 'nodeName')} ${textAt(status, 'state', 'waiting', 'reason') ?? 'runs'}`
        })
        expect(states.sort()).toEqual([`${gpuNode} runs`, `${bareNode} CrashLoopBackOff`])
      })
      expect(valueAt(await node(bareNode), 'status', 'allocatable', 'nvidia.com/gpu')).toBeUndefined()
    })

    test('the EFA device plugin makes interfaces allocatable, where the instance has any', async () => {
      await create('/apis/apps/v1/namespaces/kube-system/daemonsets', {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata: { name: 'efa' },
        spec: {
          selector: { matchLabels: { name: 'efa' } },
          template: {
            metadata: { labels: { name: 'efa' } },
            spec: {
              nodeSelector: { 'nvidia.com/gpu.present': 'true' },
              tolerations: [gpuToleration],
              containers: [{ name: 'efa', image: 'example.com/eks/aws-efa-k8s-device-plugin:v0.5.30' }],
            },
          },
        },
      })
      await eventually(async () => {
        expect(valueAt(await node(gpuNode), 'status', 'allocatable', 'vpc.amazonaws.com/efa')).toBe('1')
        expect(await podsOf('kube-system', 'name=efa')).toHaveLength(2)
      })
      expect(valueAt(await node(bareNode), 'status', 'allocatable', 'vpc.amazonaws.com/efa')).toBeUndefined()
    })

    test('its log is served as kubectl asks for it', async () => {
      const plugins = await podsOf('kube-system', 'name=nvidia-device-plugin-ds')
      const pod = plugins.find((object) => textAt(object, 'spec', 'nodeName') === gpuNode)
      const path = `/api/v1/namespaces/kube-system/pods/${textAt(pod, 'metadata', 'name')}/log`
      const answer = await client.send('GET', `${path}?tailLines=1`)
      expect(answer).toMatchObject({ status: 200 })
      expect(String(answer.body)).toMatch(/Registered device plugin for 'nvidia.com\/gpu' with Kubelet\n$/)
    })

    test('a GPU pod runs to its end', async () => {
      await create('/api/v1/namespaces/default/pods', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'smi' },
        spec: {
          restartPolicy: 'Never',
          tolerations: [gpuToleration],
          containers: [
            {
              name: 'cuda',
              image: 'nvidia/cuda:12.8.0-base-ubuntu24.04',
              command: ['nvidia-smi'],
              resources: { limits: { 'nvidia.com/gpu': 1 } },
            },
          ],
        },
      })
      await eventually(async () => {
        const pod = await read('/api/v1/namespaces/default/pods/smi')
        expect(textAt(pod, 'status', 'phase')).toBe('Succeeded')
        expect(textAt(pod, 'status', 'podIP')).toMatch(/^10\.0\.1\./)
        expect(textAt(pod, 'status', 'hostIP')).toBe('10.0.1.11')
      })
      expect(String((await client.send('GET', '/api/v1/namespaces/default/pods/smi/log')).body)).toContain(
        'NVIDIA A10G',
      )
    })

    test('a deleted pod goes away within its grace period', async () => {
      await create('/api/v1/namespaces/default/pods', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web' },
        spec: { containers: [{ name: 'web', image: 'nginx' }] },
      })
      await eventually(async () => {
        expect(textAt(await read('/api/v1/namespaces/default/pods/web'), 'status', 'phase')).toBe('Running')
      })
      const askedMs = Date.now()
      await client.send('DELETE', '/api/v1/namespaces/default/pods/web')
      await eventually(async () => {
        expect((await client.send('GET', '/api/v1/namespaces/default/pods/web')).status).toBe(404)
      })
      expect(Date.now() - askedMs).toBeLessThan(10_000)
    })

    test('changed labels and taints of a group reach its nodes', async () => {
      const changed = {
        ...gpuGroup,
        labels: { 'nvidia.com/gpu.present': 'true', team: 'ml' },
        taints: [{ ...gpuTaint, value: 'yes' }],
      }
      instances = instances.map((item) => (item.nodeGroup.name === 'gpu' ? { ...item, nodeGroup: changed } : item))
      await eventually(async () => {
        const object = await node(gpuNode)
        expect(objectAt(object, 'metadata', 'labels')).toMatchObject({ team: 'ml', 'nvidia.com/gpu.present': 'true' })
        expect(objectAt(object, 'metadata', 'labels')).not.toHaveProperty(['nvidia.com/gpu'])
        expect(listAt(object, 'spec', 'taints')).toEqual([
          { key: 'nvidia.com/gpu', value: 'yes', effect: 'NoSchedule' },
        ])
      })
    })

    test('without its plugin a node keeps the resource, at zero', async () => {
      await client.send('DELETE', '/apis/apps/v1/namespaces/kube-system/daemonsets/nvidia-device-plugin-daemonset', {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
      })
      await eventually(async () => {
        expect(valueAt(await node(gpuNode), 'status', 'allocatable', 'nvidia.com/gpu')).toBe('0')
      })
    })

    test('the nodes go on after the API server was away, and after their stand-in started anew', async () => {
      await plane.interrupt()
      await sleep(300)
      await plane.resume()
      await nodes?.stop()
      nodes = startNodes()
      instances = [...instances, instance(14, group('system'), 'm7i.large')]
      await eventually(async () => {
        expect(ready(await node('ip-10-0-1-14.ec2.internal'))).toBe('True KubeletReady')
      }, 30_000)
    })

    test('a node leaves with its instance, and its pods with it', async () => {
      instances = instances.filter(({ instanceId }) => instanceId !== 'i-011' && instanceId !== 'i-012')
      await eventually(async () => {
        const names = listAt(await read('/api/v1/nodes'), 'items').map((item) => textAt(item, 'metadata', 'name'))
        expect(names).toEqual([systemNode, 'ip-10-0-1-14.ec2.internal'])
        const bound = listAt(await read('/api/v1/pods'), 'items').map((pod) => textAt(pod, 'spec', 'nodeName'))
        expect(bound).not.toContain(gpuNode)
      })
    })
  })
}

async function eventually(check: () => Promise<void>, withinMs = 15_000): Promise<void> {
  const deadline = Date.now() + withinMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(100)
    }
  }
}
