import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { openWorkbench, terraformIn } from './workbench.ts'

const folder = fileURLToPath(new URL('../../examples', import.meta.url))
/** The examples that are Terraform roots; workloads for `simulate` are none. */
const examples = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'main.tf')))
const bench = openWorkbench()
afterAll(() => bench.remove())

describe('modules/eks-gpu-cluster', () => {
  it('validates', async () => {
    expect(await terraformIn(bench.module, 'init', '-backend=false', '-input=false', '-no-color')).toMatchObject({
      status: 0,
    })
    expect(await terraformIn(bench.module, 'validate', '-no-color')).toMatchObject({ status: 0, stderr: '' })
  })

  it('passes its own tests', async () => {
    const { status, stdout, stderr } = await terraformIn(bench.module, 'test', '-no-color')
    expect({ status, end: stdout.trim().split('\n').at(-1), stderr }).toEqual({
      status: 0,
      end: expect.stringMatching(/^Success! \d+ passed, 0 failed\.$/),
      stderr: '',
    })
  })
})

describe.each(examples)('examples/%s', (name) => {
  it('validates', async () => {
    const directory = bench.example(name)
    expect(await terraformIn(directory, 'init', '-backend=false', '-input=false', '-no-color')).toMatchObject({
      status: 0,
    })
    expect(await terraformIn(directory, 'validate', '-no-color')).toMatchObject({ status: 0, stderr: '' })
  })
})
