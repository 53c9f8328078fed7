/** `npm run build`, and `npm ci` through `prepare`: bundles src into dist, with its types and the files that the code reads. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
// Programs that run from dist while it is built find the old one or the new one, never a part.
const next = join(root, `node_modules/.cache/dist-${process.pid}`)

try {
  await bundle(next)
  writeTypes()
  copyFiles()
  chmodSync(join(next, 'cli/main.js'), 0o755)
  rmSync(dist, { recursive: true, force: true })
  renameSync(next, dist)
} finally {
  rmSync(next, { recursive: true, force: true })
}

// npx looks here first; without the link it would install the checkout into its own cache before each new version's first run.
const bin = join(root, 'node_modules/.bin')
if (process.platform !== 'win32' && existsSync(bin)) {
  rmSync(join(bin, 'eks-gpu'), { force: true })
  symlinkSync('../../dist/cli/main.js', join(bin, 'eks-gpu'))
}

/** The types of the library; checks what it is made of. */
function writeTypes(): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', next], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('tsc found what stands above')
}

/** The files that the code reads, where it looks for them. */
function copyFiles(): void {
  const src = join(root, 'src')
  for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' }))
    if (/\.(json|wasm|txt|yaml)$|LICENSE$/.test(file) && !/[\\/](testing|testdata)[\\/]/.test(file))
      cpSync(join(src, file), join(next, file), { recursive: true })
}
