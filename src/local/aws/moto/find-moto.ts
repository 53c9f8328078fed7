import { access, constants } from 'node:fs/promises'
import { platform } from 'node:os'
import { delimiter, join } from 'node:path'
import { userCacheFolder } from '../../user-cache-folder.ts'

/** The release of moto that is installed when there is none; the one our tests ran with. */
export const motoVersion = '5.2.1'

/** Folder of our own virtual environment of moto, in the user's cache. */
export function motoFolder(environment: NodeJS.ProcessEnv): string {
  return join(userCacheFolder(environment), `moto-${motoVersion}`)
}

/** Path of moto's server program inside a virtual environment. */
export function motoProgram(folder: string): string {
  return platform() === 'win32' ? join(folder, 'Scripts', 'moto_server.exe') : join(folder, 'bin', 'moto_server')
}

/** Finds `moto_server` on PATH, else in our own virtual environment; `undefined` when it is in neither. */
export async function findMoto(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  return (await findOnPath('moto_server', environment)) ?? (await executable(motoProgram(motoFolder(environment))))
}

/** Finds a program on PATH as a shell would; `undefined` when no folder of PATH has it. */
export async function findOnPath(name: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const endings = platform() === 'win32' ? ['.exe', '.cmd'] : ['']
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue
    for (const ending of endings) {
      const found = await executable(join(folder, name + ending))
      if (found) return found
    }
  }
  return undefined
}

async function executable(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK)
    return path
  } catch {
    return undefined
  }
}
