import { expect, it } from 'vitest'
import { noObjects } from '../cluster/cluster-objects.ts'
import { parseKubernetesVersion } from '../cluster/kubernetes-version.ts'
import { samplePod } from '../scheduler/testing/sample-cluster.ts'
import { equivalenceGroups, type WaitingPods } from './equivalence-groups.ts'
import { podClasses } from './pod-class.ts'
import { amounts } from './testing/sample-view.ts'

const owner = { kind: 'Job', name: 'job', uid: 'job' }

function waiting(classId: string, milliCpu: number, uid: string | undefined, count = 1): WaitingPods {
  const pod = samplePod(classId, {
    requests: amounts(milliCpu),
    ...(uid !== undefined && { owner: { ...owner, uid } }),
  })
  return { classId, pod, count }
}

it.each<[string, readonly WaitingPods[], readonly (readonly [string, number])[]]>([
  ['equal pods of one controller', [waiting('a', 1, 'x'), waiting('b', 1, 'x', 3)], [['a b', 4]]],
  [
    'unequal pods of one controller',
    [waiting('a', 1, 'x'), waiting('b', 2, 'x')],
    [
      ['a', 1],
      ['b', 1],
    ],
  ],
  [
    'equal pods of two controllers',
    [waiting('a', 1, 'x'), waiting('b', 1, 'y')],
    [
      ['a', 1],
      ['b', 1],
    ],
  ],
  [
    'pods without a controller',
    [waiting('a', 1, undefined), waiting('b', 1, undefined)],
    [
      ['a', 1],
      ['b', 1],
    ],
  ],
])('%s', (_, pods, expected) => {
  const groups = equivalenceGroups(pods, podClasses(parseKubernetesVersion('1.36.1'), noObjects))
  expect(groups.map(({ members, count }) => [members.map(({ classId }) => classId).join(' '), count])).toEqual(expected)
})

it('knows ten kinds of a controller’s pods, and takes every further pod for itself', () => {
  const pods = Array.from({ length: 12 }, (_, index) => waiting(`p${index}`, index, 'x'))
  const again = [waiting('first-again', 0, 'x'), waiting('eleventh-again', 10, 'x')]
  const groups = equivalenceGroups([...pods, ...again], podClasses(parseKubernetesVersion('1.36.1'), noObjects))
  expect(groups.map(({ members }) => members.map(({ classId }) => classId).join(' '))).toEqual([
    'p0 first-again',
    ...pods.slice(1).map(({ classId }) => classId),
    'eleventh-again',
  ])
})
