import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { readRecordedCase, writeRecordedCase } from './case-file.ts'
import { generateCase } from './generate-case.ts'
import { openOracle } from './open-oracle.ts'
import { type OracleCase, oracleVersions } from './oracle-case.ts'

/**
 * Asks the oracles anew: writes `recorded/<version>.jsonl.gz`, and the answers in `counterexamples/`.
 * `npx tsx test/oracle/record.ts --oracles FOLDER [--cases N]`; the folder is one that build.sh filled.
 */
const { values } = parseArgs({ options: { oracles: { type: 'string' }, cases: { type: 'string', default: '1020' } } })
const { oracles } = values
if (oracles === undefined) throw new Error('name the folder of the oracles: --oracles FOLDER')
const here = import.meta.dirname

await mkdir(`${here}/recorded`, { recursive: true })
for (const { minor, version } of oracleVersions) {
  const oracle = openOracle(`${oracles}/oracle-${minor}`)
  // Small clusters, so that the files stay small; the seeds of each version are its own.
  const first = Number(minor.slice(2)) * 1_000_000
  const cases = Array.from({ length: Number(values.cases) }, (_, index) =>
    generateCase(first + index, { nodes: 4, queue: 3 }),
  )
  const lines = await answer(cases)
  await writeFile(
    `${here}/recorded/${version}.jsonl.gz`,
    gzipSync(lines.map((line) => `${line}\n`).join(''), { level: 9 }),
  )

  for (const name of await readdir(`${here}/counterexamples`)) {
    if (!name.startsWith(`${version}-`)) continue
    const path = `${here}/counterexamples/${name}`
    const [line = ''] = await answer([readRecordedCase(await readFile(path, 'utf8')).case])
    await writeFile(path, `${line}\n`)
  }
  oracle.close()

  async function answer(inputs: readonly OracleCase[]): Promise<readonly string[]> {
    const answers = await oracle.ask(inputs)
    return inputs.map((input, index) => {
      const { steps, problem } = answers[index] ?? {}
      if (steps === undefined) throw new Error(`${version} could not play ${JSON.stringify(input)}: ${problem ?? ''}`)
      return writeRecordedCase({ version, case: input, steps })
    })
  }
}
