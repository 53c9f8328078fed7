import type { GpuDriver } from '../../catalog/gpu-driver.ts'
import { pluginDevices } from '../../catalog/plugin-devices.ts'
import type { ContainerRun } from './container-run.ts'
import { type DevicePluginConfig, isDevicePlugin } from './device-plugin.ts'
import { nvidiaSmi } from './nvidia-smi.ts'
import type { Pod, PodContainer } from './pod.ts'

/** What a container's words depend on. */
export type OutputContext = {
  /** Start of the container, milliseconds since 1970. */
  readonly startedMs: number
  readonly nodeName: string
  readonly driver: GpuDriver
  readonly gpuModel: { readonly name: string; readonly memoryMib: number } | undefined
  readonly pluginConfig: DevicePluginConfig
  /** MIG devices of each GPU, by profile; none where GPUs are whole. */
  readonly migProfiles: readonly string[]
  readonly run: ContainerRun
}

/**
 * What a container has written since it started, as its program would at its start; empty for programs we know nothing
 * of. Texts: NVIDIA/k8s-device-plugin v0.20, kubernetes/autoscaler cluster-autoscaler 1.36, coredns/coredns,
 * aws/amazon-vpc-cni-k8s and kubernetes/kubernetes at the versions that EKS ships with 1.36.
 */
export function containerOutput(pod: Pod, container: PodContainer, context: OutputContext): string {
  const { image } = container
  const words = [...container.command, ...container.args].join(' ')
  if (/\bnvidia-smi\b/.test(words) || /(?:^|\/)nvidia-smi[:@]?/.test(image))
    return nvidiaSmi({
      driver: context.driver,
      model: context.gpuModel,
      gpus: requestedGpus(container),
      migProfiles: requestedMig(container),
      nowMs: context.startedMs,
      list: /\bnvidia-smi\s+(?:-L|--list-gpus)\b/.test(words),
      seed: context.nodeName,
    })
  if (isDevicePlugin(pod) && /device-plugin/.test(image)) return devicePluginOutput(context)
  if (/(?:^|\/)cluster-autoscaler[:@]/.test(image)) return autoscalerOutput(container, context)
  if (/(?:^|\/)coredns[:@]/.test(image)) return coreDnsOutput(image)
  if (/amazon-k8s-cni[:@]/.test(image)) return awsNodeOutput(context)
  if (/(?:^|\/)kube-proxy[:@]/.test(image)) return kubeProxyOutput(context)
  if (/eks-pod-identity-agent[:@]/.test(image)) return podIdentityAgentOutput(context)
  return ''
}

/** Whether the autoscaler would find credentials: Pod Identity's variable, a role's token, or keys. */
export function hasAwsCredentials(container: PodContainer): boolean {
  const names = ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ACCESS_KEY_ID']
  return container.env.some(({ name }) => names.includes(name))
}

function requestedGpus(container: PodContainer): number | undefined {
  for (const [name, limit] of Object.entries(container.resources.limits))
    if (/^nvidia\.com\/(?:gpu|mig-.*?)(?:\.shared)?$/.test(name)) return Number(limit)
  return undefined
}

/** MIG devices that a container has, by profile, where it asks for them by name. */
function requestedMig(container: PodContainer): readonly string[] {
  return Object.entries(container.resources.limits).flatMap(([name, limit]) => {
    const profile = /^nvidia\.com\/mig-(.*?)(?:\.shared)?$/.exec(name)?.[1]?.replaceAll(/\.(?=[a-z])/g, '+')
    return profile === undefined ? [] : Array.from({ length: Number(limit) }, () => profile)
  })
}

/** Lines in klog's format: `I1123 20:15:09.123456       1 file.go:1] text`. */
function klog(startedMs: number): {
  add(severity: 'I' | 'W' | 'E' | 'F', place: string, text: string): void
  text(): string
} {
  const lines: string[] = []
  let micros = 400_000
  return {
    add: (severity, place, text) => {
      const time = new Date(startedMs)
      const two = (value: number): string => String(value).padStart(2, '0')
      const clock = `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}`
      lines.push(
        `${severity}${two(time.getUTCMonth() + 1)}${two(time.getUTCDate())} ${clock}.${String(micros).padStart(6, '0')}       1 ${place}] ${text}`,
      )
      micros = Math.min(999_999, micros + 1_137)
    },
    text: () => lines.map((line) => `${line}\n`).join(''),
  }
}

