import { expect, test } from 'vitest'
import { matchesLabelRequirement } from '../../../cluster/label-selector.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { parseFieldSelector } from './parse-field-selector.ts'
import { parseLabelSelector } from './parse-label-selector.ts'
import { kindNamed } from './resource-kind.ts'

const labels = { app: 'web', 'nvidia.com/gpu': 'true' }

test.for([
  ['', true],
  ['app=web', true],
  ['app==web', true],
  ['app = web , nvidia.com/gpu=true', true],
  ['app!=web', false],
  ['missing!=x', true],
  ['app in (web, api)', true],
  ['app notin (web,api)', false],
  ['app', true],
  ['!app', false],
  ['!missing,app', true],
  ['app=', false],
] as const)('label selector %j: %s', ([text, expected]) => {
  expect(parseLabelSelector(text).every((requirement) => matchesLabelRequirement(requirement, labels))).toBe(expected)
})

test.for(['app in web', 'a b', '=x', 'app in (web'])('label selector %j is refused', (text) => {
  expect(() => parseLabelSelector(text)).toThrow('unable to parse requirement')
})

const pod: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default' },
  spec: { nodeName: 'n' },
  status: { phase: 'Running' },
}

test.for([
  ['', true],
  ['metadata.name=p', true],
  ['metadata.name==p,status.phase=Running', true],
  ['status.phase!=Running', false],
  ['spec.nodeName=', false],
  ['status.nominatedNodeName=', true],
] as const)('field selector %j: %s', ([text, expected]) => {
  expect(parseFieldSelector(text, kindNamed('Pod'))(pod)).toBe(expected)
})

test('a field that cannot be selected is refused', () => {
  expect(() => parseFieldSelector('spec.containers=x', kindNamed('Pod'))).toThrow(
    'Unable to find "pods" that match label selector "", field selector "spec.containers=x": field label not supported: spec.containers',
  )
})
