import type { ClusterNode, Unknown } from '../../cluster/cluster.ts'
import type { ClusterObjects } from '../../cluster/cluster-objects.ts'
import { daemonPodRefusal, isPodOfDaemonSet } from '../../cluster/daemon-pod.ts'
import { parseKubernetesVersion } from '../../cluster/kubernetes-version.ts'
import type { Pod } from '../../cluster/pod.ts'
import type { Problem } from '../../cluster/problem.ts'
import type { PersistentVolumeClaim, StorageClass } from '../../cluster/storage.ts'
import type { MadeClaim, PodVolume } from '../../cluster/volume.ts'
import type { SourcePosition, Workload } from '../../cluster/workload.ts'
import { workloadId } from '../../cluster/workload.ts'
import { workloadPod } from '../../cluster/workload-pod.ts'
import { readAdmission } from './admission.ts'
import { admitPod } from './admit-pod.ts'
import { type CollectedObjects, type CollectedPod, collectObjects } from './collect-objects.ts'
import { expandWorkloads, type PendingClaim, type PendingWorkload, templateText } from './expand-workloads.ts'
import { isJsonObject, type JsonObject, listAt, objectAt, textAt, valueAt } from './json.ts'
import type {
  KubernetesInput,
  KubernetesInputOptions,
  KubernetesSource,
  NotSimulated,
  RefusedPods,
} from './kubernetes-input.ts'
import { missingObjects } from './missing-objects.ts'
import { readClusterObjects } from './read-cluster-objects.ts'
import { readNode } from './read-node.ts'
import { readOwner } from './read-owner.ts'
import { isPreempted, readPod } from './read-pod.ts'
import { readPodRequests } from './read-pod-requests.ts'
import { readPodVolumes } from './read-pod-volumes.ts'
import { readPersistentVolumeClaim } from './read-storage.ts'
import { openQuotaLedger } from './resource-quota.ts'
import { settleClaims } from './settle-claims.ts'

/**
 * Reads workloads and the cluster they find out of manifests and `kubectl get -o json` dumps. Never throws for what is
 * in them: that is among `problems`, all of it at once, with file, line and column.
 * @throws ProblemError `kubernetes-version-malformed`.
 */
