import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openEksGpu } from '../local/eks-gpu.ts'
import { openWorkbench, terraformOf } from '../terraform/workbench.ts'

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

  it('takes the module and every example', async () => {
    const root = join(bench.root, 'all')
    mkdirSync(root)
    const examples = readdirSync(join(bench.root, 'examples')).filter((each) =>
      existsSync(join(bench.root, 'examples', each, 'main.tf')),
    )
    expect(examples.length).toBeGreaterThan(5)
    const calls = examples.map((each) => `module "${each}" {\n  source = "../examples/${each}"\n}\n`)
    writeFileSync(join(root, 'main.tf'), calls.join('\n'))
    const init = await terraformOf(env, root, 'init', '-backend=false', '-input=false', '-no-color')
    expect(init).toMatchObject({ status: 0 })
    const validate = await terraformOf(env, root, 'validate', '-no-color')
    expect(validate).toMatchObject({ status: 0, stderr: '' })
  })

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
