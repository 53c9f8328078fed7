import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError } from '../../cluster/problem.ts'

/** What became of one file of a root. */
export type WrittenFile = { readonly name: string; readonly change: 'new' | 'changed' | 'same' }

/**
 * Writes the files of a root, those that differ; with `dry` only says which would.
 * @param directory absolute. @param shown how messages name it.
 * @throws ProblemError `synth-not-ours` for a file of one of the names that was not written by us; nothing is written then.
 */
export function writeRoot(
  directory: string,
  shown: string,
  files: ReadonlyMap<string, string>,
  dry: boolean,
): readonly WrittenFile[] {
  const before = new Map([...files.keys()].map((name) => [name, textOf(join(directory, name))]))
  for (const [name, text] of before)
    if (text !== undefined && !text.includes('"//": "Written by eks-gpu synth from '))
      throw new ProblemError({
        id: 'synth-not-ours',
        what: `${shown}/${name} is there and was not written by eks-gpu synth.`,
        why: 'It would be lost.',
        fix: 'move it away, or name another folder with -o',
      })
  return [...files].map(([name, text]): WrittenFile => {
    const old = before.get(name)
    if (old === text) return { name, change: 'same' }
    if (!dry) {
      mkdirSync(directory, { recursive: true })
      writeFileSync(join(directory, name), text)
    }
    return { name, change: old === undefined ? 'new' : 'changed' }
  })
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
