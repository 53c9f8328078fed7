import type { JsonObject } from '../../../read/kubernetes/json.ts'
import { apiVersionOf, type ResourceKind, resourceKinds } from './resource-kind.ts'

/** What a client says it takes for aggregated discovery, and what we then call our answer. */
export const aggregatedDiscoveryType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

const groups: readonly { readonly group: string; readonly version: string }[] = [
  ...new Map(resourceKinds.map(({ group, version }) => [`${group}/${version}`, { group, version }])).values(),
]

/** The versions of each API group: core has the empty name. */
export function groupVersions(): readonly { readonly group: string; readonly version: string }[] {
  return groups
}

/** `/api`. */
export function coreVersions(): JsonObject {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
  }
}

/** `/apis`. */
export function apiGroupList(): JsonObject {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groups.filter(({ group }) => group !== '').map(({ group }) => groupEntry(group)),
  }
}

/** `/apis/<group>`, or `undefined` when the group is unknown. */
export function apiGroup(name: string): JsonObject | undefined {
  if (name === '' || !groups.some(({ group }) => group === name)) return undefined
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(name) }
}

/** `/api/v1` or `/apis/<group>/<version>`, or `undefined` when it is unknown. */
export function apiResourceList(group: string, version: string): JsonObject | undefined {
  const kinds = resourceKinds.filter((kind) => kind.group === group && kind.version === version)
  if (kinds.length === 0) return undefined
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: kinds.flatMap((kind) => [
      {
        name: kind.plural,
        singularName: kind.singular,
        namespaced: kind.namespaced,
        kind: kind.kind,
        verbs: kind.verbs,
        ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
        ...(kind.categories.length > 0 && { categories: kind.categories }),
      },
      ...kind.subresources.map((subresource) => ({
        name: `${kind.plural}/${subresource.name}`,
        singularName: '',
        namespaced: kind.namespaced,
        ...kindOfSubresource(kind, subresource.kind),
        verbs: subresource.verbs,
      })),
    ]),
  }
}

/** `/api` (core) or `/apis` (all others) for clients that ask for everything at once. */
export function aggregatedDiscovery(root: 'api' | 'apis'): JsonObject {
  const wanted = groups.filter(({ group }) => (group === '') === (root === 'api'))
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: wanted.map(({ group, version }) => ({
      metadata: { name: group, creationTimestamp: null },
      versions: [
        {
          version,
          freshness: 'Current',
          resources: resourceKinds
            .filter((kind) => kind.group === group && kind.version === version)
            .map(aggregatedResource),
        },
      ],
    })),
  }
}

function aggregatedResource(kind: ResourceKind): JsonObject {
  const scope = kind.namespaced ? 'Namespaced' : 'Cluster'
  return {
    resource: kind.plural,
    responseKind: { group: '', version: '', kind: kind.kind },
    scope,
    singularResource: kind.singular,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
    ...(kind.subresources.length > 0 && {
      subresources: kind.subresources.map((subresource) => ({
        subresource: subresource.name,
        responseKind: { group: '', version: '', ...kindOfSubresource(kind, subresource.kind) },
        verbs: subresource.verbs,
      })),
    }),
  }
}

/** Subresources may speak another kind, of another group. */
function kindOfSubresource(kind: ResourceKind, name = kind.kind): JsonObject {
  switch (name) {
    case 'Scale':
      return { group: 'autoscaling', version: 'v1', kind: 'Scale' }
    case 'Eviction':
      return { group: 'policy', version: 'v1', kind: 'Eviction' }
    default:
      return { kind: name }
  }
}

function groupEntry(name: string): JsonObject {
  const versions = groups
    .filter(({ group }) => group === name)
    .map(({ group, version }) => ({ groupVersion: apiVersionOf({ group, version }), version }))
  return { name, versions, preferredVersion: versions[0] }
}
