/**
 * A local environment: everything that stands in for AWS and Kubernetes for one Terraform directory. Its record is a JSON
 * file in the state folder, so that a later command, or one after a crash, finds and ends every process.
 */
export type EnvironmentRecord = {
  readonly version: 1
  /** Folder name in the state folder, from the directory's name and a hash of its path, e.g. `basic-1f3a9c`. */
  readonly name: string
  /** Absolute path of the Terraform directory. */
  readonly directory: string
  /** Absolute path of this environment's own folder: `<state folder>/local/<name>`. */
  readonly home: string
  /** The emulator's calendar, `YYYY-MM-DD`. */
  readonly asOf: string
  readonly kubernetes: 'auto' | 'embedded' | 'real'
  /** `http://127.0.0.1:PORT`, for AWS_ENDPOINT_URL. */
  readonly awsEndpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Every process that must end with the environment; `startedAt` guards against a reused id. */
  readonly processes: readonly EnvironmentProcess[]
  readonly clusters: readonly EnvironmentCluster[]
}

export type EnvironmentProcess = {
  /** e.g. `aws-stand-in`, `moto`, `etcd`, `kube-apiserver`, `terraform` */
  readonly name: string
  readonly pid: number
  /** Start time in clock ticks as /proc says, or the text of `ps -o lstart=` elsewhere. */
  readonly startedAt: string
}

export type EnvironmentCluster = {
  readonly name: string
  readonly region: string
  readonly endpoint: string
  readonly kubernetes: 'embedded' | 'real'
  /** Absolute path of a kubeconfig that plain kubectl can use. */
  readonly kubeconfig: string
}
