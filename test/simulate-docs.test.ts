import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run } from '@stricli/core'
import { expect, it } from 'vitest'
import { nodeDelays } from '../src/catalog/node-delays.ts'
import { application } from '../src/cli/application.ts'
import { recordedContext } from '../src/cli/testing/recorded-context.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}/docs/simulate.md`, 'utf8')

it('docs/simulate.md lists the flags of the command, and no others', async () => {
  const recorded = recordedContext(root, {})
  await run(application(), ['simulate', '--help'], recorded.context)
  const flags = (text: string) => [...new Set(text.match(/--[a-z][a-z-]+/g))].sort()
  const [, help = ''] = recorded.out().split('FLAGS')
  const listed = [...page.matchAll(/^\| (`.*?) \| /gm)]
    .map(([, names = '']) => names.replaceAll('=--NAME', ''))
    .join('\n')
  const inHelp = [...help.matchAll(/^ +(?:-\w )?\s*(\[?--.*?)(?: {2,}|$)/gm)].map(([, names = '']) => names).join('\n')
  expect(flags(listed)).toEqual(flags(inHelp).filter((flag) => flag !== '--help'))
})

it.each(['docs/simulate.md', 'src/cli/simulate-command.ts'])('%s says the default delays', (file) => {
  const { provisioning, gpuReady } = nodeDelays()
  const text = readFileSync(`${root}/${file}`, 'utf8')
  expect(text).toMatch(new RegExp(`Ready node; default ${provisioning / 60}m`))
  expect(text).toMatch(new RegExp(`start.*; default ${gpuReady / 60}m`))
})
