import { readFile } from 'node:fs/promises'
import { ProblemError } from '../../cluster/problem.ts'
import { type PlanJson, readPlanJson } from './plan-json.ts'

/** First bytes of a zip archive, which is what `terraform plan -out` writes. */
const zip = Buffer.from('PK\u0003\u0004', 'latin1')

/**
 * Reads a plan from a file in the form of `terraform show -json`.
 * @throws ProblemError `plan-file-missing`, `plan-file-binary`, `plan-unreadable`.
 */
export async function readPlanFile(path: string): Promise<PlanJson> {
  const bytes = await readBytes(path)
  if (bytes.subarray(0, 4).equals(zip))
    throw new ProblemError({
      id: 'plan-file-binary',
      what: `${path} is a plan in Terraform's own binary form.`,
      why: 'Only the Terraform that wrote it can read it, beside its configuration.',
      fix: `in the directory of the configuration: terraform show -json ${path} > plan.json`,
    })
  return parsePlanText(bytes.toString('utf8'), path)
}

/**
 * Reads a plan from text; `name` is the file in messages.
 * @throws ProblemError `plan-unreadable`.
 */
export function parsePlanText(text: string, name: string): PlanJson {
  let json: unknown
  try {
    // Windows PowerShell's redirection writes a byte order mark.
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new ProblemError({
      id: 'plan-unreadable',
      what: `${name} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      why: 'It must be what "terraform show -json PLAN" prints.',
      fix: 'run "terraform plan -out plan.tfplan" and then "terraform show -json plan.tfplan > plan.json"',
    })
  }
  return readPlanJson(json)
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new ProblemError(
      {
        id: 'plan-file-missing',
        what: `${path} cannot be read: ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}.`,
        fix: 'name a file that "terraform show -json PLAN" wrote; its path is relative to where you are',
      },
      { cause: error },
    )
  }
}
