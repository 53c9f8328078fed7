import { parse as parseToml } from 'smol-toml'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type { MigRequest } from '../../catalog/mig-geometry.ts'
import type { KubeletReserves } from '../../catalog/node-resources.ts'
import type { PluginSharing } from '../../catalog/plugin-devices.ts'
import { tryParseQuantity } from '../../cluster/quantity.ts'

/** A taint in Kubernetes' own words. */
export type NodeTaint = {
  readonly key: string
  readonly value?: string
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
}

/** What an instance's user data tells its bootstrap program (nodeadm, Bottlerocket) about the node. */
export type NodeBootstrap = {
  /** Who reads it; `none` when it says nothing to either: the image then brings its own bootstrap. */
  readonly format: 'nodeadm' | 'bottlerocket' | 'shell' | 'none'
  readonly clusterName: string | undefined
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly NodeTaint[]
  readonly maxPods: number | undefined
  /** What the kubelet is told to keep from pods; empty where the image decides. */
  readonly reserves: KubeletReserves
  /** What becomes of the local disks. Joined ones carry containers and images, mounted ones only what pods put there. */
  readonly localStorage: 'RAID0' | 'RAID10' | 'Mount' | undefined
  /** How the boot divides GPUs, before the kubelet starts; absent where it does not. */
  readonly mig?: MigRequest
  /** How Bottlerocket's own device plugin shares GPUs; absent where it does not. */
  readonly builtInSharing?: PluginSharing
  /** Huge pages of 2 MiB that it has set aside before the kubelet starts. */
  readonly hugePages?: number | undefined
  /** What the bootstrap program would refuse or ignore, one sentence each; it names the place. */
  readonly problems: readonly string[]
}

/**
 * Whether the instance's own disks carry images and pods. nodeadm's Mount gives each disk a directory and leaves both on the root volume
 * (https://github.com/awslabs/amazon-eks-ami/blob/main/templates/al2023/runtime/bin/setup-local-disks).
 */
export function imagesOnLocalDisks({ localStorage }: Pick<NodeBootstrap, 'localStorage'>): boolean {
  return localStorage === 'RAID0' || localStorage === 'RAID10'
}

const effects: Readonly<Record<string, NodeTaint['effect']>> = {
  NoSchedule: 'NoSchedule',
  PreferNoSchedule: 'PreferNoSchedule',
  NoExecute: 'NoExecute',
}

/**
 * Reads user data (already decoded from base64): MIME multi-part with `application/node.eks.aws` parts, a bare NodeConfig,
 * Bottlerocket's TOML, or a shell script that calls a bootstrap program with `--node-labels`.
 * Never throws: what cannot be read is a problem of the result.
 * Formats: https://awslabs.github.io/amazon-eks-ami/nodeadm/ and https://bottlerocket.dev/en/os/latest/#/api/settings/kubernetes/
 */
export function parseUserData(userData: string): NodeBootstrap {
  const text = userData.replaceAll('\r\n', '\n').trim()
  if (text === '') return empty('none')
  if (/^(MIME-Version|Content-Type):/im.test(text.slice(0, 400))) return parseMime(text)
  if (text.startsWith('#!')) return parseShell(text)
  if (/^apiVersion:\s*node\.eks\.aws\//m.test(text)) return mergeNodeConfigs([text])
  if (/^\s*\[\s*settings[.\]]|^\s*settings\./m.test(text)) return parseBottlerocket(text)
  return empty('none')
}

function empty(format: NodeBootstrap['format'], problems: readonly string[] = []): NodeBootstrap {
  return {
    format,
    clusterName: undefined,
    labels: {},
    taints: [],
    maxPods: undefined,
    reserves: {},
    localStorage: undefined,
    problems,
  }
}

function parseMime(text: string): NodeBootstrap {
  const boundary = /boundary="?([^";\n]+)"?/i.exec(text)?.[1]
  if (boundary === undefined) return empty('none', ['The MIME user data names no boundary.'])
  const nodeConfigs: string[] = []
  const scripts: string[] = []
  for (const part of text.split(new RegExp(`^--${escapeRegExp(boundary)}(?:--)?[ \\t]*$`, 'm')).slice(1)) {
    const [head = '', ...rest] = part.replace(/^\n/, '').split('\n\n')
    const body = rest.join('\n\n').trim()
    const content = /^content-transfer-encoding:\s*base64/im.test(head)
      ? Buffer.from(body, 'base64').toString('utf8')
      : body
    if (/^content-type:\s*application\/node\.eks\.aws/im.test(head)) nodeConfigs.push(content)
    else if (/^content-type:\s*text\/x-shellscript/im.test(head)) scripts.push(content)
  }
  const mig = scripts.map(migRequestOf).find((request) => request !== undefined)
  // nodeadm starts the kubelet after the scripts.
  const hugePages = scriptHugePages(scripts.join('\n'))
  const shell = scripts.map(parseShell).find(({ clusterName }) => clusterName !== undefined)
  return {
    ...(nodeConfigs.length > 0
      ? mergeNodeConfigs(nodeConfigs)
      : (shell ?? empty(scripts.length > 0 ? 'shell' : 'none'))),
    hugePages,
    ...(mig && { mig }),
  }
}

