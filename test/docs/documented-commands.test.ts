import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '@stricli/core'
import { afterAll, expect, it } from 'vitest'
import { application } from '../../src/cli/application.ts'
import { recordedContext } from '../../src/cli/testing/recorded-context.ts'
import { openWorkbench } from '../terraform/workbench.ts'
import { environments, statements, unanswered, wayOf } from './documented-commands.ts'
import { repository } from './pages.ts'

const bench = openWorkbench()
afterAll(() => bench.remove())
const found = statements().map((statement) => ({ ...statement, way: wayOf(statement) }))
const place = ({ page, line, text }: (typeof found)[number]) => `${page}:${line} ${text}`

it('every command of a page is run by a test, or said to be unanswered', () => {
  expect(found.length).toBeGreaterThan(80)
  expect(found.filter(({ way }) => way.kind === 'nowhere').map(place)).toEqual([])
})

it('what is said to be unanswered stands on a page', () => {
  const begins = found.flatMap(({ way }) => (way.kind === 'unanswered' ? [way.begins] : []))
  expect(unanswered.map((entry) => entry.begins).filter((entry) => !begins.includes(entry))).toEqual([])
})

it('the test of each cluster runs the commands of its pages', () => {
  const used = new Set(found.flatMap(({ way }) => ('environment' in way ? [way.environment] : [])))
  expect([...used].toSorted()).toEqual(Object.keys(environments).toSorted())
  const answered = new Set(found.flatMap(({ way }) => (way.kind === 'against' ? [way.environment] : [])))
  const missing = [...answered].filter((environment) => {
    const test = readFileSync(join(repository, environments[environment]), 'utf8')
    return !(test.includes('answersItsPages') && test.includes(`'${environment}'`))
  })
  expect(missing).toEqual([])
})

it.each(
  found.flatMap((each) => (each.way.kind === 'without a cluster' ? [[place(each), each.way.args] as const] : [])),
)('%s', async (_, args) => {
  const recorded = recordedContext(bench.root, {})
  await run(application(), args, recorded.context)
  const said = recorded.err().split('\n')
  const errors = said.filter((line) => line !== '' && !line.startsWith('Warning: '))
  expect({ errors, exit: recorded.context.exit }).toEqual({ errors: [], exit: 0 })
  expect(recorded.out()).not.toBe('')
})
