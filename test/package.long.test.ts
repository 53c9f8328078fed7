import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { program } from './local/eks-gpu.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-package-'))
const env = { ...process.env, EKS_GPU_HOME: join(folder, 'state'), NO_COLOR: '1' }
const installed = join(folder, 'node_modules/eks-gpu-clusters')

beforeAll(async () => {
  expect(
    await program('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder, root], env),
  ).toMatchObject({
    status: 0,
  })
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }\n')
  expect(
    await program('npm', ['install', '--prefix', folder, '--ignore-scripts', join(folder, tarball)], env),
  ).toMatchObject({ status: 0 })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the packed package in an empty folder', () => {
  it.each([
    'modules/eks-gpu-cluster/main.tf',
    'modules/eks-gpu-cluster/manifests/nvidia-device-plugin.yaml.tftpl',
    'modules/eks-gpu-cluster/catalog/gpu-instances.json',
    'modules/eks-gpu-cluster/installer/installer.zip',
    'examples/basic/main.tf',
    'examples/production/main.tf',
    'dist/catalog/data/gpu-instances.json',
    'dist/read/terraform/grammar/tree-sitter-terraform.wasm',
    'test/control-plane/go.mod',
    'LICENSE',
    'README.md',
  ])('carries %s', (file) => {
    expect(existsSync(join(installed, file))).toBe(true)
  })

  it('carries no tests of ours and nothing that Terraform left', () => {
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter(
      (file) => !file.startsWith('node_modules'),
    )
    expect(files.filter((file) => /\.test\.|(^|\/)testing(\/|$)|\.terraform|tfstate/.test(file))).toEqual([])
  })

  it('runs', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }
    expect(await program(join(folder, 'node_modules/.bin/eks-gpu'), ['--version'], env)).toMatchObject({
      status: 0,
      stdout: `${version}\n`,
    })
  })

  it('can be imported', async () => {
    const script = "import('eks-gpu-clusters').then((library) => console.log(Object.keys(library).length > 0))"
    writeFileSync(join(folder, 'import.mjs'), script)
    expect(await program(process.execPath, [join(folder, 'import.mjs')], env)).toMatchObject({
      status: 0,
      stdout: 'true\n',
    })
  })

  it('makes a Terraform root of a cluster in TypeScript that compiles', async () => {
    const cluster =
      "import { defineCluster } from 'eks-gpu-clusters'\n\nexport default defineCluster({ cluster_name: 'ai' })\n"
    writeFileSync(join(folder, 'cluster.ts'), cluster)
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const options = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--types', '']
    expect(await program(process.execPath, [compiler, ...options, join(folder, 'cluster.ts')], env)).toMatchObject({
      status: 0,
      stdout: '',
    })
    const bin = join(folder, 'node_modules/.bin/eks-gpu')
    expect(await program(bin, ['synth', join(folder, 'cluster.ts')], env)).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(join(folder, 'cluster/main.tf.json'), 'utf8')).toContain(
      '"source": "../node_modules/eks-gpu-clusters/modules/eks-gpu-cluster"',
    )
  })

  it('brings its example up and takes it down', async () => {
    const bin = join(folder, 'node_modules/.bin/eks-gpu')
    const example = join(installed, 'examples/basic')
    expect(await program(bin, ['up', example, '--local', '--kubernetes', 'embedded'], env)).toMatchObject({ status: 0 })
    expect(await program(bin, ['down', example, '--local'], env)).toMatchObject({ status: 0 })
  })
})
