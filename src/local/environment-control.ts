import { ProblemError } from '../cluster/problem.ts'
import type { EnvironmentRecord } from './environment.ts'

/** Something the emulator still holds, beyond what every account has. */
export type Leftover = { readonly kind: string; readonly region: string; readonly id: string }

/** An object of the Kubernetes API whose appearance makes the API server fail. */
export type FailAfter = { readonly kind: string; readonly name: string }

/** Whether the environment's daemon answers. */
export async function environmentAnswers(record: EnvironmentRecord): Promise<boolean> {
  if (record.awsEndpoint === '') return false
  try {
    const response = await ask(record, 'GET', 'status', undefined, 3000)
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

/** What remains in the emulator that somebody created: after a destroy, nothing. */
export async function environmentLeftovers(record: EnvironmentRecord): Promise<readonly Leftover[]> {
  const answer = await control(record, 'GET', 'leftovers')
  const list = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'leftovers') : undefined
  return Array.isArray(list) ? list : []
}

/** Makes a cluster's API server stop answering, as a crash would. */
export async function interruptCluster(record: EnvironmentRecord, cluster: string): Promise<void> {
  await control(record, 'POST', `clusters/${encodeURIComponent(cluster)}/interrupt`)
}

/** Lets a cluster's API server answer again. */
export async function resumeCluster(record: EnvironmentRecord, cluster: string): Promise<void> {
  await control(record, 'POST', `clusters/${encodeURIComponent(cluster)}/resume`)
}

/** Interrupts a cluster's API server as soon as an object exists, or changes when it exists already; for trying failures half-way. */
export async function failClusterAfter(record: EnvironmentRecord, cluster: string, object: FailAfter): Promise<void> {
  await control(record, 'POST', `clusters/${encodeURIComponent(cluster)}/fail-after`, object)
}

/** Puts the environment's clock forward; what is scheduled until then runs, each at its moment, before this resolves. */
export async function putClockForward(record: EnvironmentRecord, to: Date): Promise<void> {
  await control(record, 'POST', 'clock', { to: to.toISOString() })
}

/** Asks the daemon to end everything; it answers before it does. */
export async function requestStop(record: EnvironmentRecord): Promise<void> {
  await control(record, 'POST', 'stop')
}

async function control(record: EnvironmentRecord, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await ask(record, method, path, body, 60_000)
  const answer: unknown = await response.json()
  if (response.ok) return answer
  const message = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'message') : undefined
  throw new ProblemError({
    id: 'environment-refused',
    what: `The local environment ${record.name} refused ${method} ${path}.`,
    why: typeof message === 'string' ? message : `It answered ${response.status}.`,
  })
}

function ask(
  record: EnvironmentRecord,
  method: string,
  path: string,
  body: unknown,
  timeoutMs: number,
): Promise<Response> {
  return fetch(`${record.awsEndpoint}/_eks-gpu/${path}`, {
    method,
    headers: { authorization: `Bearer ${record.credentials.secretAccessKey}` },
    signal: AbortSignal.timeout(timeoutMs),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}
