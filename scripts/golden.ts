/** `npm run golden -- FOLDER`: plays recorded decisions of the real autoscaler, prints what differs, exits 1 on a difference. */
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkCase } from '../test/golden/compare-case.ts'
import { goldenFiles, readGoldenCase } from '../test/golden/golden-case.ts'

const folder = process.argv[2] ?? fileURLToPath(new URL('../test/golden/autoscaler', import.meta.url))
let [passed, failed] = [0, 0]
for (const file of goldenFiles(folder)) {
  const differences = differencesOf(file)
  if (differences.length === 0) passed += 1
  else failed += 1
  console.log(`${differences.length === 0 ? 'ok   ' : 'FAIL '} ${basename(file, '.json')}`)
  for (const difference of differences) console.log(`      ${difference}`)
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

function differencesOf(file: string): readonly string[] {
  try {
    return checkCase(readGoldenCase(file)).differences
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}
