import { expect, it } from 'vitest'
import { readStateFile } from './state-file.ts'

const resource = (more: object) => ({ mode: 'managed', type: 'aws_vpc', name: 'this', ...more })

it('says of managed resources what "terraform show -json" says', () => {
  const text = JSON.stringify({
    version: 4,
    terraform_version: '1.11.4',
    serial: 7,
    lineage: 'a',
    outputs: { id: { value: 'vpc-1', type: 'string' }, key: { value: 'k', type: 'string', sensitive: true } },
    resources: [
      resource({ instances: [{ schema_version: 1, attributes: { id: 'vpc-1' } }] }),
      resource({
        module: 'module.m["a"]',
        name: 'each',
        instances: [
          { index_key: 'x', attributes: { id: 'vpc-2' }, status: 'tainted' },
          { index_key: 0, attributes: { id: 'vpc-3' } },
          { index_key: 'x', deposed: 'f00', attributes: { id: 'vpc-0' } },
        ],
      }),
      resource({ mode: 'data', instances: [{ attributes: { id: 'vpc-9' } }] }),
    ],
    check_results: null,
  })
  expect(readStateFile(text)).toEqual({
    outputs: {
      id: { value: 'vpc-1', type: 'string', sensitive: false },
      key: { value: 'k', type: 'string', sensitive: true },
    },
    resources: [
      { address: 'aws_vpc.this', mode: 'managed', type: 'aws_vpc', name: 'this', values: { id: 'vpc-1' } },
      {
        address: 'module.m["a"].aws_vpc.each["x"]',
        mode: 'managed',
        type: 'aws_vpc',
        name: 'each',
        index: 'x',
        values: { id: 'vpc-2' },
        tainted: true,
      },
      {
        address: 'module.m["a"].aws_vpc.each[0]',
        mode: 'managed',
        type: 'aws_vpc',
        name: 'each',
        index: 0,
        values: { id: 'vpc-3' },
      },
    ],
  })
})

it('reads a state without anything', () => {
  expect(readStateFile('{"version":4,"serial":1}')).toEqual({ outputs: {}, resources: [] })
})

it.each([
  ['nothing', ''],
  ['no JSON', '{'],
  ['another format', '{"version":3,"modules":[]}'],
  [
    'attributes in the words of Terraform 0.11',
    '{"version":4,"resources":[{"mode":"managed","type":"a","name":"b","instances":[{"attributes_flat":{}}]}]}',
  ],
])('leaves %s to Terraform', (_, text) => {
  expect(readStateFile(text)).toBeUndefined()
})
