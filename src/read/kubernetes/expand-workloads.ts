import type { SpreadingController } from '../../cluster/cluster-objects.ts'
import type { PersistentVolumeClaim } from '../../cluster/storage.ts'
import type { Workload } from '../../cluster/workload.ts'
import type { CollectedObjects, CollectedPod, CollectedWorkload } from './collect-objects.ts'
import { isJsonObject, type JsonObject, listAt, objectAt, textAt, valueAt } from './json.ts'
import { readOwner } from './read-owner.ts'
import { readPersistentVolumeClaim } from './read-storage.ts'

/** Pods to be made: a workload whose template is yet to be admitted. */
export type PendingWorkload = Omit<Workload, 'template' | 'gang'> & {
  /** What the pods' names begin with. */
  readonly base: string
  readonly template: JsonObject
  readonly owner: { readonly kind: string; readonly name: string; readonly uid: string }
  readonly gang?: string
  /** Where each group of pods is a gang of its own: how many of a group's pods are of this workload. */
  readonly perGroup?: number
  /** Claims that come into being with the pods, as the template's volumes name them: each stands for those of all pods. */
  readonly claims: readonly PendingClaim[]
  /** Objects that have to be made before its first pod, by resource name; none where they exist already. */
  readonly creates: readonly string[]
}

/** A claim that each pod of a workload gets. */
export type PendingClaim = {
  readonly claim: PersistentVolumeClaim
  /** Whether it is that of a generic ephemeral volume, which belongs to the pod. */
  readonly ephemeral: boolean
}

/** What the objects that make pods come to, beside the pods that exist. */
export type ExpandedWorkloads = {
  readonly workloads: readonly PendingWorkload[]
  readonly daemonSets: readonly PendingWorkload[]
  readonly controllers: readonly SpreadingController[]
  /** CronJobs that do not fire, and objects on hold. */
  readonly idle: readonly {
    readonly workload: CollectedWorkload
    readonly why: string
    readonly creates: readonly string[]
  }[]
  /** Entries of `fire` that name no CronJob. */
  readonly notFired: readonly string[]
}

/**
 * Makes workloads of the collected objects: every controller gets the replicas that it has not got as pods of the input.
 * A controller whose own controllers are in the input makes none itself: a Deployment leaves it to its newest ReplicaSet.
 */
