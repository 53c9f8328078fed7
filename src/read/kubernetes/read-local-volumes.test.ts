import { expect, it } from 'vitest'
import { readLocalVolumes } from './read-local-volumes.ts'

it.each([
  ['none', [], {}],
  ['of the node', [{ name: 'docker', hostPath: { path: '/var' } }], { localVolumes: ['docker'] }],
  ['that are empty at first', [{ name: 'cache', emptyDir: {} }], { localVolumes: ['cache'] }],
  ['in memory', [{ name: 'shm', emptyDir: { medium: 'Memory' } }], {}],
  ['elsewhere', [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }], {}],
  [
    'of several kinds',
    [
      { name: 'a', emptyDir: {} },
      { name: 'b', configMap: {} },
      { name: 'c', hostPath: {} },
    ],
    { localVolumes: ['a', 'c'] },
  ],
])('volumes %s', (_, volumes, expected) => {
  expect(readLocalVolumes({ volumes })).toEqual(expected)
})
