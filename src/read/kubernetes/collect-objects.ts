import type { SpreadingController } from '../../cluster/cluster-objects.ts'
import type { Problem } from '../../cluster/problem.ts'
import type { SourcePosition } from '../../cluster/workload.ts'
import { isJsonObject, type JsonObject, listAt, objectAt, textAt, valueAt } from './json.ts'
import type { KubernetesInputOptions, KubernetesSource, NotSimulated } from './kubernetes-input.ts'
import { fields, type Shape, type ShapeIssue, shapeIssues } from './manifest-shape.ts'
import { objectKinds } from './object-kinds.ts'
import { type LineColumn, parseManifest, type ValuePath } from './parse-manifest.ts'
import { metadata } from './pod-shape.ts'
import { pruneObject, prunePod } from './prune-object.ts'
import { readOwner } from './read-owner.ts'
import { readSpreadingController } from './read-spreading-controller.ts'
import { whySkipped } from './skipped-kinds.ts'
import { type ManifestText, splitManifests } from './split-manifests.ts'
import { namedTemplate } from './workloads/named-template.ts'
import type { WorkloadKind, WorkloadPart } from './workloads/workload-kind.ts'
import { workloadKinds } from './workloads/workload-kinds.ts'

/** An object that makes pods, with all that is needed of it later. */
export type CollectedWorkload = {
  readonly kind: string
  /** API group; empty text is the core group. */
  readonly group: string
  readonly namespace: string
  readonly name: string
  readonly uid?: string
  readonly owner?: { readonly kind: string; readonly name: string }
  /** `template` is the pruned template as JSON text, one and the same for equal templates. */
  readonly parts: readonly (Omit<WorkloadPart, 'template'> & { readonly template: string })[]
  readonly isGang: boolean
  readonly isFinished: boolean
  readonly isSuspended: boolean
  /** What it asks for that nothing here does. */
  readonly notSimulated: readonly { readonly what: string; readonly why: string }[]
  /** Number of a Deployment's revision that a ReplicaSet is. */
  readonly revision: number
  readonly controller?: SpreadingController
  readonly at: SourcePosition
}

/** A Pod object that is not over. */
export type CollectedPod = {
  readonly namespace: string
  readonly name: string
  /** Its pruned metadata and spec without the node's name, as JSON text, one and the same for equal pods. */
  readonly template: string
  readonly nodeName?: string
  /** What only this pod has: identity, owner, times, status. */
  readonly own: JsonObject
  readonly at: SourcePosition
}

/** All objects of the input that matter, in its order. */
export type CollectedObjects = {
  readonly workloads: readonly CollectedWorkload[]
  readonly pods: readonly CollectedPod[]
  readonly nodes: readonly JsonObject[]
  /** All others, by kind. */
  readonly others: readonly JsonObject[]
  readonly skipped: readonly NotSimulated[]
  readonly problems: readonly Problem[]
}

/** Kinds of which a cluster knows better than a manifest what they are. */
const stateful: ReadonlySet<string> = new Set(['Pod', 'Node', 'PersistentVolume', 'PersistentVolumeClaim', 'CSINode'])

/** More problems than this are not told one by one. */
const mostProblems = 1000

/** Reads every source once, document by document, and keeps of each object what decides where pods run. */
export async function collectObjects(
  sources: readonly KubernetesSource[],
  options: KubernetesInputOptions,
): Promise<CollectedObjects> {
  const collector = openCollector(options)
  for (const source of sources) {
    try {
      for await (const document of splitManifests(source.open())) collector.add(source.name, document)
    } catch (error) {
      collector.fail({
        id: 'manifests-unreadable',
        what: `${source.name} cannot be read to its end`,
        why: error instanceof Error ? error.message : String(error),
        fix: 'see that it can be read, and try again',
      })
    }
  }
  return collector.collected()
}

type Place = { readonly file: string; readonly positionOf: (path: ValuePath) => LineColumn }

type Collector = {
  readonly add: (file: string, document: ManifestText) => void
  readonly fail: (problem: Problem) => void
  readonly collected: () => CollectedObjects
}

