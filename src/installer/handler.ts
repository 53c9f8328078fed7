import { randomUUID } from 'node:crypto'
import { applyBundle } from './apply.ts'
import { digestOf, readBundle } from './bundle.ts'
import { type Configuration, type Environment, readConfiguration } from './configuration.ts'
import { createDiscovery } from './discovery.ts'
import { failed, InstallerError, refused } from './installer-error.ts'
import { ApiError, type Clock, openKubernetesApi, type Patience } from './kubernetes-api.ts'
import { takeLease } from './lease.ts'
import { readPayload } from './payload.ts'
import type { Run, RunResult } from './run.ts'
import { type ClusterStatus, readStatus } from './status.ts'
import { createRedaction, createStepLog, type StepLog } from './step-log.ts'
import { createTokenSource } from './token.ts'
import { openTransport, type Transport } from './transport.ts'
import { uninstall } from './uninstall.ts'

/** The parts of Lambda's context that the installer reads. */
export type LambdaContext = {
  readonly awsRequestId?: string
  readonly getRemainingTimeInMillis?: () => number
}

/** A Lambda function of Node.js. */
export type Handler = (event: unknown, context?: LambdaContext) => Promise<RunResult | ClusterStatus>

/** What the handler gets from the machine; tests bring their own. */
export type Surroundings = {
  readonly environment: Environment
  readonly clock: Clock
  /** Writes one line to the log. */
  readonly write: (line: string) => void
  readonly openTransport: (endpoint: URL, certificateAuthority: string) => Transport
}

const runMs = 10 * 60_000
/** Kept of Lambda's own time for handing back the lease and answering. */
const spareMs = 15_000

const patience = {
  apply: { accessMs: 120_000, outageMs: 60_000 },
  remove: { accessMs: 120_000, outageMs: 120_000 },
  status: { accessMs: 20_000, outageMs: 20_000 },
  release: { accessMs: 5_000, outageMs: 5_000 },
} as const satisfies Readonly<Record<string, Patience>>

/** Makes the function: reads the payload, checks the digest, then applies, removes or reports. */
export function createHandler(surroundings: Surroundings): Handler {
  return async (event, context = {}) => {
    const { environment, clock } = surroundings
    const redact = createRedaction(environment)
    const requestId = context.awsRequestId ?? randomUUID()
    const log = createStepLog(requestId, clock.now, surroundings.write, redact)
    try {
      const payload = readPayload(event)
      const configuration = readConfiguration(environment)
      const session: Session = { surroundings, configuration, context, requestId, log }
      log('start', { action: payload.action, cluster: configuration.clusterName })
      const result = await (payload.action === 'status'
        ? withRun(session, patience.status, (run) => readStatus(run, configuration.clusterName))
        : change(session, payload.action, payload.bundle))
      log('end', 'ok' in result ? result : { nodes: result.nodes.length })
      return result
    } catch (error) {
      const known = error instanceof InstallerError
      const message = redact(error instanceof Error ? error.message : String(error))
      log('error', {
        name: known ? error.name : 'InstallerFailed',
        message,
        ...(known ? {} : { stack: String(error instanceof Error ? error.stack : error) }),
      })
      throw known ? new InstallerError(error.name, message) : failed(`The installer has a defect: ${message}.`)
    }
  }
}

type Session = {
  readonly surroundings: Surroundings
  readonly configuration: Configuration
  readonly context: LambdaContext
  readonly requestId: string
  readonly log: StepLog
}

async function change(session: Session, action: 'create' | 'update' | 'delete', bundle: string): Promise<RunResult> {
  const { configuration } = session
  const digest = digestOf(bundle)
  if (digest !== configuration.digest) {
    if (action === 'delete') {
      return { ok: true, applied: 0, pruned: [], notes: ['Nothing to do: this bundle has been replaced by another.'] }
    }
    throw refused(
      `The bundle has the digest ${digest}, but this function installs only ${configuration.digest}: bundle and function come from different applies. Apply again.`,
    )
  }
  if (action === 'delete') return removeAll(session)
  const objects = readBundle(bundle)
  return withRun(session, patience.apply, async (run, brief) => {
    const lease = await takeLease(run)
    try {
      return await applyBundle(run, objects, digest)
    } finally {
      await handBack(brief, () => lease.release(brief))
    }
  })
}

/** A destroy: an API that is gone must not keep the rest of the infrastructure alive. */
async function removeAll(session: Session): Promise<RunResult> {
  try {
    return await withRun(session, patience.remove, async (run, brief) => {
      const lease = await takeLease(run)
      let done = false
      try {
        const result = await uninstall(run)
        done = true
        return result
      } finally {
        await handBack(brief, () => (done ? lease.remove(brief) : lease.release(brief)))
      }
    })
  } catch (error) {
    if (!(error instanceof ApiError) || !error.unreachable) throw error
    return { ok: true, applied: 0, pruned: [], notes: [`Nothing more was deleted in the cluster. ${error.message}`] }
  }
}

/**
 * Opens everything for one run and closes it again. `brief` is the same run with the patience for handing back the
 * lease, and with time of its own for it.
 */
async function withRun<Result>(
  session: Session,
  patienceOfRun: Patience,
  work: (run: Run, brief: Run) => Promise<Result>,
): Promise<Result> {
  const { surroundings, configuration, context, requestId, log } = session
  const { clock, environment } = surroundings
  const start = clock.now()
  const remaining = context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY
  const deadline = start + Math.max(0, Math.min(runMs, remaining - spareMs))
  const token = createTokenSource(configuration, environment, clock.now)
  const transport = surroundings.openTransport(configuration.endpoint, configuration.certificateAuthority)

  const open = (patienceOfApi: Patience, until: number): Run => {
    const host = configuration.endpoint.host
    const api = openKubernetesApi({ transport, host, token, clock, deadline: until, patience: patienceOfApi, log })
    return { api, discovery: createDiscovery(api), clock, log, requestId, deadline: until }
  }
  try {
    return await work(open(patienceOfRun, deadline), open(patience.release, deadline + spareMs))
  } finally {
    transport.close()
  }
}

/** Hands back the lease; what it cannot hand back expires by itself, so a failure here is only logged. */
async function handBack(brief: Run, release: () => Promise<void>): Promise<void> {
  await release().catch((error: unknown) => brief.log('lease', { error: String(error) }))
}

/** The Lambda function. */
export const handler: Handler = createHandler({
  environment: process.env,
  clock: { now: Date.now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
  write: (line) => process.stdout.write(`${line}\n`),
  openTransport,
})
