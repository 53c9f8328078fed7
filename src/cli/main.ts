#!/usr/bin/env node
import module from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { userCacheFolder } from '../local/user-cache-folder.ts'

keepCompiledCode()
optimizeLater()
const [{ run }, { application }, { contextOf }] = await Promise.all([
  import('@stricli/core'),
  import('./application.ts'),
  import('./context.ts'),
])
const context = contextOf(process)
await run(application(), process.argv.slice(2), context)
// Stricli's own codes are negative numbers; ours are documented: 0 clean, 1 could not run, 2 findings.
process.exitCode = Number(process.exitCode ?? 0) === 0 ? context.exit : 1

/** What Node compiles of code that is imported later is kept for the next run, where Node can do that (22.8 and newer). */
function keepCompiledCode(): void {
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function')
    module.enableCompileCache(join(userCacheFolder(process.env), 'compiled'))
}

/**
 * A simulation makes an engine for every change that it tries, and Node 20 optimises the functions of each anew after a few
 * calls: a third of the CPU time of a run with twenty such changes. Newer versions wait longer by themselves.
 */
function optimizeLater(): void {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=200000')
}
