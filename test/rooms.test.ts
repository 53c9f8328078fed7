import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))

/** Rooms in the order of the arrows: a room imports only from rooms after it. */
const ROOMS = [
  'cli',
  'report',
  'simulation',
  'local',
  'terraform',
  'installer',
  'autoscaler',
  'scheduler',
  'read',
  'catalog',
  'cluster',
]

/** The installer is shipped alone, so it imports nobody, and only the command that asks it for status knows its types. */
const MAY_IMPORT_INSTALLER = ['cli']

type Import = { readonly file: string; readonly from: string; readonly to: string }

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const imports = files.flatMap((file) => importsOf(file))

describe('rooms', () => {
  it('are the ones the design names', () => {
    const rooms = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(rooms.map(({ name }) => name).filter((name) => !ROOMS.includes(name))).toEqual([])
  })

  it('import only along the arrows', () => {
    const against = imports.filter(({ from, to }) => from !== to && ROOMS.indexOf(from) >= ROOMS.indexOf(to))
    expect(against.map(({ file, to }) => `${file} imports ${to}`)).toEqual([])
  })

  it('leave the installer alone', () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        from !== to && (from === 'installer' || (to === 'installer' && !MAY_IMPORT_INSTALLER.includes(from))),
    )
    expect(wrong.map(({ file, to }) => `${file} imports ${to}`)).toEqual([])
  })

  it('have no file that is named for nothing', () => {
    expect(files.filter((file) => /(^|[\\/])(utils?|helpers?|misc|common)[\\/.]/.test(file))).toEqual([])
  })

  it('have no cycle between files', () => {
    expect(cycles()).toEqual([])
  })
})

function importsOf(file: string): readonly Import[] {
  const from = file.split(sep)[0] ?? ''
  if (!file.includes(sep)) return []
  return targetsOf(file).flatMap((target) => {
    const to = target.split(sep)[0] ?? ''
    return target.includes(sep) ? [{ file, from, to }] : []
  })
}

/** Files of src that a file imports, types included, relative to src. */
function targetsOf(file: string): readonly string[] {
  const text = readFileSync(join(src, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, specifier = '']) =>
    relative(src, resolve(src, dirname(file), specifier)),
  )
}

function cycles(): readonly string[] {
  const edges = new Map(files.filter((file) => !file.includes('.test.')).map((file) => [file, targetsOf(file)]))
  const found: string[] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    const seenAt = path.indexOf(file)
    if (seenAt >= 0) found.push([...path.slice(seenAt), file].join(' -> '))
    if (seenAt >= 0 || done.has(file)) return
    for (const target of edges.get(file) ?? []) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of edges.keys()) visit(file, [])
  return found
}
