/**
 * The webhook configuration that EKS puts into every cluster: new pods pass Pod Identity's admission. As in EKS a webhook
 * that fails lets the pod through, without its variables
 * (https://github.com/aws/amazon-eks-pod-identity-webhook/blob/master/deploy/mutatingwebhook.yaml).
 */
export function podIdentityWebhook(
  port: number,
  certificateAuthority: string,
): {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly webhooks: readonly object[]
} {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'pod-identity-webhook' },
    webhooks: [
      {
        name: 'pod-identity-webhook.amazonaws.com',
        admissionReviewVersions: ['v1'],
        clientConfig: {
          url: `https://127.0.0.1:${port}/admit-pod`,
          caBundle: Buffer.from(certificateAuthority, 'utf8').toString('base64'),
        },
        failurePolicy: 'Ignore',
        reinvocationPolicy: 'IfNeeded',
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: '*' }],
        sideEffects: 'None',
        timeoutSeconds: 10,
      },
    ],
  }
}
