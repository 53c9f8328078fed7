import { newestPatchOf } from '../catalog/kubernetes-patches.ts'
import { nodeDelays } from '../catalog/node-delays.ts'
import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { parseKubernetesVersion } from '../cluster/kubernetes-version.ts'
import { ProblemError } from '../cluster/problem.ts'
import { autoscalerFlagNames, defaultAutoscalerSettings, readAutoscalerFlags } from '../read/config/autoscaler-flags.ts'
import { parseGoDuration } from '../read/config/go-duration.ts'
import type { PodTemplatePath } from '../read/kubernetes/kubernetes-input.ts'
import { nearestName } from '../read/terraform/nearest-name.ts'
import type { SimulationOptions } from '../simulation/simulation-options.ts'
import type { SimulateFlags } from './simulate-flags.ts'

/** Minor versions of Kubernetes whose scheduler is known. */
const minors = { first: 29, last: 36 } as const

/**
 * What flags say about how to simulate a cluster.
 * @throws ProblemError `duration-malformed`, `autoscaler-flag-malformed`, `autoscaler-flag-unknown`.
 */
export function simulationOptions(flags: SimulateFlags, cluster: Cluster): SimulationOptions {
  const autoscaler = autoscalerOf(flags, cluster)
  return {
    ...(flags.kubernetesVersion !== undefined && { kubernetesVersion: kubernetesVersion(flags.kubernetesVersion) }),
    order: flags.order,
    seed: flags.seed,
    percentageOfNodesToScore: flags.percentageOfNodesToScore,
    ...(autoscaler !== undefined && { autoscaler }),
    provisioning: duration('provisioning', flags.provisioning) ?? nodeDelays().provisioning,
    gpuReady: duration('gpu-ready', flags.gpuReady) ?? nodeDelays().gpuReady,
    ...(flags.until !== undefined && { until: duration('until', flags.until) ?? 0 }),
    // What no one reads need not be tried.
    fixes: !flags.eachPod && flags.explain === undefined && flags.compare === undefined,
    scores: flags.scores,
  }
}

/**
 * A version as a user writes it; one that names no patch level means the newest known one.
 * @throws ProblemError `kubernetes-version-malformed`, `kubernetes-version-not-simulated`.
 */
export function kubernetesVersion(text: string): string {
  const { minor } = parseKubernetesVersion(text)
  if (minor < minors.first || minor > minors.last)
    throw new ProblemError({
      id: 'kubernetes-version-not-simulated',
      what: `Kubernetes 1.${minor} is not simulated.`,
      why: `The scheduler's rules and texts are known for 1.${minors.first} to 1.${minors.last}.`,
      fix: `give --kubernetes-version one of them, e.g. 1.${minor < minors.first ? minors.first : minors.last}`,
    })
  const bare = text.replace(/^v/, '')
  return /^1\.\d+$/.test(bare) ? (newestPatchOf(bare) ?? bare) : bare
}

/** Version of a cluster that nothing says the version of. */
export function newestKubernetesVersion(): string {
  return kubernetesVersion(`1.${minors.last}`)
}

/**
 * `KIND=PATH:COUNTPATH`, paths with dots; without a count path an object is one pod.
 * @throws ProblemError `pod-template-malformed`.
 */
export function podTemplatePath(text: string): PodTemplatePath {
  const match = /^([A-Za-z]\w*)=([\w.[\]-]+)(?::([\w.[\]-]+))?$/.exec(text)
  const [, kind = '', path = '', count] = match ?? []
  if (match === null)
    throw new ProblemError({
      id: 'pod-template-malformed',
      what: `--pod-template ${JSON.stringify(text)} is not KIND=PATH:COUNTPATH.`,
      fix: 'name the kind, the fields to its pod template and the fields to the number of pods, e.g. Trainer=spec.template:spec.workers',
    })
  return { kind, path: path.split('.'), ...(count !== undefined && { countPath: count.split('.') }) }
}

/** `undefined`: as the cluster says; `null`: none. */
function autoscalerOf(flags: SimulateFlags, cluster: Cluster): AutoscalerSettings | null | undefined {
  const words = autoscalerWords(flags)
  if (!flags.autoscaler) {
    if (words.length === 0) return null
    throw new ProblemError({
      id: 'flags-contradict',
      what: `--no-autoscaler and ${words[0]} contradict each other.`,
      fix: 'leave one of them out',
    })
  }
  if (words.length === 0) return undefined
  const version = cluster.autoscaler?.version ?? `1.${parseKubernetesVersion(cluster.kubernetesVersion).minor}.0`
  const read = readAutoscalerFlags(words, version, cluster.autoscaler ?? defaultAutoscalerSettings(version))
  const [unknown] = read.unknown
  if (unknown === undefined) return read.settings
  const name = unknown.replace(/^--/, '').replace(/=.*$/s, '')
  const nearest = nearestName(name, autoscalerFlagNames())
  throw new ProblemError({
    id: 'autoscaler-flag-unknown',
    what: `The Cluster Autoscaler has no flag --${name} that changes what it decides.`,
    fix: nearest === undefined ? `use one of ${autoscalerFlagNames().join(', ')}` : `did you mean --${nearest}?`,
  })
}

/** The autoscaler's own command line that the flags stand for. */
function autoscalerWords(flags: SimulateFlags): readonly string[] {
  return [
    ...(flags.expander === undefined ? [] : [`--expander=${flags.expander}`]),
    ...(flags.balanceSimilarNodeGroups === undefined
      ? []
      : [`--balance-similar-node-groups=${flags.balanceSimilarNodeGroups}`]),
    ...(flags.coresTotal === undefined ? [] : [`--cores-total=${flags.coresTotal}`]),
    ...(flags.memoryTotal === undefined ? [] : [`--memory-total=${flags.memoryTotal}`]),
    ...(flags.maxNodesTotal === undefined ? [] : [`--max-nodes-total=${flags.maxNodesTotal}`]),
    ...(flags.autoscalerFlag ?? []).map((flag) => (flag.startsWith('-') ? flag : `--${flag}`)),
  ]
}

function duration(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = /^\d+$/.test(text) ? Number(text) : parseGoDuration(text)
  if (seconds !== undefined && seconds >= 0) return seconds
  throw new ProblemError({
    id: 'duration-malformed',
    what: `--${flag} cannot be ${JSON.stringify(text)}.`,
    fix: 'write it as 90s, 5m or 1h30m',
  })
}
