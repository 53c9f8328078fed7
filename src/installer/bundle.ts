import { createHash } from 'node:crypto'
import { refused } from './installer-error.ts'
import { isRecord, type JsonRecord, valueAt } from './json.ts'
import { applyOrder, knownKinds } from './kinds.ts'
import { identityOf, nameObject, type ObjectReference, readReference } from './object-reference.ts'
import { inventoryName, leaseName, systemNamespace } from './own-names.ts'
import { ownLabel } from './ownership.ts'

/** One object to be applied, already carrying our label. */
export type BundleObject = ObjectReference & { readonly manifest: JsonRecord }

/** SHA-256 over the UTF-8 bytes of a bundle's text, in hex. Of the text, never of its objects: JSON has many spellings. */
export function digestOf(bundle: string): string {
  return createHash('sha256').update(bundle, 'utf8').digest('hex')
}

/**
 * Reads a bundle whose digest has been checked: a JSON list of Kubernetes objects of the kinds the module ships. Returns
 * them in the order in which they are to be applied. Throws `InstallerRefused` naming the first object that does not fit.
 */
export function readBundle(bundle: string): readonly BundleObject[] {
  let list: unknown
  try {
    list = JSON.parse(bundle)
  } catch (error) {
    throw refused(`The bundle is not JSON: ${error instanceof Error ? error.message : String(error)}.`)
  }
  if (!Array.isArray(list)) throw refused('The bundle is not a list of Kubernetes objects.')

  const seen = new Set<string>()
  const objects = list.map((entry: unknown, index) => {
    const object = readObject(entry, `Object ${index + 1} of the bundle`)
    const identity = identityOf(object)
    if (seen.has(identity)) throw refused(`The bundle has ${nameObject(object)} twice.`)
    seen.add(identity)
    return object
  })
  return objects
    .map((object, index) => ({ object, index, order: applyOrder(object.apiVersion, object.kind) }))
    .sort((a, b) => a.order - b.order || a.index - b.index)
    .map(({ object }) => object)
}

function readObject(entry: unknown, where: string): BundleObject {
  if (!isRecord(entry)) throw refused(`${where} is not a Kubernetes object.`)
  const reference = readReference(entry)
  if (reference === undefined) {
    throw refused(`${where} lacks an apiVersion, a kind, or a metadata.name that Kubernetes takes.`)
  }
  if (applyOrder(reference.apiVersion, reference.kind) === -1) {
    throw refused(
      `${where} is ${nameObject(reference)} of ${reference.apiVersion}; the installer handles only: ${knownKinds}.`,
    )
  }
  const own =
    reference.namespace === systemNamespace &&
    ((reference.kind === 'ConfigMap' && reference.name === inventoryName) || reference.name === leaseName)
  if (own) throw refused(`${where} is ${nameObject(reference)}, which the installer keeps for itself.`)

  const metadata = valueAt(entry, 'metadata')
  const labels = valueAt(metadata, 'labels')
  return {
    ...reference,
    manifest: {
      ...entry,
      metadata: {
        ...(isRecord(metadata) ? metadata : {}),
        labels: { ...(isRecord(labels) ? labels : {}), [ownLabel.key]: ownLabel.value },
      },
    },
  }
}
