import { expect, test } from 'vitest'
import { findInstanceType } from '../../catalog/instance-types.ts'
import { nodeAddresses } from './node-addresses.ts'

const here = { WARM_IP_TARGET: '4', MINIMUM_IP_TARGET: '12' }

// The table of docs/module/network.md says the same, and modules/eks-gpu-cluster/tests/networks.tftest.hcl tests the module's.
test.each([
  ['m7i.large', {}, 20],
  ['m7i.large', here, 14],
  ['g5.xlarge', {}, 30],
  ['g5.xlarge', here, 13],
  ['p4d.24xlarge', {}, 100],
  ['p4d.24xlarge', here, 13],
  ['p4d.24xlarge', { WARM_ENI_TARGET: '0' }, 50],
  ['g5.xlarge', { ENABLE_PREFIX_DELEGATION: 'true' }, 33],
  ['g5.xlarge', { ENABLE_PREFIX_DELEGATION: 'true', WARM_PREFIX_TARGET: 'x' }, 33],
  ['g5.xlarge', { ENABLE_PREFIX_DELEGATION: 'true', MINIMUM_IP_TARGET: '20' }, 33],
  ['x9.none', {}, 20],
])('a %s with %j holds %i', (type, settings, addresses) => {
  expect(nodeAddresses(settings, findInstanceType(type))).toBe(addresses)
})
