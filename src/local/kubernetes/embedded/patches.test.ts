import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonPatch } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'
import { strategicMerge } from './strategic-merge.ts'

describe('strategic merge patch', () => {
  const pod = {
    containers: [
      { name: 'a', image: 'x:1', env: [{ name: 'E', value: '1' }] },
      { name: 'b', image: 'y:1' },
    ],
    tolerations: [{ key: 'old' }],
    nodeSelector: { one: '1', two: '2' },
  }

  test.for([
    {
      what: 'merges containers by name',
      patch: { containers: [{ name: 'b', image: 'y:2' }] },
      expected: { ...pod, containers: [pod.containers[0], { name: 'b', image: 'y:2' }] },
    },
    {
      what: 'adds what is new at the end',
      patch: { containers: [{ name: 'c' }] },
      expected: { ...pod, containers: [...pod.containers, { name: 'c' }] },
    },
    {
      what: 'deletes entries and fields',
      patch: { containers: [{ name: 'a', $patch: 'delete' }], nodeSelector: { one: null } },
      expected: { ...pod, containers: [pod.containers[1]], nodeSelector: { two: '2' } },
    },
    {
      what: 'merges variables inside a container',
      patch: { containers: [{ name: 'b', env: [{ name: 'F', value: '2' }] }] },
      expected: {
        ...pod,
        containers: [pod.containers[0], { name: 'b', image: 'y:1', env: [{ name: 'F', value: '2' }] }],
      },
    },
    {
      what: 'replaces lists without a merge key',
      patch: { tolerations: [{ key: 'new' }] },
      expected: { ...pod, tolerations: [{ key: 'new' }] },
    },
    {
      what: 'replaces on demand',
      patch: { nodeSelector: { $patch: 'replace', three: '3' } },
      expected: { ...pod, nodeSelector: { three: '3' } },
    },
    {
      what: 'replaces a whole list on demand',
      patch: { containers: [{ name: 'z' }, { $patch: 'replace' }] },
      expected: { ...pod, containers: [{ name: 'z' }] },
    },
    {
      what: 'follows the order asked for',
      patch: { $setElementOrder: 1, '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
      expected: { ...pod, containers: [pod.containers[1], pod.containers[0]] },
    },
    {
      what: 'keeps only the keys to be retained',
      patch: { nodeSelector: { $retainKeys: ['two'], two: '4' } },
      expected: { ...pod, nodeSelector: { two: '4' } },
    },
  ])('$what', ({ patch, expected }) => {
    expect(strategicMerge(pod, patch)).toEqual(expected)
  })

  test('finalizers are a set', () => {
    const object = { metadata: { finalizers: ['a', 'b'] } }
    expect(strategicMerge(object, { metadata: { finalizers: ['b', 'c'] } })).toEqual({
      metadata: { finalizers: ['a', 'b', 'c'] },
    })
    expect(strategicMerge(object, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } })).toEqual({
      metadata: { finalizers: ['b'] },
    })
  })

  test('an entry without its key is refused', () => {
    expect(() => strategicMerge(pod, { containers: [{ image: 'x' }] })).toThrow(
      'does not contain declared merge key: name',
    )
  })
})

describe('merge patch', () => {
  test.for([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ a: 'text' }, { a: { b: { c: null } } }, { a: { b: {} } }],
  ])('%j with %j is %j', ([original, patch, expected]) => {
    expect(mergePatch(original ?? {}, patch ?? {})).toEqual(expected)
  })

  test('a patch of the object itself changes nothing', () => {
    const values = fc.dictionary(
      fc.string(),
      fc.oneof(fc.string(), fc.integer(), fc.dictionary(fc.string(), fc.string())),
    )
    fc.assert(
      fc.property(values, (object) => {
        expect(mergePatch(object, object)).toEqual(object)
      }),
    )
  })
})

describe('JSON patch', () => {
  const document = { a: { 'b/c': 1, 'd~e': 2 }, list: [1, 2, 3] }
  test.for([
    [
      { op: 'add', path: '/list/1', value: 9 },
      { ...document, list: [1, 9, 2, 3] },
    ],
    [
      { op: 'add', path: '/list/-', value: 9 },
      { ...document, list: [1, 2, 3, 9] },
    ],
    [
      { op: 'remove', path: '/list/0' },
      { ...document, list: [2, 3] },
    ],
    [
      { op: 'replace', path: '/a/b~1c', value: 5 },
      { ...document, a: { 'b/c': 5, 'd~e': 2 } },
    ],
    [
      { op: 'remove', path: '/a/d~0e' },
      { ...document, a: { 'b/c': 1 } },
    ],
    [
      { op: 'move', from: '/list/0', path: '/first' },
      { ...document, list: [2, 3], first: 1 },
    ],
    [
      { op: 'copy', from: '/list', path: '/copied' },
      { ...document, copied: [1, 2, 3] },
    ],
    [{ op: 'test', path: '/list/2', value: 3 }, document],
  ])('%j', ([operation, expected]) => {
    expect(jsonPatch(document, [operation])).toEqual(expected)
  })

  test.for([
    [{ op: 'remove', path: '/missing' }, 'doc is missing path or key: missing'],
    [{ op: 'replace', path: '/a/x/y', value: 1 }, 'doc is missing path or key: x'],
    [{ op: 'add', path: '/list/7', value: 1 }, 'doc is missing path or key: 7'],
    [{ op: 'test', path: '/list/2', value: 4 }, 'testing value /list/2 failed'],
    [{ op: 'guess', path: '/a' }, 'Unexpected kind: guess'],
  ] as const)('%j is refused', ([operation, message]) => {
    expect(() => jsonPatch(document, [operation])).toThrow(message)
  })
})
