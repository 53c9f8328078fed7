import { expect, test } from 'vitest'
import { kubeconfigText } from './kubeconfig-text.ts'

test('writes a kubeconfig that asks our own command for tokens', () => {
  expect(
    kubeconfigText({
      clusterName: 'gpu-basic',
      endpoint: 'https://127.0.0.1:6443',
      certificateAuthority: 'PEM',
      command: ['/usr/bin/node', '/pkg/dist/cli/main.js', 'local', 'token', '--cluster', 'gpu-basic'],
      environment: { EKS_GPU_HOME: '/state' },
    }),
  ).toBe(`apiVersion: v1
kind: Config
clusters:
  - name: gpu-basic
    cluster:
      server: https://127.0.0.1:6443
      certificate-authority-data: UEVN
contexts:
  - name: gpu-basic
    context:
      cluster: gpu-basic
      user: gpu-basic
current-context: gpu-basic
users:
  - name: gpu-basic
    user:
      exec:
        apiVersion: client.authentication.k8s.io/v1
        command: /usr/bin/node
        args:
          - /pkg/dist/cli/main.js
          - local
          - token
          - --cluster
          - gpu-basic
        env:
          - name: EKS_GPU_HOME
            value: /state
        interactiveMode: Never
`)
})
