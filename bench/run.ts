/**
 * `npm run bench [-- growth cli engine scale-up real-scheduler]`: bundles the benchmarks and runs them as a program of their own, all or
 * those named. What compiles TypeScript on the fly wraps every closure, which would be measured as well.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, 'node_modules/.cache')
mkdirSync(cache, { recursive: true })
// Inside the project, so that packages are found.
const folder = mkdtempSync(join(cache, 'bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Files that the code of src reads lie beside its source. */
const sourceUrls: Plugin = {
  name: 'source-urls',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: 'ts',
    }))
  },
}

await build({
  absWorkingDir: root,
  entryPoints: ['bench/main.ts', 'bench/engine-case.ts', 'bench/scale-up-case.ts'],
  outdir: folder,
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  logLevel: 'warning',
  plugins: [sourceUrls],
})
const child = spawn(process.execPath, [join(folder, 'main.js'), ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 1))
