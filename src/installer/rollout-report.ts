import { readable } from './installer-error.ts'
import { listAt, textAt, valueAt } from './json.ts'
import type { Run } from './run.ts'

const maxPods = 3
const maxEvents = 3

/**
 * Why a Deployment does not get on, in sentences: its own conditions, then for each pod that is not ready its phase, the
 * scheduler's message, what its containers wait for, and its last events. Never throws: it words an error already.
 */
export async function explainRollout(run: Run, deployment: unknown, pods: readonly unknown[]): Promise<string> {
  const sentences: string[] = []
  for (const condition of listAt(deployment, 'status', 'conditions')) {
    const type = textAt(condition, 'type')
    const status = textAt(condition, 'status')
    const bad = (type === 'ReplicaFailure' && status === 'True') || (type === 'Progressing' && status === 'False')
    if (bad) sentences.push(`${textAt(condition, 'reason')}: ${sentence(textAt(condition, 'message'))}`)
  }
  const blocking = pods.filter((pod) => !isReady(pod))
  if (pods.length === 0) sentences.push('It has no pods.')
  for (const pod of blocking.slice(0, maxPods)) sentences.push(await explainPod(run, pod))
  if (blocking.length > maxPods) sentences.push(`${blocking.length - maxPods} more pods are not ready.`)
  return readable(sentences.join(' '))
}

async function explainPod(run: Run, pod: unknown): Promise<string> {
  const name = textAt(pod, 'metadata', 'name')
  const facts: string[] = []
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (textAt(scheduled, 'status') === 'False') {
    facts.push(`not scheduled: ${textAt(scheduled, 'message') || textAt(scheduled, 'reason')}`)
  }
  for (const list of ['initContainerStatuses', 'containerStatuses']) {
    for (const status of listAt(pod, 'status', list)) facts.push(...explainContainer(status))
  }
  const events = await lastEvents(run, textAt(pod, 'metadata', 'namespace'), name)
  const told = facts.join('; ')
  const fresh = events.filter((event) => !facts.some((fact) => fact.includes(event.message)))
  const tail =
    fresh.length === 0 ? '' : ` Last events: ${fresh.map(({ reason, message }) => `${reason}: ${message}`).join('; ')}.`
  return `Pod ${name} (${textAt(pod, 'status', 'phase') || 'unknown phase'})${told === '' ? ' is not ready' : `: ${told}`}`
    .replace(/\.$/, '')
    .concat('.', tail)
}

function explainContainer(status: unknown): readonly string[] {
  const name = textAt(status, 'name')
  const facts: string[] = []
  const waiting = valueAt(status, 'state', 'waiting')
  if (waiting !== undefined) {
    const message = textAt(waiting, 'message')
    facts.push(`container ${name} waits: ${textAt(waiting, 'reason')}${message === '' ? '' : ` (${message})`}`)
  }
  const ended = valueAt(status, 'state', 'terminated') ?? valueAt(status, 'lastState', 'terminated')
  if (ended !== undefined && textAt(ended, 'reason') !== 'Completed') {
    const message = textAt(ended, 'message')
    facts.push(
      `container ${name} ended: ${textAt(ended, 'reason')}, exit code ${String(valueAt(ended, 'exitCode'))}${message === '' ? '' : ` (${message})`}`,
    )
  }
  return facts
}

type Event = { readonly reason: string; readonly message: string; readonly at: string }

/** The last events of a pod, oldest first; none when they cannot be read. */
async function lastEvents(run: Run, namespace: string, pod: string): Promise<readonly Event[]> {
  try {
    const selector = encodeURIComponent(`involvedObject.name=${pod}`)
    const events = await run.api.list(`/api/v1/namespaces/${namespace}/events?fieldSelector=${selector}`, 'list events')
    return events
      .filter((event) => textAt(event, 'involvedObject', 'name') === pod)
      .map((event) => ({
        reason: textAt(event, 'reason'),
        message: sentence(textAt(event, 'message')).replace(/\.$/, ''),
        at:
          textAt(event, 'lastTimestamp') ||
          textAt(event, 'series', 'lastObservedTime') ||
          textAt(event, 'eventTime') ||
          textAt(event, 'metadata', 'creationTimestamp'),
      }))
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
      .slice(-maxEvents)
  } catch (error) {
    run.log('events', { error: String(error) })
    return []
  }
}

function isReady(pod: unknown): boolean {
  return textAt(conditionOf(pod, 'Ready'), 'status') === 'True'
}

function conditionOf(pod: unknown, type: string): unknown {
  return listAt(pod, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type)
}

/** Ends with one full stop. */
function sentence(text: string): string {
  return `${text.trim().replace(/\.$/, '')}.`
}
