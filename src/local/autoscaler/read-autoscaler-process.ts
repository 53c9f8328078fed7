import { listAt, numberAt, textAt, textsAt, valueAt } from '../../read/kubernetes/json.ts'

/** The Cluster Autoscaler that runs in a cluster: one container of one pod. */
export type AutoscalerProcess = {
  /** Changes whenever the program starts anew. */
  readonly id: string
  /** Its flags, `--name=value`. */
  readonly args: readonly string[]
  /** From the image's tag, without `v`; `undefined` when the tag is no version. */
  readonly version: string | undefined
  /** Seconds since 1970. */
  readonly startedAt: number
}

const image = /(?:^|\/)cluster-autoscaler(?::v?(\d+\.\d+\.\d+)[^@]*|:[^@]*)?(?:@.*)?$/

/** The first running container of a cluster-autoscaler image among the pods (Kubernetes objects), if there is one. */
export function readAutoscalerProcess(pods: readonly unknown[]): AutoscalerProcess | undefined {
  for (const pod of pods) {
    if (textAt(pod, 'metadata', 'deletionTimestamp') !== undefined) continue
    for (const container of listAt(pod, 'spec', 'containers')) {
      const match = image.exec(textAt(container, 'image') ?? '')
      if (match === null) continue
      const status = listAt(pod, 'status', 'containerStatuses').find(
        (candidate) => textAt(candidate, 'name') === textAt(container, 'name'),
      )
      const startedAt = textAt(status, 'state', 'running', 'startedAt')
      if (startedAt === undefined || valueAt(status, 'ready') !== true) continue
      return {
        id: `${textAt(pod, 'metadata', 'uid') ?? ''}/${numberAt(status, 'restartCount') ?? 0}`,
        args: [...textsAt(container, 'command'), ...textsAt(container, 'args')].filter((word) => word.startsWith('-')),
        version: match[1],
        startedAt: Date.parse(startedAt) / 1000,
      }
    }
  }
  return undefined
}
