import { expect, test } from 'vitest'
import { readHelmValues } from './helm-values.ts'
import type { PlannedResource } from './plan-index.ts'

function release(values: Readonly<Record<string, unknown>>, unknown: unknown = {}): PlannedResource {
  return { address: 'helm_release.x', module: [], mode: 'managed', type: 'helm_release', name: 'x', values, unknown }
}

test.each<readonly [string, PlannedResource, unknown, boolean]>([
  ['nothing', release({}), {}, true],
  [
    'maps merge, lists and scalars are replaced by later values',
    release({ values: ['a: {b: 1, c: [1, 2]}\nd: x', 'a: {c: [3]}\nd: y\n', ''] }),
    { a: { b: 1, c: [3] }, d: 'y' },
    true,
  ],
  [
    'set comes last, with dots, escaped dots, indexes and types',
    release({
      values: ['args: [a, b]\nimage: {tag: v1}'],
      set: [
        { name: 'image.tag', value: 'v2' },
        { name: 'nodeSelector.kubernetes\\.io/os', value: 'linux' },
        { name: 'args[1]', value: 'c' },
        { name: 'deep[0].list[1].x', value: '7' },
        { name: 'text', value: '7', type: 'string' },
        { name: 'on', value: 'true' },
      ],
    }),
    {
      args: ['a', 'c'],
      image: { tag: 'v2' },
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      deep: [{ list: [undefined, { x: 7 }] }],
      text: '7',
      on: true,
    },
    true,
  ],
  ['unknown values', release({}, { values: true }), {}, false],
  ['one unknown of several', release({ values: ['a: 1', null] }, { values: [false, true] }), { a: 1 }, false],
  ['a value of set that is unknown', release({ set: [{ name: 'a' }] }, { set: [{ value: true }] }), {}, false],
  ['no YAML', release({ values: ['a: [1'] }), {}, false],
])('%s', (_name, resource, values, complete) => {
  expect(readHelmValues(resource)).toEqual({ values, complete })
})
