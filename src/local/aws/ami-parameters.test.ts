import { describe, expect, test } from 'vitest'
import { amiParameter } from './ami-parameters.ts'

describe('amiParameter', () => {
  const today = '2026-11-23'
  const eks = '/aws/service/eks/optimized-ami'
  const bottlerocket = '/aws/service/bottlerocket'

  test.each([
    [`${eks}/1.36/amazon-linux-2023/x86_64/nvidia/recommended/image_id`, /^ami-[0-9a-f]{17}$/],
    [`${eks}/1.36/amazon-linux-2023/arm64/nvidia/recommended/release_version`, /^1\.36\.0-20260101$/],
    [`${eks}/1.36/amazon-linux-2023/x86_64/standard/recommended`, /^\{"schema_version":"2","image_id":"ami-/],
    [`${eks}/1.32/amazon-linux-2-gpu/recommended/image_id`, /^ami-[0-9a-f]{17}$/],
    [`${bottlerocket}/aws-k8s-1.36-nvidia/x86_64/latest/image_id`, /^ami-[0-9a-f]{17}$/],
    [`${bottlerocket}/aws-k8s-1.36-nvidia-fips/arm64/latest/image_version`, /^1\.50\.0-00000000$/],
  ])('knows %s', (name, value) => {
    expect(amiParameter(name, 'us-east-1', today)?.Value).toMatch(value)
  })

  test.each([
    `${eks}/1.36/amazon-linux-2-gpu/recommended/image_id`,
    `${eks}/1.20/amazon-linux-2023/x86_64/nvidia/recommended/image_id`,
    `${eks}/1.36/amazon-linux-2023/x86_64/tpu/recommended/image_id`,
    `${eks}/1.36/amazon-linux-2023/x86_64/nvidia/recommended/size`,
    `${bottlerocket}/aws-ecs-2/x86_64/latest/image_id`,
    '/my/parameter',
  ])('leaves %s to others', (name) => {
    expect(amiParameter(name, 'us-east-1', today)).toBe(undefined)
  })

  test('follows the calendar', () => {
    const name = `${eks}/1.36/amazon-linux-2023/x86_64/nvidia/recommended/image_id`
    expect(amiParameter(name, 'us-east-1', '2025-01-15')).toBe(undefined)
  })

  test('has another image in another region', () => {
    const name = `${eks}/1.36/amazon-linux-2023/x86_64/nvidia/recommended/image_id`
    expect(amiParameter(name, 'us-east-1', today)?.Value).not.toBe(amiParameter(name, 'eu-west-1', today)?.Value)
  })
})