export async function readKubernetesInput(
  sources: readonly KubernetesSource[],
  options: KubernetesInputOptions,
): Promise<KubernetesInput> {
  const version = parseKubernetesVersion(options.kubernetesVersion)
  const collected = await collectObjects(sources, options)
  const admission = readAdmission(collected.others, {
    version,
    extendedResourceToleration: options.extendedResourceToleration ?? false,
  })
  const expanded = expandWorkloads(collected, options.fire)
  const admit = openAdmission((pod) => admitPod(pod, admission))
  const ledger = openQuotaLedger(collected.others.filter(({ kind }) => kind === 'ResourceQuota'))
  const standing = new Set<string>()
  for (const object of collected.others.filter(({ kind }) => kind === 'PersistentVolumeClaim')) {
    const claim = readPersistentVolumeClaim(object)
    ledger.countClaim(claim)
    standing.add(`${claim.namespace}/${claim.name}`)
  }
  const notes = openNotes()
  const refused: RefusedPods[] = []
  const refuse = (workload: PendingWorkload, pods: number, message: string): void => {
    const { namespace, at } = workload
    refused.push({ workload: workloadId(workload), namespace, pods, message, ...(at !== undefined && { at }) })
  }

  const bound: Pod[] = []
  const waiting: { readonly pod: CollectedPod; readonly workload: Workload }[] = []
  const queue: { readonly at: SourcePosition; readonly workload: Workload }[] = []
  for (const pod of collected.pods) {
    const answer = admit(pod.namespace, pod.template, textAt(pod.own, 'metadata', 'uid'))
    const isBound = pod.nodeName !== undefined
    if (answer.kind === 'refused') {
      if (!isBound)
        refused.push({
          workload: `Pod/${pod.name}`,
          namespace: pod.namespace,
          pods: 1,
          message: answer.message,
          at: pod.at,
        })
      continue
    }
    const model = podOf(pod, answer)
    if (isBound || textAt(pod.own, 'metadata', 'uid') !== undefined) ledger.count(pod.namespace, answer.pod)
    if (isBound) {
      bound.push(model)
      notes.assume(answer.assumed)
      continue
    }
    if (model.terminating) continue
    waiting.push({
      pod,
      workload: { kind: 'Pod', namespace: pod.namespace, name: pod.name, template: model, replicas: 1, at: pod.at },
    })
  }
  const nodes = collected.nodes.map(readClusterNode)

  const sizes = new Map<string, number>()
  for (const { namespace, gang, replicas, perGroup = replicas } of expanded.workloads) {
    if (gang !== undefined) sizes.set(`${namespace}/${gang}`, (sizes.get(`${namespace}/${gang}`) ?? 0) + perGroup)
  }
  const refusedObjects = new Map<string, string | undefined>()
  /** Why the API server refuses the object itself, or one that its controller makes of it; each object is made once. */
  const objectRefusal = ({ kind, namespace, name, creates }: PendingWorkload): string | undefined => {
    const key = `${kind}/${namespace}/${name}`
    if (!refusedObjects.has(key)) refusedObjects.set(key, ledger.createObject(namespace, creates))
    return refusedObjects.get(key)
  }
  const makePod = ({ pod, workload }: (typeof waiting)[number]): void => {
    const answer = admit(pod.namespace, pod.template, textAt(pod.own, 'metadata', 'uid'))
    if (answer.kind === 'refused' || notes.isForeign(workload)) return
    notes.assume(answer.assumed)
    if (textAt(pod.own, 'metadata', 'uid') === undefined) {
      const { created, message = '' } = ledger.create(pod.namespace, answer.pod, 1)
      if (created === 0) {
        refused.push({ workload: `Pod/${pod.name}`, namespace: pod.namespace, pods: 1, message, at: pod.at })
        return
      }
    }
    queue.push({ at: pod.at, workload })
  }
  const makeWorkload = (pending: PendingWorkload): void => {
    const refusal = objectRefusal(pending)
    if (pending.replicas === 0) return
    const answer = admit(pending.namespace, pending.template)
    if (refusal !== undefined || answer.kind === 'refused') {
      refuse(pending, pending.replicas, refusal ?? (answer.kind === 'refused' ? answer.message : ''))
      return
    }
    const size = sizes.get(`${pending.namespace}/${pending.gang ?? ''}`) ?? 0
    const workload = workloadOf(pending, answer.model, size)
    if (notes.isForeign(workload)) return
    notes.assume(answer.assumed)
    const claims = workloadPod(workload, 0)
      .volumes.flatMap(madeClaim)
      .filter(({ namespace, name }) => !standing.has(`${namespace}/${name}`))
    const { created, message } = ledger.create(pending.namespace, answer.pod, pending.replicas, claims)
    if (created < pending.replicas) refuse(pending, pending.replicas - created, message ?? '')
    if (created > 0) queue.push({ at: pending.at ?? nowhere, workload: { ...workload, replicas: created } })
  }
  const madeDaemonSets = new Map<
    PendingWorkload,
    { readonly workload: Workload; readonly pod: JsonObject; readonly pods: number }
  >()
  const makeDaemonSet = (pending: PendingWorkload): void => {
    const answer = admit(pending.namespace, pending.template)
    const refusal = objectRefusal(pending) ?? (answer.kind === 'refused' ? answer.message : undefined)
    if (refusal !== undefined || answer.kind === 'refused') {
      refuse(pending, 0, refusal ?? '')
      return
    }
    notes.assume(answer.assumed)
    const workload = workloadOf(pending, answer.model, 0)
    if (ledger.roomFor(pending.namespace, answer.pod) === undefined) {
      madeDaemonSets.set(pending, { workload, pod: answer.pod, pods: 0 })
      return
    }
    const own = bound.filter((pod) => isPodOfDaemonSet(pod, workload))
    const there = new Set(own.map(({ nodeName }) => nodeName))
    const wanted = nodes.filter(
      ({ node }) => !there.has(node.name) && daemonPodRefusal(workload.template, node) === undefined,
    ).length
    const { created, message } = ledger.create(pending.namespace, answer.pod, wanted)
    if (created < wanted) refuse(pending, wanted - created, message ?? '')
    madeDaemonSets.set(pending, { workload, pod: answer.pod, pods: own.length + created })
  }
  // The API server counts what is made in the order in which it is made.
  const made: readonly { readonly at: SourcePosition; readonly make: () => void }[] = [
    ...waiting.map((one) => ({ at: one.pod.at, make: () => makePod(one) })),
    ...expanded.workloads.map((one) => ({ at: one.at ?? nowhere, make: () => makeWorkload(one) })),
    ...expanded.daemonSets.map((one) => ({ at: one.at ?? nowhere, make: () => makeDaemonSet(one) })),
    ...expanded.idle.map(({ workload: { namespace, at }, creates }) => ({
      at,
      make: () => ledger.createObject(namespace, creates),
    })),
  ]
  for (const { make } of inOrderOf(sources, made)) make()
  const daemonSets = expanded.daemonSets.flatMap((pending) => {
    const one = madeDaemonSets.get(pending)
    if (one === undefined) return []
    // Nodes that come later find what is left of the quota.
    const room = ledger.roomFor(pending.namespace, one.pod)
    return [{ ...one.workload, ...(room !== undefined && { mostPods: one.pods + room }) }]
  })
  noteIdle(collected, expanded.idle, notes)

  const workloads = inOrderOf(sources, queue).map(({ workload }) => workload)
  const everyPod = [
    ...bound,
    ...workloads.map(({ template }) => template),
    ...daemonSets.map(({ template }) => template),
  ]
  const { objects, missing, settled } = objectsOf(
    collected,
    expanded,
    workloads,
    bound,
    everyPod,
    options.storageClasses ?? [],
  )
  const isRecorded = nodes.length > 0 || bound.length > 0
  return {
    workloads: settled,
    daemonSets,
    nodes,
    pods: bound,
    objects,
    notSimulated: [...notes.notSimulated(), ...collected.skipped],
    refused,
    missing: [
      ...notes.assumed(),
      ...missing,
      ...(isRecorded && options.clusterKnown !== true ? missingObjects(everyPod, objects) : []),
    ],
    problems: [...collected.problems, ...expanded.notFired.map(cronJobNotFound)],
  }
}

