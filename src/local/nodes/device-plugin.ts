import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type { PluginSharing } from '../../catalog/plugin-devices.ts'
import { readPluginSharing } from '../../read/kubernetes/read-plugin-sharing.ts'
import type { Pod, PodContainer } from './pod.ts'

/** How NVIDIA's device plugin is configured, as far as it decides what the node offers. */
export type DevicePluginConfig = {
  readonly failOnInitError: boolean
  readonly deviceListStrategy: string
  readonly deviceIDStrategy: string
  readonly sharing: PluginSharing
}

/** Whether a pod is NVIDIA's device plugin: by the label of its static manifest, or by its image. */
export function isDevicePlugin(pod: Pod): boolean {
  return (
    pod.metadata.labels['name'] === 'nvidia-device-plugin-ds' ||
    pod.spec.containers.some(({ image }) => /(?:^|\/)k8s-device-plugin(?:[:@]|$)/.test(image))
  )
}

/** What the EFA device plugin registers for each EFA interface. */
export const efaResource = 'vpc.amazonaws.com/efa'

/** Whether a pod is the EFA device plugin, by its image. */
export function isEfaPlugin(pod: Pod): boolean {
  return pod.spec.containers.some(({ image }) => /(?:^|\/)aws-efa-k8s-device-plugin(?:[:@]|$)/.test(image))
}

/** Where a container's configuration file comes from: a key of a ConfigMap that is mounted at the path it is told. */
export function configFileSource(
  pod: Pod,
  container: PodContainer,
): { readonly configMap: string; readonly key: string } | undefined {
  const path =
    [...container.command, ...container.args].map((word) => /^--config-file=(.+)$/.exec(word)?.[1]).find(Boolean) ??
    container.env.find(({ name }) => name === 'CONFIG_FILE')?.value
  if (path === undefined) return undefined
  for (const { name, mountPath } of container.volumeMounts) {
    const folder = mountPath.endsWith('/') ? mountPath : `${mountPath}/`
    const configMap = pod.spec.volumes.find((volume) => volume.name === name)?.configMap?.name
    if (configMap === undefined) continue
    if (path.startsWith(folder)) return { configMap, key: path.slice(folder.length) }
    if (path === mountPath) return { configMap, key: path.slice(path.lastIndexOf('/') + 1) }
  }
  return undefined
}

const configSchema = z.looseObject({
  flags: z
    .looseObject({
      failOnInitError: z.boolean().optional(),
      plugin: z
        .looseObject({
          deviceListStrategy: z.union([z.string(), z.array(z.string())]).optional(),
          deviceIDStrategy: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
})

/**
 * Reads the plugin's configuration from its container and, when it has one, its configuration file (YAML). Environment
 * and flags win over the file (https://github.com/NVIDIA/k8s-device-plugin#configuring-the-nvidia-device-plugin-binary).
 */
export function devicePluginConfig(container: PodContainer, file: string | undefined): DevicePluginConfig {
  let data: unknown
  try {
    data = file === undefined ? {} : parseYaml(file)
  } catch {
    data = {}
  }
  const config = configSchema.safeParse(data ?? {}).data ?? {}
  const words = [...container.command, ...container.args]
  const setting = (flag: string, variable: string): string | undefined =>
    words.map((word) => new RegExp(`^--${flag}=(.*)$`).exec(word)?.[1]).find((value) => value !== undefined) ??
    container.env.find(({ name }) => name === variable)?.value
  const listStrategy = config.flags?.plugin?.deviceListStrategy
  const failOnInitError = setting('fail-on-init-error', 'FAIL_ON_INIT_ERROR')
  return {
    failOnInitError:
      failOnInitError === undefined ? (config.flags?.failOnInitError ?? true) : failOnInitError !== 'false',
    deviceListStrategy:
      setting('device-list-strategy', 'DEVICE_LIST_STRATEGY') ??
      (typeof listStrategy === 'string' ? listStrategy : listStrategy?.join(',')) ??
      'envvar',
    deviceIDStrategy:
      setting('device-id-strategy', 'DEVICE_ID_STRATEGY') ?? config.flags?.plugin?.deviceIDStrategy ?? 'uuid',
    sharing: readPluginSharing(file, setting('mig-strategy', 'MIG_STRATEGY')),
  }
}
