import { expect, test } from 'vitest'
import { readPayload } from './payload.ts'

const takes =
  "The installer takes {'bundle': '…', 'tf': {'action': 'create', 'update' or 'delete'}} or {'action': 'status'}."
const only = `which the installer does not take: cluster, endpoint and digest come from its environment only. ${takes}`

test.each([
  [{ action: 'status' }, { action: 'status' }],
  [
    { bundle: '[]', tf: { action: 'create' } },
    { action: 'create', bundle: '[]' },
  ],
  [
    { bundle: '[]', tf: { action: 'create', prev_input: null } },
    { action: 'create', bundle: '[]' },
  ],
  [
    { bundle: '[]', tf: { action: 'update', prev_input: { bundle: '[1]' } } },
    { action: 'update', bundle: '[]' },
  ],
  [
    { bundle: '', tf: { action: 'delete', prev_input: { bundle: '' } } },
    { action: 'delete', bundle: '' },
  ],
])('takes %j', (event, expected) => {
  expect(readPayload(event)).toEqual(expected)
})

test.each([
  [undefined, `The payload is not a JSON object. ${takes}`],
  [[], `The payload is not a JSON object. ${takes}`],
  [{}, `The payload has no bundle as one string. ${takes}`],
  [{ bundle: [], tf: { action: 'create' } }, `The payload has no bundle as one string. ${takes}`],
  [{ bundle: '[]' }, `The payload has no object tf. ${takes}`],
  [{ bundle: '[]', tf: 'create' }, `The payload has no object tf. ${takes}`],
  [{ bundle: '[]', tf: {} }, `The payload's tf.action is missing. ${takes}`],
  [{ bundle: '[]', tf: { action: 'read' } }, `The payload's tf.action is 'read'. ${takes}`],
  [{ bundle: '[]', tf: { action: 'create' }, endpoint: 'https://evil' }, `The payload has endpoint, ${only}`],
  [{ bundle: '[]', tf: { action: 'create' }, z: 1, clusterEndpoint: 1 }, `The payload has clusterEndpoint, z, ${only}`],
  [{ bundle: '[]', tf: { action: 'create', endpoint: 'https://evil' } }, `The payload has tf.endpoint, ${only}`],
  [{ action: 'status', endpoint: 'https://evil' }, `The payload has endpoint, ${only}`],
  [{ action: 'status', bundle: '[]' }, `The payload has bundle, ${only}`],
  [{ action: 'create' }, `The payload asks for the action 'create'. ${takes}`],
])('refuses %j', (event, message) => {
  expect(() => readPayload(event)).toThrow(expect.objectContaining({ name: 'InstallerRefused', message }))
})
