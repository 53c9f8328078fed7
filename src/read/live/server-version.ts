import { execFile } from 'node:child_process'
import { textAt } from '../kubernetes/json.ts'
import type { Kubectl } from './kubectl.ts'

/**
 * Version of the API server that kubectl reaches, e.g. `v1.34.2-eks-1a2b3c`; `undefined` when it does not answer within
 * 20 seconds or kubectl is too old to say it in JSON.
 */
export function readServerVersion({ program, env }: Pick<Kubectl, 'program' | 'env'>): Promise<string | undefined> {
  return new Promise((settle) => {
    const args = ['--request-timeout=20s', 'version', '-o', 'json']
    execFile(program, args, { env, timeout: 25_000 }, (_, stdout) => {
      try {
        settle(textAt(JSON.parse(stdout), 'serverVersion', 'gitVersion'))
      } catch {
        settle(undefined)
      }
    })
  })
}
