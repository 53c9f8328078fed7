import { createHash } from 'node:crypto'
import { homedir, platform } from 'node:os'
import { basename, join, resolve } from 'node:path'

/**
 * Folder of what must outlive a command: EKS_GPU_HOME, else the user's state folder (XDG_STATE_HOME, `~/.local/state`; on macOS
 * `~/Library/Application Support`, on Windows LOCALAPPDATA) with `eks-gpu` below it.
 */
export function stateFolder(environment: NodeJS.ProcessEnv, system: NodeJS.Platform = platform()): string {
  const own = environment['EKS_GPU_HOME']
  if (own) return resolve(own)
  const xdg = environment['XDG_STATE_HOME']
  if (xdg) return join(xdg, 'eks-gpu')
  const home = environment['HOME'] || environment['USERPROFILE'] || homedir()
  if (system === 'darwin') return join(home, 'Library', 'Application Support', 'eks-gpu')
  if (system === 'win32') return join(environment['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'eks-gpu')
  return join(home, '.local', 'state', 'eks-gpu')
}

/** Folder of all local environments in a state folder. */
export function environmentsFolder(home: string): string {
  return join(home, 'local')
}

/** Name of the environment of a Terraform directory, from its last part and a hash of its whole path, e.g. `basic-1f3a9c`. */
export function environmentName(directory: string): string {
  const path = resolve(directory)
  const last = basename(path).replace(/[^A-Za-z0-9._-]/g, '-') || 'root'
  return `${last}-${createHash('sha256').update(path).digest('hex').slice(0, 6)}`
}
