import { listAt, textAt, valueAt } from './json.ts'
import type { KubernetesApi } from './kubernetes-api.ts'
import { groupOf, type ObjectReference } from './object-reference.ts'

/** Where a kind is served. */
export type ResourceLocation = {
  /** `/api/v1` or `/apis/GROUP/VERSION` */
  readonly base: string
  readonly plural: string
  readonly namespaced: boolean
}

/** Maps kinds to paths by what the cluster says it serves. */
export type Discovery = {
  /** Where exactly this version of a kind is served; `undefined` when it is not. `fresh` asks the server again. */
  locate(apiVersion: string, kind: string, fresh?: boolean): Promise<ResourceLocation | undefined>
  /** Like `locate`, but takes another version of the group when this one is no longer served. */
  locateAnyVersion(apiVersion: string, kind: string): Promise<ResourceLocation | undefined>
}

/** Opens discovery for one run; answers are remembered per API version. */
export function createDiscovery(api: KubernetesApi): Discovery {
  const known = new Map<string, ReadonlyMap<string, ResourceLocation>>()

  const read = async (apiVersion: string): Promise<ReadonlyMap<string, ResourceLocation>> => {
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const answer = await api.send({
      method: 'GET',
      path: base,
      what: `read what the cluster serves of ${apiVersion}`,
      accept: [404],
    })
    const found = new Map<string, ResourceLocation>()
    if (answer.status === 404) return found
    for (const resource of listAt(answer.body, 'resources')) {
      const plural = textAt(resource, 'name')
      // Names with a slash are subresources: deployments/status has the kind Deployment as well.
      if (plural === '' || plural.includes('/')) continue
      found.set(textAt(resource, 'kind'), { base, plural, namespaced: valueAt(resource, 'namespaced') === true })
    }
    return found
  }

  const locate = async (apiVersion: string, kind: string, fresh = false): Promise<ResourceLocation | undefined> => {
    const remembered = known.get(apiVersion)
    if (remembered !== undefined && !fresh) return remembered.get(kind)
    const found = await read(apiVersion)
    known.set(apiVersion, found)
    return found.get(kind)
  }

  return {
    locate,
    async locateAnyVersion(apiVersion, kind) {
      const exact = await locate(apiVersion, kind)
      const group = groupOf(apiVersion)
      if (exact !== undefined || group === '') return exact
      const answer = await api.send({ method: 'GET', path: '/apis', what: 'read the API groups of the cluster' })
      const versions = listAt(answer.body, 'groups').find((entry) => textAt(entry, 'name') === group)
      for (const version of listAt(versions, 'versions')) {
        const found = await locate(textAt(version, 'groupVersion'), kind)
        if (found !== undefined) return found
      }
      return undefined
    },
  }
}

/** Path of one object. */
export function objectPath(location: ResourceLocation, of: ObjectReference): string {
  const scope = location.namespaced ? `/namespaces/${encodeURIComponent(of.namespace ?? '')}` : ''
  return `${location.base}${scope}/${location.plural}/${encodeURIComponent(of.name)}`
}
