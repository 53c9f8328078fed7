import { afterAll, describe, expect, it } from 'vitest'
import { validateExamples } from './validate-examples.ts'
import { openWorkbench, terraformIn } from './workbench.ts'

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

it('every example validates', () => validateExamples(bench))
