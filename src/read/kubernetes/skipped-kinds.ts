/** Kinds that are met often and that nothing is lost without; by group and kind, with `*` for a whole group. */
const known: readonly (readonly [group: string, kind: string, why: string])[] = [
  ...['ConfigMap', 'Secret', 'ServiceAccount', 'Endpoints', 'Event', 'PodTemplate'].map(
    (kind) => ['', kind, 'it has no part in where pods run'] as const,
  ),
  ['rbac.authorization.k8s.io', '*', 'it has no part in where pods run'],
  ['networking.k8s.io', '*', 'it has no part in where pods run'],
  ['gateway.networking.k8s.io', '*', 'it has no part in where pods run'],
  ['discovery.k8s.io', '*', 'it has no part in where pods run'],
  ['coordination.k8s.io', '*', 'it has no part in where pods run'],
  ['events.k8s.io', '*', 'it has no part in where pods run'],
  ['apiregistration.k8s.io', '*', 'it has no part in where pods run'],
  ['apiextensions.k8s.io', '*', 'it has no part in where pods run'],
  ['certificates.k8s.io', '*', 'it has no part in where pods run'],
  ['flowcontrol.apiserver.k8s.io', '*', 'it has no part in where pods run'],
  ['monitoring.coreos.com', '*', 'it has no part in where pods run'],
  ['apps', 'ControllerRevision', 'it has no part in where pods run'],
  ['storage.k8s.io', 'VolumeAttachment', 'it has no part in where pods run'],
  ['storage.k8s.io', 'CSIDriver', 'it has no part in where pods run'],
  ['storage.k8s.io', 'CSIStorageCapacity', 'free storage of nodes is not counted'],
  ['autoscaling', 'HorizontalPodAutoscaler', 'replicas are taken as they are written'],
  ['autoscaling.k8s.io', '*', 'requests are taken as they are written'],
  ['keda.sh', '*', 'replicas are taken as they are written'],
  [
    'admissionregistration.k8s.io',
    '*',
    'webhooks and policies are not called, so what they change or refuse is unknown',
  ],
  ['resource.k8s.io', '*', 'dynamic resource allocation is not simulated'],
  ['karpenter.sh', '*', 'Karpenter is not simulated, only the Cluster Autoscaler'],
  ['karpenter.k8s.aws', '*', 'Karpenter is not simulated, only the Cluster Autoscaler'],
  ['scheduling.volcano.sh', '*', 'only default-scheduler is simulated'],
  ['batch.volcano.sh', '*', 'only default-scheduler is simulated'],
  ['kueue.x-k8s.io', '*', 'queues are not simulated: every workload is taken to be let in'],
]

/** Why objects of a kind that is not read are skipped. */
export function whySkipped(group: string, kind: string): string {
  const entry = known.find(
    ([knownGroup, knownKind]) => knownGroup === group && (knownKind === kind || knownKind === '*'),
  )
  return (
    entry?.[2] ??
    `the kind is not known; if it makes pods, say where: --pod-template ${kind}=spec.template:spec.replicas`
  )
}
