import { expect, test } from 'vitest'
import { type Problem, ProblemError } from '../../cluster/problem.ts'
import { clusterJson, readClusterJson } from './cluster-json.ts'
import { fullCluster } from './testing/full-cluster.ts'

test('what is written is read back, every field of it', () => {
  expect(readClusterJson(clusterJson(fullCluster))).toEqual(fullCluster)
})

test('comments and trailing commas are let through', () => {
  const text = clusterJson(fullCluster)
    .replace('"name": "ai",', '"name": "ai", # ours')
    .replace(/\]\n\}\n$/, '],\n}\n')
  expect(readClusterJson(text)).toEqual(fullCluster)
})

const edited = (from: string, to: string): string => {
  const text = clusterJson(fullCluster)
  expect(text).toContain(from)
  return text.replace(from, to)
}

const cases: readonly (readonly [name: string, text: () => string, what: string, at: string])[] = [
  [
    'a field with a typo',
    () => edited('"minSize": 0', '"minsize": 0'),
    'c.json is not a cluster: nodeGroups[0].minSize is missing.',
    '6:5',
  ],
  [
    'a wrong type',
    () => edited('"maxSize": 4', '"maxSize": "4"'),
    'c.json is not a cluster: nodeGroups[0].maxSize is wrong: expected number, received string.',
    '17:18',
  ],
  [
    'an effect in the words of EKS',
    () => edited('"effect": "NoSchedule"', '"effect": "NO_SCHEDULE"'),
    'c.json is not a cluster: nodeGroups[0].managed.taints[0].effect is wrong: Invalid option: expected one of "NoSchedule"|"PreferNoSchedule"|"NoExecute".',
    '34:23',
  ],
  [
    'a maximum below the minimum',
    () => edited('"minSize": 0', '"minSize": 9'),
    'c.json is not a cluster: nodeGroups[0].maxSize is wrong: it is below minSize (9).',
    '17:18',
  ],
  [
    'a group that is not there',
    () => edited('"group": "gpu"', '"group": "cpu"'),
    'c.json is not a cluster: nodes[0].group is wrong: there is no node group cpu.',
    '114:16',
  ],
  [
    'nothing',
    () => '',
    'c.json is not a cluster: the whole is wrong: expected object, received null.',
    'undefined:undefined',
  ],
]

test.each(cases)('%s', (_name, text, what, at) => {
  const problem = problemOf(text())
  expect(problem.id).toBe('cluster-json-invalid')
  expect(problem.what).toBe(what)
  expect(`${problem.at?.line}:${problem.at?.column}`).toBe(at)
})

test('an unknown field is named where it stands, after what is missing', () => {
  expect(problemOf(edited('"minSize": 0', '"minsize": 0')).detail).toEqual([
    'c.json:16:18 nodeGroups[0].minsize is not known',
  ])
})

test('text that is no JSON', () => {
  const problem = problemOf('{\n  "name": "ai"\n  "nodes": []\n}')
  expect(problem.id).toBe('cluster-json-malformed')
  expect(problem.at).toMatchObject({ file: 'c.json', line: 3 })
})

function problemOf(text: string): Problem {
  try {
    readClusterJson(text, 'c.json')
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  throw new Error('it was read')
}
