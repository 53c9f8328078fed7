import { anywhere } from '../ec2.ts'
import type { EksNodeGroup } from '../eks/eks-cluster.ts'

/** A managed node group for unit tests: ACTIVE, with an image of EKS's, without nodes. */
export function sampleNodeGroup(more: Partial<EksNodeGroup> = {}): EksNodeGroup {
  const at = new Date('2026-11-23T00:00:00Z')
  return {
    name: 'gpu',
    arn: 'arn:aws:eks:us-east-1:123456789012:nodegroup/demo/gpu/1',
    createdAt: at,
    modifiedAt: at,
    status: 'ACTIVE',
    version: '1.36',
    releaseVersion: '1.36.0-20260101',
    capacityType: 'ON_DEMAND',
    scalingConfig: { minSize: 0, maxSize: 1, desiredSize: 0 },
    instanceTypes: ['g5.xlarge'],
    launchedTypes: ['g5.xlarge'],
    subnets: ['subnet-1'],
    amiType: 'AL2023_x86_64_NVIDIA',
    nodeRole: 'arn:aws:iam::123456789012:role/node',
    labels: {},
    taints: [],
    diskSize: undefined,
    remoteAccess: undefined,
    launchTemplate: undefined,
    updateConfig: { maxUnavailable: 1 },
    nodeRepairConfig: undefined,
    warmPoolConfig: undefined,
    tags: {},
    issues: [],
    autoScalingGroup: undefined,
    ownTemplate: undefined,
    making: Promise.resolve(),
    userData: '',
    imageId: 'ami-1',
    volumes: {},
    launch: anywhere,
    ...more,
  }
}
