import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { EksGate } from '../control-plane.ts'

/** A container as the kubelet's log endpoint needs it. */
export type ContainerState = {
  readonly state: 'waiting' | 'running' | 'terminated'
  /** Why it waits, e.g. `ContainerCreating`. */
  readonly reason?: string
  /** RFC 3339 */
  readonly startedAt?: string
}

/** Looks a container up; `undefined` when the pod or the container is gone. */
export type ReadContainer = (of: {
  readonly namespace: string
  readonly pod: string
  readonly container: string
}) => Promise<ContainerState | undefined>

const optionsSchema = z.object({
  follow: z.stringbool().default(false),
  previous: z.stringbool().default(false),
  timestamps: z.stringbool().default(false),
  tailLines: z.coerce.number().int().min(0).optional(),
  limitBytes: z.coerce.number().int().min(1).optional(),
  sinceSeconds: z.coerce.number().int().min(1).optional(),
  sinceTime: z.iso.datetime({ offset: true }).optional(),
})

/** The options of a kubelet's `/containerLogs` request (PodLogOptions of the Kubernetes API). */
export type ContainerLogOptions = {
  readonly follow: boolean
  readonly previous: boolean
  readonly timestamps: boolean
  readonly tailLines?: number | undefined
  readonly limitBytes?: number | undefined
  readonly sinceSeconds?: number | undefined
  /** RFC 3339 */
  readonly sinceTime?: string | undefined
}

/** How often a followed log is looked at again, in milliseconds. */
const followEveryMs = 500

/**
 * Answers `GET /containerLogs/<namespace>/<pod>/<container>` as a kubelet does, from what the gate says the container has
 * written. A followed log ends when its container does.
 */
export async function answerContainerLogs(
  gate: Pick<EksGate, 'containerLog'>,
  readContainer: ReadContainer,
  url: URL,
  outgoing: ServerResponse,
): Promise<void> {
  const [, , namespace = '', pod = '', container = ''] = url.pathname.split('/').map(decodeURIComponent)
  const of = { namespace, pod, container }
  const options = optionsSchema.safeParse(Object.fromEntries(url.searchParams))
  if (!options.success) return refuse(outgoing, 400, z.prettifyError(options.error))
  const state = await readContainer(of)
  const text = await gate.containerLog(of)
  if (state === undefined || (text === undefined && state.state !== 'waiting'))
    return refuse(outgoing, 404, `container "${container}" in pod "${pod}" not found`)
  if (state.state === 'waiting')
    return refuse(
      outgoing,
      400,
      `container "${container}" in pod "${pod}" is waiting to start: ${state.reason ?? 'ContainerCreating'}`,
    )
  if (options.data.previous)
    return refuse(outgoing, 400, `previous terminated container "${container}" in pod "${pod}" not found`)

  outgoing.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' })
  const { follow, ...window } = options.data
  let written = text ?? ''
  outgoing.write(selectLog(written, window, state.startedAt, Date.now()))
  if (!follow) {
    outgoing.end()
    return
  }
  outgoing.flushHeaders()
  const { timestamps } = window
  while (!outgoing.destroyed) {
    // Read the text after the state, so that nothing is lost between the last words and the end.
    const now = await readContainer(of)
    const all = await gate.containerLog(of)
    if (all !== undefined && all.length > written.length) {
      outgoing.write(selectLog(all.slice(written.length), { timestamps, previous: false }, now?.startedAt, Date.now()))
      written = all
    }
    if (now === undefined || now.state === 'terminated') break
    await sleep(followEveryMs)
  }
  outgoing.end()
}

/**
 * The part of a log that the options ask for. Our logs carry no time per line: each line counts as written at
 * `startedAt`, the start of its container.
 */
export function selectLog(
  text: string,
  options: Omit<ContainerLogOptions, 'follow'>,
  startedAt: string | undefined,
  nowMs: number,
): string {
  const since =
    options.sinceTime !== undefined
      ? Date.parse(options.sinceTime)
      : options.sinceSeconds !== undefined
        ? nowMs - options.sinceSeconds * 1000
        : undefined
  if (since !== undefined && startedAt !== undefined && Date.parse(startedAt) < since) return ''
  if (text === '') return ''
  const complete = text.endsWith('\n')
  let lines = (complete ? text.slice(0, -1) : text).split('\n')
  if (options.tailLines !== undefined) lines = options.tailLines === 0 ? [] : lines.slice(-options.tailLines)
  if (options.timestamps) {
    const stamp = startedAt ?? new Date(nowMs).toISOString()
    lines = lines.map((line) => `${stamp} ${line}`)
  }
  const selected = lines.length === 0 ? '' : lines.join('\n') + (complete ? '\n' : '')
  if (options.limitBytes === undefined) return selected
  return Buffer.from(selected, 'utf8').subarray(0, options.limitBytes).toString('utf8')
}

function refuse(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
}
