/** `npm run golden -- FOLDER`: plays recorded decisions of the real autoscaler, prints what differs, exits 1 on a difference. */
import { fileURLToPath } from 'node:url'
import { checkCase } from '../test/golden/compare-case.ts'
import { readGoldenCases } from '../test/golden/golden-case.ts'

const folder = process.argv[2] ?? fileURLToPath(new URL('../test/golden/autoscaler', import.meta.url))
let [passed, failed] = [0, 0]
for (const golden of readGoldenCases(folder)) {
  const { id, differences } = checkCase(golden)
  if (differences.length === 0) passed += 1
  else failed += 1
  console.log(differences.length === 0 ? `ok    ${id}` : `FAIL  ${id}`)
  for (const difference of differences) console.log(`      ${difference}`)
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
