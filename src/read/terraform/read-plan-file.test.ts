import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ProblemError } from '../../cluster/problem.ts'
import { parsePlanText, readPlanFile } from './read-plan-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-plan-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileWith(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

test('a plan in JSON, with a byte order mark too', async () => {
  const plan = await readPlanFile(fileWith('plan.json', '\uFEFF{"format_version":"1.2"}'))
  expect(plan).toMatchObject({ format_version: '1.2', resource_changes: [] })
})

test("Terraform's own binary form is named, with the command that turns it into JSON", async () => {
  const path = fileWith('plan.tfplan', Buffer.from('PK\u0003\u0004rest', 'latin1'))
  expect(await problemOf(() => readPlanFile(path))).toEqual({
    id: 'plan-file-binary',
    what: `${path} is a plan in Terraform's own binary form.`,
    why: 'Only the Terraform that wrote it can read it, beside its configuration.',
    fix: `in the directory of the configuration: terraform show -json ${path} > plan.json`,
  })
})

test('a file that is not there', async () => {
  const path = join(folder, 'none.json')
  expect(await problemOf(() => readPlanFile(path))).toMatchObject({
    id: 'plan-file-missing',
    what: `${path} cannot be read: ENOENT.`,
  })
})

test.each(['', 'Plan: 3 to add', '{"a":'])('%j is no plan', async (text) => {
  expect(await problemOf(() => Promise.resolve(parsePlanText(text, 'p.json')))).toMatchObject({
    id: 'plan-unreadable',
    what: expect.stringMatching(/^p\.json is not JSON: /),
  })
})

test('JSON that is no plan', async () => {
  expect(await problemOf(() => Promise.resolve(parsePlanText('{}', 'p.json')))).toMatchObject({ id: 'plan-unreadable' })
})

async function problemOf(read: () => Promise<unknown>): Promise<ProblemError['problem']> {
  try {
    await read()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  throw new Error('it was read')
}
