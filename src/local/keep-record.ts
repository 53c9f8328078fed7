import type { EksCluster } from './aws/eks/eks-cluster.ts'
import type { EnvironmentProcess, EnvironmentRecord } from './environment.ts'
import { writeEnvironment } from './environment-file.ts'
import { errorText } from './error-text.ts'
import { identifyProcess } from './process-identity.ts'

/** Keys of the environment's own user. */
export type EnvironmentKeys = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly userId: string
}

/** Keeps the environment's record in its file. */
export type Recorder = {
  /** Writes the record soon; calls while one is being written are taken together. */
  write(): void
  listensAt(endpoint: string): void
  /** Resolves when everything asked for is written. */
  settled(): Promise<void>
}

export type KeepRecordOptions = {
  /** The record as the starter wrote it. */
  readonly record: EnvironmentRecord
  readonly keys: EnvironmentKeys
  readonly motoPid: number
  readonly clusters: () => readonly EksCluster[]
  readonly say: (line: string) => void
}

/** Starts to keep a record; nothing is written before it is asked for. */
export function keepRecord({ record, keys, motoPid, clusters, say }: KeepRecordOptions): Recorder {
  let awsEndpoint = ''
  let wanted = false
  let writing: Promise<void> | undefined
  const writeOnce = async (): Promise<void> => {
    const running = clusters()
    const processes: EnvironmentProcess[] = []
    for (const { name, pid } of [
      { name: 'aws-stand-in', pid: process.pid },
      { name: 'moto', pid: motoPid },
      ...running.flatMap(({ processes: own }) => own),
    ]) {
      const identified = identifyProcess(name, pid)
      if (identified) processes.push(identified)
    }
    await writeEnvironment({
      ...record,
      awsEndpoint,
      credentials: { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey },
      processes,
      clusters: running.flatMap((cluster) =>
        cluster.kubernetes
          ? [
              {
                name: cluster.name,
                region: cluster.region,
                endpoint: cluster.kubernetes.plane.endpoint,
                kubernetes: cluster.kubernetes.plane.implementation,
                kubeconfig: cluster.kubernetes.kubeconfig,
              },
            ]
          : [],
      ),
    })
  }
  const loop = async (): Promise<void> => {
    while (wanted) {
      wanted = false
      await writeOnce().catch((error: unknown) => say(`could not write the record: ${errorText(error)}`))
    }
    writing = undefined
  }
  const write = (): void => {
    wanted = true
    writing ??= loop()
  }
  return {
    write,
    listensAt: (endpoint) => {
      awsEndpoint = endpoint
      write()
    },
    settled: async () => {
      await writing
    },
  }
}
