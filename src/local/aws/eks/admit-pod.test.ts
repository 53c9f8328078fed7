import { expect, test } from 'vitest'
import { sampleCluster } from '../testing/sample-cluster.ts'
import { admitPod } from './admit-pod.ts'
import { addAssociation } from './pod-identity.ts'

const cluster = sampleCluster()
addAssociation(cluster, {
  namespace: 'kube-system',
  serviceAccount: 'cluster-autoscaler',
  roleArn: 'arn:aws:iam::123456789012:role/ca',
})

function pod(namespace: string, serviceAccountName?: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace },
    spec: {
      ...(serviceAccountName !== undefined && { serviceAccountName }),
      containers: [{ name: 'c', image: 'i', env: [{ name: 'AWS_REGION', value: 'eu-west-1' }] }],
    },
  }
}

test('gives Pod Identity to the pods of an associated service account', () => {
  expect(admitPod(cluster, pod('kube-system', 'cluster-autoscaler'))['spec']).toEqual({
    serviceAccountName: 'cluster-autoscaler',
    containers: [
      {
        name: 'c',
        image: 'i',
        env: [
          { name: 'AWS_REGION', value: 'eu-west-1' },
          { name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: 'http://169.254.170.23/v1/credentials' },
          {
            name: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
            value: '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token',
          },
          { name: 'AWS_DEFAULT_REGION', value: 'us-east-1' },
          { name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' },
        ],
        volumeMounts: [
          {
            name: 'eks-pod-identity-token',
            mountPath: '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount',
            readOnly: true,
          },
        ],
      },
    ],
    volumes: [
      {
        name: 'eks-pod-identity-token',
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
  })
})

test.each([
  ['another service account', pod('kube-system', 'other')],
  ['another namespace', pod('default', 'cluster-autoscaler')],
  ['no service account', pod('kube-system')],
])('leaves a pod of %s as it is', (_, given) => {
  expect(admitPod(cluster, given)).toBe(given)
})

test('does nothing twice', () => {
  const once = admitPod(cluster, pod('kube-system', 'cluster-autoscaler'))
  expect(admitPod(cluster, once)).toBe(once)
})
