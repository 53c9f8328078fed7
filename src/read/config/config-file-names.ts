import { statSync } from 'node:fs'
import { extname } from 'node:path'

/** Endings of configuration files that are programs. */
export const programEndings: readonly string[] = ['.ts', '.mts', '.js', '.mjs']

/** Endings of configuration files that are documents. */
export const documentEndings: readonly string[] = ['.json', '.yaml', '.yml']

/** Whether a path is that of a configuration file, by its ending; directories and plans are something else. */
export function isConfigFile(path: string): boolean {
  return isConfigProgram(path) || (documentEndings.includes(extname(path)) && isFile(path))
}

/** Whether a path is that of a configuration in TypeScript or JavaScript, by its ending. */
export function isConfigProgram(path: string): boolean {
  return programEndings.includes(extname(path))
}

/** Whether there is a file at a path. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
