// Ends what a cut-off run left behind: reads `eks-gpu local status --format json` and takes each environment down by its directory.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const text = readFileSync(0, 'utf8')
const { environments = [] } = text === '' ? {} : JSON.parse(text)
for (const { directory } of environments)
  spawnSync(process.execPath, [cli, 'down', directory, '--local'], { stdio: 'inherit', timeout: 300_000 })