function openCollector(options: KubernetesInputOptions): Collector {
  const workloads: CollectedWorkload[] = []
  const pods: CollectedPod[] = []
  const nodes: JsonObject[] = []
  const others: JsonObject[] = []
  const skipped = new Map<string, NotSimulated>()
  const problems: Problem[] = []
  const seen = new Map<string, { readonly at: SourcePosition; readonly isRecorded: boolean }>()
  const superseded = new Set<string>()
  const texts = new Map<string, string>()
  const named = new Map((options.podTemplates ?? []).map((path) => [path.kind, namedTemplate(path)]))
  let untold = 0
  let defaultClass: string | undefined

  const fail = (problem: Problem): void => {
    if (problems.length < mostProblems) problems.push(problem)
    else untold += 1
  }
  /** One text for all that are equal. */
  const intern = (value: JsonObject): string => {
    const text = JSON.stringify(value)
    const known = texts.get(text)
    if (known === undefined) texts.set(text, text)
    return known ?? text
  }

  const addObject = (value: unknown, root: ValuePath, place: Place, item: ItemNames): void => {
    const at = (path: ValuePath): SourcePosition => ({ file: place.file, ...place.positionOf([...root, ...path]) })
    if (value === null || value === undefined) return
    if (!isJsonObject(value)) {
      fail({
        id: 'manifest-malformed',
        what: 'a manifest must be an object with apiVersion and kind',
        why: `this document is ${Array.isArray(value) ? 'a list' : `the ${typeof value} ${JSON.stringify(value).slice(0, 40)}`}`,
        fix: 'write key: value pairs',
        at: at([]),
      })
      return
    }
    const kind = textAt(value, 'kind') ?? item.itemKind
    const apiVersion = textAt(value, 'apiVersion') ?? item.itemVersion
    if (kind === undefined || kind === '' || apiVersion === undefined || apiVersion === '') {
      const missing = kind === undefined || kind === '' ? 'kind' : 'apiVersion'
      const name = textAt(value, 'metadata', 'name')
      fail({
        id: 'manifest-field-missing',
        what: `${kind ?? 'an object'}${name === undefined ? '' : ` ${name}`}: ${missing} is missing`,
        why: 'without it nobody knows what the object is',
        fix:
          missing === 'kind'
            ? 'add kind and apiVersion, such as Deployment and apps/v1'
            : 'add apiVersion, such as apps/v1',
        at: at([]),
      })
      return
    }
    if (kind.endsWith('List') && Array.isArray(value['items'])) {
      const itemKind = kind === 'List' ? undefined : kind.slice(0, -4)
      const names = itemKind === undefined ? {} : { itemKind, itemVersion: apiVersion }
      for (const [index, one] of value['items'].entries()) addObject(one, [...root, 'items', index], place, names)
      return
    }
    const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
    const workload = workloadKinds.find((one) => one.kind === kind && one.groups.includes(group))
    const object = objectKinds.find((one) => one.kind === kind && one.groups.includes(group))
    const custom = named.get(kind)
    const shape = workload === undefined ? (object?.shape ?? custom?.object) : fields({ spec: workload.spec }, ['spec'])
    if (shape === undefined) {
      skip(
        group === '' || whySkipped(group, kind).startsWith('it has') ? kind : `${kind} (${group})`,
        whySkipped(group, kind),
        at([]),
      )
      return
    }
    const issues = [...namingIssues(value), ...shapeIssues(metadataShape, value, []), ...shapeIssues(shape, value, [])]
    if (issues.length > 0) {
      for (const { path, id, what, why, fix } of issues) {
        fail({ id, what: `${[kind, nameOf(value)].join(' ').trim()}: ${what}`, why, fix, at: at(path) })
      }
      return
    }
    const isNamespaced = object?.isNamespaced ?? true
    const namespace = isNamespaced
      ? flat(textAt(value, 'metadata', 'namespace') || (options.namespace ?? 'default'))
      : ''
    const name = flat(nameOf(value))
    const position = at([])
    if (isTwin(value, kind, namespace, name, position)) return
    if (workload !== undefined) {
      addWorkload(value, workload, group, namespace, name, position)
      return
    }
    if (custom !== undefined && object === undefined) {
      addWorkload(value, { ...custom, groups: [group], spec: custom.object }, group, namespace, name, position)
      return
    }
    const own = detached({ ...pruneObject(value), kind })
    if (kind === 'Pod') addPod(own, namespace, name, position)
    else if (kind === 'Node') nodes.push(own)
    else {
      if (kind === 'PriorityClass' && own['globalDefault'] === true && textAt(own, 'metadata', 'uid') === undefined) {
        if (defaultClass === undefined) defaultClass = name
        else {
          fail({
            id: 'priority-class-default-twice',
            what: `priorityclasses.scheduling.k8s.io ${JSON.stringify(name)} is forbidden: PriorityClass ${defaultClass} is already marked as default. Only one default can exist`,
            why: 'pods that name no class get the default one, so there can be only one',
            fix: `remove globalDefault from ${defaultClass} or from ${name}`,
            at: at(['globalDefault']),
          })
        }
      }
      const { namespace: _, ...rest } = objectAt(own, 'metadata')
      others.push({ ...own, metadata: { ...rest, name, ...(isNamespaced && { namespace }) } })
    }
  }

  const skip = (what: string, why: string, at: SourcePosition): void => {
    const key = `${what}\n${why}`
    const before = skipped.get(key)
    skipped.set(key, { what, why, count: (before?.count ?? 0) + 1, at: before?.at ?? at })
  }

  /**
   * Whether an object is to be left out because it is in the input already. A cluster's own word of what is comes before
   * a manifest (pods, nodes, volumes); a manifest comes before what it is to replace; two manifests contradict each other.
   */
  const isTwin = (value: JsonObject, kind: string, namespace: string, name: string, at: SourcePosition): boolean => {
    const key = flat(`${kind}/${namespace}/${name}`)
    const isRecorded = textAt(value, 'metadata', 'uid') !== undefined
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, { at, isRecorded })
      return false
    }
    if (!first.isRecorded && !isRecorded) {
      fail({
        id: 'manifest-twice',
        what: `${kind} ${name}${namespace === '' ? '' : ` in namespace ${namespace}`} is in the input twice`,
        why: `it is also at ${first.at.file}:${first.at.line}, and a cluster has room for one of them`,
        fix: 'remove one of them, or give it another name',
        at,
      })
      return true
    }
    if (first.isRecorded === isRecorded || isRecorded !== stateful.has(kind)) return true
    superseded.add(`${key}/${first.isRecorded}`)
    seen.set(key, { at, isRecorded })
    return false
  }
  const isCurrent = (kind: string, namespace: string, name: string, uid: string | undefined): boolean =>
    superseded.size === 0 || !superseded.has(`${kind}/${namespace}/${name}/${uid !== undefined}`)
  const isCurrentObject = (object: JsonObject): boolean => {
    const [kind, namespace, name, uid] = [
      textAt(object, 'kind'),
      textAt(object, 'metadata', 'namespace'),
      textAt(object, 'metadata', 'name'),
      textAt(object, 'metadata', 'uid'),
    ]
    return isCurrent(kind ?? '', namespace ?? '', name ?? '', uid)
  }

  const addWorkload = (
    value: JsonObject,
    kind: WorkloadKind,
    group: string,
    namespace: string,
    name: string,
    at: SourcePosition,
  ): void => {
    const uid = textAt(value, 'metadata', 'uid')
    const owner = readOwner(value)
    const controller = kind.spreads === undefined ? undefined : readSpreadingController(kind.spreads, value)
    const parts = kind.parts(value).map(({ template, ...part }) => ({ part, template: intern(prunePod(template)) }))
    // What is kept shares no text with the document, which would stay in memory with it; templates are texts of their own.
    const kept = structuredClone({
      kind: kind.kind,
      group,
      namespace,
      name,
      ...(uid !== undefined && { uid }),
      ...(owner !== undefined && { owner: { kind: owner.kind, name: owner.name } }),
      ...(controller !== undefined && { controller: { ...controller, namespace, name } }),
      isGang: kind.isGang?.(value) ?? false,
      isFinished: kind.isFinished?.(value) ?? false,
      isSuspended: kind.isSuspended?.(value) ?? false,
      notSimulated: kind.notSimulated?.(value) ?? [],
      revision: Number(textAt(value, 'metadata', 'annotations', 'deployment.kubernetes.io/revision') ?? 0) || 0,
      parts: parts.map(({ part }) => part),
      at,
    })
    workloads.push({
      ...kept,
      parts: kept.parts.map((part, index) => ({ ...part, template: parts[index]?.template ?? '{}' })),
    })
  }

  const addPod = (value: JsonObject, namespace: string, name: string, at: SourcePosition): void => {
    const phase = textAt(value, 'status', 'phase')
    if (phase === 'Succeeded' || phase === 'Failed') return
    const { metadata: pruned, spec } = prunePod(value)
    const { nodeName, ...rest } = objectAt(spec)
    const { uid, creationTimestamp, deletionTimestamp, ownerReferences } = objectAt(value, 'metadata')
    const { startTime, nominatedNodeName } = objectAt(value, 'status')
    const own = {
      metadata: { uid, creationTimestamp, deletionTimestamp, ownerReferences },
      status: { startTime, nominatedNodeName, ...keptStatus(value) },
    }
    pods.push({
      namespace,
      name,
      template: intern({ metadata: pruned, spec: rest }),
      ...(typeof nodeName === 'string' && nodeName !== '' && { nodeName }),
      own,
      at,
    })
  }

  return {
    fail,
    add(file, document) {
      parsePart(document, file, fail, addObject)
    },
    collected() {
      const rest =
        untold === 0
          ? []
          : [
              {
                id: 'problems-untold',
                what: `${untold} more problems are not listed`,
                fix: 'mend those above first',
              },
            ]
      return {
        workloads: workloads.filter(({ kind, namespace, name, uid }) => isCurrent(kind, namespace, name, uid)),
        pods: pods.filter(({ namespace, name, own }) =>
          isCurrent('Pod', namespace, name, textAt(own, 'metadata', 'uid')),
        ),
        nodes: nodes.filter(isCurrentObject),
        others: others.filter(isCurrentObject),
        skipped: [...skipped.values()],
        problems: [...problems, ...rest],
      }
    },
  }
}

