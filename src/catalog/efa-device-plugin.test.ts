import { expect, test } from 'vitest'
import { efaDevicePluginImage } from './efa-device-plugin.ts'

test.each([
  ['us-east-1', '602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/aws-efa-k8s-device-plugin:v0.5.30'],
  ['me-south-1', '558608220178.dkr.ecr.me-south-1.amazonaws.com/eks/aws-efa-k8s-device-plugin:v0.5.30'],
  ['cn-north-1', '918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn/eks/aws-efa-k8s-device-plugin:v0.5.30'],
])('in %s', (region, image) => {
  expect(efaDevicePluginImage(region)).toBe(image)
})
