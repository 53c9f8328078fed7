import { expect, test } from 'vitest'
import { readPlanJson } from './plan-json.ts'
import { readPlannedImages } from './planned-images.ts'

const created = (type: string, name: string, after: object): object => ({
  address: `${type}.${name}`,
  mode: 'managed',
  type,
  name,
  change: { actions: ['create'], before: null, after, after_unknown: {} },
})

test('images that pods mount are pulled like those that run', () => {
  const spec = {
    containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10.1' }],
    volumes: [
      { name: 'image-0', image: { reference: 'vllm/vllm-openai:v0.11.0' } },
      { name: 'tmp', emptyDir: {} },
    ],
  }
  const manifest = { kind: 'DaemonSet', metadata: { name: 'preload' }, spec: { template: { spec } } }
  const plan = readPlanJson({
    format_version: '1.2',
    resource_changes: [
      created('aws_eks_cluster', 'this', { name: 'ai', version: '1.36' }),
      created('kubernetes_manifest', 'preload', { manifest }),
    ],
    configuration: { root_module: {} },
  })
  expect(readPlannedImages(plan).images.map(({ image, usedBy }) => [image, usedBy])).toEqual([
    ['registry.k8s.io/pause:3.10.1', ['DaemonSet/preload']],
    ['vllm/vllm-openai:v0.11.0', ['DaemonSet/preload']],
  ])
})
