import { expect, test } from 'vitest'
import type { JsonObject } from '../../../read/kubernetes/json.ts'
import { listAt, objectAt, valueAt } from '../../../read/kubernetes/json.ts'
import { recordUpdate, serverSideApply } from './server-side-apply.ts'

const now = '2025-01-01T00:00:00Z'
const apply = (live: JsonObject | undefined, spec: JsonObject, manager = 'one'): JsonObject =>
  serverSideApply({
    live,
    applied: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec },
    manager,
    subresource: '',
    now,
  })
const specOf = (object: JsonObject): JsonObject => objectAt(object, 'spec')

test('what is no longer applied goes; what others applied or wrote stays', () => {
  const first = apply(undefined, { nodeName: 'n', hostname: 'h', containers: [{ name: 'a' }, { name: 'b' }] })
  const shared = apply(first, { hostname: 'h', containers: [{ name: 'c', image: 'x' }] }, 'two')
  const updated = { ...shared, spec: { ...specOf(shared), restartPolicy: 'Always' } }
  const last = apply(updated, { containers: [{ name: 'b' }] })
  expect(specOf(last)).toEqual({
    hostname: 'h',
    restartPolicy: 'Always',
    containers: [{ name: 'b' }, { name: 'c', image: 'x' }],
  })
})

test('a field that an updater wrote stays when its applier lets go', () => {
  const written = recordUpdate(
    { apiVersion: 'v1', spec: { hostname: 'h' } },
    'kubectl',
    '',
    { spec: { hostname: 'h' } },
    now,
  )
  const applied = apply(written, { hostname: 'h', nodeName: 'n' })
  expect(specOf(apply(applied, {}))).toEqual({ hostname: 'h' })
})

test('a value that is forced is the one who forced it, so it goes with him', () => {
  const given = { spec: { hostname: 'h', containers: [{ name: 'a', image: 'x' }] } }
  const written = recordUpdate({ apiVersion: 'v1', ...given }, 'kubectl', '', given, now)
  const applied = apply(written, { hostname: 'other', containers: [{ name: 'a', image: 'y' }] })
  expect(specOf(apply(applied, {}))).toEqual({ containers: [{ name: 'a' }] })
})

test('selectors are taken as a whole', () => {
  const first = apply(undefined, { nodeSelector: { a: '1', b: '2' } })
  expect(specOf(apply(first, { nodeSelector: { a: '1' } }, 'two'))).toEqual({ nodeSelector: { a: '1' } })
})

test('the last entry of a list takes the list with it', () => {
  const first = apply(undefined, { hostname: 'h', imagePullSecrets: [{ name: 's' }] })
  expect(specOf(apply(first, { hostname: 'h' }))).toEqual({ hostname: 'h' })
})

test('fields are recorded as the API server records them', () => {
  const object = apply(undefined, {
    hostname: 'h',
    nodeSelector: { a: 'b' },
    tolerations: [{ key: 'a' }],
    containers: [{ name: 'c', ports: [{ containerPort: 80 }] }],
  })
  expect(listAt(object, 'metadata', 'managedFields')).toEqual([
    {
      manager: 'one',
      operation: 'Apply',
      apiVersion: 'v1',
      time: now,
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:spec': {
          'f:hostname': {},
          'f:nodeSelector': {},
          'f:tolerations': {},
          'f:containers': {
            'k:{"name":"c"}': {
              '.': {},
              'f:name': {},
              'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
            },
          },
        },
      },
    },
  ])
})

test('the status has a manager of its own', () => {
  const live = apply(undefined, { hostname: 'h' })
  const withStatus = serverSideApply({
    live,
    applied: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, status: { phase: 'Running' } },
    manager: 'one',
    subresource: 'status',
    now,
  })
  expect(valueAt(withStatus, 'spec', 'hostname')).toBe('h')
  expect(listAt(withStatus, 'metadata', 'managedFields')).toHaveLength(2)
})
