/**
 * Bundles src/installer into modules/eks-gpu-cluster/installer/installer.zip, the code of the module's Lambda function.
 * The same sources give the same bytes on every machine. `tsx scripts/build-installer.ts` writes the file; `--check` compares instead and exits 1 when it differs.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { zip } from './zip.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = join(root, 'modules/eks-gpu-cluster/installer/installer.zip')

/** Builds the zip in memory. Not minified: whoever is asked to run it in an account can read it. */
export async function buildInstaller(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/installer/handler.ts'],
    outfile: 'index.mjs',
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    charset: 'utf8',
    legalComments: 'none',
    treeShaking: true,
    // What surrounds the tree (a tsconfig of another folder, say) must not reach the bytes.
    tsconfigRaw: {},
    logLevel: 'silent',
    external: ['node:*'],
  })
  const [bundle] = outputFiles
  if (bundle === undefined) throw new Error('esbuild wrote nothing')
  return zip([{ name: 'index.mjs', content: bundle.contents }])
}

async function main(): Promise<void> {
  const built = await buildInstaller()
  const name = relative(root, target)
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, built)
    console.log(`${name}: ${built.byteLength} bytes`)
    return
  }
  if (existsSync(target) && readFileSync(target).equals(built)) return
  console.error(
    `${name} differs from what src/installer builds. Run \`npx tsx scripts/build-installer.ts\` and commit it.`,
  )
  process.exitCode = 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
