import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ProblemError } from '../cluster/problem.ts'
import { compareVersions, findTerraform } from './find-terraform.ts'
import { temporaryFolder, writeProgram } from './testing/fake-terraform.ts'

const version = (text: string) => `say({ terraform_version: '${text}' })`

async function problemOf(env: NodeJS.ProcessEnv): Promise<string> {
  try {
    await findTerraform(env)
  } catch (error) {
    if (error instanceof ProblemError) return `${error.problem.id}: ${error.problem.what}`
    throw error
  }
  return 'none'
}

describe('findTerraform', () => {
  test('takes terraform from PATH before tofu', async () => {
    const folder = temporaryFolder('find')
    writeProgram(folder, 'tofu', version('1.10.5'))
    expect(await findTerraform({ PATH: folder })).toEqual({
      path: join(folder, 'tofu'),
      product: 'tofu',
      version: '1.10.5',
      registry: 'registry.opentofu.org',
      initSpeaksJson: false,
    })
    writeProgram(folder, 'terraform', version('1.9.0'))
    expect(await findTerraform({ PATH: folder })).toMatchObject({ product: 'terraform', initSpeaksJson: true })
  })

  test('takes what EKS_GPU_TERRAFORM names, by path or by name', async () => {
    const folder = temporaryFolder('find')
    const path = writeProgram(folder, 'terraform-1.5', version('1.5.7'))
    expect(await findTerraform({ PATH: '', EKS_GPU_TERRAFORM: path })).toMatchObject({ path, version: '1.5.7' })
    expect(await findTerraform({ PATH: folder, EKS_GPU_TERRAFORM: 'terraform-1.5' })).toMatchObject({ path })
  })

  test('says what is wrong', async () => {
    const empty = temporaryFolder('find')
    expect(await problemOf({ PATH: empty })).toBe('terraform-not-found: Neither terraform nor tofu is on PATH.')
    expect(await problemOf({ PATH: empty, EKS_GPU_TERRAFORM: 'nope' })).toBe(
      'terraform-not-found: EKS_GPU_TERRAFORM names "nope", which is not a program that can be run.',
    )
    const old = writeProgram(empty, 'terraform', version('1.4.6'))
    expect(await problemOf({ PATH: empty })).toBe(`terraform-too-old: ${old} is version 1.4.6; 1.5 or newer is needed.`)
    writeProgram(empty, 'terraform', "say('hello'); process.exit(3)")
    expect(await problemOf({ PATH: empty })).toBe(`terraform-does-not-run: ${old} does not answer to "version -json".`)
  })
})

test.each([
  ['1.5.0', '1.5.0', 0],
  ['1.10.0', '1.9.9', 1],
  ['1.5.0-rc1', '1.5.0', 0],
  ['v1.4', '1.5.0', -1],
])('compareVersions(%s, %s)', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign)
})
