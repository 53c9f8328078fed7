/** How NVIDIA's device plugin names and multiplies what it finds on a node. */
export type PluginSharing = {
  /** What it makes of MIG devices: nothing, `nvidia.com/gpu`, or a resource for each profile. */
  readonly migStrategy: 'none' | 'single' | 'mixed'
  readonly kind: 'none' | 'timeSlicing' | 'mps'
  /** Whether `.shared` is added to the names of shared devices. */
  readonly renameByDefault: boolean
  /** Whether a container that asks for more than one share is refused. MPS does so always. */
  readonly oneShareEach: boolean
  /** Pods for each device, by the resource's name before it is renamed; what is not listed is not shared. */
  readonly replicas: Readonly<Record<string, number>>
}

/** A plugin that takes every GPU as it is. */
export const wholeGpus: PluginSharing = {
  migStrategy: 'none',
  kind: 'none',
  renameByDefault: false,
  oneShareEach: false,
  replicas: {},
}

/** What the plugin registers with the kubelet, by resource, or why it ends instead, in its own words. */
export type PluginDevices = { readonly devices: Readonly<Record<string, number>> } | { readonly fails: string }

/**
 * What the plugin offers on a node with `gpus` GPUs, each divided into MIG devices of `migProfiles` (none: whole).
 * Source: NVIDIA/k8s-device-plugin v0.20 internal/rm/{rm,device_map}.go, internal/plugin/mps.go.
 */
export function pluginDevices(sharing: PluginSharing, gpus: number, migProfiles: readonly string[]): PluginDevices {
  const found = foundDevices(sharing, gpus, migProfiles)
  if ('fails' in found) return found
  if (sharing.kind === 'mps' && sharing.migStrategy !== 'none' && migProfiles.length > 0)
    return { fails: 'sharing using MPS is not supported for MIG devices' }
  const devices: Record<string, number> = {}
  for (const [name, count] of Object.entries(found.devices)) {
    const replicas = sharing.kind === 'none' ? 1 : (sharing.replicas[name] ?? 1)
    devices[replicas > 1 && sharing.renameByDefault ? `${name}.shared` : name] = count * replicas
  }
  return { devices }
}

/** What the plugin answers the kubelet that wants to give a container so many of a resource; `undefined`: it agrees. */
export function allocationRefusal(sharing: PluginSharing, resource: string, count: number): string | undefined {
  const replicas = sharing.replicas[sharing.renameByDefault ? resource.replace(/\.shared$/, '') : resource] ?? 1
  if (sharing.kind === 'none' || !sharing.oneShareEach || replicas < 2 || count < 2) return undefined
  return secondShareRefusal(resource, count)
}

/** What the plugin says when a container asks for more than one share of a GPU and may not. */
export function secondShareRefusal(resource: string, count: number): string {
  return `invalid allocation request for "${resource}": invalid request: maximum request size for shared resources is 1; found ${count}`
}

function foundDevices({ migStrategy }: PluginSharing, gpus: number, migProfiles: readonly string[]): PluginDevices {
  if (migStrategy === 'none' || migProfiles.length === 0) return { devices: { 'nvidia.com/gpu': gpus } }
  if (migStrategy === 'single')
    return new Set(migProfiles).size > 1
      ? { fails: 'more than one MIG device type present on node' }
      : { devices: { 'nvidia.com/gpu': gpus * migProfiles.length } }
  const devices: Record<string, number> = {}
  for (const profile of migProfiles) {
    const name = `nvidia.com/mig-${profile.replaceAll('+', '.')}`
    devices[name] = (devices[name] ?? 0) + gpus
  }
  return { devices }
}
