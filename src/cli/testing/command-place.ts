import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '@stricli/core'
import { application } from '../application.ts'
import type { ExitCode } from '../context.ts'
import { recordedContext } from './recorded-context.ts'

/** A folder of a test, and the command line in it. */
export type CommandPlace = {
  /** Absolute. */
  readonly folder: string
  /** Text of a file below the folder. */
  readonly read: (name: string) => string
  /** Runs one command to its end. */
  readonly run: (
    ...args: readonly string[]
  ) => Promise<{ readonly exit: ExitCode; readonly out: string; readonly err: string }>
  readonly remove: () => void
}

/** Makes a new folder with files, by name. */
export function commandPlace(files: Readonly<Record<string, string>>): CommandPlace {
  const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-place-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return {
    folder,
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    run: async (...args) => {
      const recorded = recordedContext(folder, process.env)
      await run(application(), args, recorded.context)
      return { exit: recorded.context.exit, out: recorded.out(), err: recorded.err() }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
