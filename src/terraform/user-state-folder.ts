import { homedir, platform } from 'node:os'
import { join } from 'node:path'

/**
 * Folder for what a later command must find again: `$EKS_GPU_HOME`, else the user's state directory
 * (`$XDG_STATE_HOME/eks-gpu`, `~/.local/state/eks-gpu`, on macOS `~/Library/Application Support/eks-gpu`). It need not exist yet.
 */
export function userStateFolder(env: Readonly<Record<string, string | undefined>>): string {
  const own = env['EKS_GPU_HOME']
  if (own) return own
  const xdg = env['XDG_STATE_HOME']
  if (xdg) return join(xdg, 'eks-gpu')
  const home = env['HOME'] || homedir()
  return platform() === 'darwin'
    ? join(home, 'Library', 'Application Support', 'eks-gpu')
    : join(home, '.local', 'state', 'eks-gpu')
}
