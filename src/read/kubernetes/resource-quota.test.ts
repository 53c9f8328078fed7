import { expect, test } from 'vitest'
import type { JsonObject } from './json.ts'
import { openQuotaLedger } from './resource-quota.ts'

const quota = (hard: JsonObject, more: JsonObject = {}, status: JsonObject = {}): JsonObject => ({
  kind: 'ResourceQuota',
  metadata: { name: 'q' },
  spec: { hard, ...more },
  status,
})
const pod = (resources: JsonObject, more: JsonObject = {}): JsonObject => ({
  spec: { containers: [{ name: 'c', resources }], ...more },
})
const gpu = pod({ limits: { 'nvidia.com/gpu': 2 }, requests: { 'nvidia.com/gpu': 2 } })

test.for<{ what: string; quota: JsonObject; pod: JsonObject; wanted: number; created: number; message?: string }>([
  { what: 'room for all', quota: quota({ 'requests.nvidia.com/gpu': 8 }), pod: gpu, wanted: 4, created: 4 },
  {
    what: 'room for some',
    quota: quota({ 'requests.nvidia.com/gpu': 8 }),
    pod: gpu,
    wanted: 10_000_000,
    created: 4,
    message:
      'exceeded quota: q, requested: requests.nvidia.com/gpu=2, used: requests.nvidia.com/gpu=8, limited: requests.nvidia.com/gpu=8',
  },
  {
    what: 'what is used already',
    quota: quota({ pods: '10' }, {}, { used: { pods: '9' } }),
    pod: gpu,
    wanted: 2,
    created: 1,
    message: 'exceeded quota: q, requested: pods=1, used: pods=10, limited: pods=10',
  },
  {
    what: 'several resources at once',
    quota: quota({ 'requests.cpu': '1', 'limits.memory': '1Gi' }),
    pod: pod({ requests: { cpu: '1500m' }, limits: { memory: '2Gi', cpu: 2 } }),
    wanted: 1,
    created: 0,
    message:
      'exceeded quota: q, requested: limits.memory=2Gi,requests.cpu=1500m, used: limits.memory=0,requests.cpu=0, limited: limits.memory=1Gi,requests.cpu=1',
  },
  {
    what: 'what a quota demands must be said',
    quota: quota({ 'limits.cpu': '10', memory: '1Gi' }),
    pod: pod({}),
    wanted: 1,
    created: 0,
    message: 'failed quota: q: must specify limits.cpu for: c; memory for: c',
  },
  {
    what: 'other scopes',
    quota: quota({ pods: 0 }, { scopes: ['BestEffort'] }),
    pod: pod({ requests: { cpu: 1 } }),
    wanted: 3,
    created: 3,
  },
  {
    what: 'its own scope',
    quota: quota({ pods: 0 }, { scopes: ['BestEffort', 'NotTerminating'] }),
    pod: pod({}),
    wanted: 1,
    created: 0,
    message: 'exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0',
  },
  {
    what: 'a priority class',
    quota: quota(
      { pods: 1 },
      { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] } },
    ),
    pod: pod({}, { priorityClassName: 'low' }),
    wanted: 5,
    created: 5,
  },
])('$what', ({ quota: object, pod: one, wanted, created, message }) => {
  expect(openQuotaLedger([object]).create('default', one, wanted)).toEqual({
    created,
    ...(message !== undefined && { message }),
  })
})

test('pods that exist count, unless the quota has counted them itself', () => {
  const own = openQuotaLedger([quota({ pods: 2 })])
  own.count('default', gpu)
  expect(own.create('default', gpu, 5).created).toBe(1)
  const measured = openQuotaLedger([quota({ pods: 2 }, {}, { used: { pods: 1 } })])
  measured.count('default', gpu)
  expect(measured.create('default', gpu, 5).created).toBe(1)
  expect(own.create('elsewhere', gpu, 5).created).toBe(5)
})
