import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { userCacheFolder } from '../../src/local/user-cache-folder.ts'
import { oracleVersions } from './oracle-case.ts'

/**
 * Folder with an oracle for each version, built first where it is not yet: `$EKS_GPU_ORACLES`, else below the user's
 * cache. `undefined` when there is no Go; says so in one line.
 */
export async function buildOracles(): Promise<string | undefined> {
  const folder = process.env['EKS_GPU_ORACLES'] ?? join(userCacheFolder(process.env), 'oracles')
  const run = promisify(execFile)
  try {
    await run('go', ['version'])
  } catch {
    process.stdout.write('skipped: random cases against the real kube-scheduler (install Go 1.26)\n')
    return undefined
  }
  await run(join(import.meta.dirname, 'build.sh'), [folder])
  return folder
}

/** The versions whose oracles are built: all, or those of `$EKS_GPU_ORACLE_MINORS` (`1.35 1.36`). */
export function builtVersions(): typeof oracleVersions {
  const wanted = process.env['EKS_GPU_ORACLE_MINORS']?.split(' ')
  return oracleVersions.filter(({ minor }) => wanted?.includes(minor) ?? true)
}
