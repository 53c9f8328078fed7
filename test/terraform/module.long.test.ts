import { afterAll, expect, it } from 'vitest'
import { validateExamples } from './validate-examples.ts'
import { openWorkbench, terraformIn } from './workbench.ts'

const bench = openWorkbench()
afterAll(() => bench.remove())

it('the module passes its own tests', async () => {
  expect(await terraformIn(bench.module, 'init', '-backend=false', '-input=false', '-no-color')).toMatchObject({
    status: 0,
  })
  const { status, stdout, stderr } = await terraformIn(bench.module, 'test', '-no-color')
  expect({ status, end: stdout.trim().split('\n').at(-1), stderr }).toEqual({
    status: 0,
    end: expect.stringMatching(/^Success! \d+ passed, 0 failed\.$/),
    stderr: '',
  })
})

it('the module and every example validate', () => validateExamples(bench))
