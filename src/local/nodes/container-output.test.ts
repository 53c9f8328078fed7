import { expect, test } from 'vitest'
import type { GpuDriver } from '../../catalog/gpu-driver.ts'
import { containerOutput, type OutputContext } from './container-output.ts'
import { devicePluginConfig } from './device-plugin.ts'
import { type Pod, readPod } from './pod.ts'

const driver: GpuDriver = { state: 'ok', version: '580.159.03', gpus: 4, builtInPlugin: false }

function output(container: object, context: Partial<OutputContext> = {}, labels: Record<string, string> = {}): string {
  const pod: Pod | undefined = readPod({
    metadata: { name: 'p', namespace: 'kube-system', uid: 'u', labels },
    spec: { containers: [{ name: 'c', ...container }] },
  })
  const [first] = pod?.spec.containers ?? []
  if (pod === undefined || first === undefined) throw new Error('not a pod')
  return containerOutput(pod, first, {
    startedMs: Date.parse('2026-11-23T20:15:09Z'),
    nodeName: 'ip-10-0-1-10.ec2.internal',
    driver,
    gpuModel: { name: 'A10G', memoryMib: 22888 },
    pluginConfig: devicePluginConfig(first, undefined),
    migProfiles: [],
    run: { kind: 'runs' },
    ...context,
  })
}

/** The texts of klog lines, without their times. */
const texts = (log: string): readonly string[] =>
  log.split('\n').flatMap((line) => /^[IWEF]\d{4} \S+ +1 [a-z_-]+\.go:\d+\] (.+)$/.exec(line)?.[1] ?? [])

const plugin = { image: 'nvcr.io/nvidia/k8s-device-plugin:v0.20.0' }
const pluginStart = [
  '"Starting NVIDIA Device Plugin" version="v0.20.0"',
  'Starting FS watcher for /var/lib/kubelet/device-plugins',
  'Starting OS watcher.',
  'Starting Plugins.',
  'Loading configuration.',
  'Updating config with default resource matching patterns.',
  'Retrieving plugins.',
]
const noNvml = [
  'Incompatible strategy detected auto',
  'If this is a GPU node, did you configure the NVIDIA Container Toolkit?',
  'You can check the prerequisites at: https://github.com/NVIDIA/k8s-device-plugin#prerequisites',
  'You can learn how to set the runtime at: https://github.com/NVIDIA/k8s-device-plugin#quick-start',
  'If this is not a GPU node, you should set up a toleration or nodeSelector to only deploy this plugin on GPU nodes',
]

test.each<readonly [string, object, Partial<OutputContext>, readonly string[]]>([
  [
    'with GPUs',
    plugin,
    {},
    [
      'Detected platform: nvml',
      "Starting GRPC server for 'nvidia.com/gpu'",
      "Starting to serve 'nvidia.com/gpu' on /var/lib/kubelet/device-plugins/nvidia-gpu.sock",
      "Registered device plugin for 'nvidia.com/gpu' with Kubelet",
    ],
  ],
  [
    'on an image without a driver',
    plugin,
    { driver: { state: 'none' } },
    [
      ...noNvml,
      'error starting plugins: error getting plugins: unable to create plugins: failed to construct resource managers: invalid device discovery strategy',
    ],
  ],
  [
    'on an image without a driver, told to wait',
    { ...plugin, env: [{ name: 'FAIL_ON_INIT_ERROR', value: 'false' }] },
    { driver: { state: 'none' } },
    [...noNvml, 'No devices found. Waiting indefinitely.'],
  ],
  [
    'under a driver that does not know the GPU',
    plugin,
    { driver: { state: 'unfit', version: '580.159.03' } },
    ['Detected platform: nvml', 'No devices found. Waiting indefinitely.'],
  ],
])('the device plugin %s', (_name, container, context, expected) => {
  expect(texts(output(container, context))).toEqual([...pluginStart, ...expected])
})

test('lines have the time of their container', () => {
  expect(output(plugin).split('\n')[0]).toBe(
    'I1123 20:15:09.400000       1 main.go:239] "Starting NVIDIA Device Plugin" version="v0.20.0"',
  )
})

test('the autoscaler finds its groups by the tags of its flags', () => {
  const log = output({
    image: 'registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1',
    command: ['./cluster-autoscaler', '--v=4', '--cloud-provider=aws'],
    args: [
      '--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/prod=owned',
    ],
    env: [{ name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: 'http://169.254.170.23/v1/credentials' }],
  })
  expect(texts(log)).toEqual([
    'FLAG: --v="4"',
    'FLAG: --cloud-provider="aws"',
    'FLAG: --node-group-auto-discovery="asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/prod=owned"',
    'Cluster Autoscaler 1.36.1',
    'attempting to acquire leader lease kube-system/cluster-autoscaler...',
    'successfully acquired lease kube-system/cluster-autoscaler',
    'Building aws cloud provider.',
    'Regenerating instance to ASG map for ASG names: []',
    'Regenerating instance to ASG map for ASG tags: map[k8s.io/cluster-autoscaler/enabled: k8s.io/cluster-autoscaler/prod:owned]',
    'Refreshed ASG list',
    'Registered cleanup signal handler',
    'Start refreshing cloud provider node instances cache',
    'Starting main loop',
  ])
})

test('the autoscaler without credentials says so and ends', () => {
  const [last = ''] = texts(output({ image: 'registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1' })).slice(-1)
  expect(last).toMatch(/^Failed to create AWS Manager: .*no EC2 IMDS role found/)
})

test.each([
  ['cuda', { image: 'nvidia/cuda:12.8', command: ['nvidia-smi'] }, 1],
  ['two of four', { image: 'x', command: ['nvidia-smi'], resources: { limits: { 'nvidia.com/gpu': '2' } } }, 2],
])('nvidia-smi, %s', (_name, container, _gpus) => {
  const table = output(container).split('\n').slice(1, -1)
  const widths = new Set(table.filter((line) => line !== '').map((line) => line.length))
  expect([...widths]).toEqual([91])
  const shown = table.filter((line) => line.includes('NVIDIA A10G'))
  expect(shown).toHaveLength('resources' in container ? 2 : 4)
})

test.each<readonly [string, GpuDriver, string]>([
  ['an unfit driver', { state: 'unfit', version: '580.159.03' }, 'No devices were found\n'],
  ['no driver', { state: 'none' }, 'sh: 1: nvidia-smi: not found\n'],
])('nvidia-smi with %s', (_name, given, expected) => {
  expect(output({ image: 'x', command: ['nvidia-smi'] }, { driver: given })).toBe(expected)
})

test('nvidia-smi -L lists the GPUs', () => {
  expect(output({ image: 'x', command: ['sh', '-c', 'nvidia-smi -L'] })).toMatch(
    /^(?:GPU \d: NVIDIA A10G \(UUID: GPU-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\)\n){4}$/,
  )
})

test.each([
  ['602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/coredns:v1.13.1-eksbuild.1', 'CoreDNS-1.13.1'],
  ['602401143452.dkr.ecr.us-east-1.amazonaws.com/amazon-k8s-cni:v1.21.0', 'Successfully copied CNI plugin binary'],
  ['602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/kube-proxy:v1.36.0-eksbuild.2', 'Using iptables proxy'],
  ['602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/eks-pod-identity-agent:v0.1.36', 'Starting server...'],
])('%s says "%s"', (image, expected) => {
  expect(output({ image })).toContain(expected)
})

test('of other programs nothing is known', () => {
  expect(output({ image: 'nginx:1' })).toBe('')
})
