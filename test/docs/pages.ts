import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the repository. */
export const repository: string = fileURLToPath(new URL('../..', import.meta.url))

/** A fenced block of a page. */
export type Fence = {
  /** Path of the page, relative to the repository. */
  readonly page: string
  /** Line of the opening fence, from 1. */
  readonly line: number
  /** What stands behind the opening fence; `sh` where nothing does. */
  readonly language: string
  /** Without the indent of the fence. */
  readonly text: string
}

/** Every page that users read, relative to the repository: what is new in these folders is among them by itself. */
export const pages: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'modules/eks-gpu-cluster/README.md',
  ...pagesBelow('docs'),
  ...pagesBelow('examples'),
]

/** Text of a page. */
export function textOf(page: string): string {
  return readFileSync(join(repository, page), 'utf8')
}

/** Fenced blocks of a page, in its order. Throws for one that is not closed. */
export function fencesOf(page: string): readonly Fence[] {
  const fences: Fence[] = []
  let open:
    | { readonly line: number; readonly indent: number; readonly language: string; readonly lines: string[] }
    | undefined
  for (const [index, text] of textOf(page).split('\n').entries()) {
    const fence = /^( *)```+(.*)$/.exec(text)
    if (open === undefined) {
      if (fence !== null)
        open = { line: index + 1, indent: fence[1]?.length ?? 0, language: (fence[2] ?? '').trim() || 'sh', lines: [] }
    } else if (fence !== null && fence[2]?.trim() === '') {
      const { line, indent, language, lines } = open
      fences.push({ page, line, language, text: lines.map((each) => `${each.slice(indent)}\n`).join('') })
      open = undefined
    } else open.lines.push(text)
  }
  if (open !== undefined) throw new Error(`${page}:${open.line} opens a block that nothing closes`)
  return fences
}

/** `page:line` of a block. */
export function placeOf({ page, line }: Fence): string {
  return `${page}:${line}`
}

function pagesBelow(folder: string): readonly string[] {
  const root = join(repository, folder)
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !/(^|[\\/])\.terraform/.test(name))
    .map((name) => join(folder, name))
    .toSorted()
}
