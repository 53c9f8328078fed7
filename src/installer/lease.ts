import { failed } from './installer-error.ts'
import { numberAt, textAt } from './json.ts'
import { leaseName, systemNamespace } from './own-names.ts'
import { hasOwnLabel, ownLabel } from './ownership.ts'
import type { Run } from './run.ts'

/** The right to change things, held for one run. */
export type HeldLease = {
  /** Hands the lease back, with the patience of the run given here. */
  release(brief: Run): Promise<void>
  /** Deletes the Lease object instead, when nothing of ours remains. */
  remove(brief: Run): Promise<void>
}

const durationMs = 60_000
const renewEveryMs = 15_000
const pollMs = 3_000
const collection = `/apis/coordination.k8s.io/v1/namespaces/${systemNamespace}/leases`
const path = `${collection}/${leaseName}`
const title = `Lease ${systemNamespace}/${leaseName}`

type Seen = {
  readonly holder: string
  readonly acquired: string
  readonly renewed: string
  readonly durationMs: number
  readonly transitions: number
  readonly resourceVersion: string
}

/**
 * Takes the installer's Lease, waiting while another run holds it, until the run's deadline. It counts as free when
 * nobody holds it, when its time is over by the clock, or when it has not changed for its whole duration while we
 * watched (so a holder whose clock runs ahead cannot block us for longer). From then on it is renewed before a request
 * to the API whenever 15 seconds have passed; every wait of the installer is made of short requests. A run that finds
 * its lease taken over stops with `InstallerFailed`.
 */
export async function takeLease(run: Run): Promise<HeldLease> {
  const { api, clock, log } = run
  let unchanged: { readonly resourceVersion: string; readonly since: number } | undefined
  let announced = false

  for (;;) {
    const seen = await readLease(run)
    const now = clock.now()
    if (seen === undefined || isFree(seen)) {
      const held = await tryToTake(run, seen)
      if (held !== undefined) {
        log('lease', { held: true })
        return hold(run, held)
      }
      continue
    }
    if (unchanged?.resourceVersion !== seen.resourceVersion)
      unchanged = { resourceVersion: seen.resourceVersion, since: now }
    if (!announced) log('lease', { heldBy: seen.holder })
    announced = true
    if (now + pollMs >= run.deadline) {
      throw failed(
        `Another run of the installer (request ${seen.holder}) holds ${title} and has not finished in time. Apply again when it has.`,
      )
    }
    await clock.sleep(pollMs)
  }

  function isFree(seen: Seen): boolean {
    if (seen.holder === '') return true
    const now = clock.now()
    const renewed = Date.parse(seen.renewed)
    if (!Number.isNaN(renewed) && now - renewed > seen.durationMs) return true
    return unchanged?.resourceVersion === seen.resourceVersion && now - unchanged.since > seen.durationMs
  }

  /** The lease as we wrote it, or `undefined` when another run was quicker. */
  async function tryToTake({ requestId }: Run, seen: Seen | undefined): Promise<Seen | undefined> {
    const at = microTime(clock.now())
    const body = leaseBody(requestId, at, at, seen === undefined ? 0 : seen.transitions + 1, seen?.resourceVersion)
    const answer =
      seen === undefined
        ? await api.send({ method: 'POST', path: collection, what: `take ${title}`, body, accept: [409] })
        : await api.send({ method: 'PUT', path, what: `take ${title}`, body, accept: [404, 409] })
    if (answer.status < 300) return readSeen(answer.body)
    // Our own write may have arrived although its answer was lost.
    const current = await readLease(run)
    return current?.holder === requestId && sameTime(current.acquired, at) ? current : undefined
  }
}

function hold(run: Run, first: Seen): HeldLease {
  const { api, clock } = run
  let current = first
  let renewedAt = clock.now()
  let busy = false
  let lost = false

  const write = async (by: Run, holder: string, seconds: number): Promise<void> => {
    const renewed = microTime(clock.now())
    current = await replace(
      by,
      current,
      leaseBody(holder, current.acquired, renewed, current.transitions, undefined, seconds),
    )
  }

  api.beforeEachTry(async () => {
    if (busy || clock.now() - renewedAt < renewEveryMs) return
    busy = true
    try {
      await write(run, run.requestId, durationMs / 1000)
      renewedAt = clock.now()
    } catch (error) {
      lost = true
      throw error
    } finally {
      busy = false
    }
  })

  const end = async (action: () => Promise<unknown>): Promise<void> => {
    api.beforeEachTry(undefined)
    if (!lost) await action()
  }

  return {
    release: (brief) => end(() => write(brief, '', 1)),
    remove: (brief) =>
      end(async () => {
        const body = {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          preconditions: { resourceVersion: current.resourceVersion },
        }
        await brief.api.send({ method: 'DELETE', path, what: `delete ${title}`, body, accept: [404, 409] })
      }),
  }
}

/** Writes our lease; a conflict that is only our own lost answer is taken for success. */
async function replace(run: Run, current: Seen, body: LeaseBody): Promise<Seen> {
  let resourceVersion = current.resourceVersion
  for (let tries = 0; tries < 5; tries += 1) {
    const answer = await run.api.send({
      method: 'PUT',
      path,
      what: `renew ${title}`,
      body: { ...body, metadata: { ...body.metadata, resourceVersion } },
      accept: [404, 409],
    })
    if (answer.status < 300) return readSeen(answer.body)
    const found = await readLease(run)
    const ours = found !== undefined && sameTime(found.acquired, current.acquired)
    if (ours && found.holder === '' && body.spec.holderIdentity === '') return found
    if (!ours || found.holder !== run.requestId) break
    resourceVersion = found.resourceVersion
  }
  throw failed(`Another run of the installer has taken over ${title}. Apply again when it has finished.`)
}

async function readLease(run: Run): Promise<Seen | undefined> {
  const answer = await run.api.send({ method: 'GET', path, what: `read ${title}`, accept: [404] })
  if (answer.status === 404) return undefined
  if (!hasOwnLabel(answer.body)) {
    throw failed(
      `${title} exists without the label ${ownLabel.key}=${ownLabel.value}, so it is not the installer's own. Delete it, then apply again.`,
    )
  }
  return readSeen(answer.body)
}

function readSeen(body: unknown): Seen {
  return {
    holder: textAt(body, 'spec', 'holderIdentity'),
    acquired: textAt(body, 'spec', 'acquireTime'),
    renewed: textAt(body, 'spec', 'renewTime'),
    durationMs: numberAt(body, durationMs / 1000, 'spec', 'leaseDurationSeconds') * 1000,
    transitions: numberAt(body, 0, 'spec', 'leaseTransitions'),
    resourceVersion: textAt(body, 'metadata', 'resourceVersion'),
  }
}

type LeaseBody = {
  readonly metadata: Readonly<Record<string, unknown>>
  readonly spec: { readonly holderIdentity: string; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

function leaseBody(
  holder: string,
  acquired: string,
  renewed: string,
  transitions: number,
  resourceVersion: string | undefined,
  seconds: number = durationMs / 1000,
): LeaseBody {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: leaseName,
      namespace: systemNamespace,
      labels: { [ownLabel.key]: ownLabel.value },
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: seconds,
      acquireTime: acquired,
      renewTime: renewed,
      leaseTransitions: transitions,
    },
  }
}

/** Kubernetes' MicroTime has six digits after the point. */
function microTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '000Z')
}

function sameTime(a: string, b: string): boolean {
  return Date.parse(a) === Date.parse(b)
}
