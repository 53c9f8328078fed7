import { execFile } from 'node:child_process'

/** Runs kubectl against one cluster. */
export type Kubectl = {
  /** Absolute path of the program. */
  readonly program: string
  readonly kubeconfig: string
  readonly env: NodeJS.ProcessEnv
}

/** What kubectl answered. */
export type KubectlAnswer = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs `kubectl ARGS` to its end; never throws. @param timeoutMs milliseconds until it is ended. */
export function runKubectl(kubectl: Kubectl, args: readonly string[], timeoutMs = 30_000): Promise<KubectlAnswer> {
  return new Promise((settle) => {
    execFile(
      kubectl.program,
      ['--kubeconfig', kubectl.kubeconfig, '--request-timeout=20s', ...args],
      { env: kubectl.env, timeout: timeoutMs, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
        settle({ code, stdout, stderr: stderr === '' && error !== null ? error.message : stderr })
      },
    )
  })
}
