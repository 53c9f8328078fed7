import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { isRunning, startTimeOf } from '../terraform/process-identity.ts'
import { endProcess, identifyProcess } from './process-identity.ts'

test('ends a process by id and start, never another one with its id', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  const recorded = identifyProcess('sleeper', child.pid ?? 0)
  if (!recorded) throw new Error('not identified')
  expect(isRunning(recorded)).toBe(true)

  await endProcess({ ...recorded, startedAt: 'another time' }, 100)
  expect(isRunning(recorded)).toBe(true)

  await endProcess(recorded, 5000)
  expect(isRunning(recorded)).toBe(false)
})

test('knows nothing of a process that is not there', () => {
  expect(startTimeOf(2 ** 22 + 1)).toBe(undefined)
  expect(identifyProcess('x', 2 ** 22 + 1)).toBe(undefined)
})

test('ends a process that does not listen', async () => {
  const child = spawn(
    process.execPath,
    ['-e', "process.on('SIGTERM', () => {}); process.stdout.write('x'); setInterval(() => {}, 1000)"],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const recorded = identifyProcess('deaf', child.pid ?? 0)
  if (!recorded) throw new Error('not identified')
  await endProcess(recorded, 200)
  expect(isRunning(recorded)).toBe(false)
})
