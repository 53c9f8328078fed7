import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'

/**
 * Compares a text with a golden file under `testdata/` beside the test (`from` is its `import.meta.url`). With
 * UPDATE_GOLDEN=1 in the environment the file is written instead; its difference is then read like code.
 */
export function expectGolden(from: string, name: string, text: string): void {
  const file = new URL(`testdata/${name}.golden`, from)
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, `${text}\n`)
  expect(`${text}\n`).toBe(
    existsSync(file) ? readFileSync(file, 'utf8') : `(there is no ${file.pathname}; set UPDATE_GOLDEN=1)`,
  )
}