/** The text without the document that parts of it may be cut from, which would stay in memory with it. */
function flat(text: string): string {
  return Buffer.from(text).toString()
}

/** A copy whose texts are no longer parts of the document, which would keep all of it in memory. */
function detached(object: JsonObject): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(object))
  return isJsonObject(copy) ? copy : {}
}

type ItemNames = { readonly itemKind?: string; readonly itemVersion?: string }

type AddObject = (value: unknown, root: ValuePath, place: Place, item: ItemNames) => void

/** Parses one document and hands its value on, or says what is wrong with it. */
function parsePart(document: ManifestText, file: string, fail: (problem: Problem) => void, add: AddObject): void {
  if (document.kind === 'too-large') {
    fail({
      id: 'manifest-too-large',
      what: 'a document is larger than 16 MiB',
      why: 'no API server takes an object of more than 3 MiB, so this is no manifest',
      fix: 'separate objects by lines of ---, or give a list as kubectl get -o json writes it',
      at: { file, ...document.start },
    })
    return
  }
  const parsed = parseManifest(document.text, document.start)
  if (parsed.kind === 'value') {
    add(parsed.value, [], { file, positionOf: parsed.positionOf }, document)
    return
  }
  const isTemplate = document.text.includes('{{')
  for (const { message, line, column } of parsed.errors.slice(0, 5)) {
    fail({
      id: 'manifest-malformed',
      what: `the document is not valid YAML: ${message}`,
      why: isTemplate ? 'it looks like a template that is not rendered' : 'kubectl refuses the whole document',
      fix: isTemplate ? 'render it first, for example with helm template' : 'correct the line',
      at: { file, line, column },
    })
  }
}

