/** A page of the repository: the path by which it is linked, and its text. */
export type LinkedPage = { readonly path: string; readonly text: string }

const marks = {
  examples: ['<!-- examples: npm run generate -->', '<!-- end of examples -->'],
  pages: ['<!-- pages: npm run generate -->', '<!-- end of pages -->'],
} as const

/**
 * `docs/module/README.md` with its lists renewed: every example with the first sentence of its README, every page with its title.
 * Throws when the marks are missing, and for a page without a title or a first sentence.
 */
export function withModuleIndex(page: string, examples: readonly LinkedPage[], pages: readonly LinkedPage[]): string {
  const exampleRows = examples.map(({ path, text }) => `| [${nameOf(path)}](${path}) | ${firstSentence(path, text)} |`)
  const pageRows = pages.map(({ path, text }) => `- [${titleOf(path, text)}](${path})`)
  const withExamples = between(page, marks.examples, ['| example | what it is |', '|---|---|', ...exampleRows])
  return between(withExamples, marks.pages, pageRows)
}

function between(page: string, [begin, end]: readonly [string, string], lines: readonly string[]): string {
  const [before, rest] = page.split(`${begin}\n`)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`docs/module/README.md lacks ${begin} … ${end}`)
  return `${before}${begin}\n${lines.join('\n')}\n${end}${after}`
}

function nameOf(path: string): string {
  return path.split('/').at(-1) ?? path
}

function titleOf(path: string, text: string): string {
  const title = /^# (.*)$/m.exec(text)?.[1]
  if (title === undefined) throw new Error(`${path} has no title`)
  return title
}

/** The first sentence below the title, on one line; links in it lead to another folder and become plain words. */
function firstSentence(path: string, text: string): string {
  const paragraph = /^# .*\n\n([\s\S]*?)\n\n/m.exec(`${text}\n\n`)?.[1]
  if (paragraph === undefined) throw new Error(`${path} has no first sentence`)
  const line = paragraph.replaceAll('\n', ' ').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return /^.*?\.(?=\s|$)/.exec(line)?.[0] ?? line
}