function devicePluginOutput(context: OutputContext): string {
  const { driver, pluginConfig } = context
  const log = klog(context.startedMs)
  log.add('I', 'main.go:239', '"Starting NVIDIA Device Plugin" version="v0.20.0"')
  log.add('I', 'main.go:242', 'Starting FS watcher for /var/lib/kubelet/device-plugins')
  log.add('I', 'main.go:249', 'Starting OS watcher.')
  log.add('I', 'main.go:264', 'Starting Plugins.')
  log.add('I', 'main.go:321', 'Loading configuration.')
  log.add('I', 'main.go:346', 'Updating config with default resource matching patterns.')
  log.add('I', 'main.go:357', `\nRunning with config:\n${JSON.stringify(shownConfig(pluginConfig), undefined, 2)}`)
  log.add('I', 'main.go:360', 'Retrieving plugins.')
  switch (driver.state) {
    case 'none':
    case 'no-gpu': {
      log.add('E', 'factory.go:113', 'Incompatible strategy detected auto')
      log.add('E', 'factory.go:114', 'If this is a GPU node, did you configure the NVIDIA Container Toolkit?')
      const more = 'https://github.com/NVIDIA/k8s-device-plugin'
      log.add('E', 'factory.go:115', `You can check the prerequisites at: ${more}#prerequisites`)
      log.add('E', 'factory.go:116', `You can learn how to set the runtime at: ${more}#quick-start`)
      log.add(
        'E',
        'factory.go:117',
        'If this is not a GPU node, you should set up a toleration or nodeSelector to only deploy this plugin on GPU nodes',
      )
      if (pluginConfig.failOnInitError)
        log.add(
          'E',
          'main.go:177',
          'error starting plugins: error getting plugins: unable to create plugins: failed to construct resource managers: invalid device discovery strategy',
        )
      else log.add('I', 'main.go:385', 'No devices found. Waiting indefinitely.')
      break
    }
    case 'unfit':
      log.add('I', 'plugin-manager.go:101', 'Detected platform: nvml')
      log.add('I', 'main.go:385', 'No devices found. Waiting indefinitely.')
      break
    case 'ok': {
      log.add('I', 'plugin-manager.go:101', 'Detected platform: nvml')
      const offered = pluginDevices(pluginConfig.sharing, driver.gpus, context.migProfiles)
      if ('fails' in offered) {
        log.add('E', 'main.go:177', `error starting plugins: error getting plugins: ${offered.fails}`)
        break
      }
      for (const resource of Object.keys(offered.devices)) {
        if (pluginConfig.sharing.kind === 'mps')
          log.add('I', 'mps.go:74', `"MPS daemon is ready" resource="${resource}"`)
        const socket = `/var/lib/kubelet/device-plugins/nvidia-${resource.replace('nvidia.com/', '')}.sock`
        log.add('I', 'server.go:198', `Starting GRPC server for '${resource}'`)
        log.add('I', 'server.go:142', `Starting to serve '${resource}' on ${socket}`)
        log.add('I', 'server.go:149', `Registered device plugin for '${resource}' with Kubelet`)
      }
      break
    }
  }
  return log.text()
}

function shownConfig(config: DevicePluginConfig): object {
  const { sharing } = config
  const resources = Object.entries(sharing.replicas).map(([name, replicas]) => ({ name, devices: 'all', replicas }))
  const shared = { ...(sharing.renameByDefault ? { renameByDefault: true } : {}), resources }
  return {
    version: 'v1',
    flags: {
      migStrategy: sharing.migStrategy,
      failOnInitError: config.failOnInitError,
      nvidiaDriverRoot: '/',
      gdsEnabled: false,
      mofedEnabled: false,
      deviceDiscoveryStrategy: 'auto',
      plugin: {
        passDeviceSpecs: false,
        deviceListStrategy: config.deviceListStrategy.split(','),
        deviceIDStrategy: config.deviceIDStrategy,
        cdiAnnotationPrefix: 'cdi.k8s.io/',
        nvidiaCTKPath: '/usr/bin/nvidia-ctk',
        containerDriverRoot: '/driver-root',
      },
    },
    resources: { gpus: [{ pattern: '*', name: 'nvidia.com/gpu' }] },
    sharing: {
      timeSlicing: sharing.kind === 'timeSlicing' ? shared : {},
      ...(sharing.kind === 'mps' ? { mps: shared } : {}),
    },
  }
}

