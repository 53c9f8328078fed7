/** Bundles the programs and the library of src into few files: Node takes longer to find and link 400 modules than to run them. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile, type Plugin } from 'esbuild'
import { z } from 'zod'

const root = fileURLToPath(new URL('..', import.meta.url))
const src = join(root, 'src')

/** What others start or import by name; all other code lies in `chunks/`, loaded by whoever needs it. */
const entryPoints = [
  'src/index.ts',
  'src/cli/main.ts',
  'src/local/daemon.ts',
  'src/local/aws/lambda/lambda-runtime.ts',
  'src/read/config/define.ts',
  'src/read/config/program/config-program.ts',
  'src/read/config/program/import-hooks.ts',
]

/** Packages that stay packages: loaded seldom, large, with files of their own, or there for their side effect. */
const external = ['@aws-sdk/*', '@peculiar/x509', '@swc/wasm-typescript', 'reflect-metadata', 'web-tree-sitter']

/** Stands for the path from a bundled file to the output folder, which is known only when all files are. */
const toOutput = 'eks-gpu-output-folder:'

/**
 * Writes the bundled code and the licences of the packages in it into `folder`, each program and each lazily loaded command
 * apart, what they share once. Code that asks for files beside itself finds them as if it were not bundled.
 */
export async function bundle(folder: string): Promise<void> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outbase: 'src',
    outdir: folder,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    charset: 'utf8',
    // They stand in a file of their own.
    legalComments: 'none',
    logLevel: 'warning',
    external,
    // yaml's condition for Node leads to CommonJS, which cannot be split and takes longer to load.
    alias: { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') },
    plugins: [keepOwnUrls],
  })
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true })
    const up = relative(dirname(path), folder).split(sep).join('/')
    writeFileSync(path, text.replaceAll(toOutput, up === '' ? './' : `${up}/`))
  }
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), licenses(metafile))
}

/** `import.meta.url` goes on to mean where the module lay before it was bundled. */
const keepOwnUrls: Plugin = {
  name: 'keep-own-urls',
  setup(builder) {
    builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const own = `${toOutput}${relative(src, path).split(sep).join('/').replace(/ts$/, 'js')}`
      // Of zod's namespace as an object everything would be kept, with the messages of all languages.
      const contents = readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', `new URL(${JSON.stringify(own)}, import.meta.url).href`)
        .replace("import { z } from 'zod'", "import * as z from 'zod'")
      return { contents, loader: 'ts' }
    })
  },
}

/** The licence texts of all packages of which the bundle has code. */
function licenses({ inputs }: Metafile): string {
  const packages = new Set(
    Object.keys(inputs).flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  )
  return [...packages].toSorted().map(license).join('\n\n')
}

function license(name: string): string {
  const folder = join(root, 'node_modules', name)
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file === undefined ? ownLicense(name, folder) : readFileSync(join(folder, file), 'utf8')
  return `${name}\n${'='.repeat(name.length)}\n\n${text.trim()}\n`
}

/** Some packages name a licence and do not carry its text; that of the Apache license is beside ours. */
function ownLicense(name: string, folder: string): string {
  const { license: id, author } = manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  if (id !== 'Apache-2.0') throw new Error(`${name} (${id}) carries no licence text`)
  return `By ${author}. Apache-2.0, as this package: see its file LICENSE.`
}

const manifest = z.object({ license: z.string(), author: z.string() })
