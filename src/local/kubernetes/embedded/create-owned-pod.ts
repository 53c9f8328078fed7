import { objectAt, recordAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { ApiError } from './api-error.ts'
import type { EmbeddedApi } from './embedded-api.ts'
import { ownerReference } from './owned-objects.ts'
import { recordEvent } from './record-event.ts'
import { kindNamed } from './resource-kind.ts'

/** What a controller adds to its template for one pod. */
export type PodVariant = {
  readonly component: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: Readonly<Record<string, unknown>>
  /** Before the random part; the owner's name when absent. */
  readonly prefix?: string
}

/**
 * Makes a pod from its owner's template and says so in an event. Returns why not, in the API server's words, when the
 * pod is refused; what is no refusal is thrown.
 */
export async function createOwnedPod(
  api: EmbeddedApi,
  owner: KubernetesObject,
  variant: PodVariant,
): Promise<string | undefined> {
  const template = objectAt(owner, 'spec', 'template')
  try {
    const pod = await api.create(
      kindNamed('Pod'),
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          ...objectAt(template, 'metadata'),
          generateName: `${variant.prefix ?? owner.metadata.name}-`,
          namespace: owner.metadata.namespace ?? '',
          labels: { ...recordAt(template, 'metadata', 'labels'), ...variant.labels },
          annotations: { ...recordAt(template, 'metadata', 'annotations'), ...variant.annotations },
          ownerReferences: [ownerReference(owner)],
        },
        spec: { ...objectAt(template, 'spec'), ...variant.spec },
      },
      { manager: 'kube-controller-manager', dryRun: false },
    )
    recordEvent(api.store, owner, {
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${pod.metadata.name}`,
      component: variant.component,
    })
    return undefined
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    recordEvent(api.store, owner, {
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: ${error.message}`,
      component: variant.component,
    })
    return error.message
  }
}

/** Takes a pod away and says so in an event of its owner. */
export function deleteOwnedPod(
  api: EmbeddedApi,
  owner: KubernetesObject,
  pod: KubernetesObject,
  component: string,
): void {
  api.remove(kindNamed('Pod'), pod.metadata.namespace ?? '', pod.metadata.name ?? '', {
    propagationPolicy: 'Background',
    dryRun: false,
  })
  recordEvent(api.store, owner, {
    type: 'Normal',
    reason: 'SuccessfulDelete',
    message: `Deleted pod: ${pod.metadata.name}`,
    component,
  })
}
