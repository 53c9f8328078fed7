import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parts } from '../../scripts/generate/architecture.ts'
import { parseHcl } from '../../src/read/terraform/hcl.ts'
import { repository } from './pages.ts'

it('the picture has a place for every resource of the module, and for no other', async () => {
  const folder = join(repository, 'modules/eks-gpu-cluster')
  const files = readdirSync(folder).filter((name) => name.endsWith('.tf'))
  const bodies = await Promise.all(
    files.map(async (name) => (await parseHcl(readFileSync(join(folder, name), 'utf8'))).body),
  )
  const made = bodies.flatMap(({ blocks }) =>
    blocks.flatMap(({ type, labels: [name = ''] }) => (type === 'resource' ? [name] : [])),
  )
  const shown = new Set(parts.flatMap(({ resources }) => resources))
  expect([...shown].toSorted()).toEqual([...new Set(made)].toSorted())
})

it('parts do not lie over each other, and stay within their frames', () => {
  const boxes = parts.filter(({ kind }) => kind !== 'frame')
  for (const [index, { at: one, title }] of boxes.entries())
    for (const { at: other, title: second } of boxes.slice(index + 1))
      expect({ title, second, over: overlap(one, other) }).toEqual({ title, second, over: false })
  for (const {
    at: [x, y, width, height],
  } of parts) {
    expect(x + width).toBeLessThanOrEqual(1000)
    expect(y + height).toBeLessThanOrEqual(600)
  }
})

it('no text is wider than its part', () => {
  // Of a sans-serif font, a character is about half as wide as it is high.
  const wide = parts.flatMap(({ at: [, , width], title, lines }) => [
    ...(title.length * 7.9 > width - 20 ? [title] : []),
    ...lines.filter((line) => line.length * 6.4 > width - 20),
  ])
  expect(wide).toEqual([])
})

type Place = (typeof parts)[number]['at']

function overlap([x, y, width, height]: Place, [ox, oy, owidth, oheight]: Place): boolean {
  return x < ox + owidth && ox < x + width && y < oy + oheight && oy < y + height
}