/** `nvidia-smi mig -cgi PROFILES` in a script, which divides every GPU alike. */
function migRequestOf(script: string): MigRequest | undefined {
  const profiles = /^[^#\n]*\bnvidia-smi\s+mig\s+(?:\S+\s+)*?-cgi\s+["']?([\w.+,-]+)/m.exec(script)?.[1]
  return profiles === undefined ? undefined : { kind: 'devices', profiles: profiles.split(',') }
}

const taintSchema = z.object({
  key: z.string(),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
})

const amountsSchema = z.record(z.string(), z.coerce.string())

const nodeConfigSchema = z.object({
  apiVersion: z.string().regex(/^node\.eks\.aws\//),
  kind: z.literal('NodeConfig'),
  spec: z
    .object({
      cluster: z.object({ name: z.string().optional() }).optional(),
      kubelet: z
        .object({
          config: z
            .object({
              maxPods: z.number().int().positive().optional(),
              registerWithTaints: z.array(taintSchema).optional(),
              kubeReserved: amountsSchema.optional(),
              systemReserved: amountsSchema.optional(),
              evictionHard: amountsSchema.optional(),
            })
            .optional(),
          flags: z.array(z.string()).optional(),
        })
        .optional(),
      instance: z
        .object({ localStorage: z.object({ strategy: z.enum(['RAID0', 'RAID10', 'Mount']).optional() }).optional() })
        .optional(),
      containerd: z.object({ config: z.string().optional() }).optional(),
    })
    .default({}),
})

/** Later documents win over earlier ones, as nodeadm merges them; flags are appended. */
function mergeNodeConfigs(documents: readonly string[]): NodeBootstrap {
  const problems: string[] = []
  let clusterName: string | undefined
  let maxPods: number | undefined
  let localStorage: NodeBootstrap['localStorage']
  let reserves: KubeletReserves = {}
  let configTaints: readonly NodeTaint[] = []
  const flags: string[] = []
  for (const [index, document] of documents.entries()) {
    const where = documents.length === 1 ? 'NodeConfig' : `NodeConfig ${index + 1}`
    let data: unknown
    try {
      data = parseYaml(document)
    } catch (error) {
      problems.push(`${where} is not YAML: ${firstLine(error)}.`)
      continue
    }
    const parsed = nodeConfigSchema.safeParse(data)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      problems.push(`${where} is not valid at ${issue?.path.join('.') ?? 'its top'}: ${issue?.message ?? 'unknown'}.`)
      continue
    }
    const { cluster, kubelet, instance, containerd } = parsed.data.spec
    clusterName = cluster?.name ?? clusterName
    maxPods = kubelet?.config?.maxPods ?? maxPods
    localStorage = instance?.localStorage?.strategy ?? localStorage
    // nodeadm merges configurations member by member.
    reserves = mergeReserves(reserves, reservesOf(kubelet?.config ?? {}))
    if (containerd?.config !== undefined) {
      const fault = tomlFault(containerd.config)
      if (fault !== undefined) problems.push(`${where} has a containerd.config that is not TOML: ${fault}.`)
    }
    if (kubelet?.config?.registerWithTaints !== undefined)
      configTaints = kubelet.config.registerWithTaints.map(({ key, value, effect }) => ({
        key,
        ...(value === undefined || value === '' ? {} : { value }),
        effect,
      }))
    flags.push(...(kubelet?.flags ?? []))
  }
  problems.push(...amountProblems(reserves))
  const fromFlags = parseKubeletFlags(flags, problems)
  return {
    format: 'nodeadm',
    clusterName,
    labels: fromFlags.labels,
    // A flag overrides the same field of the configuration file.
    taints: fromFlags.taints ?? configTaints,
    maxPods: fromFlags.maxPods ?? maxPods,
    reserves,
    localStorage,
    problems,
  }
}

function reservesOf(config: {
  readonly kubeReserved?: Readonly<Record<string, string>> | undefined
  readonly systemReserved?: Readonly<Record<string, string>> | undefined
  readonly evictionHard?: Readonly<Record<string, string>> | undefined
}): KubeletReserves {
  const { kubeReserved, systemReserved, evictionHard } = config
  return {
    ...(kubeReserved !== undefined && { kubeReserved }),
    ...(systemReserved !== undefined && { systemReserved }),
    ...(evictionHard !== undefined && { evictionHard }),
  }
}

function mergeReserves(first: KubeletReserves, second: KubeletReserves): KubeletReserves {
  const merged = (name: keyof KubeletReserves) =>
    first[name] === undefined && second[name] === undefined ? undefined : { ...first[name], ...second[name] }
  return reservesOf({
    kubeReserved: merged('kubeReserved'),
    systemReserved: merged('systemReserved'),
    evictionHard: merged('evictionHard'),
  })
}

/** A kubelet does not start with an amount that it cannot read. */
function amountProblems(reserves: KubeletReserves): readonly string[] {
  return Object.entries(reserves).flatMap(([name, amounts]) =>
    Object.entries(amounts ?? {})
      .filter(([, amount]) => !/^\d+(\.\d+)?%$/.test(amount) && tryParseQuantity(amount) === undefined)
      .map(([key, amount]) => `The kubelet setting ${name} has no valid amount "${amount}" for ${key}.`),
  )
}

function tomlFault(text: string): string | undefined {
  try {
    parseToml(text)
    return undefined
  } catch (error) {
    return firstLine(error)
  }
}

function parseKubeletFlags(
  flags: readonly string[],
  problems: string[],
): {
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly NodeTaint[] | undefined
  readonly maxPods: number | undefined
} {
  let labels: Record<string, string> = {}
  let taints: readonly NodeTaint[] | undefined
  let maxPods: number | undefined
  for (const flag of flags) {
    const [, name, value = ''] = /^--?([a-z-]+)(?:[= ](.*))?$/s.exec(flag.trim()) ?? []
    if (name === 'node-labels') labels = { ...labels, ...parseLabelList(unquote(value)) }
    else if (name === 'register-with-taints') taints = parseTaintList(unquote(value), problems)
    else if (name === 'max-pods' && /^\d+$/.test(value)) maxPods = Number(value)
  }
  return { labels, taints, maxPods }
}

/** `a=b,c=d`, as `--node-labels` takes it. */
function parseLabelList(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {}
  for (const item of text.split(',')) {
    const [key = '', ...value] = item.trim().split('=')
    if (key !== '') labels[key] = value.join('=')
  }
  return labels
}

/** `key=value:Effect,key:Effect`, as `--register-with-taints` takes it. */
function parseTaintList(text: string, problems: string[]): readonly NodeTaint[] {
  const taints: NodeTaint[] = []
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue
    const taint = parseTaint(item)
    if (taint === undefined) problems.push(`The kubelet flag --register-with-taints has no valid taint "${item}".`)
    else taints.push(taint)
  }
  return taints
}

