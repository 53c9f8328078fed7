/** `npm run build`, and `npm ci` through `prepare`: compiles src to dist and copies what the code reads beside itself. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
const compiled = spawnSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
if (compiled.status !== 0) process.exit(1)

const assets = ['.json', '.wasm', '.txt', '.yaml', 'LICENSE']
cpSync(join(root, 'src'), dist, {
  recursive: true,
  filter: (from) =>
    !/[\\/](testing|testdata)$/.test(from) &&
    (!/\.[^\\/]+$|LICENSE$/.test(from.slice(root.length)) || assets.some((ending) => from.endsWith(ending))),
})
chmodSync(join(dist, 'cli/main.js'), 0o755)

// npx looks here first; without the link it would install the checkout into its own cache before each new version's first run.
const bin = join(root, 'node_modules/.bin')
if (process.platform !== 'win32' && existsSync(bin)) {
  rmSync(join(bin, 'eks-gpu'), { force: true })
  symlinkSync('../../dist/cli/main.js', join(bin, 'eks-gpu'))
}