const metadataShape: Shape = fields({ metadata }, ['metadata'])

/** Objects have a name that DNS could have, or the beginning of one. */
function namingIssues(value: JsonObject): readonly ShapeIssue[] {
  const given = valueAt(value, 'metadata', 'name')
  const name = given ?? valueAt(value, 'metadata', 'generateName')
  if (typeof given !== 'string' && given !== undefined && given !== null) return []
  const why = 'the API server refuses the object'
  if (typeof name !== 'string' || name === '') {
    return [
      { path: ['metadata'], id: 'manifest-field-missing', what: 'metadata.name is missing', why, fix: 'add a name' },
    ]
  }
  if (name.length <= 253 && /^[a-z0-9](?:[-a-z0-9.:]*[a-z0-9-])?$/.test(name)) return []
  return [
    {
      path: ['metadata', given === undefined ? 'generateName' : 'name'],
      id: 'manifest-name-malformed',
      what: `metadata.name is ${JSON.stringify(name)}, which no object can be called`,
      why: 'names are lower-case letters, digits, dots and dashes, begin with a letter or digit, and have at most 253 characters',
      fix: 'give it such a name',
    },
  ]
}

function nameOf(value: JsonObject): string {
  const name = valueAt(value, 'metadata', 'name') ?? valueAt(value, 'metadata', 'generateName')
  return typeof name === 'string' ? name.replace(/-$/, '') : ''
}

/** What the kubelet says of containers that may have been resized, and whether the pod had to make room. */
function keptStatus(pod: JsonObject): JsonObject {
  const statuses = (field: string): readonly JsonObject[] =>
    listAt(pod, 'status', field).flatMap((status) => {
      const resources = valueAt(status, 'resources', 'requests')
      return isJsonObject(resources)
        ? [
            {
              name: textAt(status, 'name'),
              resources: { requests: resources },
              allocatedResources: valueAt(status, 'allocatedResources'),
            },
          ]
        : []
    })
  const conditions = listAt(pod, 'status', 'conditions').filter((one) =>
    ['PodResizePending', 'DisruptionTarget'].includes(textAt(one, 'type') ?? ''),
  )
  const [containerStatuses, initContainerStatuses] = [statuses('containerStatuses'), statuses('initContainerStatuses')]
  return {
    ...(containerStatuses.length > 0 && { containerStatuses }),
    ...(initContainerStatuses.length > 0 && { initContainerStatuses }),
    ...(conditions.length > 0 && { conditions }),
  }
}
