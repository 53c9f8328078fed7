import { textAt } from './json.ts'

/** Which object is meant: a Kubernetes object's coordinates. */
export type ObjectReference = {
  readonly apiVersion: string
  readonly kind: string
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string
  readonly name: string
}

/** `Deployment kube-system/cluster-autoscaler`, as messages name an object. */
export function nameObject(of: ObjectReference): string {
  return `${of.kind} ${of.namespace === undefined ? '' : `${of.namespace}/`}${of.name}`
}

/** API group of an apiVersion; `''` for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash === -1 ? '' : apiVersion.slice(0, slash)
}

/** Equal for two references to one object, also when their API versions differ. */
export function identityOf(of: ObjectReference): string {
  return [groupOf(of.apiVersion), of.kind, of.namespace ?? '', of.name].join('/')
}

/** The coordinates in a JSON object, or `undefined` when they are missing or could lead a path astray. */
export function readReference(entry: unknown): ObjectReference | undefined {
  const apiVersion = textAt(entry, 'apiVersion')
  const kind = textAt(entry, 'kind')
  const name = textAt(entry, 'metadata', 'name')
  const namespace = textAt(entry, 'metadata', 'namespace')
  const fits =
    /^([a-z0-9.-]+\/)?v\d+((alpha|beta)\d+)?$/.test(apiVersion) &&
    /^[A-Z][A-Za-z0-9]*$/.test(kind) &&
    /^[A-Za-z0-9]([A-Za-z0-9.:_-]*[A-Za-z0-9])?$/.test(name) &&
    /^([a-z0-9]([a-z0-9-]*[a-z0-9])?)?$/.test(namespace)
  return fits ? { apiVersion, kind, name, ...(namespace === '' ? {} : { namespace }) } : undefined
}
