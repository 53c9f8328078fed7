import { describe, expect, it } from 'vitest'
import { readAutoscalerProcess } from './read-autoscaler-process.ts'

function pod(image: string, state: object, more: object = {}): unknown {
  return {
    metadata: { namespace: 'kube-system', uid: 'u1', ...more },
    spec: {
      containers: [
        { name: 'main', image, command: ['./cluster-autoscaler'], args: ['--expander=least-waste', '--v=4'] },
      ],
    },
    status: { containerStatuses: [{ name: 'main', restartCount: 2, ...state }] },
  }
}

const ready = { ready: true, state: { running: { startedAt: '2026-01-01T00:00:10Z' } } }

describe('readAutoscalerProcess', () => {
  it('finds the container that runs, with its flags and version', () => {
    const other = pod('nginx:1', ready)
    expect(
      readAutoscalerProcess([other, pod('registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1', ready)]),
    ).toEqual({
      id: 'u1/2',
      args: ['--expander=least-waste', '--v=4'],
      version: '1.36.1',
      startedAt: Date.parse('2026-01-01T00:00:10Z') / 1000,
    })
  })

  it.each([
    ['example.com:5000/mirror/cluster-autoscaler:v1.33.4-fips', '1.33.4'],
    ['cluster-autoscaler@sha256:abc', undefined],
    ['cluster-autoscaler:latest', undefined],
    ['cluster-autoscaler:v1.34.0@sha256:abc', '1.34.0'],
  ])('reads the version of %s', (image, version) => {
    expect(readAutoscalerProcess([pod(image, ready)])?.version).toBe(version)
  })

  it.each([
    ['another image', pod('my-cluster-autoscaler-dashboard:v1.36.1', ready)],
    ['not ready', pod('cluster-autoscaler:v1.36.1', { ...ready, ready: false })],
    ['waiting', pod('cluster-autoscaler:v1.36.1', { ready: false, state: { waiting: {} } })],
    ['on its way out', pod('cluster-autoscaler:v1.36.1', ready, { deletionTimestamp: '2026-01-01T00:01:00Z' })],
  ])('finds none: %s', (_, object) => {
    expect(readAutoscalerProcess([object])).toBeUndefined()
  })
})
