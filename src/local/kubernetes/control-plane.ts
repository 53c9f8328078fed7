/**
 * The seam between the AWS stand-in and a Kubernetes control plane. Two implementations stand behind it, `embedded/` and
 * `real/`; both pass the suite in `testing/conformance.ts`.
 */

/** A Kubernetes object as JSON: the fields every kind has; the rest is reached by narrowing. */
export type KubernetesObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name?: string
    readonly generateName?: string
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

/** Who a bearer token belongs to, in Kubernetes' terms. */
export type KubernetesUser = {
  readonly username: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

/** One request as an authorizer sees it; `path` only for requests that name no resource, such as `/version`. */
export type AccessRequest = {
  readonly user: KubernetesUser
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly path?: string
}

/** What EKS itself adds to a Kubernetes API server: its token check, its access policies, its Pod Identity webhook. */
export type EksGate = {
  /** Checks a `k8s-aws-v1.` token as EKS does: signature, `x-k8s-aws-id`, age, access entry. */
  authenticate(token: string): Promise<{ readonly user: KubernetesUser } | { readonly refused: string }>
  /** Access policies of EKS only; `no-opinion` leaves the decision to RBAC (real) or refuses (embedded). */
  authorize(request: AccessRequest): Promise<'allow' | 'no-opinion'>
  /** Called at admission of each new pod; returns the pod with Pod Identity's variables and volume when its service account has an association. */
  admitPod(pod: KubernetesObject): Promise<KubernetesObject>
  /** What a container has written so far, or `undefined` when there is no such container. */
  containerLog(of: {
    readonly namespace: string
    readonly pod: string
    readonly container: string
  }): Promise<string | undefined>
}

export type ControlPlaneOptions = {
  /** Name of the EKS cluster, for certificates and messages. */
  readonly clusterName: string
  /** Kubernetes minor that the EKS cluster asks for, e.g. `1.36`; the real one answers with its own version. */
  readonly kubernetesVersion: string
  /** Folder of its own for certificates, data and logs; exists already. */
  readonly directory: string
  /** IPv4 range of service addresses, e.g. `172.20.0.0/16`. */
  readonly serviceCidr: string
  readonly gate: EksGate
  /** Told whenever `ControlPlane.processes` changes after the start: a program that died is started again. */
  readonly onProcessesChange?: (processes: ControlPlane['processes']) => void
}

/** A control plane that answers. */
export type ControlPlane = {
  readonly implementation: 'embedded' | 'real'
  /** `https://127.0.0.1:PORT` */
  readonly endpoint: string
  /** PEM of the authority that signed the API server's certificate. */
  readonly certificateAuthority: string
  /** A client certificate of group system:masters, for the stand-ins themselves. */
  readonly admin: { readonly certificate: string; readonly key: string }
  /** Processes of its own at this moment (none for `embedded`), to be ended by id should we die. */
  readonly processes: readonly { readonly name: string; readonly pid: number }[]
  /** Where the API server forwards `logs` to, for node objects: `real` calls a kubelet address, `embedded` asks the gate. */
  readonly kubeletPort: number | undefined
  /** Stops answering at once, as a crash would; `resume` answers again at the same address with the same data. */
  interrupt(): Promise<void>
  resume(): Promise<void>
  stop(): Promise<void>
}

export type StartControlPlane = (options: ControlPlaneOptions) => Promise<ControlPlane>
