import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { EksCluster, RunningKubernetes } from './eks/eks-cluster.ts'
import type { EksWorld } from './eks/eks-world.ts'
import type { Timetable } from './eks/keep-timetable.ts'
import { canFailAfter, failAfter } from './fail-after.ts'
import { leftovers } from './leftovers.ts'
import type { ControlHandler } from './start-front.ts'

export type ControlOptions = {
  /** What a caller must show: the environment's secret key, which only the user can read. */
  readonly secret: string
  readonly world: EksWorld
  readonly timetable: Timetable
  /** Name of the environment's own IAM user. */
  readonly ownUser: string
  readonly signal: AbortSignal
  readonly say: (line: string) => void
  /** Ends the daemon, after the answer has been sent. */
  readonly stop: () => void
}

const failAfterSchema = z.object({ kind: z.string().refine(canFailAfter, 'unknown kind'), name: z.string() })

const clockSchema = z.object({ to: z.iso.datetime() })

type Answer = { readonly status: number; readonly body: unknown }

/** Answers the requests of our own commands and tests to the daemon. */
export function controlRequests(options: ControlOptions): ControlHandler {
  return async (method, path, authorization, body) => {
    if (!isAllowed(authorization, options.secret)) return refused(403, 'not allowed')
    const [, , first = '', encoded = '', action = ''] = path.split('/')
    const name = decodeURIComponent(encoded)
    switch (`${method} ${first}`) {
      case 'GET status':
        return ok({ clusters: [...options.world.clusters.values()].map(summary) })
      case 'GET leftovers':
        return ok({ leftovers: await leftovers(options.world, options.ownUser) })
      case 'POST clock': {
        const to = clockSchema.safeParse(parse(body))
        if (!to.success) return refused(400, z.prettifyError(to.error))
        await options.timetable.runUntil(new Date(to.data.to))
        return ok({ now: options.world.clock.now().toISOString() })
      }
      case 'POST stop':
        options.stop()
        return ok({})
      case 'POST clusters': {
        const cluster = [...options.world.clusters.values()].find((one) => one.name === name)
        if (!cluster?.kubernetes) return refused(404, `no running cluster ${name}`)
        return clusterAction(options, cluster.kubernetes, action, body)
      }
      default:
        return refused(404, `no such request: ${method} ${path}`)
    }
  }
}

async function clusterAction(
  options: ControlOptions,
  kubernetes: RunningKubernetes,
  action: string,
  body: Buffer,
): Promise<Answer> {
  switch (action) {
    case 'interrupt':
      await kubernetes.plane.interrupt()
      return ok({})
    case 'resume':
      await kubernetes.plane.resume()
      return ok({})
    case 'fail-after': {
      const object = failAfterSchema.safeParse(parse(body))
      if (!object.success) return refused(400, z.prettifyError(object.error))
      await failAfter(kubernetes, object.data, options.signal, options.say)
      return ok({})
    }
    default:
      return refused(404, `no such action: ${action}`)
  }
}

function summary(cluster: EksCluster): unknown {
  return {
    name: cluster.name,
    region: cluster.region,
    status: cluster.status,
    version: cluster.version,
    nodeGroups: [...cluster.nodeGroups.values()].map(({ name, status }) => ({ name, status })),
    addons: [...cluster.addons.values()].map(({ name, status }) => ({ name, status })),
  }
}

function isAllowed(authorization: string | undefined, secret: string): boolean {
  const given = Buffer.from(authorization ?? '')
  const wanted = Buffer.from(`Bearer ${secret}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

function ok(body: unknown): Answer {
  return { status: 200, body }
}

function refused(status: number, message: string): Answer {
  return { status, body: { message } }
}
