import { fileURLToPath } from 'node:url'
import { run } from '@stricli/core'
import { afterAll, describe, expect, test } from 'vitest'
import { expectGolden } from '../report/testing/expect-golden.ts'
import { application } from './application.ts'
import { commandPlace } from './testing/command-place.ts'
import { recordedContext } from './testing/recorded-context.ts'

const production = 'src/read/terraform/testdata/production-plan.json'
const mirror = '111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror'

async function images(...words: readonly string[]): Promise<{ out: string; err: string; exit: number }> {
  const recorded = recordedContext(fileURLToPath(new URL('../..', import.meta.url)), {})
  await run(application(), ['images', ...words], recorded.context)
  return { out: recorded.out(), err: recorded.err(), exit: recorded.context.exit }
}

/** A plan of two workloads that somebody else's configuration installs. */
const place = commandPlace({
  'plan.json': JSON.stringify({
    format_version: '1.2',
    resource_changes: [
      created('aws_eks_cluster.this', { name: 'ai', version: '1.36' }),
      created('helm_release.web', { name: 'web', chart: 'web' }),
      created('kubernetes_manifest.plugin', {
        manifest: workload('DaemonSet', 'plugin', `${mirror}/nvidia/k8s-device-plugin:v0.20.0`),
      }),
      created('kubernetes_manifest.efa', {
        manifest: workload('DaemonSet', 'efa', `${mirror}/eks/aws-efa-k8s-device-plugin:v0.5.30`),
      }),
      created('kubernetes_manifest.autoscaler', {
        manifest: workload('Deployment', 'autoscaler', 'cache.example.com/autoscaling/cluster-autoscaler:v1.36.1'),
      }),
      created('kubernetes_manifest.own', {
        manifest: workload('Deployment', 'own', 'registry.example.com/team/own:3'),
      }),
    ],
    configuration: { root_module: {} },
  }),
  'main.yaml': 'kind: Pod\n',
})
afterAll(() => place.remove())

function created(address: string, after: object): object {
  const [type = '', name = ''] = address.split('.')
  return {
    address,
    mode: 'managed',
    type,
    name,
    change: { actions: ['create'], before: null, after, after_unknown: {} },
  }
}

function workload(kind: string, name: string, image: string): object {
  const spec = { containers: [{ name: 'main', image }], initContainers: [{ name: 'first', image: 'busybox' }] }
  return { kind, metadata: { name, namespace: 'kube-system' }, spec: { template: { spec } } }
}

test('the images of a plan, with who pulls them', async () => {
  const { out, err, exit } = await images(production)
  expect({ err, exit }).toEqual({ err: '', exit: 0 })
  expectGolden(import.meta.url, 'images', out.trimEnd())
})

describe('--mirror', () => {
  test.each(['docker', 'crane', 'skopeo'])('a script for %s', async (tool) => {
    const { out } = await images(production, '--mirror', `${mirror}/`, '--tool', tool)
    expectGolden(import.meta.url, `images-mirror-${tool}`, out.trimEnd())
  })

  test('a registry that is not of ECR has nothing to be made in it', async () => {
    const { out } = await images(production, '--mirror', 'registry.example.com:5000/gpu')
    expect(out.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
      'set -eu',
      'docker buildx imagetools create --tag registry.example.com:5000/gpu/nvidia/k8s-device-plugin:v0.20.0 nvcr.io/nvidia/k8s-device-plugin:v0.20.0',
      'docker buildx imagetools create --tag registry.example.com:5000/gpu/autoscaling/cluster-autoscaler:v1.36.1 registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1',
      '',
    ])
  })

  test('images that are there, elsewhere, or of nobody', async () => {
    const { out, err, exit } = await place.run('images', 'plan.json', '--mirror', mirror)
    expect({ err, exit }).toEqual({ err: '', exit: 2 })
    expectGolden(import.meta.url, 'images-mirrored', out.trimEnd())
  })

  test.each(['https://registry.example.com', 'mirror', 'a.example.com/Mirror'])('refuses %s', async (prefix) => {
    const { err, exit } = await images(production, '--mirror', prefix)
    expect({ err, exit }).toEqual({
      err: `Error: --mirror ${prefix} is no registry with an optional prefix.\n  Fix: give it as the module takes it, e.g. 111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror\n`,
      exit: 1,
    })
  })
})

test('copies are told from what they are copies of', async () => {
  expectGolden(import.meta.url, 'images-copies', (await place.run('images', 'plan.json')).out.trimEnd())
})

test('JSON for programs', async () => {
  const { out } = await place.run('images', 'plan.json', '--mirror', mirror, '--format', 'json')
  expectGolden(import.meta.url, 'images-json', out.trimEnd())
})

test.each([
  ['main.yaml', 'main.yaml is neither a Terraform directory nor a plan in JSON.'],
  ['.', '. is neither a Terraform directory nor a plan in JSON.'],
  ['missing', 'missing cannot be read.'],
])('%s is no plan', async (source, message) => {
  const { err, exit } = await place.run('images', source)
  expect({ first: err.split('\n')[0], exit }).toEqual({ first: `Error: ${message}`, exit: 1 })
})
