import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openEksGpu } from '../local/eks-gpu.ts'
import { validateExamples } from '../terraform/validate-examples.ts'
import { openWorkbench } from '../terraform/workbench.ts'

/** Folder with other versions of Terraform and OpenTofu, as build.sh fills it. */
const folder = process.env['EKS_GPU_TERRAFORMS']
const programs =
  folder === undefined ? [] : readdirSync(folder).filter((name) => /^(?:terraform|tofu)-\d+\.\d+\.\d+$/.test(name))
if (!programs.includes('terraform-1.5.7'))
  process.stdout.write(
    'skipped: the oldest Terraform (test/terraform-versions/build.sh FOLDER and EKS_GPU_TERRAFORMS=FOLDER)\n',
  )

it.skipIf(folder === undefined)('the oldest Terraform is there', () => {
  expect(programs).toContain('terraform-1.5.7')
})

describe.each(programs)('%s', (name) => {
  const env = { ...process.env, EKS_GPU_TERRAFORM: join(folder ?? '', name) }
  const bench = openWorkbench()
  const eksGpu = openEksGpu(env)
  afterAll(async () => {
    await eksGpu.close()
    bench.remove()
  })

  it('takes the module and every example', () => validateExamples(bench, env))

  it('plans an example on this machine', async () => {
    const { status, stdout, stderr } = await eksGpu.run(
      'simulate',
      bench.example('basic'),
      '--print-cluster',
      '--quiet',
    )
    expect(status, stderr).toBe(0)
    expect(stdout).toContain('"inference"')
  })
})
