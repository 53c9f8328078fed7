import { join } from 'node:path'

/** Where the control plane's files are; every path is absolute. */
export type ControlPlaneFiles = {
  readonly authority: string
  readonly authorityKey: string
  readonly server: string
  readonly serverKey: string
  readonly etcdClient: string
  readonly etcdClientKey: string
  readonly gateClient: string
  readonly gateClientKey: string
  readonly serviceAccountKey: string
  readonly serviceAccountPublicKey: string
  readonly authenticationConfig: string
  readonly tokenWebhookConfig: string
  readonly authorizationWebhookConfig: string
  readonly schedulerConfig: string
  readonly controllerManagerConfig: string
  readonly etcdData: string
}

/** The files of a control plane that lives in `directory`. */
export function controlPlaneFiles(directory: string): ControlPlaneFiles {
  const pki = join(directory, 'pki')
  const config = join(directory, 'config')
  return {
    authority: join(pki, 'ca.crt'),
    authorityKey: join(pki, 'ca.key'),
    server: join(pki, 'server.crt'),
    serverKey: join(pki, 'server.key'),
    etcdClient: join(pki, 'apiserver-etcd-client.crt'),
    etcdClientKey: join(pki, 'apiserver-etcd-client.key'),
    gateClient: join(pki, 'apiserver-gate-client.crt'),
    gateClientKey: join(pki, 'apiserver-gate-client.key'),
    serviceAccountKey: join(pki, 'service-account.key'),
    serviceAccountPublicKey: join(pki, 'service-account.pub'),
    authenticationConfig: join(config, 'authentication.json'),
    tokenWebhookConfig: join(config, 'token-webhook.json'),
    authorizationWebhookConfig: join(config, 'authorization-webhook.json'),
    schedulerConfig: join(config, 'scheduler-kubeconfig.json'),
    controllerManagerConfig: join(config, 'controller-manager-kubeconfig.json'),
    etcdData: join(directory, 'etcd'),
  }
}

/** Ports on 127.0.0.1. */
export type ControlPlanePorts = { readonly etcd: number; readonly etcdPeer: number; readonly apiServer: number }

/**
 * Flags of etcd: one member, mutual TLS on loopback (so that no other user of the machine reads the cluster), no fsync,
 * since a local cluster that dies with the machine is brought up again rather than recovered.
 */
export function etcdFlags(files: ControlPlaneFiles, ports: ControlPlanePorts): readonly string[] {
  const client = `https://127.0.0.1:${ports.etcd}`
  const peer = `https://127.0.0.1:${ports.etcdPeer}`
  return [
    '--name=local',
    `--data-dir=${files.etcdData}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=local=${peer}`,
    '--client-cert-auth',
    `--cert-file=${files.server}`,
    `--key-file=${files.serverKey}`,
    `--trusted-ca-file=${files.authority}`,
    '--peer-client-cert-auth',
    `--peer-cert-file=${files.server}`,
    `--peer-key-file=${files.serverKey}`,
    `--peer-trusted-ca-file=${files.authority}`,
    '--enable-grpc-gateway=false',
    '--unsafe-no-fsync',
    '--force-new-cluster',
    '--snapshot-count=10000',
    '--auto-compaction-retention=5m',
    '--quota-backend-bytes=536870912',
    '--log-level=warn',
  ]
}

/** Flags of kube-apiserver, as EKS sets them where EKS lets that be seen: RBAC behind Node, then EKS's own authorizer. */
export function apiServerFlags(
  files: ControlPlaneFiles,
  ports: ControlPlanePorts,
  serviceCidr: string,
): readonly string[] {
  return [
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.apiServer}`,
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--etcd-servers=https://127.0.0.1:${ports.etcd}`,
    `--etcd-cafile=${files.authority}`,
    `--etcd-certfile=${files.etcdClient}`,
    `--etcd-keyfile=${files.etcdClientKey}`,
    `--client-ca-file=${files.authority}`,
    `--tls-cert-file=${files.server}`,
    `--tls-private-key-file=${files.serverKey}`,
    `--service-cluster-ip-range=${serviceCidr}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${files.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    `--authentication-config=${files.authenticationConfig}`,
    `--authentication-token-webhook-config-file=${files.tokenWebhookConfig}`,
    '--authentication-token-webhook-version=v1',
    // An access entry that Terraform has just made or removed must count at once.
    '--authentication-token-webhook-cache-ttl=2s',
    '--authorization-mode=Node,RBAC,Webhook',
    `--authorization-webhook-config-file=${files.authorizationWebhookConfig}`,
    '--authorization-webhook-version=v1',
    '--authorization-webhook-cache-authorized-ttl=2s',
    '--authorization-webhook-cache-unauthorized-ttl=1s',
    '--enable-admission-plugins=NodeRestriction',
    `--kubelet-certificate-authority=${files.authority}`,
    `--kubelet-client-certificate=${files.gateClient}`,
    `--kubelet-client-key=${files.gateClientKey}`,
    // The node stand-in's nodes say `localhost` here; an InternalIP of theirs leads nowhere.
    '--kubelet-preferred-address-types=ExternalDNS,Hostname,InternalIP',
    '--allow-privileged=true',
    '--profiling=false',
  ]
}

export function controllerManagerFlags(files: ControlPlaneFiles, serviceCidr: string): readonly string[] {
  return [
    `--kubeconfig=${files.controllerManagerConfig}`,
    '--secure-port=0',
    '--leader-elect=false',
    '--profiling=false',
    '--allocate-node-cidrs=false',
    `--service-cluster-ip-range=${serviceCidr}`,
    `--root-ca-file=${files.authority}`,
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--cluster-signing-cert-file=${files.authority}`,
    `--cluster-signing-key-file=${files.authorityKey}`,
    // What these look after is the cloud's: volumes, routes and load balancers that do not exist here.
    '--controllers=*,-service-lb-controller,-node-route-controller,-cloud-node-lifecycle-controller,-persistentvolume-attach-detach-controller',
    '--concurrent-deployment-syncs=2',
    '--concurrent-gc-syncs=4',
    '--concurrent-endpoint-syncs=2',
    '--concurrent-service-endpoint-syncs=2',
    '--concurrent-replicaset-syncs=2',
    '--concurrent-resource-quota-syncs=2',
    '--concurrent-namespace-syncs=4',
  ]
}

export function schedulerFlags(files: ControlPlaneFiles): readonly string[] {
  return [`--kubeconfig=${files.schedulerConfig}`, '--secure-port=0', '--leader-elect=false', '--profiling=false']
}

/**
 * EKS answers callers without credentials on the health paths only
 * (https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html, notes of 1.32).
 */
export const authenticationConfiguration = {
  apiVersion: 'apiserver.config.k8s.io/v1beta1',
  kind: 'AuthenticationConfiguration',
  anonymous: { enabled: true, conditions: [{ path: '/healthz' }, { path: '/livez' }, { path: '/readyz' }] },
} as const

/** A kubeconfig as a JSON object, which kubectl and every client read as YAML. */
export function clientConfig(options: {
  readonly server: string
  /** PEM */
  readonly certificateAuthority: string
  readonly client: { readonly certificate: string; readonly key: string }
}): object {
  const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'local',
        cluster: {
          server: options.server,
          'certificate-authority-data': base64(options.certificateAuthority),
        },
      },
    ],
    users: [
      {
        name: 'local',
        user: {
          'client-certificate-data': base64(options.client.certificate),
          'client-key-data': base64(options.client.key),
        },
      },
    ],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'local' } }],
    'current-context': 'local',
  }
}
