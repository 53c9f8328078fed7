import { z } from 'zod'

const timeStateSchema = z.looseObject({ startedAt: z.string().optional() })

const stateSchema = z.looseObject({
  waiting: z.looseObject({ reason: z.string().optional() }).optional(),
  running: timeStateSchema.optional(),
  terminated: timeStateSchema.optional(),
})

const statusSchema = z.looseObject({ name: z.string(), state: stateSchema.optional() })

const envSchema = z.looseObject({ name: z.string(), value: z.string().optional() })

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string().default(''),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z.array(envSchema).default([]),
  resources: z
    .looseObject({ limits: z.record(z.string(), z.union([z.string(), z.number()])).default({}) })
    .default({ limits: {} }),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })).default([]),
})

const conditionSchema = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
})

const podSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string().default('0'),
    labels: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
    deletionGracePeriodSeconds: z.number().optional(),
  }),
  spec: z.looseObject({
    nodeName: z.string().optional(),
    restartPolicy: z.enum(['Always', 'OnFailure', 'Never']).default('Always'),
    hostNetwork: z.boolean().default(false),
    containers: z.array(containerSchema),
    initContainers: z.array(containerSchema).default([]),
    volumes: z
      .array(z.looseObject({ name: z.string(), configMap: z.looseObject({ name: z.string().optional() }).optional() }))
      .default([]),
  }),
  status: z
    .looseObject({
      phase: z.string().default('Pending'),
      startTime: z.string().optional(),
      podIP: z.string().optional(),
      conditions: z.array(conditionSchema).default([]),
      containerStatuses: z.array(statusSchema).default([]),
    })
    .default({ phase: 'Pending', conditions: [], containerStatuses: [] }),
})

type ContainerEnvironment = { readonly name: string; readonly value?: string | undefined }

/** The part of a container that decides how it runs. */
export type PodContainer = {
  readonly name: string
  readonly image: string
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly env: readonly ContainerEnvironment[]
  readonly resources: { readonly limits: Readonly<Record<string, string | number>> }
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}

export type PodCondition = {
  readonly type: string
  readonly status: string
  readonly reason?: string | null | undefined
  readonly message?: string | null | undefined
  readonly [field: string]: unknown
}

export type ContainerStatus = {
  readonly name: string
  readonly state?:
    | {
        readonly waiting?: { readonly reason?: string | undefined; readonly message?: string } | undefined
        readonly running?: { readonly startedAt?: string | undefined } | undefined
        readonly terminated?: { readonly startedAt?: string | undefined } | undefined
      }
    | undefined
  readonly [field: string]: unknown
}

/** A pod as a kubelet reads it: the fields that the node stand-in needs, the others kept. */
export type Pod = {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly resourceVersion: string
    readonly labels: Readonly<Record<string, string>>
    readonly deletionTimestamp?: string | undefined
    readonly deletionGracePeriodSeconds?: number | undefined
  }
  readonly spec: {
    readonly nodeName?: string | undefined
    readonly restartPolicy: 'Always' | 'OnFailure' | 'Never'
    readonly hostNetwork: boolean
    readonly containers: readonly PodContainer[]
    readonly initContainers: readonly PodContainer[]
    readonly volumes: readonly {
      readonly name: string
      readonly configMap?: { readonly name?: string | undefined } | undefined
    }[]
  }
  readonly status: {
    readonly phase: string
    readonly startTime?: string | undefined
    readonly podIP?: string | undefined
    readonly conditions: readonly PodCondition[]
    readonly containerStatuses: readonly ContainerStatus[]
    readonly [field: string]: unknown
  }
}

/** Reads a pod from the API; `undefined` when it is not one. */
export function readPod(object: unknown): Pod | undefined {
  const parsed = podSchema.safeParse(object)
  return parsed.success ? parsed.data : undefined
}
