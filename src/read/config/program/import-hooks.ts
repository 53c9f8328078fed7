/**
 * Module hooks (https://nodejs.org/api/module.html#customization-hooks) for a configuration file: types are stripped where this
 * Node does not do it itself, and `eks-gpu-clusters` is found also where it is not installed.
 */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { stripsTypes } from '../strips-types.ts'

type Resolved = { readonly url: string; readonly format?: string | null; readonly shortCircuit?: boolean }
type Loaded = { readonly format: string; readonly source?: string | undefined; readonly shortCircuit?: boolean }
type Context = { readonly parentURL?: string; readonly format?: string | null }

/** Stands for this package where it is not installed. */
const library = new URL(import.meta.url.endsWith('.ts') ? '../define.ts' : '../define.js', import.meta.url).href

/** Node's `resolve` hook. */
export async function resolve(
  specifier: string,
  context: Context,
  next: (specifier: string, context: Context) => Promise<Resolved>,
): Promise<Resolved> {
  try {
    return await next(specifier, context)
  } catch (error) {
    if (specifier !== 'eks-gpu-clusters') throw error
    return next(library, context)
  }
}

/** Node's `load` hook. */
export async function load(
  url: string,
  context: Context,
  next: (url: string, context: Context) => Promise<Loaded>,
): Promise<Loaded> {
  const path = url.startsWith('file:') ? fileURLToPath(url) : ''
  // Of our own sources, in a clone under test, whoever runs them takes care.
  const ours =
    !import.meta.url.includes('/dist/') && path.startsWith(fileURLToPath(new URL('../../../', import.meta.url)))
  if (ours || !/\.m?ts$/.test(path) || /[\\/]node_modules[\\/]/.test(path)) return next(url, context)
  // A package.json without a type, as most folders have none, must not make it CommonJS.
  if (stripsTypes()) return next(url, { ...context, format: 'module-typescript' })
  const { transformSync } = await import('@swc/wasm-typescript')
  const { code } = transformSync(await readFile(path, 'utf8'), { mode: 'strip-only', filename: path })
  return { format: 'module', source: code, shortCircuit: true }
}
