import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { listAt, objectAt, textAt } from '../../../read/kubernetes/json.ts'
import type { EksGate, KubernetesObject } from '../control-plane.ts'
import { isTrue } from './access.ts'
import { badRequest } from './api-error.ts'

/** How often a followed log is looked at, in milliseconds. */
const followInterval = 250

/**
 * Answers `pods/log`: `container`, `tailLines`, `limitBytes` and `follow`. Throws an {@link ApiError} 400 in the API
 * server's words when the container cannot be told or has not started.
 */
export async function sendContainerLog(input: {
  readonly pod: KubernetesObject
  readonly query: URLSearchParams
  readonly gate: EksGate
  readonly response: ServerResponse
  /** Whether the pod is still there, for a log that is followed. */
  readonly isThere: () => boolean
  readonly stopped: AbortSignal
}): Promise<void> {
  const { pod, query, gate, response, isThere, stopped } = input
  const of = {
    namespace: pod.metadata.namespace ?? '',
    pod: pod.metadata.name ?? '',
    container: containerOf(pod, query.get('container')),
  }
  const text = await gate.containerLog(of)
  if (text === undefined) throw badRequest(waitingText(pod, of.container))

  response.writeHead(200, { 'content-type': 'text/plain' })
  response.write(limited(tail(text, query.get('tailLines')), query.get('limitBytes')))
  if (!isTrue(query.get('follow'))) {
    response.end()
    return
  }
  let sent = text.length
  while (!response.destroyed && !stopped.aborted && isThere()) {
    await sleep(followInterval)
    const more = await gate.containerLog(of)
    if (more === undefined) break
    if (more.length > sent) response.write(more.slice(sent))
    sent = more.length
  }
  response.end()
}

function containerOf(pod: KubernetesObject, asked: string | null): string {
  const name = pod.metadata.name ?? ''
  const names = listAt(pod, 'spec', 'containers').map((container) => textAt(container, 'name') ?? '')
  const starting = listAt(pod, 'spec', 'initContainers').map((container) => textAt(container, 'name') ?? '')
  if (asked !== null && asked !== '') {
    if ([...names, ...starting].includes(asked)) return asked
    throw badRequest(`container ${asked} is not valid for pod ${name}`)
  }
  const [only, ...others] = names
  if (only !== undefined && others.length === 0) return only
  const before = starting.length > 0 ? ` or one of the init containers: [${starting.join(' ')}]` : ''
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]${before}`)
}

function waitingText(pod: KubernetesObject, container: string): string {
  const name = pod.metadata.name ?? ''
  if ((textAt(pod, 'spec', 'nodeName') ?? '') === '') return `pod ${name} does not have a host assigned`
  const status = listAt(pod, 'status', 'containerStatuses').find((entry) => textAt(entry, 'name') === container)
  const reason = textAt(objectAt(status, 'state', 'waiting'), 'reason') ?? 'ContainerCreating'
  return `container "${container}" in pod "${name}" is waiting to start: ${reason}`
}

function tail(text: string, lines: string | null): string {
  if (lines === null) return text
  const all = text.split('\n')
  const ending = all.at(-1) === '' ? 1 : 0
  return Number(lines) === 0 ? '' : all.slice(-(Number(lines) + ending)).join('\n')
}

function limited(text: string, bytes: string | null): string {
  return bytes === null ? text : Buffer.from(text, 'utf8').subarray(0, Number(bytes)).toString('utf8')
}
