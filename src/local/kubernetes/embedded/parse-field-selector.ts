import { scalarTextAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { badRequest } from './api-error.ts'
import type { ResourceKind } from './resource-kind.ts'

const common = ['metadata.name', 'metadata.namespace']

/** Fields that can be selected, by kind. Source: pkg/apis/core/v1/conversion.go and the registries' `ToSelectableFields`. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Node: ['spec.unschedulable'],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  Secret: ['type'],
  Namespace: ['status.phase'],
  ReplicaSet: ['status.replicas'],
  Job: ['status.successful'],
  Service: ['spec.clusterIP', 'spec.type'],
}

/**
 * Reads `status.phase=Running,metadata.name!=x` as a test. Throws an {@link ApiError} 400 for a field that the kind does
 * not offer, as the API server does.
 */
export function parseFieldSelector(text: string, resource: ResourceKind): (object: KubernetesObject) => boolean {
  const tests = text
    .split(',')
    .filter((term) => term.trim() !== '')
    .map((term) => {
      const match = /^\s*([^=!\s]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(term)
      if (match === null) throw badRequest(`invalid field selector: "${term}"; can't understand '${term}'`)
      const [, field = '', operator, wanted = ''] = match
      if (!common.includes(field) && !(selectable[resource.kind] ?? []).includes(field)) {
        throw badRequest(
          `Unable to find "${resource.plural}" that match label selector "", field selector "${text}": field label not supported: ${field}`,
        )
      }
      return (object: KubernetesObject): boolean => (fieldText(object, field) === wanted) === (operator !== '!=')
    })
  return (object) => tests.every((test) => test(object))
}

function fieldText(object: KubernetesObject, field: string): string {
  const text = scalarTextAt(object, ...field.split('.'))
  if (text !== undefined) return text
  // Booleans that are absent are false.
  return field === 'spec.unschedulable' || field === 'spec.hostNetwork' ? 'false' : ''
}