function autoscalerOutput(container: PodContainer, context: OutputContext): string {
  const version = /:v?(\d[^@]*)/.exec(container.image)?.[1] ?? 'unknown'
  const log = klog(context.startedMs)
  const flags = [...container.command, ...container.args].filter((word) => word.startsWith('--'))
  for (const flag of flags) {
    const [, name = '', value = 'true'] = /^(--[^=]+)(?:=(.*))?$/s.exec(flag) ?? []
    log.add('I', 'flags.go:64', `FLAG: ${name}="${value}"`)
  }
  log.add('I', 'main.go:306', `Cluster Autoscaler ${version}`)
  log.add('I', 'leaderelection.go:257', 'attempting to acquire leader lease kube-system/cluster-autoscaler...')
  log.add('I', 'leaderelection.go:271', 'successfully acquired lease kube-system/cluster-autoscaler')
  log.add('I', 'cloud_provider_builder.go:30', 'Building aws cloud provider.')
  log.add('I', 'auto_scaling_groups.go:369', 'Regenerating instance to ASG map for ASG names: []')
  const tags = flags
    .flatMap((flag) => /^--node-group-auto-discovery=asg:tag=(.*)$/.exec(flag)?.[1]?.split(',') ?? [])
    .map((tag) => tag.replace('=', ':'))
    .map((tag) => (tag.includes(':') ? tag : `${tag}:`))
    .sort()
  log.add('I', 'auto_scaling_groups.go:376', `Regenerating instance to ASG map for ASG tags: map[${tags.join(' ')}]`)
  if (!hasAwsCredentials(container)) {
    const why =
      'operation error Auto Scaling: DescribeAutoScalingGroups, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, canceled, context deadline exceeded'
    log.add('E', 'aws_manager.go:125', `Failed to regenerate ASG cache: ${why}`)
    log.add('F', 'aws_cloud_provider.go:460', `Failed to create AWS Manager: ${why}`)
    return log.text()
  }
  log.add('I', 'aws_manager.go:132', 'Refreshed ASG list')
  log.add('I', 'main.go:348', 'Registered cleanup signal handler')
  log.add('I', 'node_instances_cache.go:156', 'Start refreshing cloud provider node instances cache')
  log.add('I', 'static_autoscaler.go:280', 'Starting main loop')
  return log.text()
}

function coreDnsOutput(image: string): string {
  const version = /:v?(\d+\.\d+\.\d+)/.exec(image)?.[1] ?? '1.13.1'
  return [
    '.:53',
    '[INFO] plugin/reload: Running configuration SHA512 = 8a7d59126e7f114ab49c6d2613be93d8ef7d408af8ee61a710210843dc409f03133727e38f64469d9bb180f396c84ebf48a42bde3b3769730865ca9df5eb281c',
    `CoreDNS-${version}`,
    'linux/amd64, go1.25.8, ',
    '',
  ].join('\n')
}

function awsNodeOutput(context: OutputContext): string {
  const time = new Date(context.startedMs).toISOString()
  const line = (text: string): string => `time="${time.slice(0, 19)}Z" level=info msg="${text}"\n`
  return ['Installed /host/opt/cni/bin/aws-cni', 'Installed /host/opt/cni/bin/egress-cni']
    .concat('Starting IPAM daemon... ', 'Checking for IPAM connectivity... ')
    .concat('Copying config file... ', 'Successfully copied CNI plugin binary and config file.')
    .map(line)
    .join('')
}

function kubeProxyOutput(context: OutputContext): string {
  const log = klog(context.startedMs)
  log.add('I', 'server_linux.go:53', '"Using iptables proxy"')
  log.add('I', 'server.go:715', `"Successfully retrieved NodeIPs" node="${context.nodeName}"`)
  log.add('I', 'server_linux.go:132', '"Using iptables Proxier"')
  log.add('I', 'shared_informer.go:349', '"Waiting for caches to sync" controller="service config"')
  log.add('I', 'shared_informer.go:356', '"Caches are synced" controller="service config"')
  return log.text()
}

function podIdentityAgentOutput(context: OutputContext): string {
  const time = `${new Date(context.startedMs).toISOString().slice(0, 19)}Z`
  return [
    `{"level":"info","msg":"Starting server...","time":"${time}"}`,
    `{"bind-addr":"169.254.170.23:80","level":"info","msg":"Starting server...","time":"${time}"}`,
    '',
  ].join('\n')
}
