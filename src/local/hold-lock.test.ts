import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdLock } from './hold-lock.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eks-gpu-lock-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const wait = (timeoutMs: number) => ({ timeoutMs, what: 'at work' })

test('lets one in after the other, and leaves no file', async () => {
  const file = join(folder, 'deep', 'one.lock')
  const order: string[] = []
  const work = (name: string) => async () => {
    order.push(`${name} in`)
    await sleep(30)
    order.push(`${name} out`)
    return name
  }
  expect(await Promise.all([holdLock(file, wait(5000), work('a')), holdLock(file, wait(5000), work('a'))])).toEqual([
    'a',
    'a',
  ])
  expect(order).toEqual(['a in', 'a out', 'a in', 'a out'])
  await expect(holdLock(file, wait(5000), () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await readdir(join(folder, 'deep'))).toEqual([])
})

test.each([
  ['a process that is gone', JSON.stringify({ name: 'eks-gpu', pid: 2 ** 22 + 1, startedAt: '1' })],
  ['nobody', 'null'],
])('takes over from %s', async (_, text) => {
  const file = join(folder, 'left.lock')
  await writeFile(file, text)
  expect(await holdLock(file, wait(100), async () => 'done')).toBe('done')
})

test('gives up on one that stays', async () => {
  const file = join(folder, 'stays.lock')
  await holdLock(file, wait(1000), () =>
    expect(holdLock(file, wait(50), async () => 'never')).rejects.toThrow(
      'Another eks-gpu is at work, and does not come to an end.',
    ),
  )
})
