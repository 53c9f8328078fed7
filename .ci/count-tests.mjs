// Prints "PASSED FAILED" for a Vitest JSON report. A test that was skipped, one that said "skipped: …" on its way, and a
// run that ended badly without naming a failed test each count as failed.
import { readFileSync } from 'node:fs'

const [, , file, status] = process.argv
const log = readFileSync(0, 'utf8')
const report = JSON.parse(readFileSync(file, 'utf8'))
const skipped = report.numPendingTests + report.numTodoTests + (log.match(/^skipped: /gm)?.length ?? 0)
const failed = report.numFailedTests + skipped
process.stdout.write(`${report.numPassedTests} ${failed === 0 && status !== '0' ? 1 : failed}\n`)