function parseTaint(text: string): NodeTaint | undefined {
  const [, key, value, effectName = ''] = /^([^=:]+)(?:=([^:]*))?:([A-Za-z]+)$/.exec(text) ?? []
  const effect = effects[effectName]
  if (key === undefined || effect === undefined) return undefined
  return { key, ...(value === undefined || value === '' ? {} : { value }), effect }
}

const sharedSchema = z.object({
  replicas: z.number().int().positive().optional(),
  'rename-by-default': z.boolean().default(true),
  'fail-requests-greater-than-one': z.boolean().default(true),
})

const pluginSchema = z.object({
  'device-sharing-strategy': z.string().optional(),
  'device-partitioning-strategy': z.string().optional(),
  'time-slicing': sharedSchema.optional(),
  mps: sharedSchema.optional(),
  mig: z.object({ profile: z.record(z.string(), z.string()).default({}) }).optional(),
})

const bottlerocketSchema = z.object({
  settings: z
    .object({
      kubernetes: z
        .object({
          'cluster-name': z.string().optional(),
          'max-pods': z.union([z.number().int().positive(), z.string().regex(/^\d+$/).transform(Number)]).optional(),
          'node-labels': z.record(z.string(), z.string()).optional(),
          'node-taints': z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
          'kube-reserved': amountsSchema.optional(),
          'system-reserved': amountsSchema.optional(),
          'eviction-hard': amountsSchema.optional(),
        })
        .optional(),
      'kubelet-device-plugins': z.object({ nvidia: pluginSchema.optional() }).optional(),
      kernel: z
        .object({
          sysctl: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
      'bootstrap-commands': z
        .record(z.string(), z.looseObject({ commands: z.array(z.array(z.string())).optional() }))
        .optional(),
    })
    .optional(),
})

function parseBottlerocket(text: string): NodeBootstrap {
  const fault = tomlFault(text)
  if (fault !== undefined) return empty('bottlerocket', [`The user data is not TOML: ${fault}.`])
  const parsed = bottlerocketSchema.safeParse(parseToml(text))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return empty('bottlerocket', [
      `The user data is not valid at ${issue?.path.join('.') ?? 'its top'}: ${issue?.message ?? 'unknown'}.`,
    ])
  }
  const kubernetes = parsed.data.settings?.kubernetes
  const problems: string[] = []
  const taints: NodeTaint[] = []
  for (const [key, entry] of Object.entries(kubernetes?.['node-taints'] ?? {}))
    for (const valueAndEffect of typeof entry === 'string' ? [entry] : entry) {
      const taint = parseTaint(`${key}=${valueAndEffect}`)
      if (taint === undefined)
        problems.push(`settings.kubernetes.node-taints has no valid taint "${valueAndEffect}" for key ${key}.`)
      else taints.push(taint)
    }
  const reserves = reservesOf({
    kubeReserved: kubernetes?.['kube-reserved'],
    systemReserved: kubernetes?.['system-reserved'],
    evictionHard: kubernetes?.['eviction-hard'],
  })
  problems.push(...amountProblems(reserves))
  return {
    format: 'bottlerocket',
    clusterName: kubernetes?.['cluster-name'],
    labels: kubernetes?.['node-labels'] ?? {},
    taints,
    maxPods: kubernetes?.['max-pods'],
    reserves,
    localStorage: initializesDisks(parsed.data.settings?.['bootstrap-commands']) ? 'RAID0' : undefined,
    ...bottlerocketGpus(parsed.data.settings?.['kubelet-device-plugins']?.nvidia),
    hugePages: sysctlHugePages(parsed.data.settings?.kernel?.sysctl),
    problems,
  }
}

/** MIG devices are `nvidia.com/gpu` there. Source: https://bottlerocket.dev/en/os/1.54.x/api/settings/kubelet-device-plugins */
function bottlerocketGpus(
  plugin: z.output<typeof pluginSchema> | undefined,
): Pick<NodeBootstrap, 'mig' | 'builtInSharing'> {
  if (plugin === undefined) return {}
  const divides = plugin['device-partitioning-strategy'] === 'mig'
  const strategy = plugin['device-sharing-strategy']
  const kind = strategy === 'time-slicing' ? 'timeSlicing' : strategy === 'mps' ? 'mps' : 'none'
  const shared = kind === 'none' ? undefined : kind === 'mps' ? plugin.mps : plugin['time-slicing']
  return {
    ...(divides && { mig: { kind: 'bottlerocket', byGpu: plugin.mig?.profile ?? {} } }),
    builtInSharing: {
      migStrategy: divides ? 'single' : 'none',
      kind,
      renameByDefault: shared?.['rename-by-default'] ?? true,
      oneShareEach: kind === 'mps' || (shared?.['fail-requests-greater-than-one'] ?? true),
      replicas: { 'nvidia.com/gpu': shared?.replicas ?? 1 },
    },
  }
}

/** Sysctl names are written with dots or with slashes. */
function sysctlHugePages(sysctl: Readonly<Record<string, string>> = {}): number | undefined {
  const value = sysctl['vm/nr_hugepages'] ?? sysctl['vm.nr_hugepages']
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined
}

/** The last `vm.nr_hugepages` that a script sets to a number. */
function scriptHugePages(script: string): number | undefined {
  const found = [...script.matchAll(/^(?!\s*#).*\bvm\.nr_hugepages\s*=\s*(\d+)\b/gm)].at(-1)?.[1]
  return found === undefined ? undefined : Number(found)
}

/** `apiclient ephemeral-storage init` joins the local disks, and `bind` puts containers and images on them. */
function initializesDisks(
  commands: Readonly<Record<string, { readonly commands?: readonly (readonly string[])[] | undefined }>> = {},
): boolean {
  const run = Object.values(commands).flatMap((each) => each.commands ?? [])
  const has = (word: string) => run.some((words) => words.includes('ephemeral-storage') && words.includes(word))
  return has('init') && has('bind')
}

/** `/etc/eks/bootstrap.sh CLUSTER … --kubelet-extra-args '…'`, as images with Amazon Linux 2's script take it. */
function parseShell(text: string): NodeBootstrap {
  const problems: string[] = []
  const joined = text.replaceAll(/\\\n\s*/g, ' ')
  const call = /\/etc\/eks\/bootstrap\.sh\s+(.*)/.exec(joined)?.[1] ?? ''
  const clusterName = call
    .split(/\s+/)
    .map(unquote)
    .find((word) => word !== '' && !word.startsWith('-'))
  const flags = [...joined.matchAll(/--(?:node-labels|register-with-taints|max-pods)[= ](?:"[^"]*"|[^\s'"]+)/g)]
  const { labels, taints, maxPods } = parseKubeletFlags(
    flags.map(([flag]) => flag),
    problems,
  )
  const mig = migRequestOf(text)
  return {
    ...empty('shell', problems),
    clusterName,
    labels,
    taints: taints ?? [],
    maxPods,
    hugePages: scriptHugePages(text),
    ...(mig && { mig }),
  }
}

function unquote(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/s, '$2')
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return (message.split('\n')[0] ?? '').replace(/[.:]$/, '')
}
