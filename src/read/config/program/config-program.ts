/**
 * Imports a configuration file in a process of its own, so that what it prints, changes or ends is not ours: the path is the
 * argument, a {@link ProgramAnswer} goes to file descriptor 3.
 */
import { existsSync, readFileSync, writeSync } from 'node:fs'
import { register } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type CallSite, callSiteOf } from '../marked-call.ts'
import type { ProgramAnswer } from './program-answer.ts'

const file = process.argv[2] ?? ''

register(import.meta.url.endsWith('.ts') ? './import-hooks.ts' : './import-hooks.js', import.meta.url)
answer(await read())

async function read(): Promise<ProgramAnswer> {
  try {
    const module: object = await import(pathToFileURL(file).href)
    const value: unknown = 'default' in module ? await module.default : undefined
    if (value === undefined) return { kind: 'not-data', what: 'nothing', path: [] }
    const calls: { readonly path: readonly (string | number)[]; readonly site: CallSite }[] = []
    const fault = inspect(value, [], calls)
    return fault ?? { kind: 'value', value, calls }
  } catch (error) {
    return failureOf(error)
  }
}

/** Collects where objects were given to our functions; finds what JSON has not. */
function inspect(
  value: unknown,
  path: readonly (string | number)[],
  calls: { readonly path: readonly (string | number)[]; readonly site: CallSite }[],
): ProgramAnswer | undefined {
  if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number' && Number.isFinite(value)) return undefined
  if (path.length > 30) return { kind: 'not-data', what: 'an object that holds itself', path: path.slice(0, 3) }
  const site = callSiteOf(value)
  if (site !== undefined) calls.push({ path, site: { ...site, file: pathOf(site.file) } })
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const fault = inspect(item, [...path, index], calls)
      if (fault !== undefined) return fault
    }
    return undefined
  }
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined
  if (typeof value !== 'object' || (prototype !== Object.prototype && prototype !== null))
    return { kind: 'not-data', what: nameOf(value), path }
  for (const [key, item] of Object.entries(value)) {
    const fault = inspect(item, [...path, key], calls)
    if (fault !== undefined) return fault
  }
  return undefined
}

function nameOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) return `an object of the class ${value.constructor.name}`
  return typeof value === 'number' ? `the number ${value}` : `a ${typeof value}`
}

async function failureOf(error: unknown): Promise<ProgramAnswer> {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const message = error instanceof Error ? error.message : String(error)
  const missing = /^Cannot find (?:package|module) '([^']+)' imported from (.+?)(?:\n|$)/.exec(message)
  if (missing?.[1] !== undefined && missing[2] !== undefined)
    return { kind: 'import', message, specifier: missing[1], from: pathOf(missing[2]) }
  const named = [...`${stack}\n${message}`.matchAll(/((?:file:\/\/|\/|[A-Za-z]:[\\/])[^\n:()]*\.m?[tj]s)/g)]
  const sources = new Set([file, ...named.map(([, path = '']) => pathOf(path))])
  for (const source of sources) {
    const syntax = await syntaxErrorOf(source)
    if (syntax !== undefined) return syntax
  }
  const at = ownFrame(stack)
  const name = error instanceof Error && error.name !== 'Error' ? `${error.name}: ` : ''
  return { kind: 'threw', message: `${name}${message}`, stack, ...(at !== undefined && { at }) }
}

/** Where a source cannot be read, if so: asked of the same program that Node strips types with. */
async function syntaxErrorOf(source: string): Promise<ProgramAnswer | undefined> {
  if (!existsSync(source) || /[\\/]node_modules[\\/]/.test(source)) return undefined
  const { transformSync } = await import('@swc/wasm-typescript')
  try {
    transformSync(readFileSync(source, 'utf8'), { mode: 'strip-only', filename: source })
    return undefined
  } catch (error) {
    if (typeof error !== 'object' || error === null) return undefined
    if (!('message' in error && 'startLine' in error && 'startColumn' in error)) return undefined
    const at = { file: source, line: Number(error.startLine), column: Number(error.startColumn) + 1 }
    return { kind: 'syntax', message: String(error.message), at }
  }
}

/** The innermost frame that is neither Node's nor a package's. */
function ownFrame(stack: string): CallSite | undefined {
  for (const [, path = '', line, column] of stack.matchAll(
    /((?:file:\/\/|\/|[A-Za-z]:[\\/])[^\n()]*?):(\d+):(\d+)\)?$/gm,
  )) {
    const own = pathOf(path)
    if (existsSync(own) && !/[\\/]node_modules[\\/]/.test(own) && own !== fileURLToPath(import.meta.url))
      return { file: own, line: Number(line), column: Number(column) }
  }
  return undefined
}

function pathOf(path: string): string {
  return path.startsWith('file:') ? fileURLToPath(path) : path
}

function answer(given: ProgramAnswer): void {
  const bytes = Buffer.from(JSON.stringify(given))
  // A pipe takes as much at a time as fits into it.
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(3, bytes, sent)
}