const nowhere: SourcePosition = { file: '', line: 0, column: 0 }

/** `template`: as JSON text, or as the object that it says. */
type Admit = (
  namespace: string,
  template: string | JsonObject,
  uid?: string,
) =>
  | { readonly kind: 'admitted'; readonly pod: JsonObject; readonly model: Pod; readonly assumed: readonly Unknown[] }
  | { readonly kind: 'refused'; readonly message: string }

/** So many templates are remembered; where there are more, most are one of a kind. */
const mostAnswers = 5000

/** Admits each distinct template once; of the pods of a dump most are replicas of a few. */
function openAdmission(admitOne: (pod: JsonObject) => ReturnType<typeof admitPod>): Admit {
  const answers = new Map<string, ReturnType<Admit>>()
  return (namespace, given, uid) => {
    const text = typeof given === 'string' ? given : templateText(given)
    const key = `${namespace}\n${uid === undefined ? 'new' : 'old'}\n${text}`
    const known = answers.get(key)
    if (known !== undefined) return known
    if (answers.size >= mostAnswers) answers.clear()
    const template = typeof given === 'string' ? parsed(given) : given
    const metadata = { ...objectAt(template, 'metadata'), namespace, ...(uid !== undefined && { uid }) }
    const admitted = admitOne({ ...template, metadata })
    const answer: ReturnType<Admit> =
      admitted.kind === 'refused' ? admitted : { ...admitted, model: readPod(admitted.pod) }
    answers.set(key, answer)
    return answer
  }
}

/** The model of a Pod object out of the one that it shares with its likes. */
function podOf(pod: CollectedPod, { pod: admitted, model }: { readonly pod: JsonObject; readonly model: Pod }): Pod {
  const { metadata, status } = pod.own
  const owner = readOwner(pod.own)
  const nominatedNodeName = textAt(status, 'nominatedNodeName') ?? ''
  const startedAt = Date.parse(textAt(status, 'startTime') ?? '')
  const hasStatus = valueAt(status, 'containerStatuses') ?? valueAt(status, 'initContainerStatuses')
  const { namespace, name, nodeName } = pod
  return {
    ...model,
    namespace,
    name,
    ...(owner !== undefined && { owner }),
    ...(nodeName !== undefined && { nodeName }),
    ...(nominatedNodeName !== '' && { nominatedNodeName }),
    ...(!Number.isNaN(startedAt) && { startedAt }),
    ...(hasStatus !== undefined && readPodRequests({ ...admitted, status })),
    ...(model.volumes.length > 0 && { volumes: readPodVolumes(objectAt(admitted, 'spec'), name) }),
    createdAt: Date.parse(textAt(metadata, 'creationTimestamp') ?? '') || 0,
    terminating: textAt(metadata, 'deletionTimestamp') !== undefined,
    ...(isPreempted(pod.own) && { preempted: true }),
  }
}

