#!/usr/bin/env node
import process from 'node:process'
import { run } from '@stricli/core'
import { application } from './application.ts'
import { contextOf } from './context.ts'

const context = contextOf(process)
await run(application(), process.argv.slice(2), context)
// Stricli's own codes are negative numbers; ours are documented: 0 clean, 1 could not run, 2 findings.
process.exitCode = Number(process.exitCode ?? 0) === 0 ? context.exit : 1
