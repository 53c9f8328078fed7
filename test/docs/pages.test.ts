import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { fencesOf, pages, placeOf, repository, textOf } from './pages.ts'
import { commandFault } from './programs.ts'
import { shellCommands } from './shell-commands.ts'

/** Languages of blocks. What is shown and not typed is `text`; what is typed is checked. */
const languages = new Set(['sh', 'hcl', 'ts', 'yaml', 'json', 'toml', 'text'])

describe.each(pages)('%s', (page) => {
  const fences = fencesOf(page)
  const within = (language: string) => fences.filter((fence) => fence.language === language)

  it('says what each block is', () => {
    expect(fences.filter(({ language }) => !languages.has(language)).map(placeOf)).toEqual([])
  })

  it('has commands that are there, with flags that they take', async () => {
    const faults: string[] = []
    for (const fence of within('sh'))
      for (const { words, line } of shellCommands(fence.text, fence.line + 1)) {
        const fault = await commandFault(words, page)
        if (fault !== undefined) faults.push(`${page}:${line} ${words.join(' ')}: ${fault}`)
      }
    expect(faults).toEqual([])
  })

  it('has JSON and YAML that parse', () => {
    for (const { text } of within('json')) JSON.parse(text)
    for (const fence of within('yaml')) {
      const errors = parseAllDocuments(fence.text).flatMap((document) => document.errors.map(({ message }) => message))
      expect({ place: placeOf(fence), errors }).toEqual({ place: placeOf(fence), errors: [] })
    }
  })

  it('links to what is there', () => {
    const text = textOf(page).replace(/^ *```[\s\S]*?^ *```/gm, '')
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(
      ([, link, source]) => link ?? source ?? '',
    )
    const broken = targets.filter((target) => !/^(?:https?:|mailto:)/.test(target) && !reaches(page, target))
    expect(broken).toEqual([])
  })
})

function reaches(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(repository, file))) return false
  return anchor === undefined || !file.endsWith('.md') || anchorsOf(file).has(anchor)
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = textOf(page).replace(/^ *```[\s\S]*?^ *```/gm, '')
  return new Set(
    [...text.matchAll(/^#+ +(.*)$/gm)].map(([, heading = '']) =>
      heading
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