export function expandWorkloads(
  { workloads: collected, pods, others }: CollectedObjects,
  fire: readonly string[] = [],
): ExpandedWorkloads {
  const live = livePods(pods)
  const children = childrenByOwner(collected)
  const known = new Set(collected.map(({ namespace, kind, name }) => keyOf(namespace, kind, name)))
  const orphans = new Map<string, number>()
  for (const [key, names] of live) {
    const deployment = /^(.*)\/ReplicaSet\/(.+)-[^-]+$/.exec(key)
    if (deployment === null || known.has(key)) continue
    const owner = keyOf(deployment[1] ?? '', 'Deployment', deployment[2] ?? '')
    orphans.set(owner, (orphans.get(owner) ?? 0) + names.length)
  }

  const workloads: PendingWorkload[] = []
  const daemonSets: PendingWorkload[] = []
  const controllers: SpreadingController[] = []
  const idle: ExpandedWorkloads['idle'][number][] = []
  const existing = new Set(
    others
      .filter(({ kind }) => kind === 'PersistentVolumeClaim')
      .map((claim) => `${textAt(claim, 'metadata', 'namespace') ?? ''}/${textAt(claim, 'metadata', 'name') ?? ''}`),
  )
  const notFired = new Set(fire)

  const pending = (
    { kind, group, namespace, name, uid, at, isGang }: CollectedWorkload,
    part: CollectedWorkload['parts'][number],
    changed: Partial<PendingWorkload>,
  ): PendingWorkload => {
    const owner = part.owner ?? { kind, name }
    return {
      kind,
      namespace,
      name,
      ...(part.part !== undefined && { part: part.part }),
      base: part.base,
      template: withLabels(parsed(part.template), part.labels ?? {}),
      replicas: part.replicas,
      ...(part.firstIndex !== undefined && { firstIndex: part.firstIndex }),
      owner: {
        ...owner,
        uid: (part.owner === undefined ? uid : undefined) ?? `${namespace}/${owner.kind}/${owner.name}`,
      },
      ...(isGang && { gang: `${kind}/${name}` }),
      ...(part.perGroup !== undefined && { perGroup: part.perGroup }),
      claims: [],
      creates: uid === undefined ? [...createdBefore(kind, group), ...createdByController(kind)] : [],
      at,
      ...changed,
    }
  }

  for (const workload of collected) {
    const { kind, namespace, name, owner, controller, parts } = workload
    const key = keyOf(namespace, kind, name)
    const own = children.get(key) ?? []
    if (controller !== undefined && (kind !== 'Deployment' || own.length === 0)) controllers.push(controller)
    const belongs = owner !== undefined && known.has(keyOf(namespace, owner.kind, owner.name))
    if (workload.isFinished || (kind === 'ReplicaSet' && belongs)) continue
    if (workload.isSuspended) {
      idle.push({ workload, why: 'it makes no pods until it is resumed', creates: createdIdle(workload) })
      continue
    }
    if (kind === 'CronJob') {
      const fired = [name, `${namespace}/${name}`].filter((text) => fire.includes(text))
      for (const text of fired) notFired.delete(text)
      if (fired.length === 0) {
        idle.push({
          workload,
          why: 'it makes pods when it fires; --fire NAME lets it fire once',
          creates: createdIdle(workload),
        })
        continue
      }
    } else if (kind !== 'Deployment' && own.length > 0) continue
    if (kind === 'DaemonSet') {
      daemonSets.push(...parts.map((part) => pending(workload, part, {})))
      continue
    }
    if (kind === 'Deployment') {
      const [part] = parts
      if (part === undefined) continue
      const [newest] = own.toSorted((left, right) => right.revision - left.revision)
      const from = newest?.parts[0] !== undefined && newest.parts[0].replicas > 0 ? newest : undefined
      const running = own.reduce(
        (sum, { name: child }) => sum + (live.get(keyOf(namespace, 'ReplicaSet', child))?.length ?? 0),
        orphans.get(key) ?? 0,
      )
      workloads.push(
        pending(workload, part, {
          replicas: Math.max(0, part.replicas - running),
          ...(from !== undefined && {
            template: parsed(from.parts[0]?.template ?? '{}'),
            owner: { kind: 'ReplicaSet', name: from.name, uid: from.uid ?? keyOf(namespace, 'ReplicaSet', from.name) },
          }),
        }),
      )
      continue
    }
    for (const part of parts) {
      const names = [
        ...(live.get(key) ?? []),
        ...(part.owner === undefined ? [] : (live.get(keyOf(namespace, part.owner.kind, part.owner.name)) ?? [])),
      ]
      if (kind === 'StatefulSet') {
        const ranges = expandStatefulSet(workload, part, names, existing)
        workloads.push(...ranges.map((range) => pending(workload, part, range)))
        continue
      }
      const running =
        part.part === undefined
          ? names.length
          : names.filter((one) => one === part.base || one.startsWith(`${part.base}-`)).length
      const made = pending(workload, part, { replicas: Math.max(0, part.replicas - running) })
      workloads.push(made)
    }
  }
  return {
    workloads: workloads.map(withEphemeralClaims),
    daemonSets: daemonSets.map(withEphemeralClaims),
    controllers,
    idle,
    notFired: [...notFired],
  }
}

/** The object itself, by resource name. */
function createdBefore(kind: string, group: string): readonly string[] {
  return [`${kind.toLowerCase()}s${group === '' ? '' : `.${group}`}`]
}

/** What the object's controller makes of it before any pod. */
function createdByController(kind: string): readonly string[] {
  if (kind === 'Deployment') return ['replicasets.apps']
  return kind === 'CronJob' ? ['jobs.batch'] : []
}

function createdIdle({ kind, group, uid }: CollectedWorkload): readonly string[] {
  return uid === undefined ? createdBefore(kind, group) : []
}

function childrenByOwner(collected: readonly CollectedWorkload[]): ReadonlyMap<string, readonly CollectedWorkload[]> {
  const children = new Map<string, CollectedWorkload[]>()
  for (const workload of collected) {
    if (workload.owner === undefined) continue
    const key = keyOf(workload.namespace, workload.owner.kind, workload.owner.name)
    const siblings = children.get(key)
    if (siblings === undefined) children.set(key, [workload])
    else siblings.push(workload)
  }
  return children
}

/** Names of pods that count for their controller: those that are not on their way out. */
function livePods(pods: readonly CollectedPod[]): ReadonlyMap<string, readonly string[]> {
  const live = new Map<string, string[]>()
  for (const { namespace, name, own } of pods) {
    const owner = readOwner(own)
    if (owner === undefined || textAt(own, 'metadata', 'deletionTimestamp') !== undefined) continue
    const key = keyOf(namespace, owner.kind, owner.name)
    const names = live.get(key)
    if (names === undefined) live.set(key, [name])
    else names.push(name)
  }
  return live
}