function workloadOf(pending: PendingWorkload, model: Pod, gangSize: number): Workload {
  const { base, owner, gang, perGroup, template: _, claims, creates: __, ...rest } = pending
  const volumes = model.volumes.map((volume) => withClaim(volume, claims))
  return {
    ...rest,
    template: { ...model, namespace: pending.namespace, name: base, owner, volumes },
    ...(gang !== undefined &&
      gangSize > 1 && { gang: { name: gang, size: gangSize, ...(perGroup !== undefined && { perGroup }) } }),
  }
}

function withClaim(volume: PodVolume, claims: readonly PendingClaim[]): PodVolume {
  const own = volume.kind === 'claim' ? claims.find(({ claim }) => claim.name === volume.claim) : undefined
  if (volume.kind !== 'claim' || own === undefined) return volume
  return { ...volume, ephemeral: own.ephemeral, made: { claim: own.claim } }
}

/** Things in the order in which they stand in the input. */
function inOrderOf<Thing extends { readonly at: SourcePosition }>(
  sources: readonly KubernetesSource[],
  things: readonly Thing[],
): readonly Thing[] {
  const order = new Map(sources.map(({ name }, index) => [name, index]))
  return things.toSorted(
    ({ at: left }, { at: right }) =>
      (order.get(left.file) ?? 0) - (order.get(right.file) ?? 0) ||
      left.line - right.line ||
      left.column - right.column,
  )
}

