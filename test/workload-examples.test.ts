import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run } from '@stricli/core'
import { describe, expect, it } from 'vitest'
import { application } from '../src/cli/application.ts'
import { recordedContext } from '../src/cli/testing/recorded-context.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = 'examples/workloads'
const scenarios = readdirSync(`${root}/${folder}`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

/** A command in a page, and what the page says that it prints and how it ends. */
const shown = /^```sh\nnpx eks-gpu (simulate .*)\n```\n\n```text\n(.*?)^```\n\nIt exits with (\d)/gms

/**
 * Runs a command of a page. Planning a directory takes Terraform and seconds, so its cluster as `--print-cluster` printed
 * it stands in for it; simulate.long.test.ts holds the two together.
 */
async function play(command: string): Promise<{ readonly out: string; readonly err: string; readonly exit: number }> {
  const words = command.replace(' examples/production ', ` --cluster ${folder}/production.json `).split(' ')
  const recorded = recordedContext(root, {})
  await run(application(), [...words, '--quiet'], recorded.context)
  return { out: recorded.out(), err: recorded.err(), exit: recorded.context.exit }
}

describe.each([...scenarios.map((name) => `${folder}/${name}/README.md`), 'README.md'])('%s', (page) => {
  it('shows what its command prints', async () => {
    const file = `${root}/${page}`
    let text = readFileSync(file, 'utf8')
    const commands = [...text.matchAll(shown)]
    expect(commands.length).toBeGreaterThan(0)
    for (const [block, command = '', said = '', exit] of commands) {
      const { out, err, exit: ended } = await play(command)
      expect(err).toBe('')
      if (process.env['UPDATE_GOLDEN'] === '1') {
        text = text.replace(
          block,
          () => `${block.slice(0, block.indexOf('```text'))}\`\`\`text\n${out}\`\`\`\n\nIt exits with ${ended}`,
        )
        writeFileSync(file, text)
      } else expect({ out, exit: String(ended) }).toEqual({ out: said, exit })
    }
  })
})

it('examples/workloads/README.md lists every scenario', () => {
  const page = readFileSync(`${root}/${folder}/README.md`, 'utf8')
  const listed = [...page.matchAll(/^\| \[([\w-]+)\]\(\1\)/gm)].map(([, name = '']) => name)
  expect(new Set(listed)).toEqual(new Set(scenarios))
})
