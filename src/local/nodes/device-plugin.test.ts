import { expect, test } from 'vitest'
import { pluginDevices } from '../../catalog/plugin-devices.ts'
import { configFileSource, devicePluginConfig, isDevicePlugin } from './device-plugin.ts'
import { type Pod, type PodContainer, readPod } from './pod.ts'

function pluginPod(container: object = {}, labels: Record<string, string> = { name: 'nvidia-device-plugin-ds' }): Pod {
  const read = readPod({
    metadata: { name: 'plugin', namespace: 'kube-system', uid: 'u', labels },
    spec: {
      volumes: [
        { name: 'sockets', hostPath: { path: '/var/lib/kubelet/device-plugins' } },
        { name: 'config', configMap: { name: 'nvidia-device-plugin' } },
      ],
      containers: [
        {
          name: 'ctr',
          image: 'nvcr.io/nvidia/k8s-device-plugin:v0.20.0',
          volumeMounts: [
            { name: 'sockets', mountPath: '/var/lib/kubelet/device-plugins' },
            { name: 'config', mountPath: '/config' },
          ],
          ...container,
        },
      ],
    },
  })
  if (read === undefined) throw new Error('not a pod')
  return read
}

function containerOf(pod: Pod): PodContainer {
  const [container] = pod.spec.containers
  if (container === undefined) throw new Error('no container')
  return container
}

test.each<readonly [string, Pod, boolean]>([
  ['the label of the static manifest', pluginPod({ image: 'mirror.example/plugin:1' }), true],
  ['the image, whatever its registry', pluginPod({}, {}), true],
  ['neither', pluginPod({ image: 'busybox' }, {}), false],
])('the plugin is known by %s', (_name, pod, expected) => {
  expect(isDevicePlugin(pod)).toBe(expected)
})

test.each<readonly [string, object, ReturnType<typeof configFileSource>]>([
  [
    'a flag',
    { args: ['--config-file=/config/config.yaml'] },
    { configMap: 'nvidia-device-plugin', key: 'config.yaml' },
  ],
  [
    'the environment',
    { env: [{ name: 'CONFIG_FILE', value: '/config/a' }] },
    { configMap: 'nvidia-device-plugin', key: 'a' },
  ],
  ['a path of the host', { env: [{ name: 'CONFIG_FILE', value: '/etc/a' }] }, undefined],
  ['nothing', {}, undefined],
])('the configuration file is found by %s', (_name, container, expected) => {
  const pod = pluginPod(container)
  expect(configFileSource(pod, containerOf(pod))).toEqual(expected)
})

test.each<readonly [string, object, string | undefined, Readonly<Record<string, number>>]>([
  ['plain', {}, undefined, { 'nvidia.com/gpu': 4 }],
  [
    'time-slicing',
    {},
    'version: v1\nsharing:\n  timeSlicing:\n    resources: [{name: nvidia.com/gpu, replicas: 4}]\n',
    { 'nvidia.com/gpu': 16 },
  ],
  [
    'time-slicing under its own name',
    {},
    'sharing: {timeSlicing: {renameByDefault: true, resources: [{name: nvidia.com/gpu, replicas: 2}]}}',
    { 'nvidia.com/gpu.shared': 8 },
  ],
  ['MPS', {}, 'sharing: {mps: {resources: [{name: nvidia.com/gpu, replicas: 10}]}}', { 'nvidia.com/gpu': 40 }],
  ['a file that is no YAML', {}, 'a: [', { 'nvidia.com/gpu': 4 }],
])('four GPUs, %s', (_name, container, file, expected) => {
  const { sharing } = devicePluginConfig(containerOf(pluginPod(container)), file)
  expect(pluginDevices(sharing, 4, [])).toEqual({ devices: expected })
})

test('flags and environment win over the file', () => {
  const file = 'flags: {failOnInitError: true, migStrategy: single, plugin: {deviceListStrategy: [envvar, cdi-cri]}}'
  const container = containerOf(
    pluginPod({ args: ['--mig-strategy=mixed'], env: [{ name: 'FAIL_ON_INIT_ERROR', value: 'false' }] }),
  )
  expect(devicePluginConfig(container, file)).toMatchObject({
    failOnInitError: false,
    sharing: { migStrategy: 'mixed' },
    deviceListStrategy: 'envvar,cdi-cri',
    deviceIDStrategy: 'uuid',
  })
})
