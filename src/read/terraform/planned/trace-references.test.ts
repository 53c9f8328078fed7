import { describe, expect, test } from 'vitest'
import { buildPlan, written } from '../testing/plan-builder.ts'
import { keyOf, matchesModulePath, modulePathOf } from './module-path.ts'
import { openPlanIndex } from './plan-index.ts'
import { traceReferences } from './trace-references.ts'

const subnet = (address: string) => ({ address, after: {} })

const index = openPlanIndex(
  buildPlan({
    resources: [
      subnet('aws_subnet.one'),
      subnet('aws_subnet.many["a"]'),
      subnet('aws_subnet.many["b"]'),
      subnet('module.net["x"].aws_subnet.in[0]'),
      subnet('module.net["x"].aws_subnet.in[1]'),
      subnet('module.net["y"].aws_subnet.in[0]'),
      { address: 'aws_x.plain', after: {} },
      { address: 'aws_x.each["b"]', after: {} },
      { address: 'aws_x.each["b/1"]', after: {} },
      { address: 'aws_x.local', after: {} },
      { address: 'aws_x.output', after: {} },
      { address: 'aws_x.one_output', after: {} },
      { address: 'aws_x.value["k"]', after: {} },
      { address: 'aws_x.indexed', after: {} },
      { address: 'module.inner.aws_x.variable', after: {} },
    ],
    data: [{ address: 'data.aws_subnet.read', values: { id: 'subnet-9' } }],
    root: {
      resources: [
        written('aws_x', 'plain', {
          s: ['aws_subnet.one.id', 'aws_subnet.one', 'data.aws_subnet.read.id', 'data.aws_subnet.read'],
        }),
        written('aws_x', 'each', { s: ['aws_subnet.many', 'each.key'] }),
        written('aws_x', 'local', { s: ['local.subnets', 'aws_subnet.one'] }),
        written('aws_x', 'output', { s: ['module.net'], t: ['module.net.ids', 'module.net'] }),
        written('aws_x', 'one_output', { s: ['module.net["x"].ids', 'module.net["x"]', 'module.net'] }),
        {
          ...written('aws_x', 'value', { s: ['each.value.subnets', 'each.value'] }),
          for_each_expression: { references: ['aws_subnet.many'] },
        },
        written('aws_x', 'indexed', { s: ['aws_subnet.many["a"].id', 'aws_subnet.many["a"]', 'aws_subnet.many'] }),
      ],
      module_calls: {
        net: {
          for_each_expression: { references: ['var.nets'] },
          module: {
            resources: [written('aws_subnet', 'in')],
            outputs: { ids: { expression: { references: ['aws_subnet.in'] } } },
          },
        },
        inner: {
          expressions: { subnets: [{ nested: { references: ['module.net["y"].ids', 'module.net["y"]'] } }] },
          module: { resources: [written('aws_x', 'variable', { s: ['var.subnets'] })] },
        },
      },
    },
  }),
)

test.each([
  ['aws_x.plain', 's', ['aws_subnet.one', 'data.aws_subnet.read'], true],
  ['aws_x.each["b"]', 's', ['aws_subnet.many["b"]'], true],
  ['aws_x.each["b/1"]', 's', ['aws_subnet.many["b"]'], true],
  ['aws_x.local', 's', ['aws_subnet.one'], false],
  ['aws_x.output', 's', [], true],
  [
    'aws_x.output',
    't',
    ['module.net["x"].aws_subnet.in[0]', 'module.net["x"].aws_subnet.in[1]', 'module.net["y"].aws_subnet.in[0]'],
    true,
  ],
  ['aws_x.one_output', 's', ['module.net["x"].aws_subnet.in[0]', 'module.net["x"].aws_subnet.in[1]'], true],
  ['aws_x.value["k"]', 's', ['aws_subnet.many["a"]', 'aws_subnet.many["b"]'], true],
  ['aws_x.indexed', 's', ['aws_subnet.many["a"]'], true],
  ['module.inner.aws_x.variable', 's', ['module.net["y"].aws_subnet.in[0]'], true],
])('%s.%s refers to %j', (address, attribute, expected, complete) => {
  const resource = index.managed('aws_x').find((each) => each.address === address)
  if (resource === undefined) throw new Error(address)
  const traced = traceReferences(index, resource, attribute, ['aws_subnet', 'data.aws_subnet'])
  expect(traced.resources.map((each) => each.address)).toEqual(expected)
  expect(traced.complete).toBe(complete)
})

describe('module paths', () => {
  test.each([
    ['aws_vpc.this', []],
    ['module.a.aws_vpc.this', [{ name: 'a' }]],
    [
      'module.a["x.module.y"].module.b[2].aws_vpc.this["module.z"]',
      [
        { name: 'a', key: 'x.module.y' },
        { name: 'b', key: 2 },
      ],
    ],
    ['module.a["q\\"uote"].data.aws_vpc.this', [{ name: 'a', key: 'q"uote' }]],
  ])('%s', (address, path) => {
    expect(modulePathOf(address)).toEqual(path)
  })

  test('a pattern without a key means every instance', () => {
    expect(matchesModulePath([{ name: 'a' }], [{ name: 'a', key: 1 }])).toBe(true)
    expect(matchesModulePath([{ name: 'a', key: 1 }], [{ name: 'a', key: '1' }])).toBe(false)
    expect(matchesModulePath([{ name: 'a' }], [])).toBe(false)
  })

  test('keys', () => {
    expect(keyOf('7')).toBe(7)
    expect(keyOf('"7"')).toBe('7')
  })
})
