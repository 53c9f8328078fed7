import { expect, it } from 'vitest'
import { imageIdOf } from './eks/image-id.ts'
import { publicAmiParameter } from './public-ami-parameters.ts'

it.each([
  ['/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/nvidia/recommended/image_id', 'AL2023_x86_64_NVIDIA'],
  [
    '/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/arm64/standard/recommended/image_id',
    'AL2023_ARM_64_STANDARD',
  ],
  ['/aws/service/bottlerocket/aws-k8s-1.36-nvidia/x86_64/latest/image_id', 'BOTTLEROCKET_x86_64_NVIDIA'],
  ['/aws/service/bottlerocket/aws-k8s-1.36/arm64/latest/image_id', 'BOTTLEROCKET_ARM_64'],
])('%s is the image of %s', (name, amiType) => {
  expect(publicAmiParameter('us-east-1', name)).toBe(imageIdOf('us-east-1', amiType, '1.36'))
})

it('knows no other parameter', () => {
  expect(publicAmiParameter('us-east-1', '/my/parameter')).toBeUndefined()
  expect(
    publicAmiParameter('us-east-1', '/aws/service/eks/optimized-ami/1.36/amazon-linux-2/recommended/image_id'),
  ).toBeUndefined()
})
