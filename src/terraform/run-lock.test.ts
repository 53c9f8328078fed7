import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { identityOf, isRunning, startTimeOf } from './process-identity.ts'
import { takeRunLock } from './run-lock.ts'
import { temporaryFolder } from './testing/fake-terraform.ts'

const nobody = () => {
  throw new Error('there is nobody to wait for')
}

describe('takeRunLock', () => {
  test('is free again after its release', async () => {
    const folder = temporaryFolder('lock')
    ;(await takeRunLock(folder, nobody)).release()
    ;(await takeRunLock(folder, nobody)).release()
  })

  test('is taken over from a process that is dead, or whose id another has', async () => {
    const folder = temporaryFolder('lock')
    writeFileSync(join(folder, 'run.lock'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }))
    ;(await takeRunLock(folder, nobody)).release()
    writeFileSync(join(folder, 'run.lock'), 'half writ')
    ;(await takeRunLock(folder, nobody)).release()
  })

  test('waits for a live holder, and gives up when patience ends', async () => {
    const folder = temporaryFolder('lock')
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    try {
      writeFileSync(join(folder, 'run.lock'), JSON.stringify(identityOf(other.pid ?? 0)))
      const waits: number[] = []
      await expect(takeRunLock(folder, ({ pid }) => waits.push(pid), 300)).rejects.toMatchObject({
        problem: { id: 'directory-busy' },
      })
      expect(waits).toEqual([other.pid])
      const taken = takeRunLock(folder, () => void other.kill('SIGKILL'), 10_000)
      ;(await taken).release()
    } finally {
      other.kill('SIGKILL')
    }
  })
})

test('a process is known by its id and its start', () => {
  expect(isRunning(identityOf(process.pid))).toBe(true)
  expect(isRunning({ pid: process.pid, startedAt: '1' })).toBe(false)
  expect(startTimeOf(2 ** 22 + 1)).toBeUndefined()
})
