import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { terraformOf, type Workbench } from './workbench.ts'

/**
 * Every example that is a Terraform root validates, with the module that they call: one root calls them all, so that Terraform reads
 * the provider's schema once. Workloads for `simulate` are no such examples.
 * @param env says which Terraform.
 */
export async function validateExamples(bench: Workbench, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const examples = readdirSync(join(bench.root, 'examples')).filter((name) =>
    existsSync(join(bench.example(name), 'main.tf')),
  )
  expect(examples.length).toBeGreaterThan(10)
  const root = join(bench.root, 'all')
  mkdirSync(root)
  const calls = examples.map((name) => `module "${name}" {\n  source = "../examples/${name}"\n}\n`)
  writeFileSync(join(root, 'main.tf'), calls.join('\n'))
  const init = await terraformOf(env, root, 'init', '-backend=false', '-input=false', '-no-color')
  expect(init).toMatchObject({ status: 0 })
  expect(await terraformOf(env, root, 'validate', '-no-color')).toMatchObject({ status: 0, stderr: '' })
}
