import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Pod } from './pod.ts'

const afterSchema = z.looseObject({
  containerStatuses: z
    .array(
      z.looseObject({
        name: z.string(),
        image: z.string(),
        restartCount: z.number(),
        state: z.looseObject({
          running: z.unknown().optional(),
          waiting: z.looseObject({ reason: z.string().optional(), message: z.string().optional() }).optional(),
        }),
      }),
    )
    .default([]),
})

/** The events that a kubelet records when a pod goes from its present status to `after`; `now` is RFC 3339. */
export function podEvents(
  pod: Pod,
  after: Readonly<Record<string, unknown>>,
  nodeName: string,
  now: string,
): readonly object[] {
  const parsed = afterSchema.safeParse(after)
  if (!parsed.success) return []
  const events: object[] = []
  for (const status of parsed.data.containerStatuses) {
    const before = pod.status.containerStatuses.find(({ name }) => name === status.name)
    const record = (type: 'Normal' | 'Warning', reason: string, message: string): void => {
      events.push(event(pod, status.name, nodeName, now, type, reason, message))
    }
    if (status.state.running !== undefined && before?.state?.running === undefined) {
      record(
        'Normal',
        'Pulled',
        `Container image "${status.image}" already present on machine and can be accessed by the pod`,
      )
      record('Normal', 'Created', 'Container created')
      record('Normal', 'Started', 'Container started')
    }
    const { waiting } = status.state
    if (waiting?.reason === 'CrashLoopBackOff' && before?.state?.waiting?.message !== waiting.message)
      record('Warning', 'BackOff', (waiting.message ?? '').replace(/^back-off \S+/, 'Back-off'))
  }
  return events
}

function event(
  pod: Pod,
  container: string,
  host: string,
  now: string,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): object {
  const { name, namespace, uid, resourceVersion } = pod.metadata
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${randomBytes(8).toString('hex')}`, namespace },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      name,
      namespace,
      uid,
      resourceVersion,
      fieldPath: `spec.containers{${container}}`,
    },
    type,
    reason,
    message,
    source: { component: 'kubelet', host },
    reportingComponent: 'kubelet',
    reportingInstance: host,
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  }
}
