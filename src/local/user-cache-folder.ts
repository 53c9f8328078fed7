import { homedir, platform } from 'node:os'
import { join } from 'node:path'

/**
 * Folder for what can be fetched again (programs, images of them), of this user: `$XDG_CACHE_HOME/eks-gpu`, else
 * `~/.cache/eks-gpu`, on macOS `~/Library/Caches/eks-gpu`. It need not exist yet.
 */
export function userCacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const xdg = env['XDG_CACHE_HOME']
  if (xdg !== undefined && xdg !== '') return join(xdg, 'eks-gpu')
  const home = env['HOME'] ?? homedir()
  return platform() === 'darwin' ? join(home, 'Library', 'Caches', 'eks-gpu') : join(home, '.cache', 'eks-gpu')
}
