import { z } from 'zod'
import type { KubernetesObject } from '../../kubernetes/control-plane.ts'
import type { EksCluster } from './eks-cluster.ts'
import { findAssociation } from './pod-identity.ts'

const containerSchema = z.looseObject({
  env: z.array(z.looseObject({ name: z.string() })).optional(),
  volumeMounts: z.array(z.looseObject({})).optional(),
})

const podSpecSchema = z.looseObject({
  serviceAccountName: z.string().optional(),
  containers: z.array(containerSchema).default([]),
  initContainers: z.array(containerSchema).optional(),
  volumes: z.array(z.looseObject({ name: z.string() })).optional(),
})

const volumeName = 'eks-pod-identity-token'
const mountPath = '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount'

/**
 * What EKS's Pod Identity webhook does to a new pod whose service account has an association: two variables in each container and a
 * projected token (https://github.com/aws/amazon-eks-pod-identity-webhook). Other pods come back unchanged.
 */
export function admitPod(cluster: EksCluster, pod: KubernetesObject): KubernetesObject {
  const parsed = podSpecSchema.safeParse(pod['spec'])
  if (!parsed.success) return pod
  const spec = parsed.data
  const namespace = pod.metadata.namespace ?? 'default'
  if (!findAssociation(cluster, namespace, spec.serviceAccountName || 'default')) return pod
  if (spec.volumes?.some(({ name }) => name === volumeName)) return pod
  const inject = (container: z.output<typeof containerSchema>): unknown => {
    if (container.env?.some(({ name }) => name === 'AWS_CONTAINER_CREDENTIALS_FULL_URI')) return container
    return {
      ...container,
      env: [
        ...(container.env ?? []),
        { name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: 'http://169.254.170.23/v1/credentials' },
        { name: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', value: `${mountPath}/eks-pod-identity-token` },
        ...(hasVariable(container, 'AWS_REGION') ? [] : [{ name: 'AWS_REGION', value: cluster.region }]),
        ...(hasVariable(container, 'AWS_DEFAULT_REGION')
          ? []
          : [{ name: 'AWS_DEFAULT_REGION', value: cluster.region }]),
        ...(hasVariable(container, 'AWS_STS_REGIONAL_ENDPOINTS')
          ? []
          : [{ name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' }]),
      ],
      volumeMounts: [...(container.volumeMounts ?? []), { name: volumeName, mountPath, readOnly: true }],
    }
  }
  return {
    ...pod,
    spec: {
      ...spec,
      containers: spec.containers.map(inject),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(inject) }),
      volumes: [
        ...(spec.volumes ?? []),
        {
          name: volumeName,
          projected: {
            defaultMode: 420,
            sources: [
              {
                serviceAccountToken: {
                  audience: 'pods.eks.amazonaws.com',
                  expirationSeconds: 86400,
                  path: 'eks-pod-identity-token',
                },
              },
            ],
          },
        },
      ],
    },
  }
}

function hasVariable(container: z.output<typeof containerSchema>, name: string): boolean {
  return container.env?.some((one) => one.name === name) ?? false
}
