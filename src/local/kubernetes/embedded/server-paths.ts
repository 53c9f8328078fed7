import { unknownPath } from './api-error.ts'
import {
  aggregatedDiscovery,
  aggregatedDiscoveryType,
  apiGroup,
  apiGroupList,
  apiResourceList,
  coreVersions,
} from './discovery.ts'
import { openapiDocument, openapiIndex } from './openapi.ts'

/** An answer to a request that names no resource; text is sent as it is. */
export type PathAnswer = { readonly status: number; readonly body: unknown; readonly type?: string }

/** Health, version, discovery and OpenAPI. `version` is that of the server, as `v1.36.0`. Throws an {@link ApiError} 404. */
export function answerPath(version: string, path: string, accept: string): PathAnswer {
  const parts = path.split('/').filter((part) => part !== '')
  const [root = '', ...rest] = parts
  const found = answerOf(version, root, rest, accept)
  if (found === undefined) throw unknownPath(path)
  return found
}

function answerOf(version: string, root: string, rest: readonly string[], accept: string): PathAnswer | undefined {
  const [first = '', second = ''] = rest
  switch (root) {
    case 'healthz':
    case 'livez':
    case 'readyz':
      return { status: 200, body: 'ok' }
    case 'version':
      return { status: 200, body: versionInfo(version) }
    case 'api':
    case 'apis':
      if (rest.length === 0) return discoveryRoot(root, accept)
      return json(
        root === 'api' ? apiResourceList('', first) : second === '' ? apiGroup(first) : apiResourceList(first, second),
      )
    case 'openapi':
      return openapi(rest)
    default:
      return undefined
  }
}

function discoveryRoot(root: 'api' | 'apis', accept: string): PathAnswer {
  if (accept.includes('as=APIGroupDiscoveryList') && accept.includes('v=v2;')) {
    return { status: 200, body: aggregatedDiscovery(root), type: aggregatedDiscoveryType }
  }
  return { status: 200, body: root === 'api' ? coreVersions() : apiGroupList() }
}

function openapi(rest: readonly string[]): PathAnswer | undefined {
  const [generation, root, first = '', second = ''] = rest
  if (generation === 'v2') {
    // An empty document: kubectl then checks nothing itself and leaves it to the server.
    return {
      status: 200,
      body: Buffer.alloc(0),
      type: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    }
  }
  if (generation !== 'v3') return undefined
  if (root === undefined) return { status: 200, body: openapiIndex() }
  return json(root === 'api' ? openapiDocument('', first) : openapiDocument(first, second))
}

function json(body: unknown): PathAnswer | undefined {
  return body === undefined ? undefined : { status: 200, body }
}

function versionInfo(version: string): Readonly<Record<string, string>> {
  const [major = '1', minor = ''] = version.replace(/^v/, '').split('.')
  return {
    major,
    minor,
    gitVersion: version,
    gitCommit: '0000000000000000000000000000000000000000',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: 'none',
    compiler: 'embedded',
    platform: 'linux/amd64',
  }
}