function keyOf(namespace: string, kind: string, name: string): string {
  return `${namespace}/${kind}/${name}`
}

type Range = Pick<PendingWorkload, 'replicas' | 'template' | 'claims'> & { readonly firstIndex?: number }

/** The runs of numbers that a StatefulSet lacks pods for; a pod whose claim exists already is a run of its own. */
function expandStatefulSet(
  { namespace, name }: CollectedWorkload,
  part: CollectedWorkload['parts'][number],
  running: readonly string[],
  existing: ReadonlySet<string>,
): readonly Range[] {
  const first = part.firstIndex ?? 0
  const end = first + part.replicas
  const numberOf = (text: string, prefix: string): readonly number[] => {
    const digits = text.startsWith(prefix) ? text.slice(prefix.length) : ''
    return /^\d{1,9}$/.test(digits) && Number(digits) >= first && Number(digits) < end ? [Number(digits)] : []
  }
  const taken = new Set(running.flatMap((pod) => numberOf(pod, `${name}-`)))
  const templates = (part.claimTemplates ?? []).map((claim) => {
    const volume = textAt(claim, 'metadata', 'name') ?? ''
    return { volume, claim: claimOf(claim, namespace, `${volume}-${name}`) }
  })
  const special = new Set(
    templates.length === 0
      ? []
      : [...existing].flatMap((found) =>
          templates.flatMap(({ claim }) => numberOf(found, `${namespace}/${claim.name}-`)),
        ),
  )
  const template = withVolumes(
    parsed(part.template),
    templates.map(({ volume, claim }) => ({ name: volume, persistentVolumeClaim: { claimName: claim.name } })),
  )
  const claims = templates.map(({ claim }): PendingClaim => ({ claim, ephemeral: false }))
  const ranges: Range[] = []
  const add = (from: number, to: number): void => {
    if (to > from) ranges.push({ replicas: to - from, template, claims, ...(from > 0 && { firstIndex: from }) })
  }
  let from = first
  for (const stop of [...new Set([...taken, ...special])].toSorted((left, right) => left - right)) {
    add(from, stop)
    if (!taken.has(stop)) add(stop, stop + 1)
    from = stop + 1
  }
  add(from, end)
  return ranges
}

/** Claims of generic ephemeral volumes are made with each pod: the volumes name them as if they were there. */
function withEphemeralClaims(workload: PendingWorkload): PendingWorkload {
  const { template, namespace, base } = workload
  const claims: PendingClaim[] = []
  const volumes = listAt(template, 'spec', 'volumes').map((volume) => {
    const claim = valueAt(volume, 'ephemeral', 'volumeClaimTemplate')
    if (!isJsonObject(claim)) return volume
    const name = textAt(volume, 'name') ?? ''
    const claimName = `${base}-${name}`
    claims.push({ claim: claimOf(claim, namespace, claimName), ephemeral: true })
    return { name, persistentVolumeClaim: { claimName } }
  })
  if (claims.length === 0) return workload
  return {
    ...workload,
    template: { ...template, spec: { ...objectAt(template, 'spec'), volumes } },
    claims: [...workload.claims, ...claims],
  }
}

function claimOf(template: unknown, namespace: string, name: string): PersistentVolumeClaim {
  return readPersistentVolumeClaim({
    metadata: { ...objectAt(template, 'metadata'), name, namespace },
    spec: objectAt(template, 'spec'),
  })
}

/** The volumes of a StatefulSet's claims take the place of those of the same name. */
function withVolumes(template: JsonObject, added: readonly { readonly name: string }[]): JsonObject {
  if (added.length === 0) return template
  const spec = objectAt(template, 'spec')
  const others = listAt(spec, 'volumes').filter((volume) => !added.some(({ name }) => name === textAt(volume, 'name')))
  return { ...template, spec: { ...spec, volumes: [...added, ...others] } }
}

function withLabels(template: JsonObject, labels: Readonly<Record<string, string>>): JsonObject {
  if (Object.keys(labels).length === 0) return template
  const metadata = objectAt(template, 'metadata')
  return { ...template, metadata: { ...metadata, labels: { ...objectAt(metadata, 'labels'), ...labels } } }
}

/** Templates that are as they were read, and their texts. */
const texts = new WeakMap<JsonObject, string>()

/** A template as JSON text; equal templates have equal texts. */
export function templateText(template: JsonObject): string {
  return texts.get(template) ?? JSON.stringify(template)
}

function parsed(template: string): JsonObject {
  const value: unknown = JSON.parse(template)
  const object = isJsonObject(value) ? value : {}
  texts.set(object, template)
  return object
}
