import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { filesOf, type Workspace } from './workspace.ts'

/** Name of the override that replaces a root's backend while an isolated run lasts. */
const overrideFile = 'eks_gpu_local_override.tf'

const lockFile = '.terraform.lock.hcl'

const recordSchema = z.object({
  /** The directory's own dependency lock file, or `null` when it had none. */
  lockFile: z.string().nullable(),
  override: z.boolean(),
})

/**
 * Puts into the directory what an isolated run needs there and Terraform lets nobody put elsewhere: the dependency lock
 * file, and an override of a `backend` or `cloud` block. What a crash left is put right first.
 */
export function layOverlay(workspace: Workspace, hasBackend: boolean): void {
  liftOverlay(workspace)
  const files = filesOf(workspace)
  const lockPath = join(workspace.directory, lockFile)
  const own = existsSync(lockPath) ? readFileSync(lockPath, 'utf8') : null
  writeFileSync(files.overlay, JSON.stringify({ lockFile: own, override: hasBackend }))
  if (own === null && existsSync(files.lockFile)) writeFileSync(lockPath, readFileSync(files.lockFile))
  if (hasBackend)
    writeFileSync(
      join(workspace.directory, overrideFile),
      `# Written by eks-gpu for the time of one local run, and removed after it.\nterraform {\n  backend "local" {\n    path = ${JSON.stringify(files.state)}\n  }\n}\n`,
    )
}

/** Takes everything out of the directory again; does nothing when nothing was laid. */
export function liftOverlay(workspace: Pick<Workspace, 'folder' | 'directory'>): void {
  const files = filesOf(workspace)
  const record = readRecord(files.overlay)
  if (record === undefined) return
  const lockPath = join(workspace.directory, lockFile)
  if (record.lockFile === null) {
    if (existsSync(lockPath)) writeFileSync(files.lockFile, readFileSync(lockPath))
    rmSync(lockPath, { force: true })
  } else if (existsSync(workspace.directory)) writeFileSync(lockPath, record.lockFile)
  if (record.override) removeOverride(workspace.directory)
  rmSync(files.overlay, { force: true })
}

/** Removes the override of an isolated run from a directory. */
export function removeOverride(directory: string): void {
  rmSync(join(directory, overrideFile), { force: true })
}

function readRecord(path: string): z.output<typeof recordSchema> | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data
  } catch {
    return undefined
  }
}
