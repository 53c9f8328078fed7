import { expect, test } from 'vitest'
import { environmentName, stateFolder } from './state-folder.ts'

test.each([
  [{ EKS_GPU_HOME: '/srv/eks-gpu', XDG_STATE_HOME: '/x', HOME: '/home/me' }, 'linux', '/srv/eks-gpu'],
  [{ XDG_STATE_HOME: '/x', HOME: '/home/me' }, 'linux', '/x/eks-gpu'],
  [{ EKS_GPU_HOME: '', XDG_STATE_HOME: '', HOME: '/home/me' }, 'linux', '/home/me/.local/state/eks-gpu'],
  [{ HOME: '/Users/me' }, 'darwin', '/Users/me/Library/Application Support/eks-gpu'],
  [{ HOME: '/home/me' }, 'freebsd', '/home/me/.local/state/eks-gpu'],
] as const)('%j on %s', (environment, system, expected) => {
  expect(stateFolder(environment, system)).toBe(expected)
})

test('names environments by directory', () => {
  expect(environmentName('/a/examples/basic')).toMatch(/^basic-[0-9a-f]{6}$/)
  expect(environmentName('/a/examples/basic/')).toBe(environmentName('/a/examples/basic'))
  expect(environmentName('/b/examples/basic')).not.toBe(environmentName('/a/examples/basic'))
  expect(environmentName('/a/my cluster')).toMatch(/^my-cluster-[0-9a-f]{6}$/)
  expect(environmentName('/')).toMatch(/^root-[0-9a-f]{6}$/)
})
