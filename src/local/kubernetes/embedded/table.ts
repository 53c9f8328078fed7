import type { JsonObject } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import type { ResourceKind } from './resource-kind.ts'
import { columnsOf } from './table-columns.ts'

/** What `kubectl get` asks for: the rows it prints. `include` says how much of each object goes along. */
export function tableOf(
  resource: ResourceKind,
  objects: readonly KubernetesObject[],
  options: {
    readonly include: 'None' | 'Metadata' | 'Object'
    readonly now: Date
    readonly metadata: JsonObject
    /** Later events of a watch repeat no headings. */
    readonly withHeadings: boolean
  },
): JsonObject {
  const columns = columnsOf(resource.kind)
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.metadata,
    columnDefinitions: options.withHeadings
      ? columns.map(({ name, type = 'string', format = '', wide = false }) => ({
          name,
          type,
          format: name === 'Name' ? 'name' : format,
          description: '',
          priority: wide ? 1 : 0,
        }))
      : [],
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, options.now)),
      ...(options.include === 'Metadata' && {
        object: {
          kind: 'PartialObjectMetadata',
          apiVersion: 'meta.k8s.io/v1',
          metadata: object.metadata,
        },
      }),
      ...(options.include === 'Object' && { object }),
    })),
  }
}
