import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KubernetesSource } from './kubernetes-input.ts'
import { openKubernetesSources } from './open-kubernetes-sources.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifests-'))
  await mkdir(join(folder, 'b', '.hidden'), { recursive: true })
  await mkdir(join(folder, 'empty'))
  for (const name of ['z.yaml', 'a.yml', 'b/c.json', 'b/.hidden/x.yaml', '.y.yaml', 'README.md']) {
    await writeFile(join(folder, name), `text of ${name}`)
  }
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function textOf(source: KubernetesSource | undefined): Promise<string> {
  let text = ''
  if (source !== undefined) for await (const piece of source.open()) text += piece
  return text
}

test('files are themselves, folders the manifests in and below them, sorted', async () => {
  const { sources, problems } = await openKubernetesSources([join(folder, 'README.md'), folder])
  expect(problems).toEqual([])
  expect(sources.map(({ name }) => name.slice(folder.length + 1))).toEqual(['README.md', 'a.yml', 'b/c.json', 'z.yaml'])
  expect(await textOf(sources[2])).toBe('text of b/c.json')
})

test('standard input, with characters that are cut in two', async () => {
  const bytes = Buffer.from('\uFEFFname: é\n')
  async function* stdin(): AsyncGenerator<Uint8Array> {
    await Promise.resolve()
    for (const byte of bytes) yield Uint8Array.of(byte)
  }
  const { sources } = await openKubernetesSources(['-'], stdin())
  expect(sources.map(({ name }) => name)).toEqual(['-'])
  expect(await textOf(sources[0])).toBe('name: é\n')
})

test('paths that lead nowhere are problems, all of them', async () => {
  const { sources, problems } = await openKubernetesSources([join(folder, 'none'), join(folder, 'empty')])
  expect(sources).toEqual([])
  expect(problems.map(({ id, what, why }) => [id, what.replace(folder, 'F'), why])).toEqual([
    ['manifests-not-found', 'F/none cannot be read', 'there is no such file or folder'],
    ['manifests-not-found', 'the folder F/empty holds no .yaml, .yml or .json file', undefined],
  ])
})