/** A Node object with its readiness; one without conditions, as a person writes it, is ready. */
function readClusterNode(object: JsonObject): ClusterNode {
  const condition = listAt(object, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready')
  return {
    node: readNode(object),
    ready: condition === undefined || textAt(condition, 'status') === 'True',
    readySince: Date.parse(textAt(condition, 'lastTransitionTime') ?? '') || 0,
  }
}

type Notes = {
  readonly note: (what: string, why: string, count: number, at: SourcePosition | undefined) => void
  /** Whether pods of the workload are none that can be simulated; they are then noted. */
  readonly isForeign: (workload: Workload) => boolean
  readonly assume: (unknowns: readonly Unknown[]) => void
  readonly assumed: () => readonly Unknown[]
  readonly notSimulated: () => readonly NotSimulated[]
}

function openNotes(): Notes {
  const notes = new Map<string, NotSimulated>()
  const unknowns = new Map<string, Unknown>()
  const note: Notes['note'] = (what, why, count, at) => {
    const before = notes.get(`${what}\n${why}`)
    const first = before?.at ?? at
    notes.set(`${what}\n${why}`, {
      what,
      why,
      count: (before?.count ?? 0) + count,
      ...(first !== undefined && { at: first }),
    })
  }
  return {
    note,
    isForeign({ template, replicas, at }) {
      if (template.schedulerName !== 'default-scheduler') {
        note(`pods with schedulerName ${template.schedulerName}`, 'only default-scheduler is simulated', replicas, at)
        return true
      }
      if (template.resourceClaims.length > 0) {
        note('pods with resourceClaims', 'dynamic resource allocation is not simulated', replicas, at)
        return true
      }
      return false
    },
    assume(assumed) {
      for (const unknown of assumed) unknowns.set(unknown.what, unknown)
    },
    assumed: () => [...unknowns.values()],
    notSimulated: () => [...notes.values()],
  }
}

function noteIdle(
  collected: CollectedObjects,
  idle: readonly {
    readonly workload: { readonly kind: string; readonly at: SourcePosition; readonly isSuspended: boolean }
    readonly why: string
  }[],
  notes: Notes,
): void {
  for (const { workload, why } of idle) {
    notes.note(workload.isSuspended ? `suspended ${workload.kind}` : workload.kind, why, 1, workload.at)
  }
  for (const { notSimulated, at } of collected.workloads) {
    for (const { what, why } of notSimulated) notes.note(what, why, 1, at)
  }
}

function objectsOf(
  collected: CollectedObjects,
  expanded: ReturnType<typeof expandWorkloads>,
  workloads: readonly Workload[],
  bound: readonly Pod[],
  everyPod: readonly Pod[],
  standingClasses: readonly StorageClass[],
): {
  readonly objects: ClusterObjects
  readonly missing: readonly Unknown[]
  /** The workloads, with the claims of their pods as they come to be. */
  readonly settled: readonly Workload[]
} {
  const counts = [
    ...bound.map(({ namespace, labels }) => ({ namespace, labels, count: 1 })),
    ...workloads.map(({ namespace, template, replicas }) => ({ namespace, labels: template.labels, count: replicas })),
  ]
  const read = readClusterObjects(collected.others, counts)
  const ephemeral = ephemeralClaims(collected.pods, read.persistentVolumeClaims)
  const standing = [...read.persistentVolumeClaims, ...ephemeral]
  const coming = [...new Set(workloads.flatMap(({ template }) => template.volumes.flatMap(madeClaim)))]
  const { missing, ...all } = settleClaims([...standing, ...coming], read.persistentVolumes, [
    ...read.storageClasses,
    ...standingClasses,
  ])
  const made = new Map<PersistentVolumeClaim, MadeClaim>()
  coming.forEach((claim, at) => {
    const own = all.persistentVolumeClaims[standing.length + at] ?? claim
    const volume = own === claim ? undefined : all.persistentVolumes.find(({ name }) => name === own.volumeName)
    made.set(claim, { claim: own, ...(volume !== undefined && { volume }) })
  })
  const ofPods = new Set([...made.values()].map(({ volume }) => volume))
  const storage = {
    persistentVolumeClaims: all.persistentVolumeClaims.slice(0, standing.length),
    persistentVolumes: all.persistentVolumes.filter((volume) => !ofPods.has(volume)),
    storageClasses: all.storageClasses.filter((one) => !standingClasses.includes(one)),
  }
  const named = new Set(read.namespaces.map(({ name }) => name))
  const implied = [...new Set(everyPod.map(({ namespace }) => namespace))].filter((name) => !named.has(name))
  return {
    missing,
    settled: workloads.map((workload) => withMadeClaims(workload, made)),
    objects: {
      ...read,
      ...storage,
      controllers: expanded.controllers,
      namespaces: [
        ...read.namespaces,
        ...implied.map((name) => ({ name, labels: { 'kubernetes.io/metadata.name': name } })),
      ],
    },
  }
}

function madeClaim(volume: PodVolume): readonly PersistentVolumeClaim[] {
  return volume.kind === 'claim' && volume.made !== undefined ? [volume.made.claim] : []
}

function withMadeClaims(workload: Workload, made: ReadonlyMap<PersistentVolumeClaim, MadeClaim>): Workload {
  const { template } = workload
  if (!template.volumes.some((volume) => madeClaim(volume).length > 0)) return workload
  const volumes = template.volumes.map((volume): PodVolume => {
    const own = volume.kind === 'claim' && volume.made !== undefined ? made.get(volume.made.claim) : undefined
    return volume.kind === 'claim' && own !== undefined ? { ...volume, made: own } : volume
  })
  return { ...workload, template: { ...template, volumes } }
}

/** The claims that the API server makes for generic ephemeral volumes of single pods that are new. */
function ephemeralClaims(
  pods: readonly CollectedPod[],
  known: ClusterObjects['persistentVolumeClaims'],
): ClusterObjects['persistentVolumeClaims'] {
  const names = new Set(known.map(({ namespace, name }) => `${namespace}/${name}`))
  return pods.flatMap((pod) => {
    if (!pod.template.includes('"ephemeral"') || textAt(pod.own, 'metadata', 'uid') !== undefined) return []
    return listAt(parsed(pod.template), 'spec', 'volumes').flatMap((volume) => {
      const name = `${pod.name}-${textAt(volume, 'name') ?? ''}`
      const template = objectAt(volume, 'ephemeral', 'volumeClaimTemplate')
      if (!('ephemeral' in objectAt(volume)) || names.has(`${pod.namespace}/${name}`)) return []
      const ownerReferences = [{ kind: 'Pod', name: pod.name, controller: true }]
      const metadata = { ...objectAt(template, 'metadata'), name, namespace: pod.namespace, ownerReferences }
      return readClusterObjects([{ kind: 'PersistentVolumeClaim', metadata, spec: objectAt(template, 'spec') }])
        .persistentVolumeClaims
    })
  })
}

function cronJobNotFound(name: string): Problem {
  return {
    id: 'cron-job-not-found',
    what: `--fire ${name} names no CronJob of the input`,
    fix: 'give the name of a CronJob, or namespace/name',
  }
}

function parsed(template: string): JsonObject {
  const value: unknown = JSON.parse(template)
  return isJsonObject(value) ? value : {}
}
