import type { JsonObject } from '../../../read/kubernetes/json.ts'
import { groupVersions } from './discovery.ts'
import { type ResourceKind, resourceKinds } from './resource-kind.ts'

/**
 * `/openapi/v3`: one document per group and version. They say no more than kubectl needs to know: that the server
 * checks fields itself (`fieldValidation`), so that kubectl asks for no schema.
 */
export function openapiIndex(): JsonObject {
  return {
    paths: Object.fromEntries(
      groupVersions().map(({ group, version }) => {
        const path = group === '' ? `api/${version}` : `apis/${group}/${version}`
        return [path, { serverRelativeURL: `/openapi/v3/${path}` }]
      }),
    ),
  }
}

/** `/openapi/v3/api/v1` or `/openapi/v3/apis/<group>/<version>`, or `undefined` when it is unknown. */
export function openapiDocument(group: string, version: string): JsonObject | undefined {
  const kinds = resourceKinds.filter((kind) => kind.group === group && kind.version === version)
  if (kinds.length === 0) return undefined
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'embedded' },
    paths: Object.fromEntries(kinds.map((kind) => [pathOf(kind), { patch: patchOf(kind) }])),
    components: { schemas: {} },
  }
}

function pathOf(kind: ResourceKind): string {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`
  return kind.namespaced ? `${root}/namespaces/{namespace}/${kind.plural}/{name}` : `${root}/${kind.plural}/{name}`
}

function patchOf(kind: ResourceKind): JsonObject {
  return {
    parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
      name,
      in: 'query',
      schema: { type: 'string', uniqueItems: true },
    })),
    requestBody: { content: { 'application/apply-patch+yaml': {}, 'application/merge-patch+json': {} } },
    responses: { '200': { description: 'OK' } },
    'x-kubernetes-group-version-kind': { group: kind.group, version: kind.version, kind: kind.kind },
  }
}
