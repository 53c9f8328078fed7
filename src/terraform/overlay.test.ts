import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { layOverlay, liftOverlay } from './overlay.ts'
import { fakeWorkspace } from './testing/fake-terraform.ts'
import { filesOf } from './workspace.ts'

const lock = '.terraform.lock.hcl'

describe('overlay', () => {
  test('leaves a directory as it was, and keeps our lock file for the next run', () => {
    const workspace = fakeWorkspace('')
    layOverlay(workspace, false)
    expect(readdirSync(workspace.directory)).toEqual([])
    writeFileSync(join(workspace.directory, lock), 'ours')
    liftOverlay(workspace)
    expect(readdirSync(workspace.directory)).toEqual([])
    layOverlay(workspace, false)
    expect(readFileSync(join(workspace.directory, lock), 'utf8')).toBe('ours')
    liftOverlay(workspace)
    liftOverlay(workspace)
    expect(readdirSync(workspace.directory)).toEqual([])
  })

  test("puts the user's own lock file back", () => {
    const workspace = fakeWorkspace('')
    writeFileSync(join(workspace.directory, lock), 'theirs')
    layOverlay(workspace, false)
    writeFileSync(join(workspace.directory, lock), 'changed by init')
    liftOverlay(workspace)
    expect(readFileSync(join(workspace.directory, lock), 'utf8')).toBe('theirs')
  })

  test('replaces a backend for the time of the run, also after a crash', () => {
    const workspace = fakeWorkspace('')
    layOverlay(workspace, true)
    const [name] = readdirSync(workspace.directory)
    expect(name).toBe('eks_gpu_local_override.tf')
    expect(readFileSync(join(workspace.directory, name ?? ''), 'utf8')).toContain(
      `path = "${filesOf(workspace).state}"`,
    )
    layOverlay(workspace, false)
    expect(existsSync(join(workspace.directory, name ?? ''))).toBe(false)
    liftOverlay(workspace)
  })
})
