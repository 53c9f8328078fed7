import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const root = fileURLToPath(new URL('../..', import.meta.url))
const checkov = process.env['CHECKOV'] ?? 'checkov'
const found = spawnSync(checkov, ['--version'], { encoding: 'utf8' }).status === 0
// Vitest shows this line even when the suite is skipped; .ci/run counts it as a failure.
if (!found) process.stdout.write('skipped: the foreign scanner (pip install checkov, or CHECKOV=/path/to/checkov)\n')

const report = z.object({
  results: z.object({
    failed_checks: z.array(z.object({ check_id: z.string(), check_name: z.string(), resource: z.string() })),
  }),
  summary: z.object({ passed: z.number(), parsing_errors: z.number() }),
})
const reports = z.union([report, z.array(report)]).transform((one) => (Array.isArray(one) ? one : [one]))

describe.skipIf(!found)('checkov', () => {
  it('finds nothing in the module and the production example that docs/security.md does not explain', () => {
    const findings = [...scan('modules/eks-gpu-cluster'), ...scan('examples/production')]
    expect([...new Set(findings)].sort()).toEqual(explained())
  }, 240_000)
})

/** Ids of the checks that fail in a folder. */
function scan(folder: string): readonly string[] {
  const { stdout, stderr } = spawnSync(
    checkov,
    [
      '-d',
      folder,
      '--framework',
      'terraform',
      '--output',
      'json',
      '--quiet',
      '--compact',
      '--skip-download',
      '--skip-path',
      'tests',
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  )
  const start = stdout.search(/^[[{]/m)
  if (start < 0) throw new Error(`checkov printed no report: ${stderr.slice(-2000)}`)
  return reports.parse(JSON.parse(stdout.slice(start))).flatMap(({ results, summary }) => {
    expect(summary.parsing_errors).toBe(0)
    expect(summary.passed).toBeGreaterThan(0)
    return results.failed_checks.map(({ check_id }) => check_id)
  })
}

/** Ids in the table of docs/security.md, each of which has to be found still. */
function explained(): readonly string[] {
  const page = readFileSync(`${root}/docs/security.md`, 'utf8')
  return [...page.matchAll(/^\| `(CKV2?_[A-Z]+_\d+)` \|/gm)].map(([, id = '']) => id).sort()
}
