import { expect, test } from 'vitest'
import { type ImageOrigin, imageOrigin, imageParts } from './image-origin.ts'

test.each([
  ['busybox', 'docker.io', 'library/busybox'],
  ['nvidia/cuda:12.8.1', 'docker.io', 'nvidia/cuda:12.8.1'],
  ['localhost/a', 'localhost', 'a'],
  ['registry:5000/a/b@sha256:00', 'registry:5000', 'a/b@sha256:00'],
  ['nvcr.io/nvidia/k8s/dcgm-exporter:4', 'nvcr.io', 'nvidia/k8s/dcgm-exporter:4'],
])('%s is %s and %s', (image, registry, name) => {
  expect(imageParts(image)).toEqual({ registry, name })
})

test.each<[string, string, ImageOrigin]>([
  ['busybox', 'us-east-1', { kind: 'public', image: 'docker.io/library/busybox' }],
  [
    'r.example.com/m/nvidia/k8s/dcgm-exporter:4',
    'us-east-1',
    { kind: 'public', image: 'nvcr.io/nvidia/k8s/dcgm-exporter:4' },
  ],
  [
    'r.example.com/autoscaling/cluster-autoscaler:v1',
    'us-east-1',
    { kind: 'public', image: 'registry.k8s.io/autoscaling/cluster-autoscaler:v1' },
  ],
  [
    'r.example.com/eks/efa:1',
    'eu-west-1',
    { kind: 'aws', image: '602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/efa:1' },
  ],
  [
    'r.example.com/eks/efa:1',
    'cn-north-1',
    { kind: 'aws', image: '918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn/eks/efa:1' },
  ],
  [
    '602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/efa:1',
    'us-west-2',
    { kind: 'aws', image: '602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/efa:1' },
  ],
  ['r.example.com/team/nvidia', 'us-east-1', { kind: 'unknown' }],
])('%s in %s', (image, region, origin) => {
  expect(imageOrigin(image, region)).toEqual(origin)
})
